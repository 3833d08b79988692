"""Everything inside botocore that the program relies on: names that are private or not documented.

Each file says what it relies on, where in botocore that stands, and what happens in a release that lacks it:
botocore does it its own way and the log says so, or the caller gets a `TrayError` (`release.unknown_botocore`). The
names are listed in `tests/contract/test_botocore_inside.py`, which `make test-botocore` runs against the oldest and
the newest release that `pyproject.toml` allows; a unit test keeps them out of every other file.

The door: the public names of these files. Each is imported by itself, when it is needed: botocore takes long to
import.
"""
