"""What the user is told in notifications of what the services report: `program.py` joins it to them."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.fleet.refreshing.expiries import Expiries
from tray.fleet.snapshot import Outcome
from tray.fleet.telling import notifications as told
from tray.menu.finding import choices, found_line, found_places, search_facts
from tray.menu.power import facts_of
from tray.menu.sessions import until_words
from tray.menu.signing_in import sign_in_line
from tray.menu.stop_all import MOST_AT_ONCE as MOST_TO_STOP
from tray.menu.stop_all import facts_of_all, stops_all
from tray.menu.subjects import subject_of
from tray.model import commands as c
from tray.model.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from tray.fleet.snapshot import Listing, Task
    from tray.fleet.state import State
    from tray.fleet.telling.notifier import Notifier
    from tray.model.leaving import NotStopped
    from tray.model.open_sessions import Meanwhile, OpenSession
    from tray.model.power import Start, StopAllQuestion, StopQuestion
    from tray.model.searches import RegionSearch
    from tray.model.sign_in import DeviceCode
    from tray.model.stop_plans import StopPlan, StopResult


# So many sessions that end soon are told one by one.
_MOST_AT_ONCE = 3


class Telling:
    """Makes notifications of reports. Safe to use from any thread; no method waits.

    :param quiet_once: whether the first refresh tells of no expired sign-in: the icon alone shows it
    """

    def __init__(self, notifier: Notifier, state: State, *, quiet_once: bool) -> None:
        self._notifier = notifier
        self._state = state
        self._lock = threading.Lock()
        self._expiries = Expiries()
        self._quiet_once = quiet_once
        self._once: set[str] = set()
        self._asked_all = False
        self._told_together: frozenset[str] = frozenset()  # by ARN, the sessions of which one notification tells
        self._asked: frozenset[str] = frozenset()  # by ARN, the questions of which a notification tells

    def ended(self, task: Task, outcome: Outcome, problem: Problem | None) -> None:
        """Tell how a task ended, if the menu and the browser don't show it."""
        if problem is not None:
            self.failed(task.command, problem)
            return
        acts = c.OpenNotebook | c.StartNotebook | c.StopNotebook | c.StopIfIdle
        if outcome is Outcome.DONE and isinstance(task.command, acts):
            self._notifier.withdraw(told.about_notebook(task.command.arn))  # what it says is no longer true
        if outcome is Outcome.DONE and isinstance(task.command, c.SetRegions):
            self._notifier.withdraw(told.about_search(task.command.profile))
        if outcome is Outcome.DONE and (notification := told.done(task.command)) is not None:
            self._notifier.show(notification)

    def failed(self, command: c.Command, problem: Problem) -> None:
        """Tell that a command failed, or takes far too long."""
        self._notifier.show(told.failed(command, problem, subject_of(command)))

    def ready(self, start: Start) -> None:
        """Tell that a notebook instance has started; what a plain start is opened with, its profile says."""
        command, listing = start.command, self._state.snapshot.listing
        profile = next((each for each in listing.profiles if each.name == command.profile), None)
        opens = command.opens
        if opens is None and profile is not None and listing.find(command.profile, command.arn) is not None:
            opens = c.OpenNotebook(profile.name, command.arn, profile.view, profile.session_seconds)
        self._notifier.show(
            told.ready(command, opens, stops=start.kept_closed and self._state.snapshot.policy.limits.stop)
        )

    def asked(self, question: StopQuestion) -> None:
        """Ask whether to stop a notebook instance, unless that is answered already."""
        with self._lock:
            if question not in self._state.snapshot.questions:
                return
            self._asked |= {question.notebook.arn}
            # Within the lock: a question that is answered right now is taken back after it is shown.
            self._notifier.answer(told.asked(question, facts_of(question, time.time())))

    def asked_all(self, question: StopAllQuestion) -> None:
        """Ask whether to stop all that the user opened."""
        with self._lock:
            if question != self._state.snapshot.stop_all:
                return
            self._asked_all = True
            self._notifier.answer(told.asked_all(question, facts_of_all(question, time.time()), stops_all(question)))

    def found(self, search: RegionSearch) -> None:
        """Tell what a search in all regions found where."""
        self._notifier.show(
            told.found(search, found_line(search), found_places(search), search_facts(search), choices(search))
        )

    def session_ends(self, sessions: tuple[OpenSession, ...], now: float) -> None:
        """Tell that sessions in the browser end soon: each by itself, unless there are many at once."""
        sessions = tuple(map(self._openable, sessions))
        if len(sessions) > _MOST_AT_ONCE:
            with self._lock:
                self._told_together = frozenset(each.arn for each in sessions)
            first = min(each.ends for each in sessions)
            self._notifier.show(told.sessions_end(sessions, until_words(first, now)))
            return
        for each in sessions:
            # What the earlier warning says is no longer true. Where one is only replaced, some servers show no banner.
            self._notifier.withdraw(told.about_session(each.arn))
            minutes = max(1, math.ceil((each.ends - now) / 60))
            self._notifier.show(told.session_ends(each, until_words(each.ends, now), minutes))

    def session_ended(self, sessions: tuple[OpenSession, ...], meanwhile: Meanwhile, now: float) -> None:
        """Tell that sessions have ended, in one notification; what was told of them before is taken back."""
        sessions = tuple(map(self._openable, sessions))
        for each in sessions:
            self.session_over(each.arn)
        if len(sessions) > 1:
            with self._lock:
                self._told_together = frozenset(each.arn for each in sessions)
            self._notifier.show(told.sessions_ended(sessions, meanwhile))
        else:
            self._notifier.show(told.session_ended(sessions[0], until_words(sessions[0].ends, now)))

    def session_over(self, arn: str) -> None:
        """Take back what was told of the session in a notebook instance."""
        self._notifier.withdraw(told.about_session(arn))
        with self._lock:
            before, self._told_together = self._told_together, self._told_together - {arn}
            over = bool(before) and not self._told_together
        if over:  # none of several that were told together is open any more
            self._notifier.withdraw(told.ABOUT_SESSIONS)

    def _openable(self, session: OpenSession) -> OpenSession:
        """Return a session as of a profile that sees its notebook instance: its own may have another name now."""
        listing = self._state.snapshot.listing
        seen = () if listing.find(session.profile, session.arn) else listing.seen(session.arn)
        return replace(session, profile=seen[0].scope.profile) if seen else session

    def left(self, those: tuple[NotStopped, ...]) -> None:
        """Tell what was not stopped when the user left, in one notification."""
        from tray.fleet.telling import stop_notifications  # few runs have such plans

        at = those[0].at
        when = until_words(at, time.time()) if at else ""
        self._notifier.show(stop_notifications.left(those, when, MOST_TO_STOP))

    def stops_soon(self, plans: tuple[StopPlan, ...], now: float) -> None:
        """Tell which notebook instances will be stopped as planned, all of them in one notification."""
        from tray.fleet.telling import stop_notifications  # few runs have such plans

        # What was told before of others is no longer all. Where one is only replaced, some servers show no banner.
        self._notifier.withdraw(stop_notifications.ABOUT_SOON)
        self._notifier.show(stop_notifications.stops_soon(plans, now, lambda at: until_words(at, now)))

    def stops_no_more(self) -> None:
        """Take back which notebook instances will be stopped: none of them will be."""
        from tray.fleet.telling import stop_notifications

        self._notifier.withdraw(stop_notifications.ABOUT_SOON)

    def stop_results(self, results: tuple[StopResult, ...], now: float) -> None:
        """Tell what came of planned stops."""
        from tray.fleet.telling import stop_notifications

        for notification in stop_notifications.stop_results(results, lambda at: until_words(at, now)):
            self._notifier.show(notification)

    def changed(self) -> None:
        """Take back the questions that wait no longer."""
        with self._lock:
            over, self._asked_all = self._asked_all, self._asked_all and self._state.snapshot.stop_all is not None
            over = over and not self._asked_all
            # The present state: a question that a caller's older snapshot lacks may have been asked meanwhile.
            waiting = {question.notebook.arn for question in self._state.snapshot.questions}
            answered, self._asked = self._asked - waiting, self._asked & waiting
            if over:
                self._notifier.withdraw(told.ABOUT_ALL)
            for arn in answered:
                self._notifier.withdraw(told.about_question(arn))

    def refreshed(self, listing: Listing) -> None:
        """Tell once of expired sign-ins, those of all profiles in one notification, until none is needed."""
        with self._lock:
            news = self._expiries.news(listing)
            needed = self._expiries.needed(listing)
            quiet, self._quiet_once = self._quiet_once, False
        if news and not quiet:
            self._notifier.show(told.expired(news, listing, sign_in_line(listing, news)))
        elif not needed:
            self._notifier.withdraw(told.EXPIRED)

    def error(self, _error: Exception) -> None:
        """Tell once of an error in this program; each is in the log."""
        if self._is_first("error"):
            self._notifier.show(told.own_error())

    def unsaved(self, path: Path, error: OSError) -> None:
        """Tell once that renewed sign-ins can't be written; each is in the log."""
        if self._is_first("unsaved"):
            reason = error.strerror or type(error).__name__
            self._notifier.show(told.problem(Problem.of("sign-in-not-written", path=str(path.parent), reason=reason)))

    def schedule_failed(self, arn: str, problem: Problem, stops: float | None) -> None:
        """Tell that AWS' schedule that stops a notebook instance could not be made, or not be taken away."""
        at = until_words(stops, time.time()) if stops is not None else ""
        self._notifier.show(told.schedule_failed(arn, problem, at))

    def schedule_over(self, arn: str) -> None:
        """Take back what was told of AWS' schedule that stops a notebook instance."""
        self._notifier.withdraw(told.about_schedule(arn))

    def code(self, code: DeviceCode) -> None:
        """Show the code that a sign-in page has to show."""
        self._notifier.show(told.code(code.user_code))

    def _is_first(self, what: str) -> bool:
        with self._lock:
            before = what in self._once
            self._once.add(what)
        return not before
