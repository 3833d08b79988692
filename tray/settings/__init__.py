"""What the user configured, and where it is kept; what an administrator has written down for it.

The door: `profiles`, `setup_file`, `setup_link` and `policy`.
"""
