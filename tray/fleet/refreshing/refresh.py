"""Keeps the snapshot fresh: reads the keyring, then the AWS config, and then lists every scope at once."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tray.aws.config import config_fingerprint
from tray.fleet.agenda import Agenda
from tray.fleet.refreshing.keyring_reading import KeyringWatch
from tray.fleet.refreshing.listing import aws_profiles_found, aws_profiles_of_roles, list_scope, scopes_of
from tray.fleet.refreshing.retries import Retries
from tray.fleet.refreshing.sign_in_watch import SignInWatch
from tray.fleet.refreshing.unasked_calls import UnaskedCalls
from tray.fleet.schedule import (
    Transitions,
    elapsed_seconds,
    follow,
    follow_seconds,
    refresh_seconds,
    scopes_to_follow,
    unasked,
)
from tray.fleet.snapshot import Listing, Phase, ScopeState, Source
from tray.model.presence import Presence
from tray.model.problems import Kind, Problem

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.state import Slice
    from tray.model.notebooks import Scope
    from tray.runtime.workers import Workers
    from tray.settings.profiles.store import ProfileStore

log = logging.getLogger(__name__)

# If the listing is older than this when the menu opens, a refresh begins.
FRESH_SECONDS = 15
# How long after waking, or after the start at login, the network may take to come up.
PATIENT_SECONDS = 30
# So many calls that nobody asked for are made per UNASKED_SECONDS at most.
MOST_UNASKED = 40
UNASKED_SECONDS = 60
# A refresh that the user didn't ask for lists so many scopes in that time, and the others later: of hundreds, each is
# listed less often than every 5 minutes.
MOST_LISTED = 20
# How long a scope's result waits for those of other scopes, so that they are shown together: longer where the menu has
# an earlier result, as each new menu of hundreds takes CPU time.
_PUBLISH_SECONDS = 0.2
_PUBLISH_AGAIN_SECONDS = 0.5
# How often the scopes that have not answered yet are shown again.
_TELL_SECONDS = 3.0


class Refresher:
    """Refreshes the listing at the start, when asked, after the computer slept, and as `schedule.py` says.

    Between two refreshes, the refresher follows notebook instances in a transition, and lists only their scopes. A
    scope still being listed is not asked again, and nothing waits for it, so that a hanging scope holds up no other. A
    scope that can't be reached is asked again, as `retries.py` says. A sign-in that another program writes is noticed
    within 10 s.

    The keyring is read on a separate thread. While it doesn't answer, or asks the user, the known profiles are listed.

    The user may be asked to unlock the keyring at the first refresh, and then only at a refresh that the user asks for,
    because each prompt is a window in the user's way. While the keyring can't be read, the refresher checks every 15 s
    whether it was unlocked elsewhere.

    A refresh that nobody asked for leaves out the scopes without notebook instances for half an hour, and lists no more
    than 40 scopes a minute.

    `presence` returns whether the user may be looking; it is called on the agenda's thread and must be quick. For a
    program that the login starts, `patient_seconds` is set: for this time after the start, a missing network is no
    problem yet, and the user is not asked to unlock a keyring.
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
        self._slept = False
        self._asked = False
        # The time at which the last refresh began, and at which the last refresh of all scopes began.
        self._started_at: float | None = None
        # Whether a refresh is still reading the profiles and the config, before it lists.
        self._beginning = False
        self._all_asked_at: float | None = None
        # The scopes that a refresh that nobody asked for has still to list, and the time at which it last listed some.
        self._later: tuple[Scope, ...] = ()
        self._later_since: float | None = None
        self._followed_at: float | None = None
        self._transitions: Transitions = {}
        self._retries = Retries(clock)
        self.unasked_calls = UnaskedCalls(clock)
        # Access keys that another program renews are a sign-in, too.
        self._sign_ins = SignInWatch(lambda: (cloud.sign_in_fingerprint(), config_fingerprint()), clock)
        self._lock = threading.Lock()
        self._in_flight: set[Scope] = set()
        # Since when some scope has been in flight, by the wall clock: the menu shows how long that is.
        self._asking_since = 0.0
        self._listed: dict[Scope, ScopeState] = {}
        # By the monotonic clock, because the wait is a fraction of a second.
        self._publish_at = math.inf
        self._told_asked_at = 0.0
        self.agenda = agenda = Agenda(presence=presence, clock=clock, on_slept=self.woke, on_error=on_error)
        # If the login started the program, the user has not asked for anything that needs an unlocked keyring.
        self._keyring = KeyringWatch(store, listing, may_ask=not patient_seconds, clock=clock, on_over=agenda.look)
        agenda.add("publish", lambda _: max(0.0, self._publish_at - time.monotonic()), self._publish)
        agenda.add("tell what is asked", lambda _: self._telling_in(), self._tell_asked)
        agenda.add("refresh", self._refresh_in, self._guarded_refresh)
        agenda.add("retry", lambda presence: self._retries.due_in(refresh_seconds(presence)), self._retry)
        agenda.add("list more", lambda _: self._later_in(), self._list_more)
        agenda.add(
            "take what the keyring holds",
            lambda _: self._keyring.late_in(),
            self._take_late,
        )
        agenda.add("look for the keyring's unlocking", lambda _: self._keyring.look_in(), self._look_for_unlocking)
        agenda.add("look for sign-ins", lambda it: self._sign_ins.due_in(listing.now, it), self._look_for_sign_ins)
        agenda.add("follow", self._follow_in, self._follow)

    def start(self) -> None:
        """Start the agenda's thread; the first refresh begins at once."""
        self._retries.be_patient(self._patient_seconds)
        self._refresh_soon()
        self.agenda.start()

    def refresh(self, *, ask: bool = False) -> None:
        """Ask for a refresh now; never blocks.

        :param ask: whether the refresh may ask the user to unlock the keyring: only if the user wants the refresh
        """
        if ask:
            self._keyring.allow_asking()
        self._refresh_soon()

    def list_now(self, scope: Scope) -> None:
        """List one scope now, because something has just changed there; never blocks."""
        self._list_all((scope,))

    def refresh_if_old(self) -> None:
        """Ask for a refresh unless one of all scopes began less than 15 s ago; never blocks.

        The wall clock counts, because it goes on while the computer sleeps.
        """
        if elapsed_seconds(self._all_asked_at, self._clock()) >= FRESH_SECONDS:
            self._refresh_soon()

    def woke(self) -> None:
        """Refresh now, because the computer has slept. For 30 s, the network may still be coming up. Never blocks."""
        self._retries.be_patient(PATIENT_SECONDS)
        self._slept = True
        self._refresh_soon()

    def presence_changed(self) -> None:
        """Compute again when the next refresh is due, because `presence` has changed; never blocks."""
        self.agenda.look()

    def _refresh_soon(self) -> None:
        self._ask()
        self.agenda.look("refresh")

    def _ask(self) -> None:
        with self._lock:  # otherwise a request while `_refresh` reads and resets the flag would be lost
            self._asked = True

    def _refresh_in(self, presence: Presence) -> float:
        """Return the seconds until the next refresh is due."""
        if self._asked:
            return 0.0
        return max(0.0, refresh_seconds(presence) - elapsed_seconds(self._started_at, self._clock()))

    def _follow_in(self, presence: Presence) -> float:
        """Return the seconds until notebook instances in a transition are listed again."""
        now = self._clock()
        self._transitions = follow(self._transitions, self._listing.now.notebooks, now)
        seconds = follow_seconds(self._transitions, presence, now)
        if seconds == math.inf:
            return math.inf
        scopes = scopes_to_follow(self._transitions, self._listing.now.notebooks, now)
        seconds = max(seconds, len(scopes) * UNASKED_SECONDS / MOST_UNASKED)
        return max(0.0, seconds - elapsed_seconds(self._followed_at, now))

    def _later_in(self) -> float:
        """Return the seconds until the next scopes of a refresh that nobody asked for are listed."""
        if not self._later:
            return math.inf
        return max(0.0, UNASKED_SECONDS - elapsed_seconds(self._later_since, self._clock()))

    def _guarded_refresh(self) -> None:
        asked, self._beginning = self._asked, True
        try:
            self._refresh()
        except Exception:
            if asked:
                self._ask()  # the user's refresh is still to be done
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
        # A user who asked sees at once that the refresh has begun; each new menu costs an idle tray some CPU time.
        if asked and self._listing.now.keyring_read:
            self._show(Phase.LISTING)
        self._sign_ins.remember()
        problems: list[tuple[str | Source, Problem]] = []
        stored = self._keyring.read(problems)
        # If the profiles can't be read now, those that were read before stay.
        profiles = (
            stored.profiles if stored is not None else self._listing.now.profiles or self._store.without_keyring()
        )
        unchecked = stored.unchecked if stored is not None else self._listing.now.unchecked
        self._cloud.forget_changed_config()
        aws_profiles = aws_profiles_found(self._listing.now, problems)
        aws_roles = aws_profiles_of_roles((*profiles, *unchecked))
        scopes, without_scope = scopes_of(self._cloud, profiles)
        problems += without_scope

        def begin(listing: Listing) -> Listing:
            known = {state.scope: state for state in listing.scopes}
            return replace(
                listing,
                phase=Phase.READING_KEYRING if self._keyring.is_first_reading else Phase.LISTING,
                profiles=profiles,
                unchecked=unchecked,
                aws_profiles=aws_profiles,
                aws_roles=aws_roles,
                scopes=tuple(known.get(scope, ScopeState(scope)) for scope in scopes),
                problems=tuple(problems),
                keyring_read=listing.keyring_read or stored is not None,
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
        """List again only the scopes that could not be reached."""
        scopes = tuple(self._retries.take(state.scope for state in self._listing.now.scopes))
        self.unasked_calls.note(len(scopes))
        self._list_all(scopes)

    def _list_more(self) -> None:
        most = max(1, min(MOST_LISTED, MOST_UNASKED - self.unasked_calls.leave))
        now, self._later = self._later[:most], self._later[most:]
        self._later_since = self._clock()
        self.unasked_calls.note(len(now))
        self._list_all(now)

    def _look_for_sign_ins(self) -> None:
        if self._sign_ins.changed():
            log.info("a sign-in was written by another program")
            self._ask()
            self._guarded_refresh()

    def _look_for_unlocking(self) -> None:
        self._list_if(self._keyring.look())

    def _take_late(self) -> None:
        self._list_if(self._keyring.take_late())

    def _list_if(self, anything_new: bool) -> None:
        if anything_new:
            self._ask()
            self._guarded_refresh()
        self._rest_when_done()

    def _follow(self) -> None:
        self._followed_at = now = self._clock()
        scopes = scopes_to_follow(self._transitions, self._listing.now.notebooks, now)
        self.unasked_calls.note(len(scopes))
        self._list_all(scopes)

    def _list_all(self, scopes: Iterable[Scope]) -> None:
        known = {state.scope: state for state in self._listing.now.scopes}
        with self._lock:
            to_list = [scope for scope in scopes if scope not in self._in_flight]
            if to_list and not self._in_flight:
                self._asking_since, self._told_asked_at = self._clock(), time.monotonic()
            self._in_flight.update(to_list)
        # Scopes that could not be reached come last: dozens that hang would keep all workers from those that answer.
        for scope in sorted(to_list, key=lambda scope: _was_unreachable(known.get(scope))):
            self._aws.start(partial(self._list, scope, known.get(scope)))
        if to_list:
            self.agenda.look()  # the time at which the scopes without an answer are shown
        self._rest_when_done()

    def _list(self, scope: Scope, known: ScopeState | None) -> None:
        listed = list_scope(self._cloud, scope, known, clock=self._clock)
        try:
            listed = self._retries.heard(listed, known)
        finally:
            # The scope is taken out of those in flight in any case: otherwise it would never be listed again.
            self._listed_one(scope, listed, known)

    def _listed_one(self, scope: Scope, listed: ScopeState, known: ScopeState | None) -> None:
        # An unchanged result can wait until everything is listed: only its time is new.
        news = known is None or listed.notebooks is not known.notebooks or listed.problem != known.problem
        now = time.monotonic()
        with self._lock:
            self._in_flight.discard(scope)
            self._listed[scope] = listed
            first = news and self._publish_at == math.inf
            if first:
                self._publish_at = now + (_PUBLISH_AGAIN_SECONDS if known and known.listed_at else _PUBLISH_SECONDS)
            done = not self._in_flight
            # The refresher's thread publishes the result in time, unless the keyring keeps the thread waiting.
            publish = done or self._publish_at <= now
        if publish:
            self._publish()
        elif first:
            self.agenda.look()

    def _publish(self) -> None:
        """Show all results since the last call, so that hundreds of scopes don't make hundreds of new menus."""

        def published(listing: Listing) -> Listing:
            # The results are taken inside the update: otherwise older results could overwrite newer ones.
            with self._lock:
                self._publish_at = math.inf
                listed, self._listed = self._listed, {}
            shown = replace(listing, scopes=tuple(listed.get(state.scope, state) for state in listing.scopes))
            return self._rested(self._asking(shown))

        self._listing.update(published)
        self._look_when_done()

    def _telling_in(self) -> float:
        """Return the seconds until the scopes without an answer are shown again; infinite if all have answered."""
        if not self._in_flight:
            return math.inf
        return max(0.0, self._told_asked_at + _TELL_SECONDS - time.monotonic())

    def _tell_asked(self) -> None:
        self._told_asked_at = time.monotonic()
        self._listing.update(self._asking)

    def _asking(self, listing: Listing) -> Listing:
        """Return `listing` with the scopes that are being asked now. The menu names those that take some seconds."""
        with self._lock:
            asking = tuple(state.scope for state in listing.scopes if state.scope in self._in_flight)
        return replace(listing, asking=asking, asking_since=self._asking_since if asking else None)

    def _rested(self, listing: Listing) -> Listing:
        """Return `listing` at rest if nothing is under way.

        To be called inside an update: a refresh that begins meanwhile shows its phase afterwards, and not before.
        """
        over = not (self._in_flight or self._beginning or self._retries.quiet or self._keyring.is_first_reading)
        return replace(listing, phase=Phase.RESTING) if over else listing

    def _rest_when_done(self) -> None:
        self._listing.update(self._rested)
        self._look_when_done()

    def _look_when_done(self) -> None:
        if not self._in_flight:
            self.agenda.look()  # the time of the next refresh depends on the result of this one


def _was_unreachable(state: ScopeState | None) -> bool:
    return state is not None and state.problem is not None and state.problem.kind is Kind.UNREACHABLE
