"""Groups the same notebook instance as several profiles see it: the ARN alone identifies it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.notebooks import Notebook


def sightings(notebooks: Iterable[Notebook]) -> tuple[tuple[Notebook, ...], ...]:
    """Return each notebook instance as the profiles see it, once for each profile, in the order of `notebooks`.

    Two notebook instances with one name in two accounts or regions have two ARNs.
    """
    everything = tuple(notebooks)
    once = {each.arn: (each,) for each in everything}
    if len(once) == len(everything):
        return tuple(once.values())
    found: dict[str, tuple[Notebook, ...]] = {}
    for each in everything:
        seen = found.get(each.arn)
        if seen is None:
            found[each.arn] = (each,)
        elif all(other.scope.profile != each.scope.profile for other in seen):
            found[each.arn] = (*seen, each)
    return tuple(found.values())
