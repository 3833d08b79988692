"""The end of the session on Windows: the messages that Windows sends to each window, sent by the test."""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable
from ctypes import wintypes

if sys.platform != "win32":
    raise ImportError("for Windows alone")

import pytest

from tests.contract.leaving_contract import LeavingContract, Watched, watched
from tests.support.waiting import wait_until
from tray.desktop.leaving import LeavingWatch, leaving_watch, session_id
from tray.desktop.leaving.windows_messages import (
    ENDSESSION_CLOSEAPP,
    ENDSESSION_LOGOFF,
    WM_ENDSESSION,
    WM_QUERYENDSESSION,
    is_leaving,
)

__all__ = ["watched"]

_PREFIX = "NotebookTrayLeaving"
_WM_POWERBROADCAST, _PBT_APMSUSPEND, _PBT_APMRESUMEAUTOMATIC = 0x0218, 0x0004, 0x0012

_user32 = ctypes.WinDLL("user32")
_user32.SendMessageW.argtypes = (wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
_user32.SendMessageW.restype = ctypes.c_ssize_t
_user32.GetClassNameW.argtypes = (wintypes.HWND, wintypes.LPWSTR, ctypes.c_int)
_enumerated = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)
_user32.EnumWindows.argtypes = (_enumerated, wintypes.LPARAM)


def windows() -> list[int]:
    """Return the watch's windows among all top-level ones, which are those that Windows tells of an end."""
    found: list[int] = []

    def look(window: int, _: int) -> bool:
        name = ctypes.create_unicode_buffer(80)
        _user32.GetClassNameW(window, name, len(name))
        if name.value.startswith(_PREFIX):
            found.append(window)
        return True

    _user32.EnumWindows(_enumerated(look), 0)
    return found


class WindowsSession:
    """Windows' side: it waits for each window to return from what it is told."""

    asks = True
    options = 0

    def watch(self, on_asked: Callable[[], None], on_leaving: Callable[[], None]) -> LeavingWatch:
        return leaving_watch(on_asked, on_leaving)

    def wait_held(self) -> None:
        wait_until(windows, "a window")

    def wait_let_go(self) -> None:
        wait_until(lambda: not windows(), "no window")

    def ask(self) -> None:
        for window in windows():
            assert _user32.SendMessageW(window, WM_QUERYENDSESSION, 0, self.options) == 1, "nobody is kept from leaving"

    def go_on(self) -> None:
        for window in windows():
            _user32.SendMessageW(window, WM_ENDSESSION, 0, self.options)

    def end(self) -> threading.Event:
        is_over = threading.Event()
        told = windows()

        def tell() -> None:
            for window in told:
                _user32.SendMessageW(window, WM_ENDSESSION, 1, self.options)
            is_over.set()

        threading.Thread(target=tell, daemon=True).start()
        return is_over

    def suspend(self) -> None:
        for window in windows():
            _user32.SendMessageW(window, _WM_POWERBROADCAST, _PBT_APMSUSPEND, 0)
            _user32.SendMessageW(window, _WM_POWERBROADCAST, _PBT_APMRESUMEAUTOMATIC, 0)


class TestShutdown(LeavingContract):
    @pytest.fixture
    def session(self) -> WindowsSession:
        return WindowsSession()

    def test_one_who_never_releases_holds_it_for_the_longest_time_alone(
        self, session: WindowsSession, watched: Watched, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from tray.desktop.leaving import windows as module

        monkeypatch.setattr(module, "MOST_SECONDS", 0.1)
        watched.watch.hold("Stopping")
        session.wait_held()
        assert session.end().wait(4)

    def test_what_goes_wrong_as_it_is_told_holds_nobody_up(self, session: WindowsSession, watched: Watched) -> None:
        def fail() -> None:
            raise ValueError("of the test")

        watched.on_leaving = fail
        watched.watch.hold("Stopping")
        session.wait_held()
        assert session.end().wait(4)
        assert watched.left == 1

    def test_the_reason_is_given_while_the_session_may_end_and_taken_back(
        self, session: WindowsSession, watched: Watched, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from tray.desktop.leaving import windows as module

        given: list[str] = []  # Wine 8 has no reasons, so what is given is seen here
        threads: list[int] = []

        def give(_window: int, words: str) -> int:
            given.append(words)
            threads.append(threading.get_ident())
            return 1

        def take_back(_window: int) -> int:
            given.append("")
            threads.append(threading.get_ident())
            return 1

        monkeypatch.setattr(module, "_give_reason", give)
        monkeypatch.setattr(module, "_take_reason_back", take_back)
        watched.watch.hold("Stopping " + "x" * 300)
        session.wait_held()
        session.ask()
        session.go_on()
        assert given == [("Stopping " + "x" * 300)[:255], ""]
        session.ask()
        watched.on_leaving = watched.watch.release
        assert session.end().wait(4)
        assert [bool(words) for words in given] == [True, False, True, False]
        assert len(set(threads)) == 1, "Windows takes them from the window's thread alone"


class TestLogoff(LeavingContract):
    @pytest.fixture
    def session(self) -> WindowsSession:
        session = WindowsSession()
        session.options = ENDSESSION_LOGOFF - (1 << 32)  # LPARAM is signed, and Windows widens a 32-bit value
        return session


def test_an_installer_that_wants_the_program_out_of_its_way_is_no_leaving() -> None:
    session = WindowsSession()
    session.options = ENDSESSION_CLOSEAPP
    seen = Watched(session)
    seen.watch.hold("Stopping")
    session.wait_held()
    session.ask()
    assert session.end().wait(4)
    assert (seen.asked, seen.left, seen.watch.is_ending()) == (0, 0, False)
    seen.watch.release()
    session.wait_let_go()


@pytest.mark.parametrize(
    ("options", "leaving"),
    [
        (0, True),
        (ENDSESSION_LOGOFF, True),
        (ENDSESSION_LOGOFF - (1 << 32), True),
        (ENDSESSION_LOGOFF | ENDSESSION_CLOSEAPP, True),
        (ENDSESSION_CLOSEAPP, False),
        (0x40000000, True),
        (0x40000000 | ENDSESSION_CLOSEAPP, False),
    ],
)
def test_what_the_options_mean(options: int, leaving: bool) -> None:
    assert is_leaving(options) is leaving


def test_a_logon_has_a_name() -> None:
    assert session_id() == session_id()
    assert int(session_id()) >= 0
