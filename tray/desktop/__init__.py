"""The code that differs by operating system: each system has a separate file or folder.

The door: what each folder's own `__init__` gives for the system that this is; `browser.handoff` and `browser.browsers`.
`dbus` is Linux's, for `icon`, `leaving` and `presence`.
"""
