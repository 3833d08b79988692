"""What pages show beside the snapshot, and what it takes to know that: owners, and running hours.

The menu says the sums of the running hours.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tray.fleet.facts.owner_asking import OwnerAsking
from tray.fleet.facts.owner_files import OWNERS_FILE_NAME, TAG_FILE_NAME
from tray.fleet.facts.running_hours import FILE_NAME as RUNNING_HOURS
from tray.fleet.facts.running_hours import RunningHours
from tray.fleet.unhurried import Unhurried

if TYPE_CHECKING:
    from tray.model.activity import Activity
    from tray.model.notebooks import Notebook
    from tray.model.running_hours import Day
    from tray.wiring.parts import Parts

# It is shown in tenths of an hour.
_COUNT_SECONDS = 300.0


class PageFacts:
    """Joins the services that only pages need to the state and the agenda. No method waits."""

    def __init__(self, parts: Parts) -> None:
        state = parts.state
        self._hours = hours = RunningHours(
            lambda: state.snapshot.listing,
            workers=parts.workers("hours", 1),
            path=parts.kept(RUNNING_HOURS),
            tell=state.hours.set,
        )
        self._owners = owners = OwnerAsking(
            state,
            parts.cloud,
            calls=parts.refresher.unasked_calls,
            workers=parts.workers("owners", 1),
            tag_path=parts.kept(TAG_FILE_NAME),
            owners_path=parts.kept(OWNERS_FILE_NAME),
            on_end=parts.agenda.look,
        )
        parts.agenda.add("keep running hours", hours.due_in, hours.write)
        parts.agenda.add("ask for owners", owners.due_in, owners.act)
        Unhurried(
            state,
            parts.agenda,
            "count running hours",
            lambda snapshot: (snapshot.listing.scopes,),
            hours.follow,
            every_seconds=_COUNT_SECONDS,
        )

    def load(self) -> None:
        """Read what earlier runs have kept, and follow what the user has chosen."""
        self._hours.load()
        self._owners.follow()

    def follow_choices(self) -> None:
        """Take what another program has chosen."""
        self._owners.follow()

    def days(self, arn: str) -> tuple[Day, ...]:
        """Return the running hours of the last days of a notebook instance."""
        return self._hours.days(arn)

    def looked(self, notebook: Notebook, activity: Activity) -> Activity:
        """Count the idle hours that a look at a notebook instance has just found; return what was found."""
        self._hours.looked(notebook, activity, time.time())
        return activity

    def in_sight(self, arns: tuple[str, ...]) -> None:
        """Know more of the notebook instances that the user sees."""
        self._owners.wanted(arns)
