"""The clipboard on macOS, on a stand-in for AppKit whose main thread is the test's own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.appkit import run_loop, stand_in
from tests.support.appkit.run_loop import Kind
from tests.support.waiting import PATIENCE_SECONDS
from tray.desktop.clipboard.base import MAXIMUM_BYTES
from tray.model.problems import ExitStatus, TrayError

if TYPE_CHECKING:
    from tray.desktop.clipboard.macos import MacClipboard

pytestmark = pytest.mark.only_on("linux", reason="a stand-in for AppKit; a real Mac's clipboard is the person's")

MARKS = {"org.nspasteboard.ConcealedType": "", "org.nspasteboard.TransientType": ""}
SECRET = "https://one.notebook.eu-west-1.sagemaker.aws/?authToken=x"


@pytest.fixture
def board() -> Iterator[Any]:
    with stand_in():
        from AppKit import NSPasteboard

        yield NSPasteboard.generalPasteboard()


@pytest.fixture
def clipboard(board: Any) -> Iterator[MacClipboard]:
    from tray.desktop.clipboard.macos import MacClipboard

    clipboard = MacClipboard()
    yield clipboard
    clipboard.clear()


@contextmanager
def main_thread_serving() -> Iterator[None]:
    """Let another thread be the main one, and run its loop."""
    ready, over = threading.Event(), threading.Event()

    def serve() -> None:
        run_loop.current.become_main()
        ready.set()
        while not over.is_set():
            run_loop.current.run_one(*Kind)

    thread = threading.Thread(target=serve)
    before = run_loop.current.main
    thread.start()
    assert ready.wait(PATIENCE_SECONDS)
    try:
        yield
    finally:
        over.set()
        run_loop.current.post(lambda: None)
        thread.join()
        run_loop.current.main = before


def test_it_is_copied_as_a_secret_for_this_mac_alone(clipboard: MacClipboard, board: Any) -> None:
    clipboard.copy_secret(SECRET)
    assert board.contents == {"public.utf8-plain-text": SECRET, **MARKS}
    assert board.stays_on_this_mac


def test_it_is_taken_back(clipboard: MacClipboard, board: Any) -> None:
    clipboard.copy_secret(SECRET)
    clipboard.clear()
    assert board.contents == {}


def test_what_another_program_copied_stays(clipboard: MacClipboard, board: Any) -> None:
    clipboard.copy_secret(SECRET)
    board.clearContents()
    board.setString_forType_("theirs", "public.utf8-plain-text")
    clipboard.clear()
    assert board.contents == {"public.utf8-plain-text": "theirs"}


def test_it_is_forgotten_in_time_and_the_last_copy_counts(clipboard: MacClipboard, board: Any) -> None:
    cleared = threading.Event()
    clear = board.clearContents
    board.clearContents = lambda: (cleared.set(), clear())
    with main_thread_serving():
        clipboard.copy_secret("first", lifetime_seconds=3600)
        first = clipboard._forgetting
        assert first is not None
        clipboard.copy_secret(SECRET, lifetime_seconds=0.05)
        assert first.finished.is_set()
        assert cleared.wait(PATIENCE_SECONDS)
    assert board.contents == {}


def test_any_thread_may_copy_while_the_main_one_runs_its_loop(clipboard: MacClipboard, board: Any) -> None:
    with main_thread_serving():
        clipboard.copy_secret(SECRET)  # here, the test's thread is any other
        assert board.contents["public.utf8-plain-text"] == SECRET


def test_a_main_thread_that_does_not_come_to_it_is_an_error_and_nothing_is_copied_later(
    clipboard: MacClipboard, board: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tray.desktop.clipboard import macos

    monkeypatch.setattr(macos, "_MAIN_THREAD_WITHIN_SECONDS", 0.05)
    errors: list[TrayError] = []

    def copy() -> None:
        with pytest.raises(TrayError) as raised:
            clipboard.copy_secret(SECRET)
        errors.append(raised.value)

    thread = threading.Thread(target=copy)
    thread.start()
    thread.join()
    assert errors[0].status is ExitStatus.NO_DESKTOP
    assert SECRET not in errors[0].problem.text()
    run_loop.current.run_one(Kind.CALL)
    assert board.contents == {}


def test_a_refusal_is_an_error(clipboard: MacClipboard, board: Any) -> None:
    board.setString_forType_ = lambda _text, _kind: False
    with pytest.raises(TrayError, match="not copied"):
        clipboard.copy_secret(SECRET)


def test_a_long_text_is_refused(clipboard: MacClipboard, board: Any) -> None:
    with pytest.raises(ValueError, match="at most"):
        clipboard.copy_secret("ä" * (MAXIMUM_BYTES // 2 + 1))
    assert board.change_count == 0


def test_it_is_taken_back_when_the_program_ends() -> None:
    program = f"""
import atexit
from tests.support import appkit
appkit.install()
from AppKit import NSPasteboard
from tray.desktop.clipboard.macos import MacClipboard
board = NSPasteboard.generalPasteboard()
atexit.register(lambda: print(board.contents))
MacClipboard().copy_secret({SECRET!r})
print(len(board.contents))
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("3\n{}\n", "", 0)
