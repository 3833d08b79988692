from __future__ import annotations

import ast
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import pytest

from tests.support.waiting import wait_until
from tray.runtime.workers import Workers

ROOT = Path(__file__).parents[2]


def test_a_job_gives_its_result_or_its_error() -> None:
    workers = Workers("test", 2)
    assert workers.submit(lambda: 42).result(10) == 42
    with pytest.raises(ZeroDivisionError):
        workers.submit(lambda: 1 // 0).result(10)
    assert workers.submit(lambda: 43).result(10) == 43, "an error ends no worker"


@pytest.mark.parametrize("raised", [SystemExit("a job's"), ZeroDivisionError("a job's")])
def test_nothing_that_a_job_or_its_listener_raises_ends_a_worker(
    raised: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_error: object = None) -> None:
        raise raised

    workers = Workers("test", 1, on_error=fail)
    for _ in range(3):
        workers.start(fail)
    assert workers.submit(lambda: 42).result(10) == 42
    wait_until(lambda: not _threads("test-"), "the worker to end, as there is nothing more to do")
    assert workers.submit(lambda: 43).result(10) == 43
    assert len([record for record in caplog.records if record.exc_info]) >= 3


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


def test_workers_with_nothing_to_do_end_and_later_jobs_are_done_by_others() -> None:
    workers = Workers("resting", 8)
    for _ in range(3):
        assert all(future.result(10) is None for future in [workers.submit(lambda: None) for _ in range(40)])
        wait_until(lambda: not _threads("resting"), "the workers to end")


def test_what_a_job_gave_is_not_kept_alive_by_its_worker() -> None:
    class Secret:
        pass

    queued, done = threading.Event(), threading.Event()
    workers = Workers("forgetful", 1)

    def work() -> Secret:
        queued.wait(10)
        return Secret()

    future = workers.submit(work)
    workers.submit(done.wait)  # the only worker is at this one when the first is done
    queued.set()
    secret = weakref.ref(future.result(10))
    del future
    wait_until(lambda: secret() is None, "the secret to be gone")
    done.set()


def test_a_job_that_never_ends_does_not_keep_the_program() -> None:
    code = "import threading; from tray.runtime.workers import Workers; Workers('t', 1).submit(threading.Event().wait)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0


def test_an_exception_that_nobody_waits_for_is_logged_and_told(caplog: pytest.LogCaptureFixture) -> None:
    told: list[Exception] = []
    workers = Workers("failing", 1, told.append)

    def broken() -> None:
        raise ZeroDivisionError("the sum")

    workers.start(broken)
    workers.submit(lambda: None).result(10)
    assert [type(error) for error in told] == [ZeroDivisionError]
    assert "the sum" in caplog.text


def test_a_system_without_a_thread_left_loses_no_job_and_no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Exception] = []
    done: list[str] = []
    workers = Workers("starved", 2, told.append)
    with monkeypatch.context() as starved:

        def refuse(_: threading.Thread) -> None:
            raise RuntimeError("can't start new thread")

        starved.setattr(threading.Thread, "start", refuse)
        for name in "abc":
            workers.start(lambda name=name: done.append(name))
        with pytest.raises(RuntimeError):
            workers.submit(lambda: done.append("whose caller was told that it can't be done"))
    assert (done, [str(error) for error in told]) == ([], ["can't start new thread"] * 3)
    workers.start(lambda: done.append("d"))
    wait_until(lambda: sorted(done) == ["a", "b", "c", "d"], "all of them")
    barrier = threading.Barrier(2)
    for future in [workers.submit(lambda: barrier.wait(10)) for _ in range(2)]:
        future.result(10)


def test_no_future_is_dropped() -> None:
    """An exception in a future that nobody looks at is lost: such jobs are for `start`."""
    dropped = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "tray").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and node.value.func.attr == "submit"
    ]
    assert dropped == []


def _threads(name: str) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith(name)]
