"""Which platforms are known, when they are asked after, and how the menu marks those that AWS has retired."""

from __future__ import annotations

import json
import math
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.samples import NOW, notebook, snapshot
from tests.support.waiting import wait_until
from tests.unit.test_menu_layout import ABOUT, RUNNING, STORAGE, find, labels, many
from tray.fleet.facts.platforms import EVERY_SECONDS, Platforms
from tray.fleet.facts.platforms_file import DENIED_SECONDS, PlatformsFile
from tray.fleet.refreshing.quiet_pace import WANTED_SECONDS
from tray.fleet.refreshing.refresh import MOST_UNASKED
from tray.fleet.refreshing.unasked_calls import UnaskedCalls
from tray.fleet.snapshot import Listing, ScopeState
from tray.fleet.state import State
from tray.menu.layout import menu
from tray.model import commands as c
from tray.model.notebooks import Notebook
from tray.model.power import PLATFORMS_TO_MOVE_TO, Details, is_retired
from tray.model.presence import Presence
from tray.model.problems import Kind, TrayError
from tray.runtime.workers import Workers

HERE, IDLE, BATTERY = Presence(), Presence(idle=True), Presence(on_battery=True)
OLD, NEW = "notebook-al2-v2", "notebook-al2023-v2"


class Asked:
    """The service, with what it asks recorded. `answers` says what AWS tells, or raises."""

    def __init__(self, *notebooks: Notebook, path: Path | None = None) -> None:
        self.now = NOW
        self.asked: list[str] = []
        self.errors: list[Exception] = []
        self.answers: Callable[[Notebook], Details] = lambda _: Details(NEW)
        self.state = State()
        self.show(*notebooks)
        self.calls = UnaskedCalls(lambda: self.now)
        self.workers = Workers("platforms", 1, self.errors.append)
        self.platforms = Platforms(
            self.state,
            self,  # type: ignore[arg-type]
            calls=self.calls,
            workers=self.workers,
            file=PlatformsFile(path),
            shown=lambda listing: listing.notebooks,
            on_end=lambda: None,
            clock=lambda: self.now,
        )

    def show(self, *notebooks: Notebook) -> None:
        scopes = dict.fromkeys(each.scope for each in notebooks)
        self.state.listing.set(
            Listing(
                scopes=tuple(
                    ScopeState(scope, tuple(each for each in notebooks if each.scope == scope), NOW) for scope in scopes
                )
            )
        )

    def describe(self, notebook: Notebook) -> Details:
        self.asked.append(notebook.name)
        return self.answers(notebook)

    def run(self, seconds: float, presence: Presence = HERE, *, looks: bool = True) -> list[str]:
        """Let time pass as the agenda does, which also looks after each refresh; return what is asked.

        :param looks: whether the user opens the menu all the time
        """
        self.asked.clear()
        end = self.now + seconds
        while (due := min(60.0, self._due_in(presence, looks=looks))) <= end - self.now:
            self.now += max(due, 0.1)
            if self.platforms.due_in(presence) <= 0:
                self.platforms.ask_next()
                wait_until(lambda: not self.platforms._pace._asking, "the answer")
        self.now = end
        return [*self.asked]

    def _due_in(self, presence: Presence, *, looks: bool) -> float:
        if looks:
            self.platforms.wanted()
        return self.platforms.due_in(presence)


def denied(_: Notebook) -> Details:
    raise TrayError("no-longer-there", kind=Kind.DENIED)


def unreachable(_: Notebook) -> Details:
    raise TrayError("no-longer-there", kind=Kind.UNREACHABLE)


def test_each_is_asked_after_once_three_a_minute_and_running_ones_first() -> None:
    asks = Asked(notebook("a", "Stopped"), notebook("b"), notebook("c"), notebook("d"), notebook("e", "Deleting"))
    assert asks.run(59) == ["b", "c"]
    assert asks.run(60) == ["d", "a"]
    assert asks.run(7200) == []
    assert asks.platforms.due_in(HERE) == math.inf
    assert set(asks.state.platforms.now.values()) == {NEW}


def test_only_for_some_minutes_after_the_menu_was_opened() -> None:
    asks = Asked(*many(40))
    assert asks.run(7200, looks=False) == []
    assert asks.platforms.due_in(HERE) == math.inf
    assert asks.calls.leave == 0
    asks.platforms.wanted()
    assert len(asks.run(7200, looks=False)) == WANTED_SECONDS / EVERY_SECONDS
    asks.platforms.wanted()
    assert asks.platforms.due_in(HERE) == 0


