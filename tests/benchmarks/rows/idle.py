"""Ten minutes in which nothing happens."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from tests.benchmarks import proc
from tests.benchmarks.arrivals import LIST
from tests.benchmarks.bench import Bench, settled_line, tray
from tests.benchmarks.figures import Anchor, Row, Samples, Unit
from tests.benchmarks.host import TimedWatcher
from tests.benchmarks.world import FLEET

_SECONDS = 600.0
_SECONDS_QUICKLY = 60.0
_STEP_SECONDS = 1.0
_BARE = (sys.executable, "-m", "tests.benchmarks.peers.bare_tray")


@dataclass(frozen=True)
class Moment:
    """One look at a process: when, the CPU seconds it has used, and how often each thread has woken up."""

    at: float
    cpu_seconds: float
    wake_ups: Mapping[int, int]

    @classmethod
    def now(cls, pid: int) -> Moment:
        """Look at a process."""
        return cls(time.monotonic(), proc.cpu_seconds(pid), proc.wake_ups(pid))


def rows(bench: Bench) -> list[Row]:
    """Watch the tray of 50 profiles and a bare one side by side; once, as it takes its time."""
    stage = bench.stage(FLEET)
    seconds = _SECONDS_QUICKLY if bench.quick else _SECONDS
    with ExitStack() as stack:
        watcher = stack.enter_context(TimedWatcher(stage.bus_address))
        bare = stack.enter_context(tray(stage, _BARE, watcher=watcher))
        ours = stack.enter_context(tray(stage, watcher=watcher))
        ours.host.wait_until_settled(settled_line(stage.size))
        time.sleep(3)
        stage.endpoint.forget()
        watched: dict[int, list[Moment]] = {ours.pid: [], bare.pid: []}
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for pid, moments in watched.items():
                moments.append(Moment.now(pid))
            time.sleep(_STEP_SECONDS)
        arrivals = stage.endpoint.arrivals()
    calls = [arrival.at for arrival in arrivals]
    bursts = bursts_of([arrival.at for arrival in arrivals if arrival.operation == LIST])
    others = sum(arrival.operation != LIST for arrival in arrivals)
    others += sum(max(0, len(burst) - stage.size.places) for burst in bursts)
    mine, theirs = watched[ours.pid], watched[bare.pid]
    minutes = f"{seconds / 60:.0f} min"
    return [
        Row(
            "idle-cpu",
            f"idle for {minutes}, nothing changing: CPU of one core",
            Unit.PERCENT,
            Samples.of(cpu_share(mine)),
            0.001,
            "",
            (Anchor("bare tray", Samples.of(cpu_share(theirs))),),
            f"{len(bursts)} refreshes of {stage.size.places} lists in it; "
            f"without them {Unit.PERCENT.write(cpu_share(mine, calls))}",
        ),
        Row(
            "idle-wake-ups",
            f"idle for {minutes}: wake-ups between refreshes",
            Unit.PER_MINUTE,
            Samples.of(wake_ups_a_minute(mine, calls)),
            6,
            "",
            (Anchor("bare tray", Samples.of(wake_ups_a_minute(theirs, calls))),),
        ),
        Row("idle-calls", f"idle for {minutes}: AWS calls but the refresh", Unit.COUNT, Samples.of(others), 0),
    ]


def bursts_of(times: list[float], apart: float = 30.0) -> list[list[float]]:
    """Return times in order, grouped where they are less than `apart` seconds from one to the next: refreshes."""
    bursts: list[list[float]] = []
    for at in sorted(times):
        if bursts and at - bursts[-1][-1] < apart:
            bursts[-1].append(at)
        else:
            bursts.append([at])
    return bursts


def cpu_share(moments: list[Moment], calls: list[float] | None = None) -> float:
    """Return the share of one core that was used, without the steps near `calls`."""
    steps = quiet_steps(moments, calls or [])
    return sum(b.cpu_seconds - a.cpu_seconds for a, b in steps) / sum(b.at - a.at for a, b in steps)


def wake_ups_a_minute(moments: list[Moment], calls: list[float] | None = None) -> float:
    """Return how often it woke up in a minute, without the steps near `calls`."""
    steps = quiet_steps(moments, calls or [])
    woken = sum(proc.woken_between(a.wake_ups, b.wake_ups) for a, b in steps)
    return 60 * woken / sum(b.at - a.at for a, b in steps)


def quiet_steps(moments: list[Moment], calls: list[float], around: float = 3.0) -> list[tuple[Moment, Moment]]:
    """Return the steps from one moment to the next that have no call within `around` seconds."""
    return [
        (a, b)
        for a, b in itertools.pairwise(moments)
        if not any(a.at - around <= call <= b.at + around for call in calls)
    ]
