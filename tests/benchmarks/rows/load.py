"""All of it at once: 500 profiles in 4 regions each, 10,000 notebook instances, 1,000 clicks a minute, 100 commands.

Each is measured once, since it takes minutes. Rows of their own have parts of it: `fleet` (200 regions), `menu-5000`,
`page-10000`, `profiles-800`, `portal-800`, and `day`, whose refreshes are twelve an hour.
"""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from jeepney.io.blocking import open_dbus_connection

from tests.benchmarks import proc
from tests.benchmarks.arrivals import PRESIGN, VISIT
from tests.benchmarks.bench import COMMAND, START_SECONDS, Bench, Tray, tray
from tests.benchmarks.figures import Row, Samples, Unit
from tests.benchmarks.host import Host, TimedWatcher, host_of
from tests.benchmarks.rows.fleet import full_menu, refresh
from tests.benchmarks.stage import Stage, stage
from tests.benchmarks.world import Size, notebook_name, profile_name
from tests.support.menu_client import Entry
from tests.support.processes import end_process
from tests.support.waiting import wait_until

LOAD = Size(500, 4, 5)
CLICKS_A_MINUTE = 1000
COMMANDS = 100
_HOURS = 24
_MIB = float(1 << 20)
_ASK_EVERY_SECONDS = 0.05
_OPENS_EVERY = 20
# From the call for a presigned URL until the browser has been started, on a machine with much else to do.
_SETTLES_SECONDS = 1.5
_OPEN = re.compile("^Open JupyterLab")
_RUNNING = re.compile("— Running")
# A command's own patience with a tray that doesn't answer is 10 s; beside 99 others its start takes longer.
_COMMAND_SECONDS = 300.0


@dataclass
class Answers:
    """What a panel waited for the menu's answers, while it asked twenty times a second."""

    seconds: list[float] = field(default_factory=list)

    @property
    def slowest(self) -> float:
        """The longest."""
        return max(self.seconds)


@dataclass(frozen=True)
class Load:
    """What was measured."""

    menu: float
    rss: float
    refresh_wall: float
    refresh_cpu: float
    slowest_refreshing: float
    clicks: int
    calls: int
    visits: int
    slowest_clicking: float
    clicking_cpu: float
    rss_clicked: float
    commands: float
    answered: int
    refused: int
    silent: int
    slowest_commanded: float
    at_start: int
    day: float


def rows(bench: Bench) -> list[Row]:
    """Measure it all with one tray, and the commands with one that starts too."""
    with stage(bench.folder / "load", LOAD) as place:
        found = _measure(place, quick=bench.quick)
    many = f"{LOAD.profiles} profiles × {LOAD.regions} regions, {LOAD.total:,} notebook instances"
    hours = 3 if bench.quick else _HOURS

    def row(name: str, what: str, unit: Unit, value: float, limit: float | None, note: str = "") -> Row:
        return Row(f"load-{name}", what, unit, Samples.of(value), limit, note=note)

    return [
        row("menu", f"process start to full menu, {many}", Unit.SECONDS, found.menu, 20.0),
        row("rss", "the same: RSS", Unit.MEBIBYTES, found.rss, 400 * _MIB),
        row("refresh", "the same: refreshed warm", Unit.SECONDS, found.refresh_wall, 20.0),
        row("refresh-cpu", "the same: refreshed warm, CPU", Unit.SECONDS, found.refresh_cpu, 10.0),
        row("refresh-menu", "slowest answer of the menu meanwhile", Unit.MILLISECONDS, found.slowest_refreshing, 0.1),
        row("lost", f"of {found.clicks:,} clicks, 1,000 a minute: lost", Unit.COUNT, found.clicks - found.calls, 0),
        row("twice", "visits of the browser beyond the clicks", Unit.COUNT, found.visits - found.clicks, 0),
        row("clicks-menu", "slowest answer of the menu meanwhile", Unit.MILLISECONDS, found.slowest_clicking, 0.1),
        row("clicks-cpu", "CPU of one core during the clicks", Unit.PERCENT, found.clicking_cpu, 0.75),
        row("clicks-rss", "RSS after the clicks less after 100 of them", Unit.MEBIBYTES, found.rss_clicked, 8 * _MIB),
        row(
            "commands",
            f"{COMMANDS} commands at once, until the last has ended",
            Unit.SECONDS,
            found.commands,
            _COMMAND_SECONDS,
            f"{found.answered} answered, {found.refused} refused with words",
        ),
        row("commands-silent", "of these and as many at a start: ended without a word", Unit.COUNT, found.silent, 0),
        row("commands-menu", "slowest answer of the menu meanwhile", Unit.MILLISECONDS, found.slowest_commanded, None),
        row(
            "commands-start",
            f"of {COMMANDS} commands while the tray starts: answered",
            Unit.COUNT,
            found.at_start,
            None,
            "the others, refused with words: `refresh` waits 10 s for the tray",
        ),
        row(
            "day",
            f"{hours} hours, with one refresh each: RSS after the last less after the first",
            Unit.MEBIBYTES,
            found.day,
            8 * _MIB,
        ),
    ]


