"""The clipboard under a real Wayland compositor, pasted by wl-paste."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.secrets_scan import scan_for
from tests.support.sway import sway
from tests.support.waiting import wait_until

if sys.platform != "linux":
    pytest.skip(reason="there is no Wayland on this system", allow_module_level=True)

from tray.desktop.clipboard.linux import LinuxClipboard
from tray.desktop.clipboard.wayland_wire import WaylandConnection, read_string, read_uint, string, uint
from tray.model.problems import TrayError


def clipboard_threads() -> int:
    return sum(thread.name == "clipboard" for thread in threading.enumerate())


@pytest.fixture
def token() -> str:
    return f"secret-{os.urandom(16).hex()}"


@pytest.fixture
def compositor(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    monkeypatch.delenv("DISPLAY", raising=False)
    with sway() as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield environment


@pytest.fixture
def clipboard(compositor: dict[str, str]) -> Iterator[LinuxClipboard]:
    clipboard = LinuxClipboard()
    yield clipboard
    clipboard.clear()


def run(program: str, *arguments: str, text: str = "") -> str | None:
    path = shutil.which(program)
    if path is None:
        pytest.skip(reason=f"{program} (wl-clipboard) is not installed")
    ended = subprocess.run(
        # wl-copy leaves a process behind that keeps its output open, so that cannot be waited for.
        [path, *arguments],
        input=text.encode(),
        stdout=subprocess.PIPE if program == "wl-paste" else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    return (ended.stdout or b"").decode() if ended.returncode == 0 else None


def paste(mime_type: str = "text/plain;charset=utf-8") -> str | None:
    return run("wl-paste", "--no-newline", "--type", mime_type)


@pytest.mark.parametrize("mime_type", ["text/plain;charset=utf-8", "text/plain", "UTF8_STRING", "STRING"])
def test_what_was_copied_is_pasted(clipboard: LinuxClipboard, token: str, mime_type: str) -> None:
    clipboard.copy_secret(token)
    assert paste(mime_type) == token
    assert paste(mime_type) == token


def test_the_types_are_listed_and_histories_are_told_to_keep_nothing(clipboard: LinuxClipboard, token: str) -> None:
    clipboard.copy_secret(token)
    assert set((run("wl-paste", "--list-types") or "").split()) == {
        "text/plain;charset=utf-8",
        "text/plain",
        "UTF8_STRING",
        "STRING",
        "x-kde-passwordManagerHint",
    }
    assert paste("x-kde-passwordManagerHint") == "secret"


def test_a_second_copy_takes_the_place_of_the_first(clipboard: LinuxClipboard, token: str) -> None:
    clipboard.copy_secret(token)
    clipboard.copy_secret("another")
    assert paste() == "another"
    assert clipboard_threads() == 1


def test_it_is_forgotten_when_another_program_copies(clipboard: LinuxClipboard, token: str) -> None:
    clipboard.copy_secret(token)
    run("wl-copy", text="another's")
    wait_until(lambda: clipboard_threads() == 0, "the clipboard to be let go")
    clipboard.clear()
    assert paste() == "another's"


def test_what_others_copied_before_is_replaced(clipboard: LinuxClipboard, token: str) -> None:
    run("wl-copy", text="another's")
    wait_until(lambda: paste() == "another's", "the other program's copy")
    run("wl-copy", "--primary", text="another's selection")
    clipboard.copy_secret(token)
    assert paste() == token


def test_it_is_forgotten_after_its_lifetime(clipboard: LinuxClipboard, token: str) -> None:
    clipboard.copy_secret(token, lifetime_seconds=0.2)
    wait_until(lambda: clipboard_threads() == 0, "the clipboard to be let go")
    assert paste() is None


def test_it_is_taken_back(clipboard: LinuxClipboard, token: str) -> None:
    clipboard.copy_secret(token)
    clipboard.clear()
    assert paste() is None


def test_it_stays_in_this_process(
    clipboard: LinuxClipboard, compositor: dict[str, str], token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HOME", "TMPDIR"):
        monkeypatch.setenv(variable, str(tmp_path))
    clipboard.copy_secret(token)
    assert paste() == token
    assert scan_for(token, [tmp_path, Path(compositor["XDG_RUNTIME_DIR"])]) == []


def test_no_descriptor_is_left(clipboard: LinuxClipboard, token: str) -> None:
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = descriptors()
    for _ in range(3):
        clipboard.copy_secret(token)
        assert [paste() for _ in range(5)] == [token] * 5
    clipboard.clear()
    assert descriptors() <= before


def test_the_compositor_ends(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    clipboard = LinuxClipboard()
    with sway() as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        clipboard.copy_secret(token)
        assert clipboard_threads() == 1
    wait_until(lambda: clipboard_threads() == 0, "the thread to end")


def serve(listener: socket.socket, answer: bytes) -> None:
    client, _ = listener.accept()
    with client:
        client.recv(65536)
        client.sendall(answer)
        if answer:
            client.recv(65536)  # until it is the client that hangs up


@pytest.mark.parametrize(
    "answer",
    [
        # A seat and nothing else, as GNOME answers; the wl_callback is object 3.
        uint(2) + uint(28 << 16) + uint(1) + string("wl_seat") + uint(8) + uint(3) + uint(12 << 16) + uint(0),
        uint(1) + uint(24 << 16) + uint(2) + uint(0) + string("no!"),  # wl_display.error
        uint(2) + uint(4 << 16),  # shorter than its own header
        b"",
    ],
)
def test_a_compositor_that_lets_nobody_in(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, answer: bytes, token: str
) -> None:
    folder = tmp_path_factory.mktemp("w")  # a socket's path has little room
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-1")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "wayland-1"))
        listener.listen()
        listener.settimeout(60)
        server = threading.Thread(target=serve, args=(listener, answer))
        server.start()
        with pytest.raises(TrayError, match="Wayland"):
            LinuxClipboard().copy_secret(token)
        server.join()


def test_arguments_are_padded_to_words() -> None:
    for text in ("", "a", "abc", "abcd", "käse"):
        assert len(string(text)) % 4 == 0
        assert read_string(string(text) + uint(7)) == (text, uint(7))
    assert read_uint(uint(7) + b"rest") == (7, b"rest")


def test_a_message_may_come_in_pieces(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("w") / "s"
    whole = uint(5) + uint(12 << 16 | 3) + uint(42)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        connection = WaylandConnection(path)
        peer, _ = listener.accept()
        with peer:
            peer.sendall(whole[:5])
            assert connection.received() == []
            assert connection.received() == []
            peer.sendall(whole[5:] + whole)
            messages = connection.wait()
            assert [(message.event, message.payload) for message in messages] == [((5, 3), uint(42))] * 2
        connection.close()
