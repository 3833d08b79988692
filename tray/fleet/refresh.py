"""Keeping the snapshot fresh: the keyring first, then the AWS config, then every place at once."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tray.aws.config import config_fingerprint, read_aws_profiles
from tray.errors import Problem, TrayError
from tray.fleet.retries import Retries
from tray.fleet.schedule import (
    Transitions,
    elapsed_seconds,
    follow,
    follow_seconds,
    places_to_follow,
    refresh_seconds,
)
from tray.fleet.sign_in_watch import SignInWatch
from tray.fleet.survey import list_place, places_of
from tray.fleet.values import Phase, PlaceState, Snapshot
from tray.presence import Presence

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.aws.values import Place
    from tray.fleet.board import Board
    from tray.profiles.model import Profile
    from tray.profiles.store import ProfileStore, StoredProfiles
    from tray.workers import Workers

log = logging.getLogger(__name__)

# A menu that opens on something older than this asks anew.
FRESH_SECONDS = 15
# How long after waking, or after the start at login, the network may take to come up.
PATIENT_SECONDS = 30
# Where the system doesn't tell that it woke up, or that somebody is there again, the clock and the desktop are asked.
LOOK_SECONDS = 60
# A wait that lasts longer than asked for by this much, by the wall clock, was a sleep of the computer's.
ASLEEP_SECONDS = 30
# A keyring that can't be read, while nobody is asked: the login, or another program, unlocks it sooner or later.
_LOCKED_SECONDS = 15
# How long a place's notebook instances wait for those of others, to be shown with them.
_PUBLISH_SECONDS = 0.2

KEYRING = "Keyring"
AWS_CONFIG = "AWS config"


class Refresher:
    """Refreshes the board at the start, when asked, after the computer slept, and as `schedule.py` says.

    Between two refreshes it follows what is in a transition, and lists no other places for that.
    A place still being listed is not asked again, and nothing waits for it: one that hangs holds up no other. One that
    can't be reached is asked again by itself, as `retries.py` says. A sign-in that another program writes is noticed
    within 10 s.

    The keyring is asked for once, with the first refresh, and then only when the user asks for a refresh: each asking
    is a window in the user's way. While it can't be read, it is looked at every 15 s whether it was unlocked elsewhere.

    `presence` tells who may be looking; it is called on the refresher's thread and must be quick. For
    `patient_seconds` after the start, a network that is not there is no problem yet, and nobody is asked to unlock a
    keyring: for a program that the login starts. Apart from looking for a sleep each minute where `presence` says that
    none is announced, the thread wakes up for what is due and for nothing else.
    """

    def __init__(
        self,
        board: Board,
        store: ProfileStore,
        cloud: Cloud,
        *,
        aws: Workers,
        presence: Callable[[], Presence] = Presence,
        patient_seconds: float = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._board = board
        self._store = store
        self._cloud = cloud
        self._aws = aws
        self._presence = presence
        self._patient_seconds = patient_seconds
        self._clock = clock
        # Started by the login, nobody has asked for anything that a keyring would have to be unlocked for.
        self._may_ask = not patient_seconds
        # When the keyring was last found to be unreadable; None while it can be read.
        self._locked_at: float | None = None
        self._slept = False
        self._wake = threading.Event()
        self._asked = False
        self._started_at: float | None = None
        self._followed_at: float | None = None
        self._transitions: Transitions = {}
        self._retries = Retries(clock)
        # Access keys that another program renews are a sign-in, too.
        self._sign_ins = SignInWatch(lambda: (cloud.sign_in_fingerprint(), config_fingerprint()), clock)
        self._stored: StoredProfiles | None = None
        self._lock = threading.Lock()
        self._in_flight: set[Place] = set()
        self._listed: dict[Place, PlaceState] = {}
        # By the monotonic clock, as it is a fraction of a second.
        self._publish_at = math.inf

    def start(self) -> None:
        """Begin, on a thread of its own; the first refresh is at once."""
        self._retries.be_patient(self._patient_seconds)
        self._refresh_soon()
        threading.Thread(target=self._run, name="refresher", daemon=True).start()

    def refresh(self, *, ask: bool = False) -> None:
        """Ask for a refresh now; never blocks.

        :param ask: whether the user may be asked to unlock the keyring for it: where it is the user who wants it, and
            not for one that follows from something else
        """
        if ask:
            self._may_ask = True
        self._refresh_soon()

    def refresh_if_old(self) -> None:
        """Ask for a refresh unless the last one began less than 15 s ago; never blocks.

        By the wall clock, which goes on while the computer sleeps.
        """
        if elapsed_seconds(self._started_at, self._clock()) >= FRESH_SECONDS:
            self._refresh_soon()

    def woke(self) -> None:
        """Refresh now, as the computer has slept; for 30 s, the network may still be coming up. Never blocks."""
        self._retries.be_patient(PATIENT_SECONDS)
        self._slept = True
        self._refresh_soon()

    def presence_changed(self) -> None:
        """Reckon anew when the next refresh is due, as `presence` gives another value now; never blocks."""
        self._wake.set()

    def _refresh_soon(self) -> None:
        self._asked = True
        self._wake.set()

    def _run(self) -> None:
        while True:
            presence = self._presence()
            due_in = min(
                self._refresh_in(presence),
                self._follow_in(presence),
                self._retry_in(presence),
                self._sign_ins.due_in(self._board.snapshot, presence),
                self._unlocking_in(),
                self._publish_in(),
            )
            self._wait(due_in, presence)
            if self._publish_in() <= 0:
                self._publish()
            presence = self._presence()
            if self._asked or self._refresh_in(presence) <= 0:
                self._guarded(self._refresh)
            elif self._retry_in(presence) <= 0:
                self._guarded(self._retry)
            elif self._unlocking_in() <= 0:
                self._guarded(self._look_for_unlocking)
            elif self._sign_ins.due_in(self._board.snapshot, presence) <= 0:
                self._guarded(self._look_for_sign_ins)
            elif self._follow_in(presence) <= 0:
                self._guarded(self._follow)

    def _wait(self, seconds: float, presence: Presence) -> None:
        """Wait until woken, for so long, or until `presence` is no longer so; notice if the computer slept meanwhile.

        Waits go by a clock that stands still in a sleep: without `woke`, one that is under way goes on after it for
        what is left of it (Linux: CLOCK_MONOTONIC in clock_gettime(2); Windows 8 and later: WaitForSingleObject).
        """
        look = math.inf if presence.announced else LOOK_SECONDS
        while True:
            step = min(seconds, look)
            before = self._clock()
            woken = self._wake.wait(step)
            if self._clock() - before > step + ASLEEP_SECONDS:
                log.info("the computer seems to have slept")
                self.woke()
                woken = True
            seconds -= step
            # For a look and no more, nothing is reckoned anew: that took a processor just awake 5 to 10 ms.
            if woken or seconds <= 0 or self._presence() != presence:
                self._wake.clear()
                return

    def _refresh_in(self, presence: Presence) -> float:
        """How long until the next refresh is due by itself, in seconds."""
        return max(0.0, refresh_seconds(presence) - elapsed_seconds(self._started_at, self._clock()))

    def _unlocking_in(self) -> float:
        """How long until the keyring is to be looked at, in seconds: whether it can be read by now."""
        if self._locked_at is None:
            return math.inf
        return max(0.0, _LOCKED_SECONDS - elapsed_seconds(self._locked_at, self._clock()))

    def _follow_in(self, presence: Presence) -> float:
        """How long until what is in a transition is to be listed again, in seconds."""
        now = self._clock()
        self._transitions = follow(self._transitions, self._board.snapshot.notebooks, now)
        seconds = follow_seconds(self._transitions, presence, now)
        return max(0.0, seconds - elapsed_seconds(self._followed_at, now)) if seconds < math.inf else math.inf

    def _retry_in(self, presence: Presence) -> float:
        return self._retries.due_in(refresh_seconds(presence))

    def _publish_in(self) -> float:
        return max(0.0, self._publish_at - time.monotonic())

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception:
            log.exception("refresh failed")
            self._board.update(lambda snapshot: replace(snapshot, phase=Phase.RESTING))

    def _refresh(self) -> None:
        self._asked = False
        if self._slept:
            self._slept = False
            self._cloud.close_connections()
        self._started_at = self._followed_at = self._clock()
        if self._board.snapshot.keyring_read:
            self._board.update(lambda snapshot: replace(snapshot, phase=Phase.LISTING))
        self._sign_ins.remember()
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
        self._retries.all_asked(places)
        self._list_all(places)
        self._aws.submit(self._cloud.keep_fresh)

    def _retry(self) -> None:
        """Ask again only those that could not be reached."""
        self._list_all(self._retries.take())

    def _look_for_sign_ins(self) -> None:
        if self._sign_ins.changed():
            log.info("a sign-in was written by another program")
            self._refresh()

    def _look_for_unlocking(self) -> None:
        try:
            self._store.generation(ask=False)
        except TrayError:
            self._locked_at = self._clock()
        else:
            log.info("the keyring can be read again")
            self._refresh()
            # Where it is not so after all, there is nothing to wait for: the next refresh by itself looks again.
            self._locked_at = None

    def _follow(self) -> None:
        self._followed_at = now = self._clock()
        self._list_all(places_to_follow(self._transitions, self._board.snapshot.notebooks, now))

    def _list_all(self, places: Iterable[Place]) -> None:
        known = {state.place: state for state in self._board.snapshot.places}
        with self._lock:
            to_list = [place for place in places if place not in self._in_flight]
            self._in_flight.update(to_list)
        for place in to_list:
            self._aws.submit(partial(self._list, place, known.get(place)))
        self._rest_when_done()

    def _profiles(self, problems: list[tuple[str, Problem]]) -> tuple[Profile, ...]:
        ask, self._locked_at = self._may_ask, None
        try:
            # Two reads of the keyring instead of one a profile, where nothing has changed.
            if self._stored is None or self._stored.generation != self._store.generation(ask=ask):
                self._stored = self._store.load(ask=ask)
        except TrayError as error:
            log.warning("keyring: %s", error)
            problems.append((KEYRING, error.problem))
            self._locked_at = self._clock()
            return self._board.snapshot.profiles  # those that were read before stay
        finally:
            if ask:
                # Also one that was allowed meanwhile: what the user was just asked is not asked twice.
                self._may_ask = False
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

    def _list(self, place: Place, known: PlaceState | None) -> None:
        listed = self._retries.heard(list_place(self._cloud, place, known, clock=self._clock), known)
        # What is as it was can wait until all is listed: only that it was looked at is new.
        news = known is None or listed.notebooks is not known.notebooks or listed.problem != known.problem
        now = time.monotonic()
        with self._lock:
            self._in_flight.discard(place)
            self._listed[place] = listed
            first = news and self._publish_at == math.inf
            if first:
                self._publish_at = now + _PUBLISH_SECONDS
            done = not self._in_flight
            # The refresher's thread does it in time, unless the keyring keeps it waiting.
            publish = done or self._publish_at <= now
        if publish:
            self._publish()
        elif first:
            self._wake.set()

    def _publish(self) -> None:
        """Show what was listed since this was last done: hundreds of places are not hundreds of new menus."""
        with self._lock:
            self._publish_at = math.inf
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
            if not self._retries.quiet:
                self._board.update(lambda snapshot: replace(snapshot, phase=Phase.RESTING))
            self._wake.set()  # when the next refresh is due depends on what this one found
