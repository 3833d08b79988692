"""Files of others, read within bounds: what is in their place leaves nothing open, and is not waited for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tray.aws.credentials.token_store import read_json
from tray.fleet.files.state_file import StateFile
from tray.runtime.whole_files import NoFileError, read_beginning

READERS: dict[str, Callable[[Path], Any]] = {
    "state": lambda path: StateFile(path, "a state").stored(),
    "token": read_json,
}


def test_so_many_bytes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc\r\n\x1a")
    assert read_beginning(path, 2) == b"ab"
    assert read_beginning(path, 99) == b"abc\r\n\x1a"
    with pytest.raises(FileNotFoundError):
        read_beginning(tmp_path / "none", 1)


@pytest.mark.only_on("linux", reason="what is open is in /proc")
@pytest.mark.parametrize("read", READERS.values(), ids=READERS.keys())
def test_a_folder_in_its_place_leaves_nothing_open(tmp_path: Path, read: Callable[[Path], Any]) -> None:
    before = _open_files()
    for _ in range(3):
        assert not read(tmp_path)
    assert _open_files() == before


def _open_files() -> int:
    return len([*Path("/proc/self/fd").iterdir()])


@pytest.mark.only_on("linux", "darwin", reason="pipes with a name")
@pytest.mark.parametrize("read", READERS.values(), ids=READERS.keys())
def test_a_pipe_in_its_place_is_not_waited_for(tmp_path: Path, read: Callable[[Path], Any]) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    assert not read(path)
    with pytest.raises(NoFileError):
        read_beginning(path, 1)
