"""Threads for calls that may block: AWS, the keyring, a browser. The threads never delay the end of the program."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")


class Workers:
    """Up to `most` daemon threads: started when they are needed, and ended as soon as there are no jobs for them.

    A refresh needs 64 threads for half a second every 5 minutes. If the threads were kept, each would hold memory that
    it has freed (glibc has a cache for each thread), and a little more every hour. Starting a thread takes less than a
    tenth of a call's time.

    concurrent.futures.ThreadPoolExecutor keeps its threads, and at the interpreter's exit waits for running calls,
    which would keep this program for a minute after Quit. The interpreter doesn't wait for daemon threads.

    :param on_error: called with an exception of a job that nobody waits for, after it is logged
    """

    def __init__(self, name: str, most: int, on_error: Callable[[Exception], object] = lambda _: None) -> None:
        self._name = name
        self._most = most
        self._on_error = on_error
        self._lock = threading.Lock()
        self._running = 0
        self._jobs: deque[Callable[[], None]] = deque()

    def start(self, job: Callable[[], object]) -> None:
        """Run `job`, for whose result nobody waits, as soon as a worker is free; never blocks.

        An exception is logged. If the system has no thread left, the job waits until a thread starts for a later job.
        """
        try:
            self._put(lambda: self._guarded(job))
        except RuntimeError as error:
            log.exception("a job of the workers “%s” waits", self._name)
            self._on_error(error)

    def submit(self, job: Callable[[], T]) -> Future[T]:
        """Run `job` as soon as a worker is free; never blocks. An exception is only in the future, and not logged.

        :raises RuntimeError: the system has no thread left; the job is never run
        """
        future: Future[T] = Future()
        try:
            self._put(lambda: _into(future, job))
        except RuntimeError:
            future.cancel()  # the job is among the others, and the next worker passes over it
            raise
        return future

    def _put(self, job: Callable[[], None]) -> None:
        with self._lock:
            self._jobs.append(job)
            number = self._running + 1
            if number > self._most:
                return
            self._running = number
        try:
            threading.Thread(target=self._work, name=f"{self._name}-{number}", daemon=True).start()
        except RuntimeError:
            with self._lock:
                self._running -= 1
                alone = not self._running
            if alone:  # otherwise one of the other workers takes the job
                raise

    def _guarded(self, job: Callable[[], object]) -> None:
        try:
            job()
        except Exception as error:
            log.exception("a job of the workers “%s” failed", self._name)
            self._on_error(error)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._jobs:
                    self._running -= 1
                    return
                job = self._jobs.popleft()
            try:
                job()
            except BaseException:
                log.exception("a worker of “%s” goes on after an error", self._name)
            del job  # outside the lock: the end of what it holds may run any code


def _into(future: Future[T], job: Callable[[], T]) -> None:
    if future.set_running_or_notify_cancel():
        try:
            future.set_result(job())
        except BaseException as error:  # noqa: BLE001 - the caller gets it through the future
            future.set_exception(error)
