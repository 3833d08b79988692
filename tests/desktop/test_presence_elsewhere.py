"""Presence on macOS, as far as another system can tell."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from tray.model.presence import Presence


def never() -> None:
    raise AssertionError("nothing is announced here")


@pytest.mark.skipif(sys.platform == "darwin", reason="this is about a system without macOS' frameworks")
def test_without_the_frameworks_of_macos_nothing_is_said_and_nothing_raised() -> None:
    from tray.desktop.presence.macos import MacPresence

    watch = MacPresence()
    watch.start(never, never)
    assert watch.now() == Presence()
    watch.stop()


class Center:
    """A workspace's notification center, as `macos.py` uses it."""

    def __init__(self) -> None:
        self.blocks: dict[str, Callable[[object], None]] = {}

    def addObserverForName_object_queue_usingBlock_(  # noqa: N802 - Apple's name
        self, name: str, _subject: object, _queue: object, block: Callable[[object], None]
    ) -> str:
        self.blocks[name] = block
        return name

    def removeObserver_(self, observer: str) -> None:  # noqa: N802 - Apple's name
        del self.blocks[observer]


def test_the_workspace_of_macos_tells_of_waking_until_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    from tray.desktop.presence.macos import MacPresence

    center, woke = Center(), []
    workspace = SimpleNamespace(notificationCenter=lambda: center)
    kit = SimpleNamespace(
        NSWorkspace=SimpleNamespace(sharedWorkspace=lambda: workspace), NSWorkspaceDidWakeNotification="did wake"
    )
    monkeypatch.setitem(sys.modules, "AppKit", kit)
    watch = MacPresence()
    watch.start(never, lambda: woke.append(True))
    center.blocks["did wake"](object())
    assert woke == [True]
    watch.stop()
    watch.stop()
    assert center.blocks == {}
