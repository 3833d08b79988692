"""The menu's lines about starting and stopping notebook instances: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from tray.menu.entries import SEPARATOR, Entry, text
from tray.menu.names import short
from tray.model.commands import (
    AskToStop,
    KeepClosed,
    KeepRunning,
    OpenNotebook,
    StartNotebook,
    StopNotebook,
    notebook_name_of,
)
from tray.model.instance_types import neighbours
from tray.model.notebooks import STARTABLE, NotebookStatus
from tray.model.policy import UNLIMITED, Limits
from tray.model.power import DENIED_SECONDS, Power
from tray.texts import policy as policy_texts
from tray.texts import power as texts
from tray.texts import stop_all as stop_all_texts
from tray.texts.clock import time_of_day
from tray.texts.lengths import session_length
from tray.texts.menu import cannot_open, not_now

if TYPE_CHECKING:
    from tray.fleet.snapshot import Snapshot
    from tray.model.commands import Command
    from tray.model.power import Details, Start, StopQuestion

# What a look has found is told with its time after this.
_A_WHILE_SECONDS = 120.0


def power_actions(
    status: str,
    opens: OpenNotebook,
    *,
    awaited: bool,
    instance_type: str = "",
    denied: frozenset[Power] = frozenset(),
    lines: bool = True,
    limits: Limits = UNLIMITED,
) -> tuple[Entry, ...]:
    """Return the lines of a notebook instance's list that start or stop it, as its status allows.

    The instance types that come next are offered too, since AWS may have some of those free.

    :param opens: what opens it for the length that is set
    :param awaited: whether it is to be opened when it has started
    :param denied: what AWS has just denied: those lines can't be chosen
    :param lines: whether the list has separators
    :param limits: what an administrator allows: other lines can't be chosen
    """
    profile, arn, seconds = opens.profile, opens.arn, opens.session_seconds

    def line(key: str, label: str, command: Command, power: Power) -> Entry:
        if power is Power.STOP and not limits.stop:
            return Entry(key, not_now(label, policy_texts.reason()), enabled=False)
        if power in denied:
            return Entry(key, not_now(label, texts.not_allowed()), enabled=False)
        return Entry(key, label, command)

    if status in STARTABLE:
        others = tuple(
            line(f"start-as/{each}", texts.start_as(each), StartNotebook(profile, arn, opens, each), Power.CHANGE_TYPE)
            for each in (neighbours(instance_type) if Power.START not in denied else ())
        )
        return (
            line(
                "start-open",
                texts.start_and_open(session_length(seconds)),
                StartNotebook(profile, arn, opens),
                Power.START,
            ),
            line("start", texts.start(), StartNotebook(profile, arn), Power.START),
            *((SEPARATOR, *others) if others and lines else others),
        )
    if status == NotebookStatus.PENDING:
        # AWS stops none before it runs (StopNotebookInstance in SageMaker's API reference).
        later = Entry("stop", not_now(texts.stop(), cannot_open(status)), enabled=False)
        if awaited:
            return (Entry("keep-closed", texts.keep_closed(), KeepClosed(arn)), later)
        label = texts.open_when_started(session_length(seconds))
        return (Entry("start-open", label, StartNotebook(profile, arn, opens)), later)
    if status == NotebookStatus.IN_SERVICE:
        return (line("stop", texts.stop(), AskToStop(profile, arn), Power.STOP),)
    return ()


def power_lines(
    key: str,
    name: str,
    status: str,
    opens: OpenNotebook,
    *,
    awaited: bool,
    denied: frozenset[Power] = frozenset(),
    limits: Limits = UNLIMITED,
) -> tuple[Entry, ...]:
    """Return the first of a notebook instance's `power_actions`, for a list of several notebook instances: it names it.

    :param name: its name as it is told from others
    :param denied: what AWS has just denied: there is no line for it
    :param limits: what an administrator allows: there is no line for what they do not
    """
    length = session_length(opens.session_seconds)
    starts = texts.open_when_started_named if status == NotebookStatus.PENDING else texts.start_and_open_named
    labels = {
        "start-open": starts(name, length),
        "keep-closed": texts.keep_closed_named(name),
        "stop": texts.stop_named(name),
    }
    first = power_actions(status, opens, awaited=awaited, denied=denied, limits=limits)[:1]
    return tuple(Entry(f"{each.key}/{key}", labels[each.key], each.command) for each in first if each.enabled)


def denied_powers(snapshot: Snapshot, now: float) -> Mapping[str, frozenset[Power]]:
    """Return what AWS denied in the last hour, by ARN."""
    found: dict[str, frozenset[Power]] = {}
    for each in snapshot.denials:
        if 0 <= now - each.since < DENIED_SECONDS:
            found[each.arn] = found.get(each.arn, frozenset()) | {each.power}
    return found


def question_entries(snapshot: Snapshot, now: float) -> tuple[Entry, ...]:
    """Return a line for each question that waits for the user, with what speaks against a stop, and the answers."""
    return tuple(_question(each, now) for each in snapshot.questions) if snapshot.policy.limits.stop else ()


def _question(question: StopQuestion, now: float) -> Entry:
    notebook = question.notebook
    profile, arn = notebook.scope.profile, notebook.arn
    stop = Entry("stop", texts.stop_now(), StopNotebook(profile, arn))
    if question.second:
        stop = Entry("stop-for-good", texts.stop_for_good(), StopNotebook(profile, arn, for_good=True))
    facts = tuple(text(f"fact/{at}", fact) for at, fact in enumerate(facts_of(question, now)))
    keep = Entry("keep", texts.keep_running(), KeepRunning(arn))
    return Entry(f"question/{profile}/{arn}", texts.question(short(notebook.name)), children=(*facts, stop, keep))


def facts_of(question: StopQuestion, now: float) -> tuple[str, ...]:
    """Return what the user should know before the answer, most important first.

    :param now: seconds since the epoch
    """
    return (
        *whether_it_starts_again(question.details),
        *seen_facts(question, now),
        texts.what_ends(),
    )


def seen_facts(question: StopQuestion, now: float) -> tuple[str, ...]:
    """Return what a look has found, and when, if that is a while ago; or why there was no look.

    :param now: seconds since the epoch
    """
    if question.not_looked:
        return (stop_all_texts.not_looked(),)
    if question.activity is None:
        return (texts.cannot_look(),)
    local, at = datetime.fromtimestamp(now).astimezone(), question.activity.answered_at
    found = question.activity.text(local)
    if at is None or now - at.timestamp() < _A_WHILE_SECONDS:
        return (found,)
    return (found, stop_all_texts.looked_at(time_of_day(at.timestamp(), now)))


def whether_it_starts_again(details: Details | None) -> tuple[str, ...]:
    """Return that AWS may never start it again, or that nobody can tell; nothing if there is no reason to doubt it."""
    if details is None or not details.platform:
        return (texts.platform_unknown(),)
    return (texts.may_not_start_again(details.platform),) if details.retired else ()


def starting_words(starts: Iterable[Start], now: float) -> Mapping[str, str]:
    """Return how far each start is, in words, by ARN."""
    return {start.command.arn: _how_far(start, now) for start in starts}


def starting_line(snapshot: Snapshot, now: float) -> str:
    """Return what is starting, and how far it is; nothing if nothing is."""
    match snapshot.starts:
        case ():
            return ""
        case (only,):
            return texts.line(short(notebook_name_of(only.command)), _how_far(only, now))
        case several:
            return texts.several(len(several))


def _how_far(start: Start, now: float) -> str:
    return texts.how_far(now - start.since, start.expected_seconds, start.answering)
