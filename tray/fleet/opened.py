"""Which of the notebook instances that the user opened or started here still run: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.model.notebooks import NotebookStatus

if TYPE_CHECKING:
    from collections.abc import Collection

    from tray.fleet.snapshot import Listing
    from tray.model.notebooks import Notebook
    from tray.model.power import Opened

# The list may show the status before a start for some seconds more.
SETTLING_SECONDS = 60.0
# A start takes some minutes. One whose status changed later was stopped and started by somebody else meanwhile.
_CHANGING_SECONDS = 3600.0
# By so much AWS' clock and this one may differ: AWS refuses what is signed with a time that is further away.
_CLOCKS_SECONDS = 300.0
_OVER = (NotebookStatus.STOPPED, NotebookStatus.STOPPING, NotebookStatus.FAILED, NotebookStatus.DELETING)


def over_of(opened: Collection[Opened], listing: Listing) -> frozenset[Opened]:
    """Return those of `opened` that a list shows stopped, gone, or started by somebody else since: pure."""
    if not opened:
        return frozenset()
    return frozenset(each for each in opened if _is_over(each, next(iter(listing.seen(each.arn)), None), listing))


def _is_over(opened: Opened, notebook: Notebook | None, listing: Listing) -> bool:
    if notebook is not None:
        changed = notebook.modified.timestamp() if notebook.modified is not None else 0.0
        created = notebook.created.timestamp() if notebook.created is not None else 0.0
        if changed > opened.since + _CHANGING_SECONDS or created > opened.since + SETTLING_SECONDS + _CLOCKS_SECONDS:
            return True  # somebody else has started it since, or deleted it and made another one of its name
        if notebook.status not in _OVER:
            return False
    listed_at = _listed_at(opened, notebook, listing)
    # Nothing is known of a profile that is configured no longer, or can't be listed now.
    return listed_at is not None and listed_at >= opened.since + SETTLING_SECONDS


def _listed_at(opened: Opened, notebook: Notebook | None, listing: Listing) -> float | None:
    """Return when the list that shows it, or shows it no longer, was made; None if there is no such list now."""
    profile = notebook.scope.profile if notebook is not None else opened.profile
    state = listing.scope_of(profile, opened.arn)
    return state.listed_at if state is not None and state.problem is None else None


def running_of(opened: Collection[Opened], listing: Listing) -> tuple[Notebook, ...]:
    """Return those of `opened` that run, as the profile sees them through which each was opened: pure."""
    if not opened:
        return ()
    over = over_of(opened, listing)
    found = []
    for each in opened:
        sightings = listing.seen(each.arn)
        if each not in over and sightings and sightings[0].running:
            found.append(next((one for one in sightings if one.scope.profile == each.profile), sightings[0]))
    return tuple(found)
