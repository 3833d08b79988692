"""A menu of 5,000 notebook instances: built, fetched, and changed under a panel's eyes."""

from __future__ import annotations

import subprocess
import time

from tests.benchmarks.asking import ask, peer
from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Row, Samples, Unit
from tests.benchmarks.host import Host, TimedWatcher, host_of
from tests.benchmarks.meter import Meter, bus_meter
from tests.benchmarks.peers.large_menu import SIZE
from tests.benchmarks.stage import Stage
from tests.benchmarks.world import ONE

_LIMIT_SECONDS = 0.03
_LIMIT_BYTES = 64.0 * 1024
# After this long without a signal, a change is through.
_QUIET_SECONDS = 0.5
_CHANGES = 2  # in each run: stopped, and started again


def rows(bench: Bench) -> list[Row]:
    """Measure the program's own board, menu and icon, told of notebook instances that no AWS listed."""
    stage = bench.stage(ONE)
    built, fetched, changed, sent = list[float](), list[float](), list[float](), list[float]()
    for _ in range(bench.repeat):
        _measure(stage, built, fetched, changed, sent)
    of = f"{SIZE.total:,} notebooks"
    return [
        Row(
            "menu-5000",
            f"menu built from {of}, until the panel hears of it",
            Unit.MILLISECONDS,
            Samples(tuple(built)),
            _LIMIT_SECONDS,
            note=f"a panel that then fetches all of it moves {Unit.KIBIBYTES.write(Samples(tuple(fetched)).median)}",
        ),
        Row(
            "update-5000",
            f"1 of {of} changes, until the panel has it",
            Unit.MILLISECONDS,
            Samples(tuple(changed)),
            _LIMIT_SECONDS,
            note="with the panel's own reading of it, some milliseconds",
        ),
        Row(
            "update-5000-bytes",
            f"1 of {of} changes: bytes on the bus",
            Unit.KIBIBYTES,
            Samples(tuple(sent)),
            _LIMIT_BYTES,
            note="with what the panel fetches anew because of it",
        ),
    ]


def _measure(stage: Stage, built: list[float], fetched: list[float], changed: list[float], sent: list[float]) -> None:
    with (
        TimedWatcher(stage.bus_address) as watcher,
        peer("large_menu", environment=stage.environment) as process,
        host_of(watcher, stage.bus_address) as (_, host),
        bus_meter(stage.bus_address) as meter,
    ):
        time.sleep(1)  # the empty refresh at its start
        host.forget_signals()
        began = float(ask(process))
        built.append(host.next_menu_signal()[0] - began)
        fetched.append(_fetch_all(host, meter))
        for _ in range(_CHANGES):
            seconds, count = _change(process, host, meter)
            changed.append(seconds)
            sent.append(count)


def _fetch_all(host: Host, meter: Meter) -> float:
    host.forget_signals()
    time.sleep(0.2)
    meter.take()
    host.call_menu("GetLayout", "iias", 0, -1, [])
    time.sleep(0.2)  # for the monitor's copy
    return float(meter.take())


def _change(process: subprocess.Popen[str], host: Host, meter: Meter) -> tuple[float, float]:
    """Return how long a change took until the panel had all of it, and the bytes."""
    meter.take()
    began = float(ask(process))
    at, signal = host.next_menu_signal()
    while True:
        if signal.member == "LayoutUpdated":
            # As panels do: the layout from there down.
            host.call_menu("GetLayout", "iias", signal.body[1], -1, [])
            at = time.monotonic()
        try:
            at, signal = host.next_menu_signal(_QUIET_SECONDS)
        except TimeoutError:
            return at - began, float(meter.take())
