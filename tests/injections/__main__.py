"""`python -m tests.injections`: all faults, in lanes beside each other; see `--help`."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.injections import namespace
from tests.injections.catalogue import FAULTS
from tests.injections.fault import Fault
from tests.injections.result import Result
from tests.injections.table import table, write_table

_LANES = 4
_TIMES, _LONG_TIMES = 30, 100
# A lane that hangs is no reason to wait for ever: several times what it takes.
_MOST_SECONDS, _MOST_LONG_SECONDS = 14 * 60, 90 * 60
# What those that are tried again have at least.
_LEAST_AGAIN_SECONDS = 5 * 60.0

_running: list[subprocess.Popen[str]] = []


def main() -> None:
    """Inject the faults; end with status 1 if one of them was not survived."""
    options = _options()
    if not namespace.unshare_command():
        print("Not run: lanes need namespaces of their own (unshare, as root or where users may make them).")
        sys.exit(1 if os.environ.get("CI") == "true" else 0)
    faults = [fault for fault in FAULTS if options.fault in ("", fault.name)]
    if not faults:
        sys.exit(f"No fault is called {options.fault}: {', '.join(fault.name for fault in FAULTS)}")
    times = options.times or (_LONG_TIMES if options.long else _TIMES)
    seed = options.seed if options.seed is not None else random.randrange(1_000_000)
    limit = _MOST_LONG_SECONDS if options.long else _MOST_SECONDS
    print(f"SEED={seed}: {len(faults)} faults, {times} times each, {options.lanes} lanes", flush=True)
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: _stop())
    signal.signal(signal.SIGINT, lambda *_: _stop())
    results = _run(_filled(faults, options.lanes), seed, times, limit)
    made = [results.get(fault.name) or Result.none(fault.name, fault.title) for fault in faults]
    # Lanes keep each other from the processor: what was slow beside many counts as it is beside one. What went wrong
    # otherwise is tried as often again, as the keyring and the bus have faults of their own; the table counts both.
    doubtful = {each.name for each in made if each.is_doubtful}
    if doubtful and not options.long:
        for each in made:
            _print_failures(each)
        print(f"Again, in two lanes: {', '.join(sorted(doubtful))}", flush=True)
        left = max(_LEAST_AGAIN_SECONDS, limit - (time.monotonic() - began))
        again = _run(_filled([fault for fault in faults if fault.name in doubtful], 2), seed + 1, times, left)
        made = [each.followed_by(again[each.name]) if each.name in again else each for each in made]
    print(table(made))
    print(f"{time.monotonic() - began:.0f} s; SEED={seed} injects the same again", flush=True)
    if options.write:
        write_table(made)
    bad = [result for result in made if result.failures]
    for result in bad:
        _print_failures(result)
    sys.exit(bool(bad))


def _print_failures(result: Result) -> None:
    if result.failures:
        print(
            f"\n{result.name}: survived {result.survived} of {result.times}", *result.failures, sep="\n  ", flush=True
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.injections", description=__doc__)
    parser.add_argument("--seed", type=int, help="that of the run to have again (default: by chance, and printed)")
    parser.add_argument("--times", type=int, default=0, help=f"how often each fault is injected (default: {_TIMES})")
    parser.add_argument("--long", action="store_true", help=f"{_LONG_TIMES} times")
    parser.add_argument("--fault", default="", help="this one alone")
    parser.add_argument("--lanes", type=int, default=_LANES, help=f"how many beside each other (default: {_LANES})")
    parser.add_argument("--write", action="store_true", help="write the table into SECURITY.md")
    return parser.parse_args()


def _filled(faults: list[type[Fault]], count: int) -> list[list[type[Fault]]]:
    """Return lanes that take about as long as each other: the longest faults first, each to the emptiest lane."""
    lanes: list[list[type[Fault]]] = [[] for _ in range(min(count, len(faults)))]
    for fault in sorted(faults, key=lambda each: -each.seconds):
        min(lanes, key=lambda lane: sum(each.seconds for each in lane)).append(fault)
    return lanes


def _run(lanes: list[list[type[Fault]]], seed: int, times: int, limit_seconds: float) -> dict[str, Result]:
    """Run lanes beside each other; return the results by the faults' names."""
    results: dict[str, Result] = {}
    # Not in TMPDIR, which may be long: the paths of sockets are short.
    folder = Path(tempfile.mkdtemp(prefix="nt-", dir="/tmp"))
    threads = [
        threading.Thread(target=_run_lane, args=[folder / str(at), lane, seed, times, limit_seconds, results])
        for at, lane in enumerate(lanes)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if all(not result.failures for result in results.values()) and len(results) == sum(map(len, lanes)):
        shutil.rmtree(folder)
    else:
        print(f"The lanes' logs are in {folder}", flush=True)
    return results


def _run_lane(
    folder: Path, lane: list[type[Fault]], seed: int, times: int, limit_seconds: float, results: dict[str, Result]
) -> None:
    folder.mkdir()
    command = [sys.executable, "-m", "tests.injections.lane", str(seed), str(times), str(folder)]
    with subprocess.Popen(
        [*namespace.unshare_command(), *command, *(fault.name for fault in lane)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        _running.append(process)
        timer = threading.Timer(limit_seconds, process.kill)  # SIGTERM is for what unshare(1) waits for
        timer.start()
        try:
            assert process.stdout is not None
            for line in process.stdout:
                result = Result(**json.loads(line))
                results[result.name] = result
                print(
                    f"{result.name}: {result.survived} of {result.times}, worst answer {result.worst_ms:.0f} ms, "
                    f"{result.grown_kib} KiB, {result.seconds:.0f} s",
                    flush=True,
                )
        finally:
            timer.cancel()


def _stop() -> None:
    """End the lanes with this process."""
    for process in _running:
        process.kill()
    os._exit(1)


if __name__ == "__main__":
    main()
