"""`python -m tests.leaks`: search all that the program hands on for planted secrets. Linux; a minute.

First the search itself is tried: a program that leaks in each way that there is has to be found out in each. Then the
run: its end is 0 if no secret was anywhere but in its place. A list says where each was.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.leaks import leaking
from tests.leaks.canaries import Search, Sighting
from tests.leaks.run import BROKEN, BROWSER, HELPER, Ran, monitored, run
from tests.leaks.trace import handed_on, strace
from tests.support.private_bus import private_bus

ROOT = Path(__file__).parents[2]
# What is not the program's own: the keyring's files, what the user and the run have written.
_NOT_OURS = ("keyring/home/.local/share/keyrings", "visited", "digits", HELPER, BROKEN, "config", "credentials")


def main() -> None:
    """Run both parts and print what was found."""
    with tempfile.TemporaryDirectory(prefix="leaks-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for part in ("try", "run"):
            (folder / part).mkdir()
        tried = leak(folder / "try")
        seen = {(each.canary, each.place, each.form) for each in sightings(tried)}
        if missed := leaking.missed(seen):
            sys.exit("The search does not find out:\n  " + "\n  ".join(missed))
        print(f"{len(leaking.WAYS)} ways to leak are found out")
        ran = run(folder / "run")
        found = set(sightings(ran))
        _print(ran, found)
        leaks = [each for each in sorted(found) if not ran.canaries[each.canary].may_be(each.place)]
        unseen = [name for name in ran.to_be_seen if not any(each.canary.startswith(name) for each in found)]
        if leaks or ran.core or unseen or ran.undone:
            sys.exit(
                f"{len(leaks)} leaks; core dump: {ran.core}; never handled: {unseen}; not done: {list(ran.undone)}"
            )


def leak(folder: Path) -> Ran:
    """Run the program that leaks on purpose, as the real one is run."""
    traces, here, bus_log = folder / "traces", folder / "here", folder / "bus.log"
    for each in (traces, here):
        each.mkdir()
    planted = leaking.plant()
    (folder / "planted").write_text(json.dumps({name: canary.secret for name, canary in planted.items()}))
    with private_bus(folder / "bus") as address, monitored(address, bus_log), (folder / "said").open("wb") as said:
        subprocess.run(
            [*strace(traces, "leaking"), sys.executable, "-m", "tests.leaks.leaking", folder / "planted"],
            cwd=here,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DBUS_SESSION_BUS_ADDRESS": address},
            stderr=said,
            check=True,
        )
    (folder / "planted").unlink()
    return Ran(folder, traces, bus_log, 0, planted, None)


def sightings(ran: Ran) -> Iterator[Sighting]:
    """Yield where each secret was seen: handed on by a process, on the bus, or left in a file."""
    search = Search(ran.canaries)
    for handed in handed_on(ran.traces, ran.endpoint_port, (BROWSER, HELPER, BROKEN, "xclip")):
        yield from search.sightings(handed.content, handed.place)
    yield from search.sightings(ran.bus.read_bytes(), "the session bus")
    for path in _files(ran.folder, leaving_out=(ran.traces, ran.bus, *([ran.core] if ran.core else []))):
        place = f"the file {path}"
        yield from search.sightings(os.fsencode(path), "a file's name")
        yield from search.sightings(path.read_bytes(), place)


def _files(folder: Path, leaving_out: tuple[Path, ...]) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        relative = str(path.relative_to(folder))
        ours = not any(relative == each or relative.startswith(f"{each}/") for each in _NOT_OURS)
        if ours and path.is_file() and not any(path.is_relative_to(each) for each in leaving_out):
            yield path


def _print(ran: Ran, found: set[Sighting]) -> None:
    places = defaultdict(set)
    for each in found:
        mark = "" if ran.canaries[each.canary].may_be(each.place) else "LEAK: "
        place = each.place.replace(str(ran.folder), "…")
        places[each.canary].add(f"{mark}{place}" + ("" if each.form == "as it is" else f" ({each.form})"))
    for name in ran.canaries:
        print(f"{name}: {'; '.join(sorted(places[name])) or 'nowhere'}")
    print(f"core dump: {ran.core or 'none'}")


if __name__ == "__main__":
    main()
