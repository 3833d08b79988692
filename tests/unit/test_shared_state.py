"""State that the tray and the commands change, on a disk that comes and goes."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tray.fleet.files import state_file
from tray.fleet.files.shared_state import SharedState
from tray.fleet.files.three_way import joined
from tray.runtime.whole_files import read_beginning

Names = tuple[str, ...]


def names_in(path: Path | None) -> SharedState[Names]:
    return SharedState(path, "names", read=lambda kept: tuple(kept or ()), stored=list)


def adding(name: str) -> Callable[[Names], Names]:
    return lambda names: (*names, name)


def test_what_could_not_be_stored_is_stored_later(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.write_text("no folder")
    names = names_in(folder / "names.json")
    assert names.change(adding("a")) == ("a",)
    assert names.change(adding("b")) == names.load() == ("a", "b")
    folder.unlink()
    assert names.change(adding("c")) == ("a", "b", "c")
    assert names_in(folder / "names.json").load() == ("a", "b", "c")
    assert names.change(adding("d")) == ("a", "b", "c", "d"), "none of them twice"


def test_it_is_added_to_what_others_have_stored_meanwhile(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.write_text("no folder")
    names = names_in(folder / "names.json")
    ours = tuple(map(str, range(1000)))
    for name in ours:
        names.change(adding(name))
    folder.unlink()
    names_in(folder / "names.json").change(adding("theirs"))
    assert names.change(adding("last")) == ("theirs", *ours, "last")


def test_a_file_that_can_not_be_read_just_now_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "names.json"
    names_in(path).change(adding("theirs"))

    def failing(path: Path, most_bytes: int) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    names = names_in(path)
    monkeypatch.setattr(state_file, "read_beginning", failing)
    assert names.change(adding("ours")) == ("ours",)
    assert json.loads(path.read_text()) == ["theirs"]
    monkeypatch.setattr(state_file, "read_beginning", read_beginning)
    assert names.change(adding("last")) == ("theirs", "ours", "last")


def test_what_is_stored_meanwhile_counts_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    names_in(folder / "names.json").change(adding("first"))
    names = names_in(folder / "names.json")
    lock = folder / "names.lock"
    lock.unlink(missing_ok=True)
    lock.mkdir()  # no lock can be made
    assert names.change(adding("ours")) == ("first", "ours")
    lock.rmdir()
    names_in(folder / "names.json").change(lambda names: tuple(name for name in names if name != "first"))
    assert names.load() == ("ours",)
    assert names.change(adding("last")) == ("ours", "last") == names_in(folder / "names.json").load()


def test_without_a_file_it_is_kept_in_memory() -> None:
    names = names_in(None)
    for number in range(1000):
        names.change(adding(str(number)))
    assert len(names.load()) == 1000


PLAN = {"arn": "a", "trigger": "at", "at": 1}
OTHER = {"arn": "b", "trigger": "at", "at": 1}


@pytest.mark.parametrize(
    ("ours", "theirs", "both"),
    [
        ([PLAN | {"at": 2}], [PLAN, OTHER], [PLAN | {"at": 2}, OTHER]),
        ([PLAN | {"begun": 5}], [], []),
        ([], [PLAN | {"at": 3}], [PLAN | {"at": 3}]),
        ([], [PLAN, OTHER], [OTHER]),
        ([PLAN, OTHER], [], [OTHER]),
        ([PLAN | {"at": 2}], [PLAN | {"told": True}], [PLAN | {"at": 2, "told": True}]),
        ([PLAN | {"at": 2}], [PLAN | {"at": 3}], [PLAN | {"at": 3}]),
        ([PLAN, "x"], [PLAN, "y"], [PLAN, "y", "x"]),
    ],
)
def test_what_one_has_changed_and_what_the_other(ours: object, theirs: object, both: object) -> None:
    assert joined([PLAN], ours, theirs) == both
    assert joined({"plans": [PLAN]}, {"plans": ours}, {"plans": theirs}) == {"plans": both}
    assert joined(None, theirs, theirs) == theirs
