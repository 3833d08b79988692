"""The search for secrets finds one wherever it is planted, so that its finding none means something."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.processes import end_process
from tests.support.secrets_scan import scan_for, watching
from tests.support.waiting import wait_until

pytestmark = pytest.mark.only_on("linux")


@pytest.fixture
def token() -> str:
    """Return a token with characters that a URL quotes."""
    return f"{secrets.token_urlsafe(24)}/+={secrets.token_hex(4)}"


def waiting_program(args: Sequence[str] = (), environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a program that waits for the end of its input, and return once it runs what it is to run."""
    program = [sys.executable, "-c", "print(flush=True); input()", *args]
    process = subprocess.Popen(
        program, env=environment or dict(os.environ), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout
    process.stdout.readline()
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    end_process(process)
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()


def test_nothing_is_found_where_nothing_is(token: str, tmp_path: Path) -> None:
    (tmp_path / "log").write_text("nothing of it")
    assert scan_for(token, [tmp_path]) == []


@pytest.mark.parametrize("quoted", [False, True])
def test_arguments_of_a_process_are_searched(token: str, quoted: bool) -> None:
    process = waiting_program(["https://host/?authToken=" + (quote(token, safe="") if quoted else token)])
    try:
        assert scan_for(token, []) == [f"/proc/{process.pid}/cmdline"]
    finally:
        end(process)


def test_the_environment_of_a_process_is_searched(token: str) -> None:
    process = waiting_program(environment={**os.environ, "HANDED_ON": f"x{token}"})
    try:
        assert scan_for(token, []) == [f"/proc/{process.pid}/environ"]
    finally:
        end(process)


@pytest.mark.parametrize(
    "form", [str, quote, lambda text: quote(text, safe=""), lambda text: quote(quote(text, safe=""))]
)
def test_files_in_all_folders_are_searched_in_every_form(token: str, tmp_path: Path, form: type[str]) -> None:
    path = tmp_path / ".cache" / "deep" / "log"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xff\0" + form(token).encode())
    assert scan_for(token, [tmp_path]) == [str(path)]


@pytest.mark.parametrize("before", [(1 << 20) - 20, 1 << 20, (1 << 20) - 1])
def test_a_token_across_the_border_of_two_reads_is_found(token: str, tmp_path: Path, before: int) -> None:
    (tmp_path / "large").write_bytes(b" " * before + token.encode() + b" " * 100)
    assert scan_for(token, [tmp_path]) == [str(tmp_path / "large")]


def test_names_and_links_are_searched_and_the_token_is_not_repeated(tmp_path: Path) -> None:
    token = secrets.token_hex(16)
    (tmp_path / f"page-{token}.html").touch()
    (tmp_path / "link").symlink_to(f"/nowhere/{token}")
    assert scan_for(token, [tmp_path]) == [str(tmp_path / "link"), f"a name in {tmp_path}"]


def test_every_root_is_searched_and_only_the_excluded_folder_is_not(token: str, tmp_path: Path) -> None:
    for name in ("home", "tmp", "profile"):
        (tmp_path / name / "inner").mkdir(parents=True)
        (tmp_path / name / "inner" / "file").write_text(token)
    roots = [tmp_path / "home", tmp_path / "tmp", tmp_path]
    assert scan_for(token, roots, excluding=[tmp_path / "profile"]) == [
        str(tmp_path / "home" / "inner" / "file"),
        str(tmp_path / "tmp" / "inner" / "file"),
    ]


def test_sockets_and_pipes_do_not_stop_it(token: str, tmp_path: Path) -> None:
    subprocess.run(["mkfifo", tmp_path / "pipe"], check=True)
    (tmp_path / "file").write_text(token)
    assert scan_for(token, [tmp_path]) == [str(tmp_path / "file")]


def test_a_short_token_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="8 characters"):
        scan_for("short", [tmp_path])


def test_a_watch_finds_what_is_gone_again_at_the_end(token: str, tmp_path: Path) -> None:
    known = threading.Event()
    path = tmp_path / "passing"
    with watching(lambda: token if known.is_set() else None, [tmp_path]) as watch:
        path.write_text(token)
        known.set()
        wait_until(lambda: watch.found, "the watch to find the file")
        path.unlink()
    assert watch.found == [str(path)]


def test_a_watch_searches_when_its_block_ends(token: str, tmp_path: Path) -> None:
    with watching(lambda: token, [tmp_path]) as watch:
        (tmp_path / "late").write_text(token)
    assert watch.found == [str(tmp_path / "late")]


def test_a_watch_without_a_token_proves_nothing_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="no token"), watching(lambda: None, [tmp_path]):
        pass


def test_a_watch_that_broke_is_not_taken_for_one_that_found_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), watching(lambda: str(1 // 0), [tmp_path]):
        pass
