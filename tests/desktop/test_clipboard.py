"""The clipboard, under a real X server and pasted by programs that are not ours."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.secrets_scan import scan_for
from tests.support.waiting import wait_until
from tests.support.xvfb import xvfb
from tray.desktop.clipboard import get_clipboard
from tray.desktop.clipboard.base import MAXIMUM_BYTES, contents_of
from tray.model.problems import ExitStatus, Kind, TrayError

if sys.platform != "linux":
    pytest.skip(reason="there is no clipboard on this system yet", allow_module_level=True)

from Xlib import X, Xatom
from Xlib.display import Display
from Xlib.protocol import event as xevent

from tray.desktop.clipboard.linux import LinuxClipboard

LATIN = "https://one.notebook.eu-west-1.sagemaker.aws/?authToken="


@pytest.fixture
def token() -> str:
    return f"secret-{os.urandom(16).hex()}"


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP", "XAUTHORITY"):
        monkeypatch.delenv(name, raising=False)
    with xvfb() as name:
        monkeypatch.setenv("DISPLAY", name)
        yield name


@pytest.fixture
def clipboard(display: str) -> Iterator[LinuxClipboard]:
    clipboard = LinuxClipboard()
    yield clipboard
    clipboard.clear()


def paste(display: str, target: str = "UTF8_STRING") -> str | None:
    """Return what xclip reads from the clipboard, None where it is refused or there is nothing."""
    xclip = shutil.which("xclip")
    if xclip is None:
        pytest.skip(reason="xclip is not installed")
    ended = subprocess.run(
        [xclip, "-out", "-selection", "clipboard", "-target", target, "-display", display],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended.stdout if ended.returncode == 0 else None


@pytest.mark.parametrize("target", ["UTF8_STRING", "STRING", "text/plain", "text/plain;charset=utf-8"])
def test_what_was_copied_is_pasted(clipboard: LinuxClipboard, display: str, token: str, target: str) -> None:
    clipboard.copy_secret(LATIN + token)
    assert paste(display, target) == LATIN + token
    assert paste(display, target) == LATIN + token


def test_the_targets_are_listed_and_histories_are_told_to_keep_nothing(
    clipboard: LinuxClipboard, display: str, token: str
) -> None:
    clipboard.copy_secret(token)
    assert set((paste(display, "TARGETS") or "").split()) == {
        "TARGETS",
        "MULTIPLE",
        "TIMESTAMP",
        "UTF8_STRING",
        "STRING",
        "text/plain",
        "text/plain;charset=utf-8",
        "x-kde-passwordManagerHint",
    }
    assert paste(display, "x-kde-passwordManagerHint") == "secret"
    assert int(paste(display, "TIMESTAMP") or "0") > 0
    assert paste(display, "image/png") is None


def test_letters_outside_ascii_are_offered_as_utf_8_alone(clipboard: LinuxClipboard, display: str) -> None:
    clipboard.copy_secret("käse")
    assert paste(display) == "käse"
    assert paste(display, "STRING") is None


def test_a_second_copy_takes_the_place_of_the_first(clipboard: LinuxClipboard, display: str, token: str) -> None:
    clipboard.copy_secret(token)
    clipboard.copy_secret("another")
    assert paste(display) == "another"
    assert clipboard_threads() == 1


def test_copies_at_once_leave_one(clipboard: LinuxClipboard, display: str) -> None:
    copies = [threading.Thread(target=clipboard.copy_secret, args=(f"text {n}",)) for n in range(8)]
    for copy in copies:
        copy.start()
    for copy in copies:
        copy.join()
    assert (paste(display) or "").startswith("text ")
    assert clipboard_threads() == 1


def test_it_is_forgotten_when_another_program_copies(clipboard: LinuxClipboard, display: str, token: str) -> None:
    clipboard.copy_secret(token)
    with closing(Display(display)) as other:
        window = other.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
        window.set_selection_owner(other.intern_atom("CLIPBOARD"), X.CurrentTime)
        other.sync()
        wait_until(lambda: clipboard_threads() == 0, "the clipboard to be let go")
        clipboard.clear()
        assert other.get_selection_owner(other.intern_atom("CLIPBOARD")) == window


def test_it_is_forgotten_after_its_lifetime(clipboard: LinuxClipboard, display: str, token: str) -> None:
    clipboard.copy_secret(token, lifetime_seconds=0.2)
    wait_until(lambda: clipboard_threads() == 0, "the clipboard to be let go")
    assert paste(display) is None


def test_it_is_taken_back(clipboard: LinuxClipboard, display: str, token: str) -> None:
    clipboard.copy_secret(token)
    clipboard.clear()
    assert paste(display) is None
    clipboard.clear()
    clipboard.copy_secret(token)
    assert paste(display) == token


def test_it_stays_in_this_process(
    clipboard: LinuxClipboard, display: str, token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HOME", "TMPDIR", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(variable, str(tmp_path))
    clipboard.copy_secret(token)
    assert paste(display) == token
    assert scan_for(token, [tmp_path]) == []
    assert token not in repr(vars(clipboard))


class Requestor:
    """A program that asks for the clipboard in the words of the protocol."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self.window = display.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
        self.place = self.atom("PLACE")

    def atom(self, name: str) -> int:
        return self._display.intern_atom(name)

    def ask(self, target: str, place: int) -> int:
        """Ask for `target` to be put in the property `place`; return where it was put, 0 for nowhere."""
        self.window.convert_selection(self.atom("CLIPBOARD"), self.atom(target), place, X.CurrentTime)
        while True:
            event = self._display.next_event()
            if isinstance(event, xevent.SelectionNotify):
                return int(event.property)

    def read(self, place: int) -> object:
        answer = self.window.get_full_property(place, X.AnyPropertyType)
        return answer and answer.value


