from __future__ import annotations

import itertools
import logging
import math
import threading
import time
from collections.abc import Iterator

import pytest

from tests.support.waiting import wait_until
from tray.fleet import agenda as module
from tray.fleet.agenda import Agenda
from tray.model.presence import Presence


class Diary:
    """An agenda whose items are due when a test says so."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.done: list[str] = []
        self.errors: list[Exception] = []
        self.slept = 0
        self.over = False
        self.due: dict[str, float] = {}
        self.agenda = Agenda(
            presence=lambda: Presence(announced=True),
            clock=lambda: self.now,
            on_slept=self._on_slept,
            on_error=self.errors.append,
        )

    def _on_slept(self) -> None:
        self.slept += 1

    def add(self, name: str) -> None:
        self.agenda.add(name, lambda _: self.due.get(name, math.inf) - time.monotonic(), lambda: self._do(name))

    def _do(self, name: str) -> None:
        del self.due[name]
        self.done.append(name)

    def make_due(self, *names: str) -> None:
        self.due |= dict.fromkeys(names, 0.0)
        self.agenda.look()


@pytest.fixture
def diary() -> Iterator[Diary]:
    diary = Diary()
    yield diary
    diary.over = True  # what fails for ever would go on doing so beside the other tests


def test_what_is_due_is_done_in_order_and_nothing_else(diary: Diary) -> None:
    for name in ("a", "b", "c"):
        diary.add(name)
    diary.due = {"b": time.monotonic() + 0.01}
    diary.agenda.start()
    wait_until(lambda: diary.done == ["b"], "it to be due by itself")
    diary.make_due("c", "a")
    wait_until(lambda: len(diary.done) == 3, "both")
    assert diary.done == ["b", "a", "c"]


def test_what_fails_is_logged_told_and_not_tried_in_a_rush(diary: Diary, caplog: pytest.LogCaptureFixture) -> None:
    tries = []

    def broken() -> None:
        tries.append(1)
        raise ZeroDivisionError

    diary.agenda.add("broken", lambda _: math.inf if diary.over else 0.0, broken)
    diary.add("good")
    with caplog.at_level(logging.ERROR):
        diary.agenda.start()
        diary.make_due("good")
        wait_until(lambda: diary.done == ["good"], "the other to be done beside it")
        for _ in range(3):
            diary.make_due("good")
        wait_until(lambda: len(diary.done) >= 2, "more")
    assert len(tries) == 1
    assert [type(error) for error in diary.errors] == [ZeroDivisionError]
    assert "“broken” failed" in caplog.text


def test_it_is_tried_again_after_a_while(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BRAKE_SECONDS", 0.05)
    tries: list[int] = []

    def broken_at_first() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise ZeroDivisionError
        diary.due["it"] = math.inf

    diary.due["it"] = 0.0
    diary.agenda.add("it", lambda _: diary.due["it"], broken_at_first)
    diary.agenda.start()
    wait_until(lambda: len(tries) == 3, "it to succeed")
    assert len(diary.errors) == 2


def test_a_due_time_that_cannot_be_told_holds_up_no_other(diary: Diary) -> None:
    def broken(_: Presence) -> float:
        if diary.over:
            return math.inf
        raise OverflowError

    diary.agenda.add("broken", broken, lambda: diary.done.append("never"))
    diary.add("good")
    diary.agenda.start()
    diary.make_due("good")
    wait_until(lambda: diary.done == ["good"], "the other")
    assert [type(error) for error in diary.errors] == [OverflowError]


def test_a_presence_that_fails_does_not_end_the_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BRAKE_SECONDS", 0.01)
    answers = iter([OSError("gone"), ValueError("odd")])
    done = threading.Event()
    errors: list[BaseException] = []

    def presence() -> Presence:
        if (error := next(answers, None)) is not None:
            raise error
        return Presence()

    agenda = Agenda(presence=presence, clock=lambda: 0.0, on_slept=lambda: None, on_error=errors.append)
    agenda.add("it", lambda _: math.inf if done.is_set() else 0.0, done.set)
    agenda.start()
    assert done.wait(30)
    assert [type(error) for error in errors] == [OSError, ValueError]


def test_a_presence_that_fails_is_not_asked_in_a_rush_by_whoever_wakes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BRAKE_SECONDS", 0.2)
    over = threading.Event()
    asked: list[float] = []

    def presence() -> Presence:
        if over.is_set():
            return Presence(announced=True)
        asked.append(time.monotonic())
        raise OSError

    agenda = Agenda(presence=presence, clock=lambda: 0.0, on_slept=lambda: None)
    agenda.look()
    agenda.start()
    wait_until(lambda: len(asked) >= 3, "three failures")
    over.set()
    assert all(later - before >= 0.2 for before, later in itertools.pairwise(asked))


def test_who_is_told_of_errors_may_fail_too(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BRAKE_SECONDS", 0.01)

    def tell(_: Exception) -> None:
        raise OSError

    def broken() -> None:
        raise ZeroDivisionError

    diary.agenda._on_error = tell
    diary.agenda.add("broken", lambda _: math.inf if diary.over else 0.0, broken)
    diary.add("good")
    diary.agenda.start()
    for at in range(1, 4):
        diary.make_due("good")
        wait_until(lambda at=at: len(diary.done) == at, "what comes after it")
