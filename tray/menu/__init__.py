"""A snapshot as menu entries and words: pure functions. The time is passed in.

The door: `layout.menu` makes the menu of `entries`; `words` is what the icon says, and `subjects` whom a notification
concerns.
"""
