"""Presence on Windows, where it is asked for and not announced."""

from __future__ import annotations

from tests.support.waiting import wait_until
from tray.desktop.presence import presence_watch
from tray.desktop.presence.windows import IDLE_SECONDS, idle_seconds, on_battery
from tray.model.presence import Presence


def never() -> None:
    raise AssertionError("nothing is announced here")


def test_windows_tells_the_power_and_the_last_input() -> None:
    watch = presence_watch()
    watch.start(never, never)
    before = idle_seconds()
    wait_until(lambda: idle_seconds() != before, "the last input to be longer ago, or a new one")
    assert 0 <= idle_seconds() < 2**32 / 1000
    assert watch.now() == Presence(on_battery(), idle_seconds() >= IDLE_SECONDS)
    watch.stop()