@pytest.mark.parametrize("presence", [IDLE, BATTERY])
def test_nothing_is_asked_while_nobody_is_there_or_on_battery(presence: Presence) -> None:
    asks = Asked(notebook("a"))
    assert asks.run(7200, presence) == []
    assert asks.platforms.due_in(presence) == math.inf
    assert asks.run(60) == ["a"]


def test_what_aws_denies_is_not_asked_again_for_a_day(tmp_path: Path) -> None:
    path = tmp_path / "platforms.json"
    asks = Asked(notebook("a"), path=path)
    asks.answers = denied
    assert asks.run(60) == ["a"]
    assert asks.run(DENIED_SECONDS - 120) == []
    again = Asked(notebook("a"), path=path)
    again.platforms.load()
    wait_until(lambda: again.platforms._noted.denied, "what is kept")
    again.now = asks.now
    assert again.run(30) == [], "in the next run, too"
    assert again.run(200) == ["a"]


def test_where_several_are_denied_no_other_of_the_scope_is_asked() -> None:
    asks = Asked(*many(30), notebook("other", region="us-east-1"))
    asks.answers = denied
    assert asks.run(3600) == [*[each.name for each in many(30) if each.running][:5], "other"]


def test_a_network_that_is_gone_is_left_alone_for_a_while() -> None:
    asks = Asked(notebook("a"), notebook("b"))
    asks.answers = unreachable
    assert asks.run(300) == ["a"]
    asks.answers = lambda _: Details(NEW)
    assert asks.run(400) == ["b"]
    assert asks.run(3600) == ["a"]


def test_only_what_was_retired_is_asked_after_again_once_it_has_changed() -> None:
    a, b = notebook("a"), notebook("b")
    asks = Asked(a, b)
    asks.answers = lambda each: Details(OLD if each.name == "a" else NEW)
    assert asks.run(60) == ["a", "b"]
    later = [replace(each, modified=each.modified + timedelta(days=1)) for each in (a, b) if each.modified]
    asks.show(*later)
    asks.answers = lambda _: Details(NEW)
    assert asks.run(3600) == ["a"]
    assert asks.state.platforms.now == {a.arn: NEW, b.arn: NEW}


def test_all_that_nobody_asked_for_is_forty_a_minute_together() -> None:
    asks = Asked(*many(9))
    asks.platforms.wanted()
    assert asks.platforms.due_in(HERE) <= EVERY_SECONDS
    assert asks.calls.leave == 3, "the refreshes leave it some"
    asks.now += EVERY_SECONDS
    asks.calls.note(MOST_UNASKED)
    assert asks.platforms.due_in(HERE) >= EVERY_SECONDS
    asks.now += 60
    assert asks.platforms.due_in(HERE) == 0
    asks.show()
    assert asks.platforms.due_in(HERE) == math.inf
    assert asks.calls.leave == 0, "the refreshes have all of them again"


def test_a_clock_that_is_set_back_holds_nothing_up_for_long() -> None:
    asks = Asked(notebook("a"))
    asks.calls.note(MOST_UNASKED)
    asks.now -= 86400
    asks.platforms.wanted()
    assert asks.calls.lately() == 0
    assert asks.platforms.due_in(HERE) <= 600


def test_what_cannot_be_kept_is_not_asked_again_and_again(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    asks = Asked(*(notebook(name) for name in "abc"), path=tmp_path / "file" / "platforms.json")
    assert asks.run(120) == ["a", "b", "c"]
    assert asks.run(7200) == []


@pytest.mark.only_on("linux", "darwin", reason="Windows keeps no modes")
def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "state" / "platforms.json"
    PlatformsFile(path).learn(notebook("a"), OLD)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_is_kept_and_does_not_grow_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "state" / "platforms.json"
    file = PlatformsFile(path)
    for name in ("n0", "n1"):
        file.learn(notebook(name), OLD)
    kept = json.loads(path.read_text())
    assert list(kept) == ["platforms", "denied"]
    assert kept["platforms"][notebook("n0").arn][0] == OLD
    long = "x" * 58
    many_known = {notebook(f"{long}{at:05}", region="ap-southeast-2").arn: [NEW, NOW + 0.123] for at in range(1000)}
    path.write_text(json.dumps({"platforms": many_known, "denied": dict.fromkeys([*many_known][:190], NOW)}))
    for name in "abcde":
        file.learn(notebook(name), NEW)
        file.deny(notebook(name + name), NOW)
    assert len(file.load().platforms) == 1000, "all of it can be read again"
    assert 190 <= len(file.load().denied) <= 200


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"platforms": 1, "denied": {}}',
        b'{"platforms": {"a": 1}, "denied": {}}',
        b'{"platforms": {"a": ["x", "y"]}, "denied": {}}',
    ],
)
def test_a_file_that_cannot_be_used_counts_as_missing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "platforms.json"
    path.write_bytes(content)
    assert PlatformsFile(path).load().platforms == {}
    assert PlatformsFile(path).learn(notebook("a"), OLD).platforms


