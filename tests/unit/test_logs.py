from __future__ import annotations

import logging
import logging.handlers
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import urllib3

from tray.runtime.logs import start_logging


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    # Without what another test's program has set up in this process.
    root.handlers[:] = []
    yield root
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_no_token_reaches_the_log_not_even_in_a_traceback(root: logging.Logger, tmp_path: Path) -> None:
    log = tmp_path / "folder" / "a.log"
    start_logging(log)
    url = "https://a.notebook.eu-west-1.sagemaker.aws/?authToken=s3cr3t&view=lab"
    logging.getLogger("x").warning("see %s", url)
    try:
        raise ValueError(url)
    except ValueError:
        logging.getLogger("x").exception("oh")
    text = log.read_text(encoding="utf-8")
    assert text.count("authToken=…") == 2
    assert "s3cr3t" not in text


@pytest.mark.parametrize(
    "url", ["http://me:s3cr3t@proxy:8080", "http://***:s3cr3t@proxy:8080", "http://s3cr3t@x@proxy:8080"]
)
def test_no_password_of_a_proxy_reaches_the_log(root: logging.Logger, tmp_path: Path, url: str) -> None:
    log = tmp_path / "a.log"
    start_logging(log)
    logging.getLogger("botocore").warning("no connection to %s, nor to https://example.com/a@b", url)
    text = log.read_text(encoding="utf-8")
    assert "http://…@proxy:8080, nor to https://example.com/a@b" in text
    assert "s3cr3t" not in text


@pytest.mark.only_on("linux", "darwin", reason="file modes are POSIX's")
def test_the_log_is_the_persons_own(root: logging.Logger, tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.touch(mode=0o644)
    start_logging(log)
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_botocore_logs_no_answers(root: logging.Logger, tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    start_logging(log)
    root.setLevel(logging.DEBUG)
    logging.getLogger("botocore.parsers").debug("Response body: s3cr3t")
    assert "s3cr3t" not in log.read_text()


def test_a_header_that_is_cut_off_is_not_logged(root: logging.Logger, tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    start_logging(log)
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as answering:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nx-amz-s3cr3t")

        answered = answering.submit(answer)
        urllib3.PoolManager().request("GET", f"http://127.0.0.1:{server.getsockname()[1]}/", timeout=10.0)
        answered.result()
    assert log.read_text() == ""


def test_without_a_place_to_write_there_is_no_log_and_no_error(root: logging.Logger, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    start_logging(tmp_path / "file" / "a.log")
    logging.getLogger("x").warning("nobody hears this")
    assert type(root.handlers[-1]) is logging.NullHandler, "and nothing is on standard error"


def test_started_twice_it_says_everything_once(root: logging.Logger, tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    start_logging(log)
    start_logging(log)
    logging.getLogger("x").warning("once")
    assert log.read_text().count("once") == 1


def test_a_log_that_is_full_begins_anew_while_another_process_has_it_open(root: logging.Logger, tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    start_logging(log)
    handler = root.handlers[-1]
    assert isinstance(handler, logging.handlers.RotatingFileHandler)
    handler.maxBytes = 2000
    with log.open("a") as another:  # on Windows, a file that is open can't be renamed
        for at in range(100):
            logging.getLogger("x").warning("line %d", at)
        assert log.stat().st_size <= 2200
        assert "line 99" in log.read_text("utf-8")
        another.write("of another\n")
        another.flush()
        logging.getLogger("x").warning("the last")
    text = log.read_text("utf-8")
    assert "of another" in text
    assert "the last" in text
    old = tmp_path / "a.log.1"
    assert "line 7" in old.read_text("utf-8")
    if os.name == "posix":
        assert stat.S_IMODE(old.stat().st_mode) == 0o600


FULL = """
import logging, resource, sys
from pathlib import Path
from tray.runtime.logs import start_logging
start_logging(Path(sys.argv[1]))
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (300, hard))
for at in range(50):
    logging.getLogger("x").warning("line %d of Bearer s3cr3t", at)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))  # what measures coverage writes a file at the end
"""


@pytest.mark.only_on("linux", "darwin", reason="a limit of a file's size")
def test_a_disk_that_is_full_makes_no_noise(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "a.log")], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr, ended.stdout) == (0, "", "")
    assert "line 0" in (tmp_path / "a.log").read_text("utf-8")


def test_a_folder_in_the_log_s_place_leaves_no_log(root: logging.Logger, tmp_path: Path) -> None:
    (tmp_path / "a.log").mkdir()
    start_logging(tmp_path / "a.log")
    logging.getLogger("x").warning("to nobody")
    assert type(root.handlers[-1]) is logging.NullHandler
    assert list(tmp_path.rglob("*")) == [tmp_path / "a.log"]


@pytest.mark.only_on("linux", "darwin", reason="pipes with a name")
@pytest.mark.parametrize("kind", ["a pipe", "a link to nowhere", "a link in a circle", "a device"])
def test_what_is_no_file_in_the_log_s_place_leaves_no_log_and_holds_nobody_up(tmp_path: Path, kind: str) -> None:
    log = tmp_path / "a.log"
    if kind == "a pipe":
        os.mkfifo(log)
    else:
        log.symlink_to({"a link to nowhere": "/nowhere/at/all", "a device": "/dev/full"}.get(kind, str(log)))
    program = "import sys; from pathlib import Path; from tray.runtime.logs import start_logging\nimport logging\n"
    program += "start_logging(Path(sys.argv[1])); logging.getLogger('x').warning('to nobody'); print('on')"
    ended = subprocess.run(
        [sys.executable, "-c", program, str(log)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "on\n", "")


@pytest.mark.only_on("linux", "darwin", reason="file modes are POSIX's")
def test_a_new_log_is_the_user_s_own_from_the_first_moment(root: logging.Logger, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        start_logging(tmp_path / "new" / "a.log")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new" / "a.log").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_what_no_encoding_has_is_logged_all_the_same(root: logging.Logger, tmp_path: Path) -> None:
    start_logging(tmp_path / "a.log")
    # Past pytest's own handlers, which could not write it either.
    root.handlers[-1].handle(logging.LogRecord("x", logging.WARNING, "", 0, "half a pair \udc80", (), None))
    assert "half a pair" in (tmp_path / "a.log").read_text("utf-8")
