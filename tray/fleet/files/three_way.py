"""Joins two changes of the same value, as JSON has it: what another program stored, and what could not be stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_MISSING = object()
# What tells which notebook instance's an item of a list is, and what it is to it.
_NAMES = ("arn", "trigger", "name")


def joined(base: Any, ours: Any, theirs: Any) -> Any:
    """Return `theirs` with what `ours` has changed of `base`. Pure.

    Where both have changed the same member, theirs counts: it was stored, and somebody has seen it. A member that one
    of them has taken away, and the other has not changed, is gone.
    """
    if ours == base:
        return theirs
    if theirs == base:
        return ours
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return _members(base if isinstance(base, dict) else {}, ours, theirs)
    if isinstance(ours, list) and isinstance(theirs, list):
        before = base if isinstance(base, list) else []
        return [*_members(_by_key(before), _by_key(ours), _by_key(theirs)).values()]
    return theirs


def _members(base: Mapping[Any, Any], ours: Mapping[Any, Any], theirs: Mapping[Any, Any]) -> dict[Any, Any]:
    found = {
        key: joined(base.get(key, _MISSING), ours.get(key, _MISSING), theirs.get(key, _MISSING))
        for key in (*theirs, *(key for key in ours if key not in theirs))
    }
    return {key: value for key, value in found.items() if value is not _MISSING}


def _by_key(items: Sequence[Any]) -> dict[Any, Any]:
    return {
        tuple(repr(item.get(name)) for name in _NAMES) if isinstance(item, dict) and "arn" in item else repr(item): item
        for item in items
    }