@pytest.mark.parametrize("bad", [7, [], ["x"], [1, 2], ["x", math.nan], ["x", 10**400], ["x" * 999, 1]], ids=str)
def test_one_that_makes_no_sense_hides_no_other(tmp_path: Path, bad: object) -> None:
    path = tmp_path / "platforms.json"
    path.write_text(json.dumps({"platforms": {"a": bad, "b": [OLD, 1.0]}, "denied": {"a": bad, "c": 1.0}}))
    known = PlatformsFile(path).load()
    assert known.platforms == {"b": (OLD, 1.0)}
    assert {"c": 1.0}.items() <= known.denied.items()
    assert all(math.isfinite(at) for at in known.denied.values())


@pytest.mark.parametrize(
    ("platform", "retired"),
    [("notebook-al1-v1", True), ("notebook-al2-v1", True), (OLD, True), ("notebook-al2-v3", True), ("", False)]
    + [(each, False) for each in PLATFORMS_TO_MOVE_TO],
)
def test_which_are_retired(platform: str, retired: bool) -> None:
    assert is_retired(platform) is retired


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("InService", f"Old platform {OLD}: AWS may not start it again once stopped"),
        ("Stopped", f"Old platform {OLD}: AWS may not start it again"),
        ("Failed", f"Old platform {OLD}: AWS may not start it again"),
    ],
)
def test_beside_the_menu_an_old_platform_is_marked_in_the_details(status: str, said: str) -> None:
    a, b = notebook("a", status), notebook("b", status)
    known = snapshot(a, b, platforms={a.arn: OLD, b.arn: NEW})
    below = find(menu(known, NOW), "a — ").children
    about = RUNNING if status == "InService" else (ABOUT, *((STORAGE,) if status == "Stopped" else ()))
    assert labels(below)[-2 - len(about) :] == [*about, said, "Copy what to do about the old platform"]
    assert not below[-2].enabled
    command = below[-1].command
    assert isinstance(command, c.CopyDetails)
    for words in ("“a”", OLD, "/home/ec2-user/SageMaker", "move-platform a --to notebook-al2023-v2", "no way back"):
        assert words in command.details
    assert labels(find(menu(known, NOW), "b — ").children)[-len(about) :] == [*about]


def test_inside_the_menu_it_is_marked_in_the_list_and_takes_no_row_at_the_top() -> None:
    several = many(6)
    old = several[1]
    without, with_it = (menu(snapshot(*several, platforms=known), NOW, inline=True) for known in ({}, {old.arn: OLD}))
    assert labels(without) == labels(with_it)
    below = labels(find(with_it, "Start, stop").children)
    at = below.index(f"{old.name}: old platform {OLD}, AWS may not start it again")
    assert below[at - 1 : at + 2 : 2] == [
        f"Copy link of {old.name}",
        f"Copy what to do about the old platform of {old.name}",
    ]
    few = menu(snapshot(notebook("a"), platforms={notebook("a").arn: OLD}), NOW, inline=True)
    assert labels(find(few, "a — ").children)[-1] == "Copy what to do about the old platform"


def test_a_stop_falls_back_on_what_is_known(tmp_path: Path) -> None:
    from tests.support.services import Services
    from tray.settings.profiles.memory import MemoryKeyring
    from tray.settings.profiles.store import ProfileStore

    services: Any = Services(ProfileStore(MemoryKeyring(), tmp_path / "lock"))
    services.stopping._describe = denied
    services.stopping._look = lambda _: None
    services.state.platforms.set({notebook("a").arn: OLD})
    assert services.stopping.found(notebook("a")).retired
    assert services.stopping.found(notebook("b")).details is None
