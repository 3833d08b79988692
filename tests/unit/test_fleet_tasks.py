from __future__ import annotations

import math
import threading
from collections.abc import Callable

import pytest

from tests.support.samples import failure
from tests.support.waiting import wait_until
from tray.fleet.snapshot import Outcome, Task
from tray.fleet.state import State
from tray.fleet.tasks import Cancelling, TaskRunner
from tray.model.activation import Activation
from tray.model.commands import Refresh, SetAutostart
from tray.model.problems import Problem
from tray.model.sign_in import SignInCancelled
from tray.runtime.workers import Workers

ON, OFF = SetAutostart(on=True), SetAutostart(on=False)


class Bench:
    """A runner, with how each task ended recorded; `gate` holds up what waits for it."""

    def __init__(self) -> None:
        self.ended: list[tuple[Task, Outcome, Problem | None]] = []
        self.then: list[Outcome] = []
        self.errors: list[Exception] = []
        self.gate = threading.Event()
        self.state = State()
        self.now = 42.0
        self.runner = TaskRunner(self.state.tasks, self.on_end, clock=lambda: self.now)
        self.workers = Workers("task", 1, self.errors.append)

    def on_end(self, task: Task, outcome: Outcome, problem: Problem | None) -> None:
        self.ended.append((task, outcome, problem))

    def begin(
        self,
        act: Callable[[Cancelling], object] = lambda _: None,
        command: SetAutostart = ON,
        *,
        again: bool = False,
        activation: Activation | None = None,
    ) -> None:
        self.runner.begin(
            command,
            act,
            workers=self.workers,
            again=again,
            activation=activation,
            then=self.then.append,
        )

    def wait(self, _: Cancelling) -> None:
        assert self.gate.wait(30)

    @property
    def under_way(self) -> list[object]:
        return [task.command for task in self.state.tasks.now.under_way]

    def over(self, count: int = 1) -> None:
        wait_until(lambda: len(self.then) == count, "the end")


@pytest.fixture
def bench() -> Bench:
    return Bench()


def refused(_: Cancelling) -> None:
    raise failure("Refused", "It said no.", "Ask it again.")


def broken(_: Cancelling) -> None:
    raise ZeroDivisionError


def test_a_task_is_shown_while_it_is_under_way(bench: Bench) -> None:
    bench.begin(bench.wait)
    assert bench.state.tasks.now.under_way == (Task(ON, 42.0),)
    assert bench.state.tasks.now.is_under_way(ON)
    assert not bench.state.tasks.now.is_under_way(Refresh())
    bench.gate.set()
    bench.over()
    assert bench.under_way == []
    assert [(outcome, problem) for _, outcome, problem in bench.ended] == [(Outcome.DONE, None)]
    assert bench.then == [Outcome.DONE]


def test_the_same_is_not_begun_twice_but_where_each_counts(bench: Bench) -> None:
    bench.begin(bench.wait)
    bench.begin()
    bench.begin(command=OFF)
    bench.begin(again=True)
    assert bench.under_way == [ON, OFF, ON]
    bench.gate.set()
    bench.over(3)


def test_a_notice_is_shown_for_ten_minutes_at_most(bench: Bench) -> None:
    assert bench.runner.notice_due_in() == math.inf
    bench.begin(refused)
    bench.over()
    assert bench.runner.notice_due_in() == 600
    bench.now += 599
    assert bench.runner.notice_due_in() == 1
    bench.now += 5
    assert bench.runner.notice_due_in() == 0
    bench.runner.forget_notice()
    assert bench.state.tasks.now.notice is None
    assert bench.runner.notice_due_in() == math.inf


def test_a_failure_is_told_and_shown_until_the_next_choice(bench: Bench) -> None:
    bench.begin(refused)
    bench.over()
    notice = bench.state.tasks.now.notice
    assert notice is not None
    assert (notice.command, notice.problem.title) == (ON, "Refused")
    assert bench.ended[0][1:] == (Outcome.FAILED, notice.problem)
    bench.begin(bench.wait)
    assert bench.state.tasks.now.notice is None
    bench.gate.set()


def test_an_error_of_our_own_is_told_as_one(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.begin(broken)
    bench.over()
    problem = bench.ended[0][2]
    assert problem is not None
    assert "an error in Notebook Tray" in problem.message
    assert "ZeroDivisionError" in caplog.text


def test_cancelled_before_or_after_it_listens(bench: Bench) -> None:
    heard = threading.Event()

    def act(cancelling: Cancelling) -> None:
        assert bench.gate.wait(30)
        cancelling.calls(heard.set)
        assert heard.wait(30)
        raise SignInCancelled

    bench.begin(act)
    bench.runner.cancel(ON)
    bench.gate.set()
    bench.over()
    heard.clear()
    bench.begin(act)
    wait_until(lambda: bench.under_way == [ON], "it to begin")
    bench.runner.cancel(OFF)
    assert not heard.wait(0.05)
    bench.runner.cancel(ON)
    bench.over(2)
    assert [outcome for _, outcome, _ in bench.ended] == [Outcome.CANCELLED] * 2
    assert bench.state.tasks.now.notice is None


def test_a_leave_to_come_to_the_front_ends_however_the_task_does(bench: Bench) -> None:
    ended: list[str] = []

    def activation(name: str) -> Activation:
        return Activation(name, lambda _: ended.append(name))

    bench.begin(bench.wait, activation=activation("first"))
    bench.begin(activation=activation("the same again"))
    assert ended == ["the same again"]
    bench.gate.set()
    bench.over()
    bench.begin(broken, activation=activation("broken"))
    bench.over(2)
    assert ended == ["the same again", "first", "broken"]


def test_what_tells_of_the_end_may_fail(bench: Bench) -> None:
    def on_end(*_: object) -> None:
        raise OSError

    bench.runner = TaskRunner(bench.state.tasks, on_end)
    bench.begin()
    bench.over()
    assert bench.under_way == []
    wait_until(lambda: [type(error) for error in bench.errors] == [OSError], "it to be told as an error")
