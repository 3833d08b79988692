"""Files that are written whole, and what a writer that was killed has left."""

from __future__ import annotations

import os
import time
from pathlib import Path

from tray.runtime.whole_files import write_whole


def left_by_a_kill(folder: Path, name: str, seconds_ago: float) -> Path:
    left = folder / name
    left.write_text("a token")
    os.utime(left, times=(time.time() - seconds_ago,) * 2)
    return left


def test_what_a_killed_writer_left_is_cleared_away(tmp_path: Path) -> None:
    old = left_by_a_kill(tmp_path, ".token.json.0011223344556677.new", 3600)
    ahead = left_by_a_kill(tmp_path, ".token.json.8899aabbccddeeff.new", -3600)
    just_now = left_by_a_kill(tmp_path, ".token.json.0123456789abcdef.new", 1)
    others = [
        left_by_a_kill(tmp_path, name, 3600)
        for name in (".other.json.0011223344556677.new", "token.json.new", ".token.json.bak", "new")
    ]
    write_whole(tmp_path / "token.json", b"{}")
    assert not old.exists()
    assert not ahead.exists()
    assert just_now.exists(), "another program may be writing it"
    assert all(each.exists() for each in others)
    assert (tmp_path / "token.json").read_bytes() == b"{}"
