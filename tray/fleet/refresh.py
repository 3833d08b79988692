"""Keeping the snapshot fresh: the keyring first, then the AWS config, then every place at once."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.aws.config import read_aws_profiles
from tray.errors import Problem, TrayError
from tray.fleet.survey import list_place, places_of
from tray.fleet.values import Phase, PlaceState, Snapshot, Status

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.aws.values import Place
    from tray.fleet.board import Board
    from tray.profiles.model import Profile
    from tray.profiles.store import ProfileStore, StoredProfiles
    from tray.workers import Workers

log = logging.getLogger(__name__)

REFRESH_EVERY_SECONDS = 300
# While an instance starts or stops, which takes a few minutes, somebody may be waiting for it.
TRANSITION_SECONDS = 5
# A menu that opens on something older than this asks anew.
FRESH_SECONDS = 15
# How long a place's notebook instances wait for those of others, to be shown with them.
_PUBLISH_SECONDS = 0.2
# Ages are shown in minutes.
_TICK_SECONDS = 60

_IN_TRANSITION = frozenset({Status.PENDING, Status.STOPPING, Status.UPDATING, Status.DELETING})

KEYRING = "Keyring"
AWS_CONFIG = "AWS config"


class Refresher:
    """Refreshes the board at the start, every 5 minutes (5 s while an instance starts or stops), and when asked.

    A place still being listed is not asked again, and nothing waits for it: one that hangs holds up no other.
    """

    def __init__(
        self,
        board: Board,
        store: ProfileStore,
        cloud: Cloud,
        *,
        aws: Workers,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._board = board
        self._store = store
        self._cloud = cloud
        self._aws = aws
        self._clock = clock
        self._wake = threading.Event()
        self._asked = False
        self._started_at: float | None = None
        self._stored: StoredProfiles | None = None
        self._lock = threading.Lock()
        self._in_flight: set[Place] = set()
        self._listed: dict[Place, PlaceState] = {}
        self._publishing: threading.Timer | None = None

    def start(self) -> None:
        """Begin, on a thread of its own; the first refresh is at once."""
        self.refresh()
        threading.Thread(target=self._run, name="refresher", daemon=True).start()

    def refresh(self) -> None:
        """Ask for a refresh now; never blocks."""
        self._asked = True
        self._wake.set()

    def refresh_if_old(self) -> None:
        """Ask for a refresh unless the last one began less than 15 s ago; never blocks.

        By the wall clock, which goes on while the computer sleeps.
        """
        if self._age() >= FRESH_SECONDS:
            self.refresh()

    def _due_in(self) -> float:
        """How long until the next refresh is due by itself, in seconds."""
        changing = any(notebook.status in _IN_TRANSITION for notebook in self._board.snapshot.notebooks)
        return max(0.0, (TRANSITION_SECONDS if changing else REFRESH_EVERY_SECONDS) - self._age())

    def _age(self) -> float:
        """How long ago the last refresh began, in seconds; infinite if there was none or the clock was set back."""
        age = self._clock() - self._started_at if self._started_at is not None else math.inf
        return age if age >= 0 else math.inf

    def _run(self) -> None:
        while True:
            woken = self._wake.wait(min(_TICK_SECONDS, self._due_in()))
            self._wake.clear()
            if not self._asked and self._due_in() > 0:
                if not woken:
                    self._board.tick()
                continue
            self._asked = False
            self._started_at = self._clock()
            try:
                self._refresh()
            except Exception:
                log.exception("refresh failed")
                self._board.update(lambda snapshot: replace(snapshot, phase=Phase.RESTING))

    def _refresh(self) -> None:
        if self._board.snapshot.keyring_read:
            self._board.update(lambda snapshot: replace(snapshot, phase=Phase.LISTING))
        problems: list[tuple[str, Problem]] = []
        profiles = self._profiles(problems)
        self._cloud.forget_changed_config()
        aws_profiles = self._aws_profiles(problems)
        places, without_place = places_of(self._cloud, profiles)
        problems += without_place

        def begin(snapshot: Snapshot) -> Snapshot:
            known = {state.place: state for state in snapshot.places}
            return replace(
                snapshot,
                phase=Phase.LISTING,
                profiles=profiles,
                aws_profiles=aws_profiles,
                places=tuple(known.get(place, PlaceState(place)) for place in places),
                problems=tuple(problems),
                keyring_read=True,
            )

        self._board.update(begin)
        with self._lock:
            to_list = [place for place in places if place not in self._in_flight]
            self._in_flight.update(to_list)
        for place in to_list:
            self._aws.submit(lambda place=place: self._list(place))  # type: ignore[misc]
        self._rest_when_done()

    def _profiles(self, problems: list[tuple[str, Problem]]) -> tuple[Profile, ...]:
        try:
            # Two reads of the keyring instead of one a profile, where nothing has changed.
            if self._stored is None or self._stored.generation != self._store.generation():
                self._stored = self._store.load()
        except TrayError as error:
            log.warning("keyring: %s", error)
            problems.append((KEYRING, error.problem))
            return self._board.snapshot.profiles  # those that were read before stay
        stored = self._stored
        if stored.problems:
            self._stored = None  # what is wrong may be mended by unlocking, say, which changes no generation
        problems += [(bad.name, bad.problem) for bad in stored.problems]
        return stored.profiles

    def _aws_profiles(self, problems: list[tuple[str, Problem]]) -> tuple[str, ...]:
        try:
            return tuple(profile.name for profile in read_aws_profiles())
        except TrayError as error:
            log.warning("AWS config: %s", error)
            problems.append((AWS_CONFIG, error.problem))
            return self._board.snapshot.aws_profiles

    def _list(self, place: Place) -> None:
        known = next((state for state in self._board.snapshot.places if state.place == place), None)
        listed = list_place(self._cloud, place, known, clock=self._clock)
        with self._lock:
            self._in_flight.discard(place)
            self._listed[place] = listed
            done = not self._in_flight
            wait = not done and self._publishing is None
            if wait:
                self._publishing = threading.Timer(_PUBLISH_SECONDS, self._publish)
                self._publishing.daemon = True
                self._publishing.start()
        if done:
            self._publish()

    def _publish(self) -> None:
        """Show what was listed since this was last done: hundreds of places are not hundreds of new menus."""
        with self._lock:
            if self._publishing is not None:
                self._publishing.cancel()
                self._publishing = None
            listed, self._listed = self._listed, {}
        self._board.update(
            lambda snapshot: replace(
                snapshot, places=tuple(listed.get(state.place, state) for state in snapshot.places)
            )
        )
        self._rest_when_done()

    def _rest_when_done(self) -> None:
        with self._lock:
            done = not self._in_flight
        if done:
            self._board.update(lambda snapshot: replace(snapshot, phase=Phase.RESTING))
            self._wake.set()  # when the next refresh is due depends on what this one found
