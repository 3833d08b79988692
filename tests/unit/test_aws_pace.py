"""How many calls run at a time, without a clock: calls are threads that end when they are told."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import Any

from tests.support.waiting import wait_until
from tray.aws.calls.concurrency_limit import MOST_AT_A_TIME, ConcurrencyLimit, PacedCall


def begin(pace: ConcurrencyLimit, stack: ExitStack) -> PacedCall:
    return stack.enter_context(pace.slot())


def test_without_throttling_all_run_at_once() -> None:
    pace = ConcurrencyLimit()
    with ExitStack() as stack:
        for _ in range(200):
            begin(pace, stack)
    assert pace.limit is None


def test_a_burst_that_is_throttled_halves_once() -> None:
    pace = ConcurrencyLimit()
    with ExitStack() as stack:
        slots = [begin(pace, stack) for _ in range(40)]
        for slot in slots:
            slot.throttled()
        assert pace.limit == 20
    assert pace.limit == 20, "a throttled call is no good answer"


def test_what_begins_after_it_and_is_throttled_halves_again_down_to_one() -> None:
    pace = ConcurrencyLimit()
    with ExitStack() as stack:
        for slot in [begin(pace, stack) for _ in range(8)]:
            slot.throttled()
    for limit in (2, 1, 1):
        with ExitStack() as stack:
            for slot in [begin(pace, stack) for _ in range(pace.limit or 0)]:
                slot.throttled()
        assert pace.limit == limit


def test_good_answers_let_more_run_until_there_is_no_limit() -> None:
    pace = ConcurrencyLimit()
    with pace.slot() as slot:
        slot.throttled()
    assert pace.limit == 1
    seen: list[Any] = []
    for _ in range(MOST_AT_A_TIME**2):
        with pace.slot():
            pass
        seen.append(pace.limit)
        if pace.limit is None:
            break
    assert seen[-1] is None
    numbers = [limit for limit in seen if limit is not None]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(2, MOST_AT_A_TIME)), "one more at a time"


def test_no_more_than_the_limit_run_and_those_that_wait_come_after() -> None:
    pace = ConcurrencyLimit()
    with ExitStack() as stack:
        for slot in [begin(pace, stack) for _ in range(4)]:
            slot.throttled()
    assert pace.limit == 2
    lock, running, most, done = threading.Lock(), 0, 0, 0
    release = threading.Semaphore(0)

    def call() -> None:
        nonlocal running, most, done
        with pace.slot() as slot:
            with lock:
                running += 1
                most = max(most, running)
            release.acquire()
            slot.throttled()  # so that the limit does not grow
            with lock:
                running -= 1
                done += 1

    threads = [threading.Thread(target=call, daemon=True) for _ in range(12)]
    for thread in threads:
        thread.start()
    wait_until(lambda: running == 2, "two calls")
    for _ in threads:
        release.release()
    for thread in threads:
        thread.join(60)
    assert done == 12
    assert most == 2


def test_a_call_that_fails_gives_its_place_back() -> None:
    pace = ConcurrencyLimit()
    with pace.slot() as slot:
        slot.throttled()
    for _ in range(3):
        try:
            with pace.slot() as slot:
                slot.throttled()
                raise OSError
        except OSError:
            pass
    with pace.slot():
        assert pace.limit == 1
