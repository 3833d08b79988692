"""Keeping the snapshot fresh: the keyring first, then the AWS config, then every scope at once."""

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
from tray.aws.config_checks import refused_files
from tray.fleet.agenda import Agenda
from tray.fleet.listing import list_scope, scopes_of
from tray.fleet.retries import Retries
from tray.fleet.schedule import (
    Transitions,
    elapsed_seconds,
    follow,
    follow_seconds,
    refresh_seconds,
    scopes_to_follow,
    unasked,
)
from tray.fleet.sign_in_watch import SignInWatch
from tray.fleet.snapshot import Listing, Phase, ScopeState, Source
from tray.model.presence import Presence
from tray.model.problems import Kind, Problem, TrayError

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.state import Slice
    from tray.model.notebooks import Scope
    from tray.runtime.workers import Workers
    from tray.settings.profiles.model import Profile
    from tray.settings.profiles.store import ProfileStore, StoredProfiles

log = logging.getLogger(__name__)

# A menu that opens on something older than this asks anew.
FRESH_SECONDS = 15
# How long after waking, or after the start at login, the network may take to come up.
PATIENT_SECONDS = 30
# A keyring that can't be read, while nobody is asked: the login, or another program, unlocks it sooner or later.
_LOCKED_SECONDS = 15
# What an idle tray asks for unasked: so many lists within so long, and the others later.
MOST_UNASKED = 40
UNASKED_SECONDS = 60
# How long a scope's notebook instances wait for those of others, to be shown with them.
_PUBLISH_SECONDS = 0.2
# How often it is shown which scopes have not answered yet, while there are any.
_TELL_SECONDS = 3.0


