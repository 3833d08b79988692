"""Does tasks at their due times, without the user: one thread wakes up for them and for nothing else."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.presence import Presence

log = logging.getLogger(__name__)

# How often the clock and the desktop are asked if the system doesn't report waking up or the user's return.
LOOK_SECONDS = 60
# If a wait lasts this much longer than asked for, by the wall clock, the computer has slept.
ASLEEP_SECONDS = 30
# A failed task is tried again after 5 s, 10 s and so on, 5 minutes at most, and not at once: its due time may itself be
# what failed, or may not have moved.
_BRAKE_SECONDS = 5.0
_LONGEST_BRAKE_SECONDS = 300.0


@dataclass(slots=True)
class _Item:
    name: str
    due_in: Callable[[Presence], float]
    act: Callable[[], object]
    failures: int = 0
    not_before: float = -math.inf


class Agenda:
    """Does the tasks that are due, one after the other in the order in which they were added.

    A task that fails doesn't end the thread.

    :param presence: returns whether the user may be looking; called on the thread, and quick
    :param on_slept: called on the thread when the computer seems to have slept
    :param on_error: called with an exception after it is logged; an exception of `on_error` itself ends nothing
    """

    def __init__(
        self,
        *,
        presence: Callable[[], Presence],
        clock: Callable[[], float],
        on_slept: Callable[[], object],
        on_error: Callable[[Exception], object] = lambda _: None,
    ) -> None:
        self._presence = presence
        self._clock = clock
        self._on_slept = on_slept
        self._on_error = on_error
        self._items: list[_Item] = []
        self._wake = threading.Event()

    def add(self, name: str, due_in: Callable[[Presence], float], act: Callable[[], object]) -> None:
        """Add a task before the start.

        :param due_in: returns in how many seconds the task is due, or infinity; asked again after every task
        :param act: does the task, on the thread: it may block, and then holds up all tasks that follow
        """
        self._items.append(_Item(name, due_in, act))

    def start(self) -> None:
        """Start the thread."""
        threading.Thread(target=self._run, name="agenda", daemon=True).start()

    def look(self, asked: str = "") -> None:
        """Compute the due times again, because something that they depend on has changed; never blocks.

        :param asked: the name of a task that the user has just asked for: it is tried now even if it failed recently
        """
        for item in self._items:
            if item.name == asked:
                item.failures, item.not_before = 0, -math.inf
        self._wake.set()

    def _run(self) -> None:
        while True:
            try:
                presence = self._presence()
                self._wait(min((self._due_in(item, presence) for item in self._items), default=math.inf), presence)
                presence = self._presence()
                for item in self._items:
                    if self._due_in(item, presence) <= 0:
                        self._do(item)
            except Exception as error:
                log.exception("the agenda failed")
                self._tell(error)
                # The pause can't be cut short: otherwise frequent calls of `look` would let it fail without a pause.
                time.sleep(_BRAKE_SECONDS)

    def _due_in(self, item: _Item, presence: Presence) -> float:
        brake = item.not_before - time.monotonic()
        if brake > 0:
            return brake
        try:
            return item.due_in(presence)
        except Exception as error:  # noqa: BLE001 - logged and told in there
            self._failed(item, error)
            return item.not_before - time.monotonic()

    def _do(self, item: _Item) -> None:
        try:
            item.act()
            item.failures = 0
        except Exception as error:  # noqa: BLE001 - logged and told in there
            self._failed(item, error)

    def _failed(self, item: _Item, error: Exception) -> None:
        item.failures = min(item.failures + 1, 16)
        brake = min(math.ldexp(_BRAKE_SECONDS, item.failures - 1), _LONGEST_BRAKE_SECONDS)
        item.not_before = time.monotonic() + brake
        log.exception("“%s” failed", item.name)
        self._tell(error)

    def _tell(self, error: Exception) -> None:
        try:
            self._on_error(error)
        except Exception:
            log.exception("an error could not be told")

    def _wait(self, seconds: float, presence: Presence) -> None:
        """Wait for `seconds`, until woken, or until `presence` changes; notice if the computer slept meanwhile.

        Waits use a clock that stands still while the computer sleeps. A wait that nothing ends therefore goes on after
        the sleep for its remaining time (Linux: CLOCK_MONOTONIC in clock_gettime(2); Windows 8 and later:
        WaitForSingleObject).
        """
        look = math.inf if presence.announced else LOOK_SECONDS
        while True:
            step = max(0.0, min(seconds, look))
            before = self._clock()
            woken = self._wake.wait(None if step == math.inf else step)
            if self._clock() - before > step + ASLEEP_SECONDS:
                log.info("the computer seems to have slept")
                self._on_slept()
                woken = True
            seconds -= step
            # After a mere look at the clock, no due time is computed: that took 5 to 10 ms on a processor just awake.
            if woken or seconds <= 0 or self._presence() != presence:
                self._wake.clear()
                return
