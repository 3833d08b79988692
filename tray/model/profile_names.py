"""What a profile may be called. Pure, and the standard library only."""

from __future__ import annotations

import itertools
from collections.abc import Collection

# Long enough for the names that single sign-on tools generate (account, role and organisation in one name), and short
# enough for two such names and a region of every partition to fit into one keyring item.
MAXIMUM_NAME_LENGTH = 128


def fault_of(name: str) -> str | None:
    """Return why no profile can have a name, or sign with an AWS profile of it; None if one can."""
    if not name:
        return "empty"
    if len(name) > MAXIMUM_NAME_LENGTH:
        return "long"
    if not name.isprintable():
        return "unseen"
    if name != name.strip():
        return "spaced"
    return None


def free_name(name: str, taken: Collection[str]) -> str:
    """Return `name`, or `name 2` and so on if another profile has it: no configured profile is overwritten.

    The end of a long name makes room for the number.
    """
    endings = itertools.chain([""], (f" {at}" for at in itertools.count(2)))
    candidates = (
        f"{name[: MAXIMUM_NAME_LENGTH - len(ending)].rstrip()}{ending}" if ending else name for ending in endings
    )
    return next(free for free in candidates if free not in taken)
