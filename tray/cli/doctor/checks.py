"""The result of a check, and code that runs checks so that no check delays or hides another."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, wait
from contextvars import copy_context
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from tray.model.problems import Problem, TrayError
from tray.runtime.logs import log_path
from tray.runtime.workers import Workers
from tray.texts import doctor as texts

# On Windows, Python hears Ctrl-C between two waits of its main thread, and not in one.
_SLICE_SECONDS = 0.2

T = TypeVar("T")

_log = logging.getLogger(__name__)


class CheckState(StrEnum):
    """How a check ended. Only FAILED and WARNING need the user to mend something."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"  # the check is impossible here, or until something else is mended


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report: what was looked at, what was found, and what to do about it, if anything.

    `code` is the code of the problem that was found, if one was.
    """

    name: str
    state: CheckState
    what: str
    remedy: str = ""
    code: str = field(default="", compare=False)

    @classmethod
    def of(cls, name: str, problem: Problem, state: CheckState = CheckState.FAILED) -> Check:
        """Return the check that found `problem`."""
        return cls(name, state, texts.found(problem.title, problem.message), problem.remedy, problem.code)


def is_well(checks: Iterable[Check]) -> bool:
    """Whether the user has nothing to mend."""
    return all(check.state in (CheckState.OK, CheckState.SKIPPED) for check in checks)


class Started(Generic[T]):
    """A job that runs on a separate thread, with the time that it may take."""

    def __init__(self, name: str, future: Future[T], seconds: float) -> None:
        self._name = name
        self._future = future
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds

    def outcome(self) -> T | Check:
        """Wait for the job and return its result; if it raised or took too long, return a failed check instead."""
        try:
            while not self._future.done() and (left := self._deadline - time.monotonic()) > 0:
                wait((self._future,), min(left, _SLICE_SECONDS))
            return self._future.result(0)
        except TrayError as error:
            return Check.of(self._name, error.problem)
        except TimeoutError:
            if self._future.done():
                return self._broken()
            return Check(self._name, CheckState.FAILED, *texts.no_answer(f"{self._seconds:g}"))
        except Exception:  # noqa: BLE001 - an error of ours in one check must not hide the others
            return self._broken()

    def _broken(self) -> Check:
        _log.error("The check “%s” failed", self._name, exc_info=self._future.exception())
        return Check(self._name, CheckState.FAILED, *texts.own_error(log_path()))


class Bench:
    """Runs jobs all at the same time, since they mostly wait. A job that hangs ends with the process."""

    def __init__(self, most: int = 64) -> None:
        self._workers = Workers("doctor", most)

    def start(self, name: str, job: Callable[[], T], seconds: float) -> Started[T]:
        """Run `job`, which may take at most `seconds`; a failure is reported under `name`."""
        context = copy_context()  # with the language that the report is in
        return Started(name, self._workers.submit(lambda: context.run(job)), seconds)
