"""One notebook instance is one, through however many profiles it is seen: told apart by its ARN alone. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.notebooks import Notebook


def sightings(notebooks: Iterable[Notebook]) -> tuple[tuple[Notebook, ...], ...]:
    """Return for each notebook instance how it is seen, once through each profile, the first met first.

    Two of one name in two accounts or regions have two ARNs.
    """
    found: dict[str, tuple[Notebook, ...]] = {}
    for each in notebooks:
        seen = found.get(each.arn)
        if seen is None:
            found[each.arn] = (each,)
        elif all(other.scope.profile != each.scope.profile for other in seen):
            found[each.arn] = (*seen, each)
    return tuple(found.values())
