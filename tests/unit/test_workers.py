from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from tests.support.waiting import wait_until
from tray.workers import Workers


def test_a_job_gives_its_result_or_its_error() -> None:
    workers = Workers("test", 2)
    assert workers.submit(lambda: 42).result(10) == 42
    with pytest.raises(ZeroDivisionError):
        workers.submit(lambda: 1 // 0).result(10)
    assert workers.submit(lambda: 43).result(10) == 43, "an error ends no worker"


def test_no_more_than_so_many_run_at_once_and_all_of_these_do() -> None:
    workers = Workers("test", 3)
    barrier = threading.Barrier(3)
    running = [0, 0]
    lock = threading.Lock()

    def job() -> None:
        with lock:
            running[0] += 1
            running[1] = max(running)
        barrier.wait(10)
        with lock:
            running[0] -= 1

    for future in [workers.submit(job) for _ in range(9)]:
        future.result(30)
    assert running[1] == 3


def test_one_worker_keeps_the_order() -> None:
    workers = Workers("test", 1)
    done: list[int] = []
    futures = [workers.submit(lambda at=at: done.append(at)) for at in range(50)]
    for future in futures:
        future.result(10)
    assert done == list(range(50))


def test_a_worker_at_rest_takes_the_next_job() -> None:
    workers = Workers("test", 8)
    for _ in range(20):
        assert workers.submit(lambda: threading.current_thread().name).result(10) == "test-1"
        # One that has given its result is not yet at rest.
        wait_until(lambda: workers._idle == 1, "the worker to rest")


def test_a_job_that_never_ends_does_not_keep_the_program() -> None:
    code = "import threading; from tray.workers import Workers; Workers('t', 1).submit(threading.Event().wait)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0
