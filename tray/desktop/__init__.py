"""The code that differs by operating system: each system has a separate file or folder.

Each folder is its own door: its `__init__` gives what there is for the system that this is. `dbus` is Linux's, for
`icon`, `leaving` and `presence`.
"""
