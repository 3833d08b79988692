"""The rows of the table, one file a group. A group measures what can be measured in one go."""
