"""What every system's watch of the session's end must do: `tray.desktop.leaving.base.LeavingWatch`.

A system's suite subclasses `LeavingContract` and gives it a `session` fixture: the system's side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from tests.support.waiting import wait_until

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

    from tray.desktop.leaving import LeavingWatch


class Session(Protocol):
    """A session of the system, which ends as a test says.

    `asks` is whether programs are asked before it ends. Each method waits for the watch to hold, or not to.
    """

    asks: bool

    def watch(self, on_asked: Callable[[], None], on_leaving: Callable[[], None]) -> LeavingWatch:
        """Return a watch."""

    def wait_held(self) -> None:
        """Wait until the watch holds the session."""

    def wait_let_go(self) -> None:
        """Wait until nothing holds the session."""

    def ask(self) -> None:
        """Ask whether the session may end."""

    def go_on(self) -> None:
        """Say that it doesn't end after all."""

    def end(self) -> threading.Event:
        """Say that it ends; the event comes once nothing holds that up."""

    def suspend(self) -> None:
        """Have the computer sleep and wake up."""


class Watched:
    """A watch, and what it has told."""

    def __init__(self, session: Session) -> None:
        self.asked = self.left = 0
        self.on_leaving: Callable[[], None] = lambda: None
        self.watch = session.watch(self._asked, self._leaving)

    def _asked(self) -> None:
        self.asked += 1

    def _leaving(self) -> None:
        self.left += 1
        self.on_leaving()


@pytest.fixture
def watched(session: Session) -> Iterator[Watched]:
    watched = Watched(session)
    yield watched
    watched.watch.release()
    session.wait_let_go()


class LeavingContract:
    """Subclass it with a fixture `session`."""

    def test_the_end_waits_until_released(self, session: Session, watched: Watched) -> None:
        watched.watch.hold("Stopping")
        session.wait_held()
        is_over = session.end()
        wait_until(lambda: watched.left, "the news")
        assert not is_over.is_set()
        assert watched.watch.is_ending()
        watched.watch.release()
        assert is_over.wait(4), "the end comes after the release, and before the system's own limit"

    def test_what_is_released_as_it_is_told_doesnt_wait(self, session: Session, watched: Watched) -> None:
        watched.on_leaving = watched.watch.release
        watched.watch.hold("Stopping")
        session.wait_held()
        assert session.end().wait(4)
        assert watched.left == 1

    def test_nothing_is_held_before_a_hold_and_after_a_release(self, session: Session, watched: Watched) -> None:
        session.wait_let_go()
        watched.watch.release()
        watched.watch.hold("Stopping")
        watched.watch.hold("Stopping")
        session.wait_held()
        watched.watch.release()
        watched.watch.release()
        session.wait_let_go()
        assert session.end().wait(4)
        assert watched.left == 0

    def test_a_hold_after_a_release_holds_again(self, session: Session, watched: Watched) -> None:
        watched.watch.hold("Stopping")
        session.wait_held()
        watched.watch.release()
        session.wait_let_go()
        watched.watch.hold("Stopping")
        session.wait_held()
        is_over = session.end()
        wait_until(lambda: watched.left, "the news")
        watched.watch.release()
        assert is_over.wait(4)

    def test_an_end_that_is_only_asked_about_is_none(self, session: Session, watched: Watched) -> None:
        if not session.asks:
            return
        watched.watch.hold("Stopping")
        session.wait_held()
        session.ask()
        wait_until(lambda: watched.asked, "the question")
        session.go_on()
        wait_until(lambda: not watched.watch.is_ending(), "the session to go on")
        assert watched.left == 0
        session.ask()
        wait_until(lambda: watched.asked == 2, "another question")
        is_over = session.end()
        wait_until(lambda: watched.left, "the news")
        assert not is_over.is_set()
        watched.watch.release()
        assert is_over.wait(4)

    def test_a_suspend_is_no_leaving(self, session: Session, watched: Watched) -> None:
        watched.watch.hold("Stopping")
        session.wait_held()
        session.suspend()
        assert not watched.watch.is_ending()
        is_over = session.end()
        wait_until(lambda: watched.left, "the news")
        assert (watched.asked, watched.left) == (0, 1), "and nothing before it"
        watched.watch.release()
        assert is_over.wait(4)
