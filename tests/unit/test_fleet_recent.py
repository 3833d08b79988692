from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

import pytest

from tray.fleet.files.state_file import state_folder
from tray.fleet.opening.recent import Recent
from tray.fleet.snapshot import LastOpened

LAST = LastOpened("größe", "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model")


def test_it_lasts_from_one_run_to_the_next(tmp_path: Path) -> None:
    path = tmp_path / "state" / "last.json"
    assert Recent(path).load() == ()
    Recent(path).keep(LastOpened("p", "other"))
    Recent(path).keep(LAST)
    assert Recent(path).load() == (LAST, LastOpened("p", "other"))
    assert [each.name for each in path.parent.iterdir()] == ["last.json"]


def opened(*names: str) -> tuple[LastOpened, ...]:
    return tuple(LastOpened("p", name) for name in names)


def test_the_last_five_are_kept_each_once(tmp_path: Path) -> None:
    path = tmp_path / "last.json"
    for name in "abcdefg":
        Recent(path).keep(LastOpened("p", name))
    assert Recent(path).load() == opened(*"gfedc")
    Recent(path).keep(LastOpened("other", "e"))
    assert Recent(path).load() == (LastOpened("other", "e"), *opened(*"gfdc"))


def test_what_an_older_release_has_stored_is_the_first_of_them(tmp_path: Path) -> None:
    path = tmp_path / "last.json"
    path.write_text('{"profile": "p", "arn": "a"}')
    assert Recent(path).load() == opened("a")
    Recent(path).keep(LastOpened("p", "b"))
    assert Recent(path).load() == opened("b", "a")
    stored = json.loads(path.read_text())
    assert (stored["profile"], stored["arn"]) == ("p", "b"), "an older release finds the last"


@pytest.mark.parametrize("before", ["1", "null", "{}", '[1, {"profile": "p"}, [], {"profile": "p", "arn": 2}]'])
def test_of_a_list_that_is_damaged_the_rest_is_taken(tmp_path: Path, before: str) -> None:
    path = tmp_path / "last.json"
    path.write_text(f'{{"profile": "p", "arn": "a", "before": {before}}}')
    assert Recent(path).load() == opened("a")
    path.write_text('{"before": [{"profile": "p", "arn": "b"}, 7, {"profile": "p", "arn": "c"}]}')
    assert Recent(path).load() == opened("b", "c")


def test_it_is_in_the_users_own_folder_for_state(home: Path) -> None:
    assert state_folder().is_relative_to(home)


def test_without_a_path_nothing_is_kept() -> None:
    Recent(None).keep(LAST)
    assert Recent(None).load() == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[1]",
        b'{"profile": 1, "arn": "a"}',
        b'{"profile": "p"}',
        b"\xff\xfe",
        b"[" * 4000,
        b"1" * 9000,
    ],
)
def test_a_file_that_can_not_be_used_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "last.json"
    path.write_bytes(content)
    assert Recent(path).load() == ()
    Recent(path).keep(LAST)
    assert Recent(path).load() == (LAST,)


def test_a_place_that_can_not_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    recent = Recent(tmp_path / "file" / "last.json")
    recent.keep(LAST)
    assert recent.load() == ()


@pytest.mark.only_on("linux", "darwin", reason="Windows keeps no modes")
def test_it_is_for_the_user_alone(tmp_path: Path) -> None:
    assert sys.platform != "win32"
    before = os.umask(0)
    try:
        Recent(tmp_path / "last.json").keep(LAST)
    finally:
        os.umask(before)
    assert (tmp_path / "last.json").stat().st_mode & 0o777 == 0o600


def test_of_two_that_are_kept_at_once_one_is_there_whole(tmp_path: Path) -> None:
    recent = Recent(tmp_path / "last.json")
    other = LastOpened("p", "arn")
    both = threading.Barrier(2)

    def keep(last: LastOpened) -> None:
        both.wait()
        recent.keep(last)

    for _ in range(100):
        threads = [threading.Thread(target=keep, args=[last]) for last in (LAST, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert recent.load() in ((LAST, other), (other, LAST))
