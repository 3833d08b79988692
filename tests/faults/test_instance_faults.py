"""What can be in the way of the one running copy on Linux and macOS: leftovers, squatters, folders of others."""

from __future__ import annotations

import os
import socket
import stat
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.claimant import claimant
from tests.support.waiting import PATIENCE_SECONDS
from tray.desktop.single_instance import Claim, claim, server
from tray.desktop.single_instance import messages as m
from tray.desktop.single_instance.claim import lock_path
from tray.desktop.single_instance.client import ask_all, claim_or_show
from tray.model.problems import ExitStatus, TrayError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Unix sockets and Unix permissions")


@pytest.fixture
def folder() -> Path:
    return lock_path().parent


@pytest.fixture
def socket_path() -> Path:
    return lock_path().with_suffix(".socket")


@pytest.fixture
def held() -> Iterator[Claim]:
    claimed = claim()
    assert claimed
    with claimed:
        yield claimed


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_only_this_user_can_connect(held: Claim, folder: Path, socket_path: Path) -> None:
    before = os.umask(0)
    try:
        held.serve(lambda _: None)
    finally:
        os.umask(before)
    assert [mode(folder), mode(lock_path()), mode(socket_path)] == [0o700, 0o600, 0o600]


def test_letting_go_leaves_no_socket(held: Claim, folder: Path) -> None:
    held.serve(lambda _: None)
    held.release()
    assert [path.name for path in folder.iterdir()] == [lock_path().name]
    assert lock_path().read_bytes().strip() == b""


def test_a_killed_copy_s_socket_is_taken_over(socket_path: Path) -> None:
    with claimant() as one, claimant() as other:
        one.do("claim 0")
        one.do("serve")
        one.kill()
        assert socket_path.is_socket()
        assert other.do("start 0") == "held"
        other.do("serve")
        assert ask_all(m.InstanceRequest.SHOW) == 1


def test_what_a_reboot_left_is_taken_over(folder: Path, socket_path: Path) -> None:
    """On a disk, where all of it is still there, and another process has the number of the one that was."""
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(socket_path))
    lock_path().write_bytes(m.Whereabouts(os.getpid(), str(socket_path)).encoded())
    assert ask_all(m.InstanceRequest.SHOW) == 0
    claimed = claim_or_show(0)
    assert claimed
    with claimed:
        claimed.serve(lambda _: None)
        assert ask_all(m.InstanceRequest.SHOW) == 1


