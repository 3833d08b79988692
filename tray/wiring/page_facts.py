"""What pages show beside the snapshot, and what it takes to know that: owners, and running hours.

The menu says the sums of the running hours.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tray.fleet.owner_asking import OwnerAsking
from tray.fleet.owner_files import OWNERS_FILE_NAME, TAG_FILE_NAME
from tray.fleet.running_hours import FILE_NAME as RUNNING_HOURS
from tray.fleet.running_hours import RunningHours
from tray.fleet.unhurried import Unhurried

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tray.aws.cloud import Cloud
    from tray.fleet.refresh import Refresher
    from tray.fleet.state import State
    from tray.model.activity import Activity
    from tray.model.notebooks import Notebook
    from tray.model.running_hours import Day
    from tray.runtime.workers import Workers


class PageFacts:
    """Joins the services that only pages need to the state and the agenda. No method waits.

    :param workers: makes workers of a name and a number
    :param kept: returns where a file of this name is kept; None to keep it in memory alone
    """

    def __init__(
        self,
        state: State,
        cloud: Cloud,
        refresher: Refresher,
        *,
        workers: Callable[[str, int], Workers],
        kept: Callable[[str], Path | None],
    ) -> None:
        self._hours = hours = RunningHours(
            lambda: state.snapshot.listing,
            workers=workers("hours", 1),
            path=kept(RUNNING_HOURS),
            tell=state.hours.set,
        )
        self._owners = owners = OwnerAsking(
            state,
            cloud,
            calls=refresher.unasked_calls,
            workers=workers("owners", 1),
            tag_path=kept(TAG_FILE_NAME),
            owners_path=kept(OWNERS_FILE_NAME),
            on_end=refresher.agenda.look,
        )
        refresher.agenda.add("keep running hours", hours.due_in, hours.write)
        refresher.agenda.add("ask for owners", owners.due_in, owners.act)
        Unhurried(
            state, refresher.agenda, "count running hours", lambda snapshot: (snapshot.listing.scopes,), hours.follow
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
