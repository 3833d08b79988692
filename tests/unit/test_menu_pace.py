"""How often the menu is evaluated on Linux, on a clock of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tray.desktop.icon.linux.menu_pace import MenuPace


class Handle:
    """What an asyncio loop gives for a call that is due later."""

    def __init__(self, at: float, call: Callable[[], None]) -> None:
        self.at, self.call, self.cancelled = at, call, False

    def cancel(self) -> None:
        self.cancelled = True


class Clock:
    """An asyncio loop that goes by its own time, and a menu that takes `seconds` to evaluate."""

    def __init__(self, seconds: float) -> None:
        self.now = 0.0
        self.seconds = seconds
        self.evaluated: list[float] = []
        self.due: list[Handle] = []
        self.pace = MenuPace(self._evaluate)

    def _evaluate(self) -> None:
        self.evaluated.append(self.now)
        self.now += self.seconds

    def time(self) -> float:
        return self.now

    def call_at(self, at: float, call: Callable[[], None]) -> Handle:
        self.due.append(Handle(at, call))
        return self.due[-1]

    def until(self, now: float) -> None:
        """Let the time pass, with what is due on the way."""
        while due := [each for each in self.due if each.at <= now and not each.cancelled]:
            first = min(due, key=lambda each: each.at)
            self.due.remove(first)
            self.now = max(self.now, first.at)
            first.call()
        self.now = max(self.now, now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(0.05)
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: clock)
    return clock


def test_one_change_is_shown_at_once(clock: Clock) -> None:
    clock.until(10.0)
    clock.pace.wish()
    assert clock.evaluated == [10.0]
    assert clock.due == []


def test_many_changes_leave_most_of_the_time_to_the_hosts(clock: Clock) -> None:
    for at in range(1000):  # for 10 s, a hundred a second
        clock.until(at / 100)
        clock.pace.wish()
    clock.until(20.0)
    assert len(clock.evaluated) == pytest.approx(10 / 0.25, abs=2)
    # The last change is shown too.
    assert clock.evaluated[-1] >= 9.99


def test_a_menu_that_takes_a_millisecond_follows_every_change(clock: Clock) -> None:
    clock.seconds = 0.001
    for at in range(100):
        clock.until(at / 100)
        clock.pace.wish()
    assert len(clock.evaluated) == 100


def test_the_menu_that_is_about_to_be_seen_is_evaluated_in_any_case_and_once(clock: Clock) -> None:
    clock.pace.wish()
    clock.pace.wish()
    clock.pace.evaluate()
    clock.until(5.0)
    assert clock.evaluated == [0.0, 0.05]


def test_what_takes_seconds_is_not_put_off_for_longer_than_one(clock: Clock) -> None:
    clock.seconds = 3.0
    clock.pace.wish()
    clock.pace.wish()
    clock.until(10.0)
    assert clock.evaluated == [0.0, 4.0]


def test_nothing_is_evaluated_after_the_end(clock: Clock) -> None:
    clock.pace.wish()
    clock.pace.wish()
    clock.pace.end()
    clock.until(10.0)
    assert clock.evaluated == [0.0]