def test_a_socket_of_somebody_who_listens_is_taken_over(held: Claim, socket_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as squatter:
        squatter.bind(str(socket_path))
        squatter.listen()
        held.serve(lambda _: None)
        assert ask_all(m.InstanceRequest.SHOW) == 1


def test_a_folder_in_the_socket_s_place_is_an_error_and_the_claim_holds(held: Claim, socket_path: Path) -> None:
    socket_path.mkdir()
    with pytest.raises(OSError):
        held.serve(lambda _: None)
    assert claim() is None


def _framed(message: bytes) -> bytes:
    """Return a message as multiprocessing sends it: its length first."""
    return struct.pack("!i", len(message)) + message


@pytest.mark.parametrize("part", [b"\0", _framed(bytes(100))[:50], struct.pack("!iQ", -1, 1 << 40)])
def test_a_client_that_stops_in_the_middle_is_hung_up_on(
    held: Claim, socket_path: Path, part: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "CONVERSATION_SECONDS", 0.2)
    held.serve(lambda _: None)
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(PATIENCE_SECONDS)
        client.connect(str(socket_path))
        client.sendall(part)
        with suppress(ConnectionResetError):
            while client.recv(4096):
                pass
    assert ask_all(m.InstanceRequest.SHOW) == 1


def test_a_client_that_drips_is_hung_up_on(held: Claim, socket_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte of it comes in time, and the last one never."""
    monkeypatch.setattr(server, "CONVERSATION_SECONDS", 0.3)
    held.serve(lambda _: None)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(socket_path))
        client.sendall(struct.pack("!i", m.MOST_BYTES))
        with pytest.raises(OSError):
            drip(client)


def drip(client: socket.socket) -> None:
    for _ in range(m.MOST_BYTES - 1):
        client.sendall(b"x")
        threading.Event().wait(0.05)


def test_a_folder_that_others_can_enter_is_closed_to_them(folder: Path) -> None:
    folder.chmod(0o777)
    claimed = claim()
    assert claimed
    with claimed:
        assert mode(folder) == 0o700


def test_a_lock_that_others_can_read_is_closed_to_them(folder: Path) -> None:
    lock_path().touch(mode=0o644)
    claimed = claim()
    assert claimed
    with claimed:
        assert mode(lock_path()) == 0o600


def give_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `path` belong to another user; where only root could, let us be another user than before."""
    owner = path.stat().st_uid
    if owner == 0:
        os.chown(path, 65534, 65534)
    else:
        lock = lock_path()
        monkeypatch.setattr("tray.desktop.single_instance.system.folder", lambda: lock.parent)
        monkeypatch.setattr(os, "geteuid", lambda: owner + 1)


def test_another_user_s_folder_is_refused_with_what_to_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    give_away(folder, monkeypatch)
    with pytest.raises(TrayError, match="belongs to another user") as told:
        claim()
    assert str(folder) in told.value.problem.message
    assert told.value.status is ExitStatus.NO_DESKTOP
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can give a file away")
def test_another_user_s_lock_is_refused(folder: Path) -> None:
    lock_path().touch()
    os.chown(lock_path(), 65534, 65534)
    with pytest.raises(TrayError, match="no file of yours"):
        claim()


@pytest.mark.parametrize("make", ["link", "file", "dangling link"])
def test_a_folder_that_is_none_is_refused(folder: Path, tmp_path: Path, make: str) -> None:
    folder.rmdir()
    if make == "file":
        folder.touch()
    else:
        folder.symlink_to(tmp_path if make == "link" else tmp_path / "nowhere")
    with pytest.raises(TrayError, match="it is no folder"):
        claim()


@pytest.mark.parametrize("make", ["link", "folder", "pipe"])
def test_a_lock_that_is_no_file_is_refused(folder: Path, tmp_path: Path, make: str) -> None:
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    if make == "link":
        lock_path().symlink_to(victim)
    elif make == "folder":
        lock_path().mkdir()
    else:
        os.mkfifo(lock_path())
    with pytest.raises(TrayError, match="can't be used"):
        claim()
    assert victim.read_text() == "untouched"


@pytest.mark.only_on("linux")
def test_a_runtime_folder_that_can_t_be_written_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/proc/self")  # ours, and closed to root too
    with pytest.raises(TrayError, match="/proc/self/notebook-tray can't be used"):
        claim()


@pytest.mark.only_on("linux")
def test_where_the_path_is_too_long_for_a_socket_it_is_in_tmp(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    long = tmp_path / ("l" * 100)
    long.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    claimed = claim()
    assert claimed
    with claimed:
        claimed.serve(lambda _: None)
        address = Path(m.Whereabouts.decoded(lock_path().read_bytes()).address)
        assert address.parent == Path(f"/tmp/notebook-tray-{os.geteuid()}")  # noqa: S108 - no file is made
        assert mode(address.parent) == 0o700
        assert ask_all(m.InstanceRequest.SHOW) == 1
    assert not address.exists()
    with suppress(OSError):  # another tray is in it
        address.parent.rmdir()


def test_a_child_does_not_keep_the_lock(folder: Path) -> None:
    """A browser that the tray has started outlives it."""
    claimed = claim()
    assert claimed
    with subprocess.Popen(["sleep", "60"], close_fds=False) as child:
        claimed.release()
        again = claim()
        child.kill()
    assert again
    again.release()