@pytest.fixture
def requestor(display: str) -> Iterator[Requestor]:
    with closing(Display(display)) as connection:
        yield Requestor(connection)


def test_several_targets_in_one_request(clipboard: LinuxClipboard, requestor: Requestor, token: str) -> None:
    clipboard.copy_secret(token)
    names = ("UTF8_STRING", "image/png", "x-kde-passwordManagerHint")
    pairs = [atom for n, name in enumerate(names) for atom in (requestor.atom(name), requestor.atom(f"PLACE_{n}"))]
    requestor.window.change_property(requestor.place, requestor.atom("ATOM_PAIR"), 32, pairs)

    assert requestor.ask("MULTIPLE", requestor.place) == requestor.place
    assert requestor.read(pairs[1]) == token.encode()
    assert requestor.read(pairs[3]) is None
    assert requestor.read(pairs[5]) == b"secret"
    assert list(requestor.read(requestor.place) or []) == [*pairs[:3], X.NONE, *pairs[4:]]  # type: ignore[call-overload]


def test_several_targets_without_a_list_are_refused(
    clipboard: LinuxClipboard, requestor: Requestor, token: str
) -> None:
    clipboard.copy_secret(token)
    assert requestor.ask("MULTIPLE", X.NONE) == X.NONE
    assert requestor.ask("MULTIPLE", requestor.place) == X.NONE
    requestor.window.change_property(requestor.place, Xatom.STRING, 8, b"not pairs")
    assert requestor.ask("MULTIPLE", requestor.place) == X.NONE


def test_a_client_from_before_the_convention_names_no_property(
    clipboard: LinuxClipboard, requestor: Requestor, token: str
) -> None:
    clipboard.copy_secret(token)
    assert requestor.ask("UTF8_STRING", X.NONE) == requestor.atom("UTF8_STRING")
    assert requestor.read(requestor.atom("UTF8_STRING")) == token.encode()


def test_a_requestor_that_is_gone_before_its_answer_ends_nothing(
    clipboard: LinuxClipboard, display: str, token: str, capfd: pytest.CaptureFixture[str]
) -> None:
    clipboard.copy_secret(token)
    for target in ("UTF8_STRING", "MULTIPLE"):
        with closing(Display(display)) as hasty:
            window = hasty.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
            window.convert_selection(
                hasty.intern_atom("CLIPBOARD"), hasty.intern_atom(target), hasty.intern_atom("PLACE"), X.CurrentTime
            )
            window.destroy()
            hasty.sync()
    assert paste(display) == token
    assert capfd.readouterr().err == ""


def test_many_programs_asking_at_once_are_all_answered(clipboard: LinuxClipboard, display: str, token: str) -> None:
    """A guard against a request that python-xlib reads while it sends, which no later poll would show."""
    clipboard.copy_secret(token)
    pasted: list[object] = []

    def ask_often() -> None:
        with closing(Display(display)) as connection:
            requestor = Requestor(connection)
            pasted.extend(requestor.read(requestor.ask("UTF8_STRING", requestor.place)) for _ in range(300))

    askers = [threading.Thread(target=ask_often, daemon=True) for _ in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(60)
    assert pasted == [token.encode()] * 1200


def test_the_x_server_ends(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("XDG_SESSION_TYPE", raising=False)
    clipboard = LinuxClipboard()
    with xvfb() as display:
        monkeypatch.setenv("DISPLAY", display)
        clipboard.copy_secret(token)
        assert clipboard_threads() == 1
    wait_until(lambda: clipboard_threads() == 0, "the thread to end")
    clipboard.clear()


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"DISPLAY": ""},
        {"DISPLAY": ":4711"},
        {"DISPLAY": "nonsense"},
        {"WAYLAND_DISPLAY": "missing", "XDG_RUNTIME_DIR": "/nonexistent"},
        {"WAYLAND_DISPLAY": "missing"},
        {"XDG_SESSION_TYPE": "wayland", "XDG_RUNTIME_DIR": "/nonexistent"},
    ],
)
def test_without_a_desktop_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], token: str
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "XDG_RUNTIME_DIR", "XDG_CURRENT_DESKTOP"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(TrayError) as failed:
        LinuxClipboard().copy_secret(token)
    assert "notebook-tray open NAME --print-url" in failed.value.problem.remedy
    assert (failed.value.problem.kind, failed.value.status) == (Kind.DESKTOP, ExitStatus.NO_DESKTOP)
    assert token not in f"{failed.value!r} {failed.value.problem}"


def test_a_wayland_desktop_without_a_way_in_is_not_pretended_to(
    display: str, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    """XWayland is there, and hands nothing on."""
    monkeypatch.setenv("XDG_SESSION_TYPE", "wayland")
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "some:wlroots")
    with pytest.raises(TrayError, match="Wayland"):
        LinuxClipboard().copy_secret(token)
    assert paste(display) is None


def test_gnomes_xwayland_hands_on_what_it_gets(
    clipboard: LinuxClipboard, display: str, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("XDG_SESSION_TYPE", "wayland")
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "ubuntu:GNOME")
    clipboard.copy_secret(token)
    assert paste(display) == token


def test_a_text_that_is_no_url_is_refused() -> None:
    assert contents_of("x" * MAXIMUM_BYTES)
    with pytest.raises(ValueError):
        contents_of("x" * (MAXIMUM_BYTES + 1))


def test_this_system_has_one_clipboard() -> None:
    assert isinstance(get_clipboard(), LinuxClipboard)
    assert get_clipboard() is get_clipboard()


def clipboard_threads() -> int:
    return sum(thread.name == "clipboard" for thread in threading.enumerate())
