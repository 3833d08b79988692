"""Folders and files that the program makes are this user's alone, whatever the umask: those above the last one, too."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tray.desktop.single_instance import claim
from tray.fleet.choices.keeping import KeptFile
from tray.runtime.logs import start_logging
from tray.runtime.whole_files import make_folder, write_whole
from tray.settings.profiles.lock import exclusive

pytestmark = pytest.mark.only_on("linux", "darwin", reason="file modes are POSIX's")


@pytest.fixture(autouse=True)
def _wide_umask() -> Iterator[None]:
    root = logging.getLogger()
    before, handlers, level = os.umask(0), root.handlers[:], root.level
    root.handlers[:] = []
    yield
    os.umask(before)
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)


def _keep(path: Path) -> None:
    KeptFile(path).change(("arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/a",), keep=True)


def _lock(path: Path) -> None:
    with exclusive(path):
        pass


MAKERS: dict[str, Callable[[Path], object]] = {
    "a file that is written whole": lambda path: write_whole(path, b"x"),
    "the log": start_logging,
    "the state": _keep,
    "the lock of the profiles": _lock,
    "a folder": lambda path: make_folder(path),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
def test_all_that_is_made_is_the_user_s_alone(tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path / "a" / "b" / "c" / "file")
    modes = {str(path.relative_to(tmp_path)): stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert modes
    assert not [(path, oct(mode)) for path, mode in modes.items() if mode & 0o077]


def test_the_socket_s_folder_and_what_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    ours = claim()
    assert ours
    with ours:
        ours.serve(lambda _: None)
        made = list((tmp_path / "notebook-tray").rglob("*"))
        assert made
        assert not [path for path in (*made, tmp_path / "notebook-tray") if path.stat().st_mode & 0o077]
