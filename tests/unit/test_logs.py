from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

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


def test_without_a_place_to_write_there_is_no_log_and_no_error(root: logging.Logger, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    start_logging(tmp_path / "file" / "a.log")
    logging.getLogger("x").warning("nobody hears this")


def test_started_twice_it_says_everything_once(root: logging.Logger, tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    start_logging(log)
    start_logging(log)
    logging.getLogger("x").warning("once")
    assert log.read_text().count("once") == 1
