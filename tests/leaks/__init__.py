"""What the program hands on: one run end to end under strace and a monitor of the bus, searched for planted secrets.

`python -m tests.leaks` runs it, for Linux; see `__main__`.
"""
