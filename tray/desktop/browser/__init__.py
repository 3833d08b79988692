"""The hand-off of a secret URL to the default browser."""
