"""The program's own parts, with a board of 5,000 notebook instances that no AWS has to list.

Each line on standard input changes one of them; what is printed is when. The first line puts them all there.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.world import Size, account_of, is_running, notebook_name, profile_name
from tests.support.waiting import wait_until
from tray.app import App
from tray.fleet.snapshot import Listing, Notebook, Phase, Profile, Scope, ScopeState, Snapshot
from tray.fleet.state import State
from tray.model.signer import AwsProfile
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.store import ProfileStore

SIZE = Size(50, 1, 100)


def main() -> None:
    """Show the tray; end with standard input."""
    show(_follow)


def show(follow: Callable[[App], None]) -> None:
    """Show the tray without profiles, and do as `follow` does on a separate thread, until the tray ends."""
    with tempfile.TemporaryDirectory() as folder:
        app = App(lambda: ProfileStore(MemoryKeyring(), Path(folder) / "lock"))
        threading.Thread(target=follow, args=(app,), daemon=True).start()
        app.run()


def _follow(app: App) -> None:
    try:
        # There is no public way to the state: nothing but a benchmark has notebook instances that AWS did not list.
        state = wait_until(lambda: app._program, "the program behind the icon")._state
        wait_until(lambda: state.snapshot.listing.phase is Phase.RESTING, "the empty refresh at the start")
        running = True
        for number, _ in enumerate(sys.stdin):
            if number == 0:
                snapshot = large_snapshot()
            else:
                running = not running
                snapshot = changed(state.snapshot, running)
            print(_timed(state, snapshot), flush=True)
    finally:
        app._icon.stop()


def _timed(state: State, snapshot: Snapshot) -> float:
    began = time.monotonic()
    state.change(lambda _: snapshot)
    return began


def large_snapshot(size: Size = SIZE) -> Snapshot:
    """Return what is known once all are listed."""
    now = time.time()
    profiles = tuple(Profile(profile_name(at), profile_name(at)) for at in range(size.profiles))
    listing = Listing(
        phase=Phase.RESTING,
        profiles=profiles,
        aws_profiles=tuple(profile.name for profile in profiles),
        scopes=tuple(ScopeState(_place(at), _notebooks(at, size.notebooks), now) for at in range(size.profiles)),
        keyring_read=True,
    )
    return Snapshot(listing)


def changed(snapshot: Snapshot, running: bool) -> Snapshot:
    """Return `snapshot` with the first profile's first notebook instance started or stopped."""
    first, *others = snapshot.listing.scopes
    notebook, *rest = first.notebooks
    status = "InService" if running else "Stopped"
    places = (replace(first, notebooks=(replace(notebook, status=status), *rest)), *others)
    return replace(snapshot, listing=replace(snapshot.listing, scopes=places))


def _place(profile: int) -> Scope:
    return Scope(profile_name(profile), SIZE.region_names[0], AwsProfile(profile_name(profile)))


def _notebooks(profile: int, count: int) -> tuple[Notebook, ...]:
    time = datetime(2026, 1, 31, 8, tzinfo=UTC)
    place = _place(profile)
    prefix = f"arn:aws:sagemaker:{place.region}:{account_of(profile)}:notebook-instance/"
    return tuple(
        Notebook(
            place, name, prefix + name, "InService" if is_running(number) else "Stopped", "ml.t3.medium", time, time
        )
        for number in range(count)
        for name in [notebook_name(profile, 0, number)]
    )


if __name__ == "__main__":
    main()
