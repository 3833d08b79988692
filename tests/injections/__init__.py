"""`make test-faults`: the whole program, while one thing after the other is taken from it and given back.

The package isn't collected by pytest: `python -m tests.injections` runs it.
"""
