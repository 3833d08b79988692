"""What is to be done by itself, and when: named due times on one thread, which wakes up for them and nothing else."""

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

# Where the system doesn't tell that it woke up, or that somebody is there again, the clock and the desktop are asked.
LOOK_SECONDS = 60
# A wait that lasts longer than asked for by this much, by the wall clock, was a sleep of the computer's.
ASLEEP_SECONDS = 30
# What has failed is not tried again at once, as its due time may be what failed, or not have moved: after 5 s, 10 s and
# so on, 5 minutes at most.
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
    """Does what is due, one after the other in the order in which it was added. Nothing that fails ends its thread.

    :param presence: tells who may be looking; called on the thread, and quick
    :param on_slept: called on the thread when the computer seems to have slept
    :param on_error: told of an exception, once it is in the log; one of its own ends nothing
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
        """Add something before the start.

        :param due_in: returns in how many seconds it is due, infinite if it isn't; asked again after whatever was done
        :param act: does it, on the thread: may block, and then holds up all that follows
        """
        self._items.append(_Item(name, due_in, act))

    def start(self) -> None:
        """Begin, on a thread of its own."""
        threading.Thread(target=self._run, name="agenda", daemon=True).start()

    def look(self, asked: str = "") -> None:
        """Reckon anew what is due, as something that it depends on has changed; never blocks.

        :param asked: the name of what somebody has just asked for: that is tried now also if it has failed lately
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
                # Not woken earlier: whoever wakes it now and then would have it fail without a pause.
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
        """Wait until woken, for so long, or until `presence` is no longer so; notice if the computer slept meanwhile.

        Waits go by a clock that stands still in a sleep: without being told, one that is under way goes on after it for
        what is left of it (Linux: CLOCK_MONOTONIC in clock_gettime(2); Windows 8 and later: WaitForSingleObject).
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
            # For a look and no more, nothing is reckoned anew: that took a processor just awake 5 to 10 ms.
            if woken or seconds <= 0 or self._presence() != presence:
                self._wake.clear()
                return
