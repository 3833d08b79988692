"""What is kept at the top of the menu: changed at once, and stored for the next run."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.samples import notebook, snapshot
from tests.support.services import Services
from tests.support.waiting import wait_until
from tray.fleet.choices.keeping import KeptFile
from tray.fleet.snapshot import Outcome
from tray.model.arns import NotebookArn, notebook_arn
from tray.model.commands import FollowChoices, KeepAtTop
from tray.model.kept import MOST_KEPT
from tray.model.problems import TrayError
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.store import ProfileStore

A, B, C = (notebook(name).arn for name in "abc")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "kept-at-top.json"


@pytest.fixture
def start(tmp_path: Path, path: Path) -> Callable[[], Services]:
    def started() -> Services:
        services = Services(ProfileStore(MemoryKeyring(), tmp_path / "lock"), kept_path=path)
        services.keeping.load()
        return services

    return started


def stored(path: Path) -> object:
    return json.loads(path.read_text())


def test_a_choice_holds_at_once_and_lasts_from_one_run_to_the_next(start: Callable[[], Services], path: Path) -> None:
    first = start()
    assert not first.snapshot.kept
    for arn, keep in ((B, True), (A, True), (C, True), (B, False)):
        first.do(KeepAtTop(arn, keep))
    assert first.snapshot.kept == (A, C)
    wait_until(lambda: len(first.done()) == 4, "the choices to be stored")
    assert start().snapshot.kept == (A, C)
    assert stored(path) == {"kept": [A, C]}
    assert {path.name} <= {each.name for each in path.parent.iterdir()} <= {path.name, "kept-at-top.lock"}


@pytest.mark.only_on("linux", "darwin", reason="Windows keeps no modes")
def test_nobody_else_can_read_it(start: Callable[[], Services], path: Path) -> None:
    services = start()
    services.do(KeepAtTop(A, True))
    wait_until(services.done, "the choice to be stored")
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_another_program_stores_meanwhile_stays_and_is_followed(start: Callable[[], Services], path: Path) -> None:
    services = start()
    KeptFile(path).change((B,), keep=True)
    services.do(KeepAtTop(A, True))
    wait_until(services.done, "the choice to be stored")
    assert stored(path) == {"kept": [B, A]}
    services.do(FollowChoices())
    wait_until(lambda: services.snapshot.kept == (B, A), "the other's choice")


def test_a_choice_is_not_undone_by_what_another_program_stored_before_it(start: Callable[[], Services]) -> None:
    services = start()
    gate = threading.Event()
    services.keeping._workers.start(lambda: gate.wait(30))
    services.do(FollowChoices())
    services.do(KeepAtTop(A, True))
    gate.set()
    wait_until(services.done, "the choice to be stored")
    assert services.snapshot.kept == (A,)


def test_what_a_later_release_stores_stays(start: Callable[[], Services], path: Path) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps({"kept": [{"space": "x"}, A, 7, "no arn", A], "order": "mine"}))
    services = start()
    assert services.snapshot.kept == (A,)
    services.do(KeepAtTop(B, True))
    services.do(KeepAtTop(A, False))
    wait_until(lambda: len(services.done()) == 2, "the choices to be stored")
    assert stored(path) == {"kept": [{"space": "x"}, 7, "no arn", B], "order": "mine"}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"null", b'{"kept": 1}', b'{"kept": {"a": 1}}', b"[]", b"\xff", b"[" * 4000, b"1" * 9000]
)
def test_a_file_that_cannot_be_used_is_none(start: Callable[[], Services], path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    services = start()
    assert services.snapshot.kept == ()
    services.do(KeepAtTop(A, True))
    wait_until(services.done, "the choice to be stored")
    assert start().snapshot.kept == (A,)


def test_a_file_that_is_damaged_meanwhile_loses_nothing(start: Callable[[], Services], path: Path) -> None:
    services = start()
    services.do(KeepAtTop(A, True))
    wait_until(services.done, "the choice to be stored")
    path.write_text("{")
    services.do(KeepAtTop(B, True))
    wait_until(lambda: len(services.done()) == 2, "the choice to be stored")
    assert start().snapshot.kept == (A, B)


def test_a_choice_that_cannot_be_stored_holds_and_is_told(start: Callable[[], Services], path: Path) -> None:
    path.parent.write_text("a file where the folder should be")
    services = start()
    services.do(KeepAtTop(A, True))
    wait_until(lambda: services.told, "the failure")
    ((subject, problem),) = services.told
    assert (subject, problem.title) == ("Keeping a at the top", "Your choice can't be kept")
    assert str(path.parent) in problem.message
    assert (services.snapshot.kept, services.ended) == ((A,), [(KeepAtTop(A, True), Outcome.FAILED)])


def test_of_those_that_are_listed_there_are_enough_at_some_time(start: Callable[[], Services], path: Path) -> None:
    services = start()
    names = [f"n{at}" for at in range(MOST_KEPT + 1)]
    listed = snapshot(*(notebook(name) for name in names)).listing
    services.state.listing.set(listed)
    gone = notebook("gone").arn
    for arn in (gone, *(notebook(name).arn for name in names)):
        services.do(KeepAtTop(arn, True))
    wait_until(lambda: len(services.ended) == MOST_KEPT + 2, "the end of all")
    assert services.snapshot.kept == (gone, *(notebook(name).arn for name in names[:-1]))
    assert stored(path) == {"kept": list(services.snapshot.kept)}
    ((_, problem),) = services.told
    assert problem.title == "No more at the top"
    assert "Uncheck “Keep at the top”" in problem.remedy
    services.do(KeepAtTop(notebook("n0").arn, False))
    services.do(KeepAtTop(notebook(names[-1]).arn, True))
    wait_until(services.idle, "the end of both")
    assert notebook(names[-1]).arn in services.snapshot.kept


def test_the_file_is_bounded(path: Path) -> None:
    file = KeptFile(path)
    for at in range(100):
        file.change((notebook(f"n{at}").arn,), keep=True)
    with pytest.raises(TrayError, match="No more at the top"):
        file.change((A,), keep=True)
    assert len(file.load()) == 100


def test_without_a_path_choices_hold_until_the_end(tmp_path: Path) -> None:
    services = Services(ProfileStore(MemoryKeyring(), tmp_path / "lock"))
    for arn, keep in ((A, True), (B, True), (A, False)):
        services.do(KeepAtTop(arn, keep))
    wait_until(lambda: len(services.done()) == 3, "the end of all")
    assert services.snapshot.kept == (B,)


@pytest.mark.parametrize(
    "arn",
    [
        None,
        7,
        "",
        "arn:aws:s3:eu-west-1:111122223333:bucket/x",
        f"{A}\n",
        f"{A}{'x' * 64}",
        "arn:aws:sagemaker::1:x/y",
    ],
)
def test_what_is_no_arn_of_a_notebook_instance(arn: object) -> None:
    assert notebook_arn(arn) is None


def test_what_an_arn_says() -> None:
    assert notebook_arn(A) == NotebookArn(A, "a", "eu-west-1", "111122223333")
    china = "arn:aws-cn:sagemaker:cn-north-1:111122223333:notebook-instance/a"
    assert notebook_arn(china) == NotebookArn(china, "a", "cn-north-1", "111122223333")
