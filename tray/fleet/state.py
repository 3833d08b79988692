"""The program's state: one snapshot. The owners of its slices write it, and every reader gets it without waiting."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tray.fleet.snapshot import LastOpened, Listing, Snapshot, Tasks

if TYPE_CHECKING:
    from tray.model.additions import Additions
    from tray.model.cloud_schedules import CloudSchedule
    from tray.model.notification_kinds import NotificationKind
    from tray.model.open_sessions import OpenSession
    from tray.model.policy import Policy
    from tray.model.power import Denial, Opened, Start, StopAllQuestion, StopQuestion
    from tray.model.prices import Prices
    from tray.model.searches import RegionSearch
    from tray.model.spent_hours import SeenHours
    from tray.model.stop_plans import StopPlan
    from tray.model.trials import Trial

log = logging.getLogger(__name__)

T = TypeVar("T")


class State:
    """Holds one `Snapshot`, which is swapped whole.

    Reading takes no lock, so the icon's thread never waits for a worker. The lock is held only while the next snapshot
    is derived from the present one, never across a call to anything outside.

    Each slice has one owner: only the service that is given the slice changes it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._snapshot = Snapshot()
        self._listeners: tuple[Callable[[], object], ...] = ()
        self.listing: Slice[Listing] = Slice(self, "listing")
        self.tasks: Slice[Tasks] = Slice(self, "tasks")
        self.starts_at_login: Slice[bool | None] = Slice(self, "starts_at_login")
        self.recent: Slice[tuple[LastOpened, ...]] = Slice(self, "recent")
        self.kept: Slice[tuple[str, ...]] = Slice(self, "kept")
        self.starts: Slice[tuple[Start, ...]] = Slice(self, "starts")
        self.questions: Slice[tuple[StopQuestion, ...]] = Slice(self, "questions")
        self.denials: Slice[tuple[Denial, ...]] = Slice(self, "denials")
        self.notifications_off: Slice[frozenset[NotificationKind]] = Slice(self, "notifications_off")
        self.opened: Slice[tuple[Opened, ...]] = Slice(self, "opened")
        self.stop_all: Slice[StopAllQuestion | None] = Slice(self, "stop_all")
        self.looks_off: Slice[bool] = Slice(self, "looks_off")
        self.platforms: Slice[Mapping[str, str]] = Slice(self, "platforms")
        self.prices: Slice[Prices] = Slice(self, "prices")
        self.searches: Slice[tuple[RegionSearch, ...]] = Slice(self, "searches")
        self.trials: Slice[tuple[Trial, ...]] = Slice(self, "trials")
        self.owner_tag: Slice[str] = Slice(self, "owner_tag")
        self.owners: Slice[Mapping[str, str]] = Slice(self, "owners")
        self.additions: Slice[Additions] = Slice(self, "additions")
        self.hours: Slice[SeenHours | None] = Slice(self, "hours")
        self.sessions: Slice[tuple[OpenSession, ...]] = Slice(self, "sessions")
        self.policy: Slice[Policy] = Slice(self, "policy")
        self.newer: Slice[str] = Slice(self, "newer")
        self.update_check_off: Slice[bool] = Slice(self, "update_check_off")
        self.stop_plans: Slice[tuple[StopPlan, ...]] = Slice(self, "stop_plans")
        self.cloud_schedules: Slice[tuple[CloudSchedule, ...]] = Slice(self, "cloud_schedules")

    @property
    def snapshot(self) -> Snapshot:
        """The present snapshot."""
        return self._snapshot

    def listen(self, listener: Callable[[], object], *, first: bool = False) -> None:
        """Have `listener` called after each change, on the thread that made the change; it reads the snapshot itself.

        An exception of a listener is logged. It stops neither the other listeners nor the caller that made the change.

        :param first: call it before those that are there, as the user sees what it does
        """
        with self._lock:
            self._listeners = (listener, *self._listeners) if first else (*self._listeners, listener)

    def change(self, change: Callable[[Snapshot], Snapshot]) -> None:
        """Replace the snapshot by the result of `change`, and call the listeners if it has changed.

        Slices and tests call this; the program's services change their slices.
        """
        with self._lock:
            before = self._snapshot
            self._snapshot = after = change(before)
            listeners = self._listeners
        if after == before:
            return
        for listener in listeners:
            try:
                listener()
            except Exception:
                log.exception("a change of what is known could not be shown")


class Slice(Generic[T]):
    """A part of the snapshot, with which its owner reads and changes it."""

    def __init__(self, state: State, name: str) -> None:
        self._state = state
        self._name = name

    @property
    def now(self) -> T:
        """The present value of the slice."""
        found: T = getattr(self._state.snapshot, self._name)
        return found

    def update(self, change: Callable[[T], T]) -> None:
        """Replace the value by the result of `change`, which must be quick and call nothing outside."""

        def changed(before: Snapshot) -> Snapshot:
            new: dict[str, Any] = {self._name: change(getattr(before, self._name))}
            return replace(before, **new)

        self._state.change(changed)

    def set(self, value: T) -> None:
        """Replace the value by `value`."""
        self.update(lambda _: value)
