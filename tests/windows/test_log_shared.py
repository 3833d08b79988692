"""The log of two processes that have it open at once, which Windows doesn't let be renamed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

WRITER = """
import logging, sys
from pathlib import Path
from tray.runtime.logs import start_logging
start_logging(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.readline()
for at in range(12000):
    logging.getLogger("x").warning("%s %05d %s", sys.argv[2], at, "." * 60)
print("written", flush=True)
sys.stdin.readline()
"""


def test_a_log_that_two_processes_have_open_is_bounded(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(log), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for name in ("tray", "command")
    ]
    for line in ("open", "written"):
        for writer in writers:
            assert writer.stdin
            assert writer.stdout
            assert writer.stdout.readline().strip() == line
        for writer in writers:
            assert writer.stdin
            writer.stdin.write("\n")
            writer.stdin.flush()
    ended = [writer.communicate(timeout=60) for writer in writers]
    assert [said for _, said in ended] == ["", ""]
    assert 0 < log.stat().st_size <= 600 * 1024
    assert (tmp_path / "a.log.1").stat().st_size <= 600 * 1024
    assert b"\0" not in log.read_bytes()
