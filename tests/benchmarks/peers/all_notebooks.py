"""The program's own parts with 10,000 notebook instances that no AWS has to list, for the page that shows them.

The first line on standard input puts them there, or with `profiles` many profiles instead. A line `open`,
`open settings` or `open set-up` is answered with an address that opens the page once, a line `change` changes one
notebook instance, and a line `close` ends the pages' server, as it ends by itself after a quarter of an hour. Every
answer is one line.
"""

from __future__ import annotations

import gc
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.benchmarks.peers.large_menu import changed, large_snapshot, show
from tests.benchmarks.world import Size
from tests.support.waiting import wait_until
from tray.app import App
from tray.fleet.snapshot import Phase
from tray.model.commands import ShowNotebooks, ShowSettings, ShowSetUp, StayingPage

if TYPE_CHECKING:
    from tray.fleet.snapshot import Snapshot
    from tray.program import Program

SIZE = Size(50, 1, 200)
PROFILES = Size(800, 1, 2)
MORE_AWS_PROFILES = 1000
_PAGES: dict[str, StayingPage] = {"open": ShowNotebooks(), "open settings": ShowSettings(), "open set-up": ShowSetUp()}


def main() -> None:
    """Show the tray; end with standard input."""
    show(_follow)


def _follow(app: App) -> None:
    try:
        # There is no public way to the state, nor to an address without a browser.
        program = wait_until(lambda: app._program, "the program behind the icon")
        wait_until(lambda: program._state.snapshot.listing.phase is Phase.RESTING, "the empty refresh at the start")
        many_profiles = sys.stdin.readline().strip() == "profiles"
        program._state.change(lambda _: _many_profiles() if many_profiles else large_snapshot(SIZE))
        gc.collect()
        print("done", flush=True)
        running = True
        for line in sys.stdin:
            answer = "done"
            if line.startswith("open"):
                answer = program._pages._entrance(_PAGES[line.strip()])
            elif line.strip() == "change":
                running = not running
                now = changed(program._state.snapshot, running)
                answer = f"{time.monotonic()}"
                program._state.change(lambda _, now=now: now)
                del now
            elif line.strip() == "close":
                _close(program)
            print(answer, flush=True)
    finally:
        app._icon.stop()


def _many_profiles() -> Snapshot:
    made = large_snapshot(PROFILES)
    more = tuple(f"team-{at:04}" for at in range(MORE_AWS_PROFILES))
    return replace(made, listing=replace(made.listing, aws_profiles=(*made.listing.aws_profiles, *more)))


def _close(program: Program) -> None:
    served = program._pages._now
    assert served is not None
    served[0].close()
    wait_until(lambda: program._pages._now is None, "the end of the pages' server")


if __name__ == "__main__":
    main()
