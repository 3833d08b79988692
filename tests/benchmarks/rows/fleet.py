"""Everything listed: from the start of the process, again when warm, and what it holds in memory then."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.benchmarks import proc
from tests.benchmarks.aws_cli import WHY_ABSENT, aws_program, cli_command
from tests.benchmarks.bench import START_SECONDS, Bench, Tray, absent, run_seconds, settled_line, tray
from tests.benchmarks.figures import Anchor, Row, Samples, Unit, at_most_times
from tests.benchmarks.stage import ROUND_TRIP_SECONDS, Stage
from tests.benchmarks.textbook import StoppedError, textbook
from tests.benchmarks.world import FLEET, ONE
from tray.menu.groups import MOST_SHOWN

_CLI = "aws"
_CLI_CALLS = 10
_MIB = float(1 << 20)


def menu_of_one(bench: Bench) -> list[Row]:
    """Measure one profile and region beside one call of the AWS CLI."""
    stage = bench.stage(ONE)

    def ours() -> float:
        with tray(stage) as running:
            return full_menu(stage, running) - running.started

    aws = aws_program()
    others = {"aws": lambda: run_seconds(cli_command(stage.size, 0), stage.environment)} if aws else {}
    taken = bench.in_turn(ours=ours, **others)
    anchor = Anchor(_CLI, taken["aws"]) if aws else absent(_CLI, WHY_ABSENT)
    return [
        Row(
            "menu-1",
            "process start to full menu, 1 profile, 1 region",
            Unit.MILLISECONDS,
            taken["ours"],
            at_most_times(1.0, anchor),
            "1 × aws",
            (anchor,),
        )
    ]


@dataclass
class _Fleet:
    """What was measured on the fleet, ours or the textbook's."""

    first: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    resident: list[float] = field(default_factory=list)
    proportional: list[float] = field(default_factory=list)

    def remember(self, memory: proc.Memory) -> None:
        self.resident.append(memory.resident)
        self.proportional.append(memory.proportional)


def fleet(bench: Bench) -> list[Row]:
    """Measure 50 profiles of 4 regions: cold, warm, and in memory."""
    stage = bench.stage(FLEET)
    ours, theirs, cli = _Fleet(), _Fleet(), list[float]()
    stopped = ""
    aws = aws_program()
    with tray(stage) as running:  # what the first start of all leaves behind for later ones is not measured
        full_menu(stage, running)
    for at in range(bench.repeat):
        _measure_ours(stage, ours)
        if not stopped:
            try:
                _measure_textbook(stage, theirs)
            except StoppedError as error:
                stopped = str(error)
        if aws:
            calls = range(at * _CLI_CALLS // bench.repeat, (at + 1) * _CLI_CALLS // bench.repeat)
            cli += [run_seconds(cli_command(stage.size, call), stage.environment) for call in calls]
    return _rows(ours, theirs, cli, stopped)


def shown(labels: Iterable[str]) -> int:
    """Return how many notebook instances the menu's top level stands for: a list says of how many it is."""
    lists = [re.search(r"of (\d+) running$", label) for label in labels if " — " in label]
    return sum(int(found[1]) if found else 1 for found in lists)


def full_menu(stage: Stage, running: Tray) -> float:
    """Return when the menu held everything; look that it does."""
    at = running.host.wait_until_settled(settled_line(stage.size), START_SECONDS)
    assert shown(running.host.labels()) == min(MOST_SHOWN, stage.size.total), "the menu is not whole"
    return at


def refresh(stage: Stage, running: Tray, change: int) -> tuple[float, float]:
    """Refresh by the menu; return wall and CPU time in seconds. `change` is how many more are running since."""
    identity = running.host.labels()["Refresh"]
    cpu = running.cpu_seconds()
    began = running.host.click_id(identity)
    ended = running.host.wait_until_settled(settled_line(stage.size, change))
    return ended - began, running.cpu_seconds() - cpu


def _measure_ours(stage: Stage, into: _Fleet) -> None:
    last = stage.size.notebooks - 1  # is stopped at the start
    try:
        with tray(stage) as running:
            into.first.append(full_menu(stage, running) - running.started)
            for change in (1, 0):
                # One notebook instance changes, so that the menu tells when what is new has arrived.
                stage.set_running(0, 0, last, running=bool(change))
                wall, cpu = refresh(stage, running, change)
                into.wall.append(wall)
                into.cpu.append(cpu)
            time.sleep(1)  # threads that end, end
            into.remember(proc.memory(running.pid))
    finally:
        stage.set_running(0, 0, last, running=False)


def _measure_textbook(stage: Stage, into: _Fleet) -> None:
    with textbook(stage) as running:
        into.first.append(running.first)
        for _ in range(2):
            again = running.refresh()
            into.wall.append(again["wall"])
            into.cpu.append(again["cpu"])
        into.remember(running.memory())


def _rows(ours: _Fleet, theirs: _Fleet, cli: list[float], stopped: str) -> list[Row]:
    def pool(values: list[float]) -> Anchor:
        return Anchor("textbook pool", Samples(tuple(values))) if values else absent("textbook pool", stopped)

    calls = FLEET.places
    aws = Anchor(f"aws × {calls}", Samples(tuple(cli)), factor=calls) if cli else absent(_CLI, WHY_ABSENT)
    by_cli = at_most_times(1 / 60, aws)
    limit = Anchor("one round trip", Samples.of(ROUND_TRIP_SECONDS))
    many = f"{FLEET.profiles} profiles × {FLEET.regions} regions"
    return [
        Row(
            "menu-50",
            f"process start to full menu, {many}",
            Unit.SECONDS,
            Samples(tuple(ours.first)),
            1.5 if by_cli is None else min(1.5, by_cli),
            "1.5 s and aws / 60",
            (aws, pool(theirs.first)),
            f"aws: {len(cli)} calls, extrapolated to {calls}" if cli else "",
        ),
        Row(
            "refresh",
            f"refreshed warm, {many}: wall",
            Unit.SECONDS,
            Samples(tuple(ours.wall)),
            0.6,
            "",
            (limit, pool(theirs.wall)),
        ),
        Row(
            "refresh-cpu",
            f"refreshed warm, {many}: CPU",
            Unit.SECONDS,
            Samples(tuple(ours.cpu)),
            0.35,
            "",
            (pool(theirs.cpu),),
        ),
        Row(
            "memory",
            "memory after it: RSS",
            Unit.MEBIBYTES,
            Samples(tuple(ours.resident)),
            70 * _MIB,
            "",
            (pool(theirs.resident),),
        ),
        Row(
            "memory-pss",
            "memory after it: PSS",
            Unit.MEBIBYTES,
            Samples(tuple(ours.proportional)),
            anchors=(pool(theirs.proportional),),
        ),
    ]
