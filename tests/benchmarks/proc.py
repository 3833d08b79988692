"""What Linux knows of a running process: its memory, its CPU time and how often it woke up.

Formats: `Documentation/filesystems/proc.rst` of the Linux kernel.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# CPUCLOCK_SCHED: the low bits of a process's CPU clock (`include/linux/posix-timers_types.h` of the Linux kernel).
_SCHEDULED = 2


@dataclass(frozen=True, slots=True)
class Memory:
    """In bytes. `proportional` shares each page out among the processes that have it."""

    resident: int
    proportional: int


def memory(pid: int) -> Memory:
    """Return what a process holds in memory now.

    :raises FileNotFoundError: it has ended
    :raises ProcessLookupError: it ended meanwhile
    """
    return parse_memory(Path(f"/proc/{pid}/smaps_rollup").read_text("ascii"))


def parse_memory(rollup: str) -> Memory:
    """Return the totals of a `smaps_rollup`."""
    kibibytes = {
        name: int(value.split()[0])
        for name, _, value in (line.partition(":") for line in rollup.splitlines()[1:])
        if value.strip().endswith("kB")
    }
    return Memory(kibibytes["Rss"] * 1024, kibibytes["Pss"] * 1024)


def available_bytes() -> int:
    """Return how much memory this machine can give without taking it from anybody."""
    lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    return 1024 * int(next(line for line in lines if line.startswith("MemAvailable:")).split()[1])


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process in seconds, to the nanosecond, its ended threads included.

    /proc/PID/stat has it in hundredths of a second, too coarse here. What glibc's clock_getcpuclockid computes.

    :raises OSError: it has ended
    """
    if sys.platform != "linux":
        raise NotImplementedError("Linux' process clocks")
    return time.clock_gettime((~pid << 3) | _SCHEDULED)


def wake_ups(pid: int) -> dict[int, int]:
    """Return how often each of a process's threads has woken up, by its id: their voluntary context switches."""
    found = {}
    for status in Path(f"/proc/{pid}/task").glob("*/status"):
        with suppress(OSError):  # a thread that ended meanwhile
            found[int(status.parent.name)] = parse_wake_ups(status.read_text("utf-8", "replace"))
    return found


def woken_between(before: Mapping[int, int], after: Mapping[int, int]) -> int:
    """Return how often threads woke up between two looks; those that ended meanwhile are not known any more."""
    return sum(max(0, times - before.get(thread, 0)) for thread, times in after.items())


def parse_wake_ups(status: str) -> int:
    """Return the voluntary context switches of a thread's `status`."""
    return next(
        int(value)
        for name, _, value in (line.partition(":") for line in status.splitlines())
        if name == "voluntary_ctxt_switches"
    )
