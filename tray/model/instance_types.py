"""The instance types of notebook instances, and which come next to one: pure."""

from __future__ import annotations

from tray.model.instance_type_names import FAMILIES

_SMALLER, _LARGER = 1, 2


def neighbours(instance_type: str) -> tuple[str, ...]:
    """Return the types of the same family that come next: one smaller, two larger; none for an unknown type."""
    family, _, size = instance_type.rpartition(".")
    sizes = FAMILIES.get(family, ())
    if size not in sizes:
        return ()
    at = sizes.index(size)
    return tuple(f"{family}.{each}" for each in (*sizes[max(0, at - _SMALLER) : at], *sizes[at + 1 : at + 1 + _LARGER]))
