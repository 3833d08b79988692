"""One writer at a time."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tray.model.problems import ExitStatus, TrayError
from tray.settings.profiles.lock import default_lock_path, exclusive

_ROOT = Path(__file__).resolve().parents[2]

_HOLDER = """
import sys
from pathlib import Path
from tray.settings.profiles.lock import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_another_process_is_waited_for_and_then_told(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_ROOT
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(TrayError, match="Profiles are in use") as told, exclusive(path, 0.1):
            pytest.fail("two held the lock")
        assert told.value.status is ExitStatus.KEYRING
        holder.kill()
        holder.wait()
        with exclusive(path):  # a killed process holds nothing
            pass


def test_another_thread_is_waited_for_and_then_told(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    refused: list[TrayError] = []

    def attempt() -> None:
        try:
            with exclusive(path, 0.1):
                pytest.fail("two held the lock")
        except TrayError as error:
            refused.append(error)

    with exclusive(path):
        thread = threading.Thread(target=attempt)
        thread.start()
        thread.join()
    assert [error.problem.title for error in refused] == ["Profiles are in use"]
    with exclusive(path):
        pass


def test_it_is_given_back_after_an_error(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), exclusive(tmp_path / "lock", 1):
            raise ZeroDivisionError


@pytest.mark.only_on("linux", "darwin", reason="file modes are POSIX's")
def test_its_file_is_empty_and_the_person_s_alone(tmp_path: Path) -> None:
    path = tmp_path / "state" / "lock"
    with exclusive(path):
        assert path.read_bytes() == b""
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_folder_that_can_t_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for _ in range(2):  # and the lock within the process is given back
        with pytest.raises(TrayError, match="can't be locked"), exclusive(tmp_path / "file" / "lock", 1):
            pytest.fail("held a lock that can't be")


@pytest.mark.only_on("linux", reason="XDG_STATE_HOME")
def test_where_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert default_lock_path() == tmp_path / "notebook-tray" / "profiles.lock"
