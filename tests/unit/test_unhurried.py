"""What follows the state some seconds later."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tray.fleet.agenda import Agenda
from tray.fleet.snapshot import Phase
from tray.fleet.state import State
from tray.fleet.unhurried import AFTER_SECONDS, EVERY_SECONDS, Unhurried
from tray.model.presence import Presence


class Slow:
    """Follows the listing's phase, by a clock that the test sets."""

    def __init__(self) -> None:
        self.now = 100.0
        self.state = State()
        self.seen: list[Phase] = []
        self.agenda = Agenda(presence=Presence, clock=lambda: self.now, on_slept=lambda: None)
        self.it = Unhurried(
            self.state,
            self.agenda,
            "test",
            lambda snapshot: (snapshot.listing.phase,),
            lambda: self.seen.append(self.state.snapshot.listing.phase),
            clock=lambda: self.now,
        )

    def woken(self) -> bool:
        """Whether the agenda was asked to look since the last time."""
        woken = self.agenda._wake.is_set()
        self.agenda._wake.clear()
        return woken

    def become(self, phase: Phase) -> None:
        self.state.listing.update(lambda listing: replace(listing, phase=phase))

    def passes(self, seconds: float) -> None:
        self.now += seconds
        if self.it.due_in(Presence()) <= 0:
            self.it.act()


@pytest.fixture
def slow() -> Slow:
    return Slow()


def test_all_changes_of_some_seconds_are_followed_at_once(slow: Slow) -> None:
    *_, last = Phase
    slow.become(last)
    assert (slow.woken(), slow.seen, slow.it.due_in(Presence())) == (True, [], AFTER_SECONDS)
    for phase in Phase:
        slow.passes(0.1)
        slow.become(phase)
    assert not slow.woken()
    slow.passes(AFTER_SECONDS)
    assert slow.seen == [last]
    assert slow.it.due_in(Presence()) == math.inf


def test_a_change_of_something_else_wakes_nobody(slow: Slow) -> None:
    slow.become(Phase.RESTING)
    slow.passes(AFTER_SECONDS)
    assert slow.woken()
    slow.state.owner_tag.set("Owner")
    assert (slow.woken(), slow.it.due_in(Presence())) == (False, math.inf)


def test_changes_without_a_pause_are_followed_every_half_minute(slow: Slow) -> None:
    """As those of an idle tray with hundreds of scopes, which lists one every 1.5 s."""
    first, *_, last = Phase
    for _ in range(600):
        slow.become(last if slow.state.snapshot.listing.phase is first else first)
        slow.passes(0.5)
    assert len(slow.seen) == 300 / EVERY_SECONDS


def test_a_change_after_a_pause_is_followed_soon(slow: Slow) -> None:
    first, *_, last = Phase
    slow.become(last)
    slow.passes(AFTER_SECONDS)
    slow.passes(EVERY_SECONDS)
    slow.become(first)
    assert slow.it.due_in(Presence()) == AFTER_SECONDS


def test_what_changes_while_it_is_followed_is_followed_too(slow: Slow) -> None:
    first, *_, last = Phase

    def changes_once() -> None:
        if not slow.seen:
            slow.become(first)
        slow.seen.append(slow.state.snapshot.listing.phase)

    slow.it._follow = changes_once
    slow.become(last)
    slow.passes(AFTER_SECONDS)
    assert slow.it.due_in(Presence()) == EVERY_SECONDS
    slow.passes(EVERY_SECONDS)
    assert len(slow.seen) == 2


def test_what_could_not_be_followed_is_followed_later(slow: Slow) -> None:
    """As all jobs of the agenda: the next change may be half an hour away."""

    def fails_once() -> None:
        slow.it._follow = lambda: slow.seen.append(slow.state.snapshot.listing.phase)
        raise OSError("once")

    slow.it._follow = fails_once
    slow.become(Phase.RESTING)
    with pytest.raises(OSError, match="once"):
        slow.passes(AFTER_SECONDS)
    assert slow.it.due_in(Presence()) == EVERY_SECONDS
    slow.passes(EVERY_SECONDS)
    assert slow.seen == [Phase.RESTING]
    assert slow.it.due_in(Presence()) == math.inf
