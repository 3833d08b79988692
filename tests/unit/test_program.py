from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.support.samples import snapshot
from tests.support.waiting import wait_until
from tray.desktop.icon.artwork import Artwork
from tray.fleet.values import Phase
from tray.profiles.memory import MemoryKeyring
from tray.profiles.store import ProfileStore
from tray.program import Program


class SlowIcon:
    """An icon that does nothing but hold what it is given, and lets others overtake whoever gives it."""

    def __init__(self) -> None:
        self.art: list[Artwork] = []
        self.meanwhile: Callable[[], None] | None = None
        self.attention = False
        self.title = ""

    @property
    def icon(self) -> Artwork:
        return self.art[-1]

    @icon.setter
    def icon(self, art: Artwork) -> None:
        if (meanwhile := self.meanwhile) is not None:
            self.meanwhile = None
            other = threading.Thread(target=meanwhile)
            other.start()
            other.join(0.3)  # as far as it gets
        self.art.append(art)

    def update_menu(self) -> None:
        pass

    def notify(self, *_: Any) -> None:
        pass


def test_an_update_that_is_overtaken_does_not_leave_an_older_state_behind(tmp_path: Path) -> None:
    icon = SlowIcon()
    program = Program(icon, ProfileStore(MemoryKeyring(), tmp_path / "lock"))  # type: ignore[arg-type]
    board = program._board
    resting = snapshot()
    icon.meanwhile = lambda: board.update(lambda _: resting)
    board.update(lambda _: replace(resting, phase=Phase.LISTING))
    wait_until(lambda: len(icon.art) == 2, "both updates")
    assert icon.art[-1] is program._art["idle"]
