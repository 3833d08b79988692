"""The regions that the installed botocore knows, and the one nearest to a wrong name."""

from __future__ import annotations

import functools
import re
from contextlib import suppress

# A name with more mistakes than this is another word.
_MOST_MISTAKES = 3
_MOST_LETTERS = 40


def known_region(region: str) -> bool:
    """Whether the installed botocore knows `region`; a newer region works all the same."""
    known = known_regions()
    return region in known or not known


def nearest_region(region: str) -> str:
    """Return the known region that `region` may mean, by its spelling or its location; empty if none is similar."""
    given = re.sub(r"[\s_-]+", "-", region.strip().lower())[:_MOST_LETTERS]
    if not given:
        return ""
    places = known_regions()
    for name, place in sorted(places.items()):
        if given in re.split(r"[^a-z]+", place.lower()) and not given.startswith(("us", "asia", "europe")):
            return name
    # A zone (eu-west-1a, us-west-2-lax-1a), an endpoint (fips-us-east-1), or more than one region in one place.
    if within := [name for name in places if re.search(rf"(?<![a-z]){name}(?![0-9])", given)]:
        return min(within, key=lambda name: (given.index(name), -len(name)))
    mistakes, name = min(((_mistakes(given, name), name) for name in sorted(places)), default=(_MOST_MISTAKES + 1, ""))
    return name if mistakes <= min(_MOST_MISTAKES, len(given) // 3) else ""


@functools.cache
def known_regions() -> dict[str, str]:
    """Return the regions of all partitions with their locations: “Europe (Ireland)”, or empty if botocore names none.

    No regions if botocore can't tell. Reads botocore's data once per process.
    """
    from tray.aws.botocore_patches.regions import regions_in, regions_of_partitions
    from tray.aws.service_model import ENDPOINT_PREFIX, shared_loader

    loader = shared_loader()
    # The first regions are from the release that the cut was made from, the others from the installed release.
    found: dict[str, str] = {}
    # If the user's own data for botocore is broken, every call reports it.
    with suppress(ValueError, OSError, LookupError, TypeError, AttributeError):
        found |= dict.fromkeys(regions_in(loader.load_data("endpoints"), ENDPOINT_PREFIX), "")
        found |= regions_of_partitions(loader)
    return {name: place for name, place in found.items() if _is_place(name)}


def regions_beside(region: str) -> tuple[str, ...]:
    """Return all regions that SageMaker has in the partition of `region`, itself included, by name.

    If botocore can't tell, `region` alone.
    """
    from tray.aws.botocore_patches.regions import regions_in
    from tray.aws.service_model import ENDPOINT_PREFIX, shared_loader

    found: frozenset[str] = frozenset()
    with suppress(ValueError, OSError, LookupError, TypeError, AttributeError):
        found = regions_in(shared_loader().load_data("endpoints"), ENDPOINT_PREFIX, beside=region)
    return tuple(sorted({region, *(name for name in found if _is_place(name))}))


def _is_place(name: str) -> bool:
    """Whether it is a region: names with these parts are endpoints, which endpoints.json lists among the regions."""
    return "fips" not in name and not name.endswith("-secondary")


def _mistakes(given: str, name: str) -> int:
    """Return how many letters are wrong, missing or too many, or swapped with the next (optimal string alignment)."""
    rows = [list(range(len(name) + 1))]
    for at, letter in enumerate(given, 1):
        row = [at]
        for to, other in enumerate(name, 1):
            least = min(rows[-1][to] + 1, row[-1] + 1, rows[-1][to - 1] + (letter != other))
            if at > 1 and to > 1 and letter == name[to - 2] and given[at - 2] == other:
                least = min(least, rows[-2][to - 2] + 1)
            row.append(least)
        rows.append(row)
    return rows[-1][-1]
