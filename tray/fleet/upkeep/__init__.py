"""Of the program itself: help, newer releases, and an upgrade under the running tray.

The door: `help`, `updates`, `upgrade`.
"""
