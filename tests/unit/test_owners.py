"""Owners of notebook instances: whose are asked for, when, and what is kept."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from tests.support.samples import NOW, failure, notebook, snapshot
from tests.support.waiting import wait_until
from tray.aws.answers import tag_of
from tray.fleet.facts.owner_asking import (
    DENIED_SECONDS,
    EVERY_SECONDS,
    OLD_SECONDS,
    OwnerAsking,
)
from tray.fleet.facts.owner_files import LONGEST_KEY, MOST_OWNERS, Owners, OwnersFile, OwnerTagFile, check_tag_key
from tray.fleet.refreshing.quiet_pace import WANTED_SECONDS
from tray.fleet.refreshing.unasked_calls import UnaskedCalls
from tray.fleet.state import State
from tray.model.notebooks import Notebook
from tray.model.presence import Presence
from tray.model.problems import Kind, TrayError
from tray.runtime.workers import Workers

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud

HERE, IDLE, BATTERY = Presence(), Presence(idle=True), Presence(on_battery=True)
A, B, C = (notebook(name) for name in "abc")
ELSEWHERE = notebook("d", region="us-east-1")


class Asked:
    """The service, with what it asks recorded. `answers` says what AWS tells, or raises."""

    def __init__(self, folder: Path, *notebooks: Notebook, key: str = "Owner") -> None:
        self.now = NOW
        self.folder = folder
        self.asked: list[str] = []
        self.answers: Callable[[Notebook], str] = lambda each: f"owner of {each.name}"
        self.errors: list[Exception] = []
        self.state = State()
        self.state.change(lambda _: snapshot(*notebooks))
        self.calls = UnaskedCalls(lambda: self.now)
        self.tag_file = OwnerTagFile(folder / "tag.json")
        self.tag_file.store(key)
        self.service = OwnerAsking(
            self.state,
            cast("Cloud", self),
            calls=self.calls,
            workers=Workers("owners", 1, self.errors.append),
            tag_path=folder / "tag.json",
            owners_path=folder / "owners.json",
            on_end=lambda: None,
            clock=lambda: self.now,
        )
        self.service.follow()
        wait_until(lambda: self.state.snapshot.owner_tag == key and self.service._is_loaded, "the tag")

    def tag(self, of: Notebook, key: str) -> str:
        """What the cloud has."""
        assert key == self.state.snapshot.owner_tag
        self.asked.append(of.name)
        return self.answers(of)

    def step(self, presence: Presence = HERE) -> bool:
        """Do what is due within a minute, and say whether there was something."""
        due = self.service.due_in(presence)
        if due > 60:
            return False
        self.now += due
        self.service.act()
        wait_until(lambda: not self.service._pace._asking, "the answer")
        return True


def test_nothing_is_asked_without_the_users_choice(tmp_path: Path) -> None:
    it = Asked(tmp_path, A, B, key="")
    it.service.wanted([A.arn])
    assert not it.step()
    assert it.asked == []


def test_nothing_is_asked_while_no_page_shows_any(tmp_path: Path) -> None:
    it = Asked(tmp_path, A, B)
    assert it.service.due_in(HERE) == math.inf
    it.service.wanted([A.arn])
    for presence in (IDLE, BATTERY):
        assert it.service.due_in(presence) == math.inf
    it.now += WANTED_SECONDS + 1
    assert it.service.due_in(HERE) == math.inf
    assert it.asked == []


def test_those_in_sight_come_first_slowly_and_each_once(tmp_path: Path) -> None:
    it = Asked(tmp_path, A, B, C)
    it.service.wanted([C.arn])
    began = it.now
    while it.step() and len(it.asked) < 10:
        it.service.wanted([C.arn])
        if it.service._is_news and it.service.due_in(HERE) == 0 and len(it.asked) == 3:
            break
    assert it.asked == ["c", "a", "b"]
    assert it.now - began >= 2 * EVERY_SECONDS
    assert it.state.snapshot.owners == {each.arn: f"owner of {each.name}" for each in (A, B, C)}
    assert it.errors == []


def test_what_was_told_is_kept_and_asked_again_after_a_day_in_sight_alone(tmp_path: Path) -> None:
    it = Asked(tmp_path, A, B)
    it.service.wanted([A.arn])
    while len(it.asked) < 2:
        assert it.step()
    it.service._file.keep(it.service._owners)
    again = Asked(tmp_path, A, B)
    wait_until(lambda: len(again.state.snapshot.owners) == 2, "what is kept")
    again.service.wanted([A.arn])
    assert again.service.due_in(HERE) == math.inf
    again.now += OLD_SECONDS + 1
    again.service.wanted([A.arn])
    assert again.step()
    assert again.asked == ["a"]
    assert again.service.due_in(HERE) in (0, math.inf)


def test_a_denial_keeps_the_region_from_being_asked_for_an_hour(tmp_path: Path) -> None:
    it = Asked(tmp_path, A, B, ELSEWHERE)

    def denied(each: Notebook) -> str:
        if each.scope.region == "eu-west-1":
            raise failure("Denied", "It is.", "Ask.", Kind.DENIED)
        return "dora"

    it.answers = denied
    it.service.wanted([])
    it.service._pace._wanted_at = it.now
    for _ in range(2):
        assert it.step()
    assert it.asked == ["a", "d"]
    assert it.service.due_in(HERE) in (0, math.inf)
    it.service._is_news = False
    it.now += DENIED_SECONDS + 1
    it.service.wanted([A.arn])
    assert it.step()
    assert it.asked[2:] == ["a"]


def test_a_network_that_is_gone_is_left_alone(tmp_path: Path) -> None:
    it = Asked(tmp_path, A, B)

    def gone(_: Notebook) -> str:
        raise failure("Gone", "It is.", "Wait.", Kind.UNREACHABLE)

    it.answers = gone
    it.service.wanted([A.arn])
    assert it.step()
    it.service.wanted([A.arn])
    assert it.service.due_in(HERE) > 60


def test_another_tag_forgets_the_owners_that_were_told(tmp_path: Path) -> None:
    it = Asked(tmp_path, A)
    it.service.wanted([A.arn])
    assert it.step()
    it.tag_file.store("Team")
    it.service.follow()
    wait_until(lambda: it.state.snapshot.owner_tag == "Team", "the other tag")
    assert it.state.snapshot.owners == {}
    it.tag_file.store("")
    it.service.follow()
    wait_until(lambda: it.state.snapshot.owner_tag == "", "the end of it")
    assert it.state.snapshot.owners == {}


def test_the_calls_that_nobody_asked_for_are_counted_together(tmp_path: Path) -> None:
    it = Asked(tmp_path, A)
    it.calls.note(40)
    it.service.wanted([A.arn])
    assert it.service.due_in(HERE) == EVERY_SECONDS


def test_the_value_of_a_tag() -> None:
    tags = {"Tags": [{"Key": "owner", "Value": "lower"}, {"Key": "Owner", "Value": "Ana\nLima\u202e"}, "x", {}]}
    assert tag_of(tags, "Owner") == "Ana"
    assert tag_of(tags, "OWNER") == "lower"
    assert tag_of(tags, "Team") == ""
    assert tag_of({"Tags": None}, "Team") == ""
    assert len(tag_of({"Tags": [{"Key": "k", "Value": "v" * 5000}]}, "k")) == 256


@pytest.mark.parametrize("key", ["", " ", "x" * (LONGEST_KEY + 1), "a\nb", "\u202eb"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(TrayError) as refused:
        check_tag_key(key)
    assert refused.value.problem.title == "No tag has this key"


@pytest.mark.parametrize(
    "content", ["", "[]", '{"key": 1}', '{"key": "k", "owners": []}', '{"key": "k", "owners": {"a": ["b", 1e999]}}']
)
def test_files_without_sense_count_as_missing(tmp_path: Path, content: str) -> None:
    path = tmp_path / "file.json"
    path.write_text(content)
    assert OwnersFile(path).load().told == {}
    assert OwnerTagFile(path).load() in ("", "k")


def test_no_more_are_kept_than_fit(tmp_path: Path) -> None:
    path = tmp_path / "owners.json"
    OwnersFile(path).keep(Owners("k", {f"arn:{at}": ("Ana Lima", NOW) for at in range(MOST_OWNERS + 5)}))
    assert len(json.loads(path.read_text())["owners"]) == MOST_OWNERS
    assert "arn:4" not in OwnersFile(path).load().told
