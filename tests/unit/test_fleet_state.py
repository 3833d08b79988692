from __future__ import annotations

import logging
import threading

import pytest

from tests.support.samples import OPENING_A, problem
from tray.fleet.snapshot import Notice, Phase, Snapshot, Tasks
from tray.fleet.state import State
from tray.model.commands import CheckProfile


def test_each_slice_changes_its_own_part() -> None:
    state = State()
    state.tasks.set(Tasks(notice=Notice(OPENING_A, problem())))
    state.starts_at_login.set(True)
    assert state.snapshot == Snapshot(tasks=state.tasks.now, starts_at_login=True)
    assert state.listing.now.phase is Phase.READING_KEYRING


def test_any_number_of_listeners_hear_of_a_change_and_of_nothing_else() -> None:
    state = State()
    first: list[Snapshot] = []
    second: list[Snapshot] = []
    state.listen(lambda: first.append(state.snapshot))
    state.listen(lambda: second.append(state.snapshot))
    state.starts_at_login.set(True)
    state.starts_at_login.set(True)
    assert first == second == [Snapshot(starts_at_login=True)]


def test_a_listener_that_fails_is_logged_and_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    state = State()
    heard: list[bool | None] = []

    def broken() -> None:
        raise ZeroDivisionError

    state.listen(broken)
    state.listen(lambda: heard.append(state.snapshot.starts_at_login))
    with caplog.at_level(logging.ERROR):
        state.starts_at_login.set(True)
        state.starts_at_login.set(False)
    assert heard == [True, False]
    assert [record.exc_info is not None for record in caplog.records] == [True, True]


def test_changes_at_once_lose_nothing() -> None:
    state = State()
    notices = [Notice(CheckProfile(f"{at}"), problem()) for at in range(8)]

    def add(notice: Notice) -> None:
        for _ in range(200):
            state.tasks.update(lambda tasks: Tasks(tasks.under_way, notice))
            state.listing.update(lambda listing: Snapshot(listing).listing)
            state.starts_at_login.update(lambda starts: not starts)

    threads = [threading.Thread(target=add, args=[notice]) for notice in notices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert state.snapshot.starts_at_login is False  # an even number of times turned round, from None
    assert state.tasks.now.notice in notices
