"""The menu's lines about stopping all that the user opened or started here: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.fleet.opened import running_of
from tray.menu.entries import Entry, text
from tray.menu.names import short
from tray.menu.power import seen_facts
from tray.model.commands import AskToStop, AskToStopAll, KeepAllRunning, StopAll
from tray.texts import power as power_texts
from tray.texts import stop_all as texts

if TYPE_CHECKING:
    from tray.fleet.snapshot import Snapshot
    from tray.model.power import StopAllQuestion, StopQuestion

# A screen of 768 pixels has room for so many lines in the question; each is looked at before.
MOST_AT_ONCE = 15


def asks_to_stop_all(snapshot: Snapshot) -> AskToStopAll | None:
    """Return what asks whether to stop all that the user opened or started here; None where at most one runs.

    And None where an administrator lets none be stopped.

    Those opened last come first, and are taken first where there are many.
    """
    if not snapshot.policy.limits.stop:
        return None
    running = running_of(snapshot.opened, snapshot.listing)
    if len(running) < 2:
        return None
    latest = running[::-1][:MOST_AT_ONCE]
    return AskToStopAll(tuple((each.scope.profile, each.arn) for each in latest))


def stop_all_entries(asks: AskToStopAll | None) -> tuple[Entry, ...]:
    """Return the line that asks, if there is something to ask."""
    return (Entry("stop-all", texts.stop_all_opened(), asks),) if asks is not None else ()


def stop_all_question(snapshot: Snapshot, now: float) -> tuple[Entry, ...]:
    """Return the line of the question that waits for the user, with what speaks against each stop, and the answers."""
    question = snapshot.stop_all
    if question is None or not snapshot.policy.limits.stop:
        return ()
    facts = tuple(text(f"fact/{at}", fact) for at, fact in enumerate(facts_of_all(question, now)))
    apart = tuple(
        Entry(
            f"apart/{each.notebook.arn}",
            power_texts.stop_named(short(each.notebook.name)),
            AskToStop(each.notebook.scope.profile, each.notebook.arn),
        )
        for each in question.apart
    )
    stops = (Entry("stop", texts.stop_all(len(question.each)), stops_all(question)),) if question.each else ()
    keep = Entry("keep", texts.keep_running(), KeepAllRunning())
    return (Entry("question/all", texts.question(len(question.each)), children=(*facts, *apart, *stops, keep)),)


def stops_all(question: StopAllQuestion) -> StopAll:
    """Return what confirms the question: those that may never start again are not in it."""
    return StopAll(tuple((each.notebook.scope.profile, each.notebook.arn) for each in question.each))


def facts_of_all(question: StopAllQuestion, now: float) -> tuple[str, ...]:
    """Return what the user should know before the answer: a line for each notebook instance, and what a stop costs.

    :param now: seconds since the epoch
    """
    return (
        *(texts.fact(short(each.notebook.name), _facts(each, now)) for each in question.each),
        *((texts.what_ends(),) if question.each else ()),
        *(
            texts.apart(short(each.notebook.name), each.details.platform)
            for each in question.apart
            if each.details is not None
        ),
    )


def _facts(question: StopQuestion, now: float) -> list[str]:
    unknown = (texts.platform_unknown(),) if question.details is None or not question.details.platform else ()
    return [*seen_facts(question, now), *unknown]
