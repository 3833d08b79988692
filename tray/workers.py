"""Threads for what may block: AWS, the keyring, a browser. They never hold up the end of the program."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class Workers:
    """Up to `most` daemon threads, started as they are needed.

    concurrent.futures.ThreadPoolExecutor waits at the interpreter's exit for calls in flight, which here would keep
    the program for a minute after Quit; a daemon thread is let go.
    """

    def __init__(self, name: str, most: int) -> None:
        self._name = name
        self._most = most
        self._lock = threading.Lock()
        self._started = 0
        self._idle = 0
        self._jobs: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = queue.SimpleQueue()

    def submit(self, job: Callable[[], T]) -> Future[T]:
        """Run `job` on a worker as soon as one is free; never blocks."""
        future: Future[T] = Future()
        with self._lock:
            self._jobs.put((future, job))
            if self._idle:
                self._idle -= 1  # a waiting worker is spoken for
            elif self._started < self._most:
                self._started += 1
                threading.Thread(target=self._work, name=f"{self._name}-{self._started}", daemon=True).start()
        return future

    def _work(self) -> None:
        while True:
            future, job = self._jobs.get()
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(job())
                except BaseException as error:  # noqa: BLE001 - it is the caller's, through the future
                    future.set_exception(error)
            # Dropped before waiting: a worker at rest must not keep a result, or a secret in it, alive.
            del future, job
            with self._lock:
                self._idle += 1
