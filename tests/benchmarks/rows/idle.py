"""Ten minutes or an hour in which nothing happens, for some trays at a time."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks import proc
from tests.benchmarks.arrivals import LIST
from tests.benchmarks.bench import Bench, Tray, settled_line, tray
from tests.benchmarks.figures import Anchor, Row, Samples, Unit
from tests.benchmarks.host import TimedWatcher
from tests.benchmarks.stage import Stage, stage
from tests.benchmarks.world import FLEET, TIMED, USUAL, Size, account_of, notebook_name, profile_name
from tray.fleet.opening.sessions_file import FILE_NAME, SessionsFile
from tray.fleet.planned_stops.plans_file import FILE_NAME as STOP_PLANS
from tray.fleet.planned_stops.plans_file import NotedPlans, StopPlansFile
from tray.model.lengths import View
from tray.model.open_sessions import begun
from tray.model.stop_plans import StopPlan, Trigger

_SECONDS = 600.0
_TIMERS_SECONDS = 3600.0
_SECONDS_QUICKLY = 60.0
_STEP_SECONDS = 1.0
# So that the refreshes of ten, every 5 minutes each, fall on different moments.
_APART_SECONDS = 25.0
_SESSIONS = 20
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


@dataclass
class Watch:
    """A tray and a bare one side by side on a desktop of their own, and what was seen of them so far."""

    stage: Stage
    ours: Tray
    bare: Tray
    mine: list[Moment] = field(default_factory=list)
    theirs: list[Moment] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """For how long it has been watched."""
        return self.mine[-1].at - self.mine[0].at if self.mine else 0.0

    def look(self) -> None:
        """Look at both."""
        self.mine.append(Moment.now(self.ours.pid))
        self.theirs.append(Moment.now(self.bare.pid))


@dataclass(frozen=True)
class Seen:
    """What came of one watch; `refreshes` is how many fell into it, `others` how many calls none of them made."""

    cpu: float
    cpu_between: float
    wake_ups: float
    bare_cpu: float
    bare_wake_ups: float
    refreshes: int
    others: int

    @classmethod
    def of(cls, watch: Watch) -> Seen:
        """Reckon it, with what has arrived at the endpoint until the watch ended."""
        arrivals = [each for each in watch.stage.endpoint.arrivals() if each.at <= watch.mine[-1].at]
        calls = [arrival.at for arrival in arrivals]
        bursts = bursts_of([arrival.at for arrival in arrivals if arrival.operation == LIST])
        others = sum(arrival.operation != LIST for arrival in arrivals)
        others += sum(max(0, len(burst) - watch.stage.size.places) for burst in bursts)
        return cls(
            cpu_share(watch.mine),
            cpu_share(watch.mine, calls),
            wake_ups_a_minute(watch.mine, calls),
            cpu_share(watch.theirs),
            wake_ups_a_minute(watch.theirs, calls),
            len(bursts),
            others,
        )


def rows(bench: Bench) -> list[Row]:
    """Watch trays of 5 profiles and of 50, each beside a bare one; all at the same time, as it takes its time.

    They are started one after the other: when one refreshes, the others sleep as a rule.
    """
    seconds = _SECONDS_QUICKLY if bench.quick else _SECONDS
    most = 2 * bench.repeat
    with ExitStack() as stack:
        watches: list[Watch] = []
        while len(watches) < most or any(watch.seconds < seconds for watch in watches):
            if len(watches) < most and (not watches or watches[-1].seconds >= _APART_SECONDS):
                size = FLEET if len(watches) % 2 else USUAL
                watches.append(_begun(bench.folder / f"idle-{len(watches)}", size, stack))
            for watch in watches:
                if watch.seconds < seconds:
                    watch.look()
            time.sleep(_STEP_SECONDS)
        usual, seen = [Seen.of(watch) for watch in watches[::2]], [Seen.of(watch) for watch in watches[1::2]]
    minutes = f"{seconds / 60:.0f} min"
    return [_cpu_row("idle-cpu-usual", USUAL, usual, minutes, 0.0002), *_rows(seen, minutes)]


def timers(bench: Bench) -> list[Row]:
    """Watch trays with 20 sessions in the browser, and 20 notebook instances to be stopped, all of it hours away."""
    seconds = _SECONDS_QUICKLY if bench.quick else _TIMERS_SECONDS
    with ExitStack() as stack:
        watches: list[Watch] = []
        while len(watches) < bench.repeat or any(watch.seconds < seconds for watch in watches):
            if len(watches) < bench.repeat and (not watches or watches[-1].seconds >= _APART_SECONDS):
                watches.append(_begun(bench.folder / f"timers-{len(watches)}", TIMED, stack, _plan_stops))
            for watch in watches:
                if watch.seconds < seconds:
                    watch.look()
            time.sleep(_STEP_SECONDS)
        seen = [Seen.of(watch) for watch in watches]
    minutes = f"{seconds / 60:.0f} min"
    cpu = _cpu_row("timers-cpu", TIMED, seen, minutes, 0.0005, "20 sessions and 20 planned stops")
    others = Samples(tuple(each.others for each in seen))
    return [cpu, Row("timers-calls", f"the same for {minutes}: AWS calls but the refresh", Unit.COUNT, others, 0)]


def _begun(folder: Path, size: Size, stack: ExitStack, prepare: Callable[[Stage], object] = lambda _: None) -> Watch:
    own = stack.enter_context(stage(folder, size))
    watcher = stack.enter_context(TimedWatcher(own.bus_address))
    bare = stack.enter_context(tray(own, _BARE, watcher=watcher))
    _open_sessions(own)
    prepare(own)
    ours = stack.enter_context(tray(own, watcher=watcher))
    ours.host.wait_until_settled(settled_line(own.size))
    time.sleep(3)
    own.endpoint.forget()
    return Watch(own, ours, bare)


def _open_sessions(stage: Stage) -> None:
    """Have sessions in the browser in 20 running notebook instances, or in all there are; none ends meanwhile."""
    now = time.time()
    sessions = [begun(name, arn, View.LAB, 43200, since=now, signed_until=None) for name, arn in _running(stage.size)]
    SessionsFile(_kept(stage, FILE_NAME)).change(lambda _: tuple(sessions))


def _plan_stops(stage: Stage) -> None:
    """Have the same stopped later: at a time, or when idle; neither is due meanwhile."""
    now = time.time()
    plans = tuple(
        StopPlan(profile, arn, Trigger.AT, now, at=now + 36_000)
        if number % 2
        else StopPlan(profile, arn, Trigger.IDLE, now, idle_minutes=600)
        for number, (profile, arn) in enumerate(_running(stage.size))
    )
    StopPlansFile(_kept(stage, STOP_PLANS)).change(lambda _: NotedPlans(plans))


def _running(size: Size) -> list[tuple[str, str]]:
    """Return the profiles and the ARNs of 20 running notebook instances, or of all there are."""
    found = [
        (
            profile_name(profile),
            f"arn:aws:sagemaker:{name}:{account_of(profile)}:notebook-instance/"
            f"{notebook_name(profile, region, number)}",
        )
        for number, profile, (region, name) in itertools.product(
            range(0, size.notebooks, 2), range(size.profiles), enumerate(size.region_names)
        )
    ]
    return found[:_SESSIONS]


def _kept(stage: Stage, name: str) -> Path:
    state = stage.environment.get("XDG_STATE_HOME") or str(Path(stage.environment["HOME"]) / ".local" / "state")
    return Path(state) / "notebook-tray" / name


def _rows(seen: list[Seen], minutes: str) -> list[Row]:
    def samples(name: str) -> Samples:
        return Samples(tuple(getattr(each, name) for each in seen))

    return [
        _cpu_row("idle-cpu", FLEET, seen, minutes, 0.001),
        Row(
            "idle-wake-ups",
            f"idle for {minutes}: wake-ups between refreshes",
            Unit.PER_MINUTE,
            samples("wake_ups"),
            6,
            "",
            (Anchor("bare tray", samples("bare_wake_ups")),),
        ),
        Row("idle-calls", f"idle for {minutes}: AWS calls but the refresh", Unit.COUNT, samples("others"), 0),
    ]


def _cpu_row(
    name: str, size: Size, seen: list[Seen], minutes: str, limit: float, what: str = "nothing changing"
) -> Row:
    between = Samples(tuple(each.cpu_between for each in seen))
    refreshes = " or ".join(map(str, sorted({each.refreshes for each in seen})))
    return Row(
        name,
        f"idle for {minutes}, {what}, {size.profiles} profiles × {size.regions} regions: CPU of one core",
        Unit.PERCENT,
        Samples(tuple(each.cpu for each in seen)),
        limit,
        "",
        (Anchor("bare tray", Samples(tuple(each.bare_cpu for each in seen))),),
        f"lists went out {refreshes} times in it; without them {between.write(Unit.PERCENT)}",
    )


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
