"""The Windows clipboard, read as any other program reads it."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from ctypes import wintypes

import pytest

from tests.support.waiting import wait_until
from tray.desktop.clipboard import get_clipboard
from tray.desktop.clipboard.windows import WindowsClipboard

_user32 = ctypes.WinDLL("user32")
_kernel32 = ctypes.WinDLL("kernel32")
_user32.GetClipboardData.restype = wintypes.HANDLE
_kernel32.GlobalLock.argtypes = (wintypes.HGLOBAL,)
_kernel32.GlobalLock.restype = wintypes.LPVOID
_kernel32.GlobalUnlock.argtypes = (wintypes.HGLOBAL,)

SECRET = "https://x.notebook.eu-west-1.sagemaker.aws?authToken=Zürich-🔬"

# What another program copies; the clipboard's memory is the program's own to fill.
COPY_SOMETHING_ELSE = (
    "from tray.desktop.clipboard import windows as w\nwith w._open_clipboard():\n"
    " w._user32.EmptyClipboard(); w._give(13, 'another'.encode('utf-16-le') + bytes(2))\n"
)


def read(number: int = 13) -> str | bytes | None:
    wait_until(lambda: _user32.OpenClipboard(None), "the clipboard")
    try:
        memory = _user32.GetClipboardData(number)
        if not memory:
            return None
        place = _kernel32.GlobalLock(memory)
        try:
            return ctypes.wstring_at(place) if number == 13 else ctypes.string_at(place, 4)
        finally:
            _kernel32.GlobalUnlock(memory)
    finally:
        _user32.CloseClipboard()


@pytest.fixture
def clipboard() -> WindowsClipboard:
    clipboard = get_clipboard()
    assert isinstance(clipboard, WindowsClipboard)
    return clipboard


def test_what_is_copied_can_be_pasted_until_it_is_taken_back(clipboard: WindowsClipboard) -> None:
    clipboard.copy_secret(SECRET)
    assert read() == SECRET
    clipboard.clear()
    assert read() is None


def test_histories_are_told_not_to_keep_it(clipboard: WindowsClipboard) -> None:
    clipboard.copy_secret(SECRET)
    for name in (
        "ExcludeClipboardContentFromMonitorProcessing",
        "CanIncludeInClipboardHistory",
        "CanUploadToCloudClipboard",
    ):
        assert read(_user32.RegisterClipboardFormatW(name)) == bytes(4)
    clipboard.clear()


def test_it_is_forgotten_when_its_time_is_over(clipboard: WindowsClipboard) -> None:
    clipboard.copy_secret(SECRET, lifetime_seconds=0.1)
    wait_until(lambda: read() is None, "the clipboard to be empty")


def test_a_second_copy_outlives_the_time_of_the_first(clipboard: WindowsClipboard) -> None:
    clipboard.copy_secret("first", lifetime_seconds=0.1)
    clipboard.copy_secret("second", lifetime_seconds=0.2)
    wait_until(lambda: read() is None, "the clipboard to be empty")
    clipboard.copy_secret("first", lifetime_seconds=0.1)
    first = clipboard._timer
    clipboard.copy_secret("second")
    assert first is not None
    first.join()
    assert read() == "second"
    clipboard.clear()


def test_what_another_program_copied_is_left_alone(clipboard: WindowsClipboard) -> None:
    clipboard.copy_secret(SECRET)
    subprocess.run([sys.executable, "-c", COPY_SOMETHING_ELSE], check=True, timeout=60)
    clipboard.clear()
    assert read() == "another"


def test_it_is_taken_back_when_the_program_ends() -> None:
    program = f"from tray.desktop.clipboard import get_clipboard\nget_clipboard().copy_secret({SECRET!a})"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
    assert read() is None


def test_a_text_of_more_than_32_kib_is_refused(clipboard: WindowsClipboard) -> None:
    with pytest.raises(ValueError, match="at most 32768"):
        clipboard.copy_secret("x" * 32769)