class Refresher:
    """Refreshes what is listed at the start, when asked, after the computer slept, and as `schedule.py` says.

    Between two refreshes it follows what is in a transition, and lists no other scopes for that.
    A scope still being listed is not asked again, and nothing waits for it: one that hangs holds up no other. One that
    can't be reached is asked again by itself, as `retries.py` says. A sign-in that another program writes is noticed
    within 10 s.

    The keyring is asked for once, with the first refresh, and then only when the user asks for a refresh: each asking
    is a window in the user's way. While it can't be read, it is looked at every 15 s whether it was unlocked elsewhere.

    A refresh that nobody asked for leaves out the scopes without notebook instances for half an hour, and lists no more
    than 40 scopes a minute.

    `presence` tells who may be looking; it is called on the agenda's thread and must be quick. For `patient_seconds`
    after the start, a network that is not there is no problem yet, and nobody is asked to unlock a keyring: for a
    program that the login starts.
    """

    def __init__(
        self,
        listing: Slice[Listing],
        store: ProfileStore,
        cloud: Cloud,
        *,
        aws: Workers,
        presence: Callable[[], Presence] = Presence,
        patient_seconds: float = 0,
        clock: Callable[[], float] = time.time,
        on_error: Callable[[Exception], object] = lambda _: None,
    ) -> None:
        self._listing = listing
        self._store = store
        self._cloud = cloud
        self._aws = aws
        self._patient_seconds = patient_seconds
        self._clock = clock
        # Started by the login, nobody has asked for anything that a keyring would have to be unlocked for.
        self._may_ask = not patient_seconds
        # When the keyring was last found to be unreadable; None while it can be read.
        self._locked_at: float | None = None
        self._slept = False
        self._asked = False
        # When a refresh last began, and when the last that left no scope out did.
        self._started_at: float | None = None
        # Whether one is reading profiles and config, with nothing being listed yet.
        self._beginning = False
        self._all_asked_at: float | None = None
        # What the refresh that nobody asked for has still to list, and when it last listed some.
        self._later: tuple[Scope, ...] = ()
        self._later_since: float | None = None
        self._followed_at: float | None = None
        self._transitions: Transitions = {}
        self._retries = Retries(clock)
        # Access keys that another program renews are a sign-in, too.
        self._sign_ins = SignInWatch(lambda: (cloud.sign_in_fingerprint(), config_fingerprint()), clock)
        self._stored: StoredProfiles | None = None
        self._lock = threading.Lock()
        self._in_flight: set[Scope] = set()
        self._listed: dict[Scope, ScopeState] = {}
        # By the monotonic clock, as it is a fraction of a second.
        self._publish_at = math.inf
        self._told_asked_at = 0.0
        self.agenda = self._agenda = agenda = Agenda(
            presence=presence, clock=clock, on_slept=self.woke, on_error=on_error
        )
        agenda.add("publish", lambda _: max(0.0, self._publish_at - time.monotonic()), self._publish)
        agenda.add("tell what is asked", lambda _: self._telling_in(), self._tell_asked)
        agenda.add("refresh", self._refresh_in, self._guarded_refresh)
        agenda.add("retry", lambda presence: self._retries.due_in(refresh_seconds(presence)), self._retry)
        agenda.add("list more", lambda _: self._later_in(), self._list_more)
        agenda.add("look for the keyring's unlocking", lambda _: self._unlocking_in(), self._look_for_unlocking)
        agenda.add("look for sign-ins", lambda it: self._sign_ins.due_in(listing.now, it), self._look_for_sign_ins)
        agenda.add("follow", self._follow_in, self._follow)

    def start(self) -> None:
        """Begin, on a thread of its own; the first refresh is at once."""
        self._retries.be_patient(self._patient_seconds)
        self._refresh_soon()
        self._agenda.start()

    def refresh(self, *, ask: bool = False) -> None:
        """Ask for a refresh now; never blocks.

        :param ask: whether the user may be asked to unlock the keyring for it: where it is the user who wants it, and
            not for one that follows from something else
        """
        if ask:
            self._may_ask = True
        self._refresh_soon()

    def refresh_if_old(self) -> None:
        """Ask for a refresh unless everything was asked for less than 15 s ago; never blocks.

        By the wall clock, which goes on while the computer sleeps.
        """
        if elapsed_seconds(self._all_asked_at, self._clock()) >= FRESH_SECONDS:
            self._refresh_soon()

    def woke(self) -> None:
        """Refresh now, as the computer has slept; for 30 s, the network may still be coming up. Never blocks."""
        self._retries.be_patient(PATIENT_SECONDS)
        self._slept = True
        self._refresh_soon()

    def presence_changed(self) -> None:
        """Reckon anew when the next refresh is due, as `presence` gives another value now; never blocks."""
        self._agenda.look()

    def _refresh_soon(self) -> None:
        self._ask()
        self._agenda.look("refresh")

    def _ask(self) -> None:
        with self._lock:  # else one that falls between the look at it and its end, in `_refresh`, would be lost
            self._asked = True

    def _refresh_in(self, presence: Presence) -> float:
        """How long until the next refresh is due, in seconds."""
        if self._asked:
            return 0.0
        return max(0.0, refresh_seconds(presence) - elapsed_seconds(self._started_at, self._clock()))

    def _unlocking_in(self) -> float:
        """How long until the keyring is to be looked at, in seconds: whether it can be read by now."""
        if self._locked_at is None:
            return math.inf
        return max(0.0, _LOCKED_SECONDS - elapsed_seconds(self._locked_at, self._clock()))

    def _follow_in(self, presence: Presence) -> float:
        """How long until what is in a transition is to be listed again, in seconds."""
        now = self._clock()
        self._transitions = follow(self._transitions, self._listing.now.notebooks, now)
        seconds = follow_seconds(self._transitions, presence, now)
        if seconds == math.inf:
            return math.inf
        scopes = scopes_to_follow(self._transitions, self._listing.now.notebooks, now)
        seconds = max(seconds, len(scopes) * UNASKED_SECONDS / MOST_UNASKED)
        return max(0.0, seconds - elapsed_seconds(self._followed_at, now))

    def _later_in(self) -> float:
        """How long until more scopes are to be listed that nobody asked for, in seconds."""
        if not self._later:
            return math.inf
        return max(0.0, UNASKED_SECONDS - elapsed_seconds(self._later_since, self._clock()))

    def _guarded_refresh(self) -> None:
        asked, self._beginning = self._asked, True
        try:
            self._refresh()
        except Exception:
            if asked:
                self._ask()  # it is still to be had
            self._show(Phase.RESTING)
            raise
        finally:
            self._beginning = False
        self._rest_when_done()

    def _show(self, phase: Phase) -> None:
        self._listing.update(lambda listing: replace(listing, phase=phase))

    def _refresh(self) -> None:
        with self._lock:
            asked, self._asked = self._asked, False
        if self._slept:
            self._slept = False
            self._cloud.close_connections()
        self._started_at = self._followed_at = self._clock()
        if self._listing.now.keyring_read:
            self._show(Phase.LISTING)
        self._sign_ins.remember()
        problems: list[tuple[str | Source, Problem]] = []
        profiles = self._profiles(problems)
        self._cloud.forget_changed_config()
        aws_profiles = self._aws_profiles(problems)
        scopes, without_scope = scopes_of(self._cloud, profiles)
        problems += without_scope

        def begin(listing: Listing) -> Listing:
            known = {state.scope: state for state in listing.scopes}
            return replace(
                listing,
                phase=Phase.LISTING,
                profiles=profiles,
                aws_profiles=aws_profiles,
                scopes=tuple(known.get(scope, ScopeState(scope)) for scope in scopes),
                problems=tuple(problems),
                keyring_read=True,
            )

        self._listing.update(begin)
        self._retries.all_asked(scopes)
        if asked:
            self._all_asked_at, self._later = self._started_at, ()
            self._list_all(scopes)
        else:
            self._later = unasked(self._listing.now.scopes, self._started_at)
            self._list_more()
        self._aws.start(self._cloud.keep_fresh)

    def _retry(self) -> None:
        """Ask again only those that could not be reached."""
        self._list_all(self._retries.take(state.scope for state in self._listing.now.scopes))

    def _list_more(self) -> None:
        now, self._later = self._later[:MOST_UNASKED], self._later[MOST_UNASKED:]
        self._later_since = self._clock()
        self._list_all(now)

    def _look_for_sign_ins(self) -> None:
        if self._sign_ins.changed():
            log.info("a sign-in was written by another program")
            self._ask()
            self._guarded_refresh()

    def _look_for_unlocking(self) -> None:
        try:
            self._store.generation(ask=False)
        except TrayError:
            self._locked_at = self._clock()
        else:
            log.info("the keyring can be read again")
            self._ask()
            self._guarded_refresh()
            # Where it is not so after all, there is nothing to wait for: the next refresh by itself looks again.
            self._locked_at = None

    def _follow(self) -> None:
        self._followed_at = now = self._clock()
        self._list_all(scopes_to_follow(self._transitions, self._listing.now.notebooks, now))

    def _list_all(self, scopes: Iterable[Scope]) -> None:
        known = {state.scope: state for state in self._listing.now.scopes}
        with self._lock:
            to_list = [scope for scope in scopes if scope not in self._in_flight]
            self._in_flight.update(to_list)
        if to_list:
            self._tell_asked()
        # What could not be reached comes last: dozens that hang would keep all workers from those that answer.
        for scope in sorted(to_list, key=lambda scope: _was_unreachable(known.get(scope))):
            self._aws.start(partial(self._list, scope, known.get(scope)))
        self._rest_when_done()

    def _profiles(self, problems: list[tuple[str | Source, Problem]]) -> tuple[Profile, ...]:
        ask, self._locked_at = self._may_ask, None
        try:
            # Two reads of the keyring instead of one a profile, where nothing has changed.
            if self._stored is None or self._stored.generation != self._store.generation(ask=ask):
                self._stored = self._store.load(ask=ask)
        except TrayError as error:
            log.warning("keyring: %s", error)
            problems.append((Source.KEYRING, error.problem))
            self._locked_at = self._clock()
            return self._listing.now.profiles  # those that were read before stay
        finally:
            if ask:
                # Also one that was allowed meanwhile: what the user was just asked is not asked twice.
                self._may_ask = False
        stored = self._stored
        if stored.problems:
            self._stored = None  # what is wrong may be mended by unlocking, say, which changes no generation
        problems += [(bad.name, bad.problem) for bad in stored.problems]
        return stored.profiles

    def _aws_profiles(self, problems: list[tuple[str | Source, Problem]]) -> tuple[str, ...]:
        try:
            found = tuple(profile.name for profile in read_aws_profiles())
            problems += [(Source.AWS_CONFIG, problem) for problem in refused_files()]
            return found
        except TrayError as error:
            log.warning("AWS config: %s", error)
            problems.append((Source.AWS_CONFIG, error.problem))
            return self._listing.now.aws_profiles

    def _list(self, scope: Scope, known: ScopeState | None) -> None:
        listed = list_scope(self._cloud, scope, known, clock=self._clock)
        try:
            listed = self._retries.heard(listed, known)
        finally:
            # Whatever happens, it is no longer in flight: else it would never be listed again.
            self._listed_one(scope, listed, known)

    def _listed_one(self, scope: Scope, listed: ScopeState, known: ScopeState | None) -> None:
        # What is as it was can wait until all is listed: only that it was looked at is new.
        news = known is None or listed.notebooks is not known.notebooks or listed.problem != known.problem
        now = time.monotonic()
        with self._lock:
            self._in_flight.discard(scope)
            self._listed[scope] = listed
            first = news and self._publish_at == math.inf
            if first:
                self._publish_at = now + _PUBLISH_SECONDS
            done = not self._in_flight
            # The refresher's thread does it in time, unless the keyring keeps it waiting.
            publish = done or self._publish_at <= now
        if publish:
            self._publish()
        elif first:
            self._agenda.look()

    def _publish(self) -> None:
        """Show what was listed since this was last done: hundreds of scopes are not hundreds of new menus."""

        def published(listing: Listing) -> Listing:
            # Taken in here: what was taken before, and is overtaken on its way, would be shown over what is newer.
            with self._lock:
                self._publish_at = math.inf
                listed, self._listed = self._listed, {}
            shown = replace(listing, scopes=tuple(listed.get(state.scope, state) for state in listing.scopes))
            return self._asking(shown)

        self._listing.update(published)
        self._rest_when_done()

    def _telling_in(self) -> float:
        """Return in how many seconds to show anew which scopes have not answered; infinite where all have."""
        if not self._listing.now.asking:
            return math.inf
        return max(0.0, self._told_asked_at + _TELL_SECONDS - time.monotonic())

    def _tell_asked(self) -> None:
        self._told_asked_at = time.monotonic()
        self._listing.update(self._asking)

    def _asking(self, listing: Listing) -> Listing:
        """Return `listing` with what is being asked now."""
        with self._lock:
            asking = tuple(state.scope for state in listing.scopes if state.scope in self._in_flight)
        since = listing.asking_since if listing.asking and asking else self._clock()
        return replace(listing, asking=asking, asking_since=since if asking else None)

    def _rest_when_done(self) -> None:
        def rested(listing: Listing) -> Listing:
            # Looked at in here: a refresh that begins meanwhile shows so after this, and not before.
            over = not (self._in_flight or self._beginning or self._retries.quiet)
            return replace(listing, phase=Phase.RESTING) if over else listing

        self._listing.update(rested)
        if not self._in_flight:
            self._agenda.look()  # when the next refresh is due depends on what this one found


def _was_unreachable(state: ScopeState | None) -> bool:
    return state is not None and state.problem is not None and state.problem.kind is Kind.UNREACHABLE