def _measure(place: Stage, *, quick: bool) -> Load:
    with TimedWatcher(place.bus_address) as watcher:
        with tray(place, watcher=watcher) as ours:
            menu = full_menu(place, ours) - ours.started
            time.sleep(2)  # threads that end, end
            held = proc.memory(ours.pid).resident
            with _asking(place, ours) as refreshing:
                wall, cpu = _changed(place, ours, 1)
            _click(place, ours, 100)  # what the first clicks import, and the workers that they start, stays
            before, used = proc.memory(ours.pid).resident, ours.cpu_seconds()
            with _asking(place, ours) as clicking:
                clicks, calls, visits = _click(place, ours, CLICKS_A_MINUTE // (5 if quick else 1))
            clicked = proc.memory(ours.pid).resident - before
            share = (ours.cpu_seconds() - used) / (clicks * 60 / CLICKS_A_MINUTE)
            with _asking(place, ours) as commanded:
                seconds, ended = _command(place)
            day = _day(place, ours, 3 if quick else _HOURS)
        at_start = _while_it_starts(place, watcher)
    both = [*ended, *at_start]
    return Load(
        menu,
        held,
        wall,
        cpu,
        refreshing.slowest,
        clicks,
        calls,
        visits,
        clicking.slowest,
        share,
        clicked,
        seconds,
        sum(status == 0 for status, _ in ended),
        sum(status != 0 and said for status, said in ended),
        sum(not said for _, said in both),
        commanded.slowest,
        sum(status == 0 for status, _ in at_start),
        day,
    )


def _changed(place: Stage, ours: Tray, change: int) -> tuple[float, float]:
    """Refresh by the menu after one notebook instance has changed; return wall and CPU time in seconds."""
    place.set_running(0, 0, LOAD.notebooks - 2, running=bool(change))
    return refresh(place, ours, change)


@contextmanager
def _asking(place: Stage, ours: Tray) -> Iterator[Answers]:
    """Read the menu twenty times a second, and once a second as one that the user opens."""
    answers, ended = Answers(), threading.Event()

    def ask() -> None:
        with open_dbus_connection(bus=place.bus_address) as connection:
            panel = Host(connection, *ours.host.address)
            while not ended.wait(_ASK_EVERY_SECONDS):
                began = time.monotonic()
                if len(answers.seconds) % _OPENS_EVERY == 0:
                    panel.call_menu("AboutToShow", "i", 0)
                panel.labels()
                answers.seconds.append(time.monotonic() - began)

    asks = threading.Thread(target=ask)
    asks.start()
    try:
        yield answers
    finally:
        ended.set()
        asks.join()


def _click(place: Stage, ours: Tray, clicks: int) -> tuple[int, int, int]:
    """Click on what the menu can open, at that pace; return how often, and how many calls and visits came of it.

    A line is clicked again once what it opened has come, and a little later: a click on what is being opened is meant
    to do nothing. On a machine that is too slow for the pace, there are fewer clicks.
    """
    lines = {entry.id: name for entry, name in _named(ours.host.layout())}
    assert len(lines) > 10, "the menu has hardly anything to open"
    place.endpoint.forget()
    under_way: dict[str, int] = {}
    done: Counter[str] = Counter()
    waiting = deque(lines)
    began, given = time.monotonic(), 0
    for at in range(clicks):
        time.sleep(max(0.0, began + at * 60 / CLICKS_A_MINUTE - time.monotonic()))
        if at % (CLICKS_A_MINUTE // 60) == 0:  # once a second
            over = time.monotonic() - _SETTLES_SECONDS
            done = Counter(arrival.about for arrival in place.endpoint.arrivals(PRESIGN) if arrival.at < over)
        free = next((line for line in waiting if under_way.get(lines[line], 0) == done[lines[line]]), None)
        if free is None:
            continue
        ours.host.click_id(free)
        given += 1
        under_way[lines[free]] = under_way.get(lines[free], 0) + 1
        waiting.remove(free)
        waiting.append(free)

    def came() -> tuple[int, int]:
        return len(place.endpoint.arrivals(PRESIGN)), len(place.endpoint.arrivals(VISIT))

    with suppress(TimeoutError):  # the figures say how many are missing
        wait_until(lambda: min(came()) >= given, "all pages to be asked for", seconds=60, interval_seconds=1)
    time.sleep(1)  # for what would come twice
    return (given, *came())


def _named(entry: Entry) -> Iterator[tuple[Entry, str]]:
    """Give each entry that opens a running notebook instance, with that one's name, wherever the menu has it."""
    for child in entry.children:
        if _RUNNING.search(child.label):
            name = child.label.split(" ", 1)[0]
            yield from ((item, name) for item in child.children if _OPEN.search(item.label) and item.enabled)
        else:
            yield from _named(child)


def openable(menu: Entry) -> list[Entry]:
    """Return the entries of a menu that open a running notebook instance."""
    return [entry for entry, _ in _named(menu)]


def _commands() -> list[list[str]]:
    """Return as many commands of users as are started at once: each lists, opens or refreshes."""

    def command(at: int) -> list[str]:
        of = ["--profile", profile_name(at)]
        opens = ["open", notebook_name(at, 0, 0), *of, "--region", LOAD.region_names[0]]
        return [["list", *of], opens, ["refresh"]][at % 3]

    return [command(at) for at in range(COMMANDS)]


def _command(place: Stage) -> tuple[float, list[tuple[int, bool]]]:
    """Start all commands at once; return when the last had ended, each one's status, and whether it said something."""
    began = time.monotonic()
    running = _started(place, _commands())
    try:
        ended = [_end(process) for process in running]
    finally:
        for process in running:
            end_process(process)
    return time.monotonic() - began, ended


def _started(place: Stage, commands: Sequence[Sequence[str]]) -> list[subprocess.Popen[bytes]]:
    return [
        subprocess.Popen(
            [*COMMAND, *command],
            env=dict(place.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for command in commands
    ]


def _end(process: subprocess.Popen[bytes]) -> tuple[int, bool]:
    said, _ = process.communicate(timeout=_COMMAND_SECONDS)
    if process.returncode and b"Traceback" in said:
        raise RuntimeError(said.decode("utf-8", "replace")[-2000:])
    return process.returncode, bool(said.strip())


def _while_it_starts(place: Stage, watcher: TimedWatcher) -> list[tuple[int, bool]]:
    """Start the tray and all commands in the same instant; return how each command ended."""
    tray_itself = subprocess.Popen(
        list(COMMAND), env=dict(place.environment), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        _, ended = _command(place)
        with host_of(watcher, place.bus_address) as (_, host):
            wait_until(lambda: "Refresh" in host.labels(), "the menu", seconds=START_SECONDS)
    finally:
        end_process(tray_itself)
    return ended


def _day(place: Stage, ours: Tray, hours: int) -> float:
    """Refresh once for each hour, with a change in each; return by how much the tray has grown since the first."""
    held = []
    for hour in range(hours):
        _changed(place, ours, hour % 2)
        time.sleep(0.5)
        held.append(proc.memory(ours.pid).resident)
    return float(held[-1] - held[0])
