"""The end of the screen, with real X servers and a real compositor that end, and with none."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from socket import AF_UNIX, socket

import pytest

from tests.support.sway import sway
from tests.support.waiting import wait_until
from tests.support.xvfb import xvfb

if sys.platform != "linux":
    pytest.skip(reason="the others end a session's programs themselves", allow_module_level=True)

from tray.desktop.display import display_watch
from tray.desktop.display.linux import LinuxDisplayWatch, _addresses

# Enough for a display that is back at once, or for a word that comes at once.
GRACE_SECONDS = 0.5


class Watched:
    """A running watch, and how often it has told of the end."""

    def __init__(self, grace_seconds: float) -> None:
        self.watch = LinuxDisplayWatch(grace_seconds)
        self.ends = 0
        self.watch.start(self._end)

    @property
    def holds(self) -> bool:
        """Whether it has a connection, by whose end it knows the display's."""
        return self.watch._held is not None

    def wait_for_hold(self) -> None:
        wait_until(lambda: self.holds, "a connection")

    def wait_for_end(self) -> None:
        wait_until(lambda: self.ends, "the end of the display")

    def _end(self) -> None:
        self.ends += 1


def running() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "display"]


@contextmanager
def watched(grace_seconds: float = GRACE_SECONDS) -> Iterator[Watched]:
    watch = Watched(grace_seconds)
    try:
        yield watch
    finally:
        watch.watch.stop()
        wait_until(lambda: not running(), "the thread to end")


@pytest.fixture(autouse=True)
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)


def test_the_end_of_an_x_server_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with ExitStack() as stack:
        with xvfb() as display:
            monkeypatch.setenv("DISPLAY", f"{display}.0")
            watch = stack.enter_context(watched())
            watch.wait_for_hold()
        watch.wait_for_end()
        wait_until(lambda: not running(), "the thread to end")
        assert watch.ends == 1


def test_the_end_of_a_compositor_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with ExitStack() as stack:
        with sway() as environment:
            for name, value in environment.items():
                monkeypatch.setenv(name, value)
            watch = stack.enter_context(watched())
            watch.wait_for_hold()
            assert watch.ends == 0
        watch.wait_for_end()


def test_one_that_was_handed_over_is_watched_in_place_of_the_one_that_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    with ExitStack() as stack:
        with xvfb() as first:
            monkeypatch.setenv("DISPLAY", first)
            watch = stack.enter_context(watched(grace_seconds=180))
            watch.wait_for_hold()
        wait_until(lambda: not watch.holds, "the end of the first")
        with xvfb() as second:
            monkeypatch.setenv("DISPLAY", second)
            watch.watch.moved()
            watch.wait_for_hold()
            assert watch.ends == 0
            watch.watch._grace_seconds = GRACE_SECONDS
        watch.wait_for_end()


def test_one_that_was_handed_over_while_the_other_lasts_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    with xvfb() as first, ExitStack() as stack:
        monkeypatch.setenv("DISPLAY", first)
        watch = stack.enter_context(watched())
        watch.wait_for_hold()
        before = watch.watch._held
        with xvfb() as second:
            monkeypatch.setenv("DISPLAY", second)
            watch.watch.moved()
            wait_until(lambda: watch.watch._held not in (None, before), "a connection to the second")
            assert watch.ends == 0
        watch.wait_for_end()


def test_a_display_that_hangs_up_and_is_still_there_has_not_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """So does an X server after a minute, and KWin when it starts again after a crash."""
    path = tmp_path_factory.mktemp("d") / "wayland-9"
    monkeypatch.setenv("WAYLAND_DISPLAY", str(path))
    with socket(AF_UNIX) as display, watched() as watch:
        display.bind(str(path))
        display.listen(1)
        watch.watch.moved()  # it may have looked before this one listened
        for _ in range(3):
            display.accept()[0].close()
        assert watch.ends == 0


@pytest.mark.parametrize("display", ["", ":987", "localhost:10.0", "nonsense"])
def test_a_display_that_never_was_has_not_ended(monkeypatch: pytest.MonkeyPatch, display: str) -> None:
    monkeypatch.setenv("DISPLAY", display)
    with ExitStack() as stack:
        watch = stack.enter_context(watched())
        with xvfb() as later:
            assert watch.ends == 0
            monkeypatch.setenv("DISPLAY", later)
            watch.watch.moved()
            watch.wait_for_hold()
        watch.wait_for_end()


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({"DISPLAY": ":3"}, "/tmp/.X11-unix/X3"),  # noqa: S108 - no file is made
        ({"DISPLAY": "unix:12.1"}, "/tmp/.X11-unix/X12"),  # noqa: S108 - no file is made
        ({"DISPLAY": "localhost:10.0"}, None),
        ({"DISPLAY": "10.0.0.7:0"}, None),
        ({"DISPLAY": ":999999"}, None),
        ({}, None),
        ({"XDG_RUNTIME_DIR": "/run/user/7"}, None),
        ({"WAYLAND_DISPLAY": "wayland-1", "DISPLAY": ":0", "XDG_RUNTIME_DIR": "/run/user/7"}, "/run/user/7/wayland-1"),
        ({"WAYLAND_DISPLAY": "/mnt/w", "XDG_RUNTIME_DIR": "/run/user/7"}, "/mnt/w"),
        ({"WAYLAND_DISPLAY": "/mnt/w"}, "/mnt/w"),
        ({"WAYLAND_DISPLAY": "wayland-1", "DISPLAY": ":0"}, None),
        ({"XDG_SESSION_TYPE": "wayland", "DISPLAY": ":0", "XDG_RUNTIME_DIR": "/run/u"}, "/run/u/wayland-0"),
    ],
)
def test_which_display_is_watched(environment: dict[str, str], address: str | None) -> None:
    found = [each for each in _addresses(environment) if isinstance(each, str)]
    assert found == ([address] if address else [])


def test_this_systems_watch_is_the_one_that_watches() -> None:
    assert isinstance(display_watch(), LinuxDisplayWatch)
