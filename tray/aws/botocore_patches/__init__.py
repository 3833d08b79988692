"""Everything inside botocore that the program relies on: names that are private or not documented.

Each file says which names it relies on, where botocore defines them, and what happens in a release that lacks them:
either botocore goes its own way and the log says so, or the caller gets a `TrayError` (`release.unknown_botocore`). The
names are listed in `tests/contract/test_botocore_inside.py`, which `make test-botocore` runs against the oldest and
the newest release that `pyproject.toml` allows; a unit test keeps them out of every other file.

Each module is its own door, and is imported when it is needed: botocore takes long to import.
"""
