"""The user's profiles beside an administrator's: what is listed, what can be changed, and that nothing is lost."""

from __future__ import annotations

import errno
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from keyring.errors import KeyringLocked

from tests.support.samples import notebook
from tests.support.services import Services
from tests.support.waiting import wait_until
from tests.unit.test_policy import EVERY, FORBIDS
from tray.fleet.files import state_file
from tray.fleet.profiles.policed_profiles import PolicedStore
from tray.fleet.profiles.policy_watch import PolicyWatch
from tray.fleet.snapshot import Source
from tray.model import commands as c
from tray.model.access_keys import AccessKey
from tray.model.activation import Activation
from tray.model.lengths import View
from tray.model.policy import Given
from tray.model.problems import TrayError
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.model import Profile
from tray.settings.profiles.store import ProfileStore

TEAM = {"name": "team", "aws_profile": "shared", "regions": ["eu-west-1"]}
OWN = Profile("own", "own", ("us-east-1",), session_seconds=12 * 3600, view=View.CLASSIC)
KEYED = Profile("keyed", "", ("us-east-1",), access_key_id="AKIAIOSFODNN7EXAMPLE")
KEY = AccessKey("AKIAIOSFODNN7EXAMPLE", "x" * 40)


class Computer:
    """A keyring with two profiles of the user's, and a policy that can be set."""

    def __init__(self, folder: Path) -> None:
        self.memory = MemoryKeyring()
        self.plain = ProfileStore(self.memory, folder / "lock")
        self.plain.add(OWN)
        self.plain.add(KEYED, KEY)
        self.values: dict[str, object] = {}
        self.choices = folder / "choices.json"
        watch = PolicyWatch(lambda: (Given("policy", self.values),) if self.values else (), lambda: None)
        self.store = PolicedStore(self.memory, folder / "lock", policy=watch, choices=self.choices)

    def policed(self, **values: object) -> PolicedStore:
        self.values = values
        assert not self.store.policy.look().errors
        return self.store

    def names(self) -> list[str]:
        return [each.name for each in self.store.load().profiles]


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    return Computer(tmp_path)


def refused(act: Any) -> str:
    with pytest.raises(TrayError) as error:
        act()
    return error.value.problem.code


def test_without_a_policy_it_is_the_keyrings(computer: Computer) -> None:
    assert computer.store.load() == computer.plain.load()
    assert computer.store.generation() == computer.plain.generation()
    assert computer.store.access_key("keyed") == KEY
    computer.store.add(Profile("new", "new"))
    assert computer.names() == ["own", "keyed", "new"]


def test_the_administrators_come_first_and_are_in_no_keyring(computer: Computer) -> None:
    store = computer.policed(profiles=[TEAM, {"name": "own", "view": "lab"}])
    listed = store.load().profiles
    assert [each.name for each in listed] == ["team", "own", "keyed"]
    assert listed[0] == Profile("team", "shared", ("eu-west-1",))
    assert (listed[1].regions, listed[1].view) == ((), View.LAB), "the administrator's, which has the same name"
    assert [each.name for each in computer.plain.load().profiles] == ["own", "keyed"]
    computer.policed()
    assert computer.store.load().profiles == (OWN, KEYED), "and the user's is as it was"


def test_a_change_of_the_policy_is_another_generation(computer: Computer) -> None:
    seen = {computer.store.generation()}
    for values in ({"profiles": [TEAM]}, {"longest_session": "2h"}, {"profiles": [TEAM]}, {}):
        computer.policed(**values)
        assert computer.store.generation() == computer.store.load().generation
        seen.add(computer.store.generation())
    assert len(seen) == 5


@pytest.mark.parametrize(
    "change",
    [
        lambda it: replace(it, name="x"),
        lambda it: replace(it, regions=("us-east-1",)),
        lambda it: replace(it, aws_profile="x"),
        lambda it: it.signed_by(access_key_id="AKIAIOSFODNN7EXAMPLE"),
    ],
)
def test_what_the_administrator_has_set_of_a_profile_cannot_be_changed(computer: Computer, change: Any) -> None:
    store = computer.policed(profiles=[TEAM])
    before = store.load()
    assert refused(lambda: store.change("team", change)) == "policy-profile-fixed"
    outcome = store.change_many(["team", "own"], lambda it: change(it) if it.name == "team" else it)
    assert (list(outcome.done), list(outcome.refused)) == (["own"], ["team"])
    assert store.load() == before


def test_nor_removed_nor_taken_by_another(computer: Computer) -> None:
    store = computer.policed(profiles=[TEAM])
    assert refused(lambda: store.remove("team")) == "policy-profile-fixed"
    assert list(store.remove_many(["team", "keyed"]).refused) == ["team"]
    assert refused(lambda: store.add(Profile("team", "x"))) == "profile-exists"
    assert list(store.add_many([Profile("team", "x"), Profile("more", "x")]).refused) == ["team"]
    assert refused(lambda: store.change("own", lambda it: replace(it, name="team"))) == "profile-exists"
    assert refused(lambda: store.edit(lambda _: {})) == "policy-profile-fixed"
    assert computer.names() == ["team", "own", "more"]


def test_what_the_administrator_leaves_open_is_the_users(computer: Computer) -> None:
    store = computer.policed(profiles=[TEAM, {"name": "fixed", "session_length": "1h"}])
    store.edit(lambda every: {name: replace(each, session_seconds=1800) for name, each in every.items()})
    store.change("team", lambda it: replace(it, view=View.CLASSIC, left_running_hours=7))
    store.uncheck("fixed")
    assert (
        refused(lambda: store.change("fixed", lambda it: replace(it, session_seconds=1800))) == "policy-profile-fixed"
    )
    stored = store.load()
    team = next(each for each in stored.profiles if each.name == "team")
    assert (team.session_seconds, team.view, team.left_running_hours) == (1800, View.CLASSIC, 7)
    (hidden,) = stored.unchecked
    assert (hidden.name, hidden.session_seconds) == ("fixed", 3600)
    assert computer.plain.load().profiles[0].session_seconds == 1800, "every profile's was set"
    again = PolicedStore(
        computer.memory, computer.choices.parent / "lock", policy=store.policy, choices=computer.choices
    )
    assert again.load().profiles == stored.profiles, "by the next run too"
    store.check("fixed")
    assert computer.names()[:2] == ["team", "fixed"]


def test_a_file_that_cannot_be_read_just_now_loses_no_choice(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = computer.policed(profiles=[TEAM])
    store.change("team", lambda it: replace(it, left_running_hours=7))

    def failing(path: Path, most_bytes: int) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(state_file, "read_beginning", failing)
    assert refused(lambda: store.change("team", lambda it: replace(it, view=View.CLASSIC))) == "policy-choice-not-kept"
    monkeypatch.undo()
    assert store.load().profiles[0].left_running_hours == 7


def test_limits_change_what_is_in_force_and_nothing_that_is_stored(computer: Computer) -> None:
    store = computer.policed(longest_session="2h", views=["lab"])
    own = store.load().profiles[0]
    assert (own.session_seconds, own.view) == (7200, View.LAB)
    store.change("own", lambda it: replace(it, regions=("eu-west-1",)))
    computer.policed()
    assert computer.store.load().profiles[0] == replace(OWN, regions=("eu-west-1",))


def test_without_access_keys_those_profiles_say_why_and_the_key_is_given_to_nobody(computer: Computer) -> None:
    store = computer.policed(allow_access_keys=False)
    stored = store.load()
    assert [each.name for each in stored.profiles] == ["own"]
    assert [(each.name, each.problem.code) for each in stored.problems] == [("keyed", "policy-forbids")]
    assert refused(lambda: store.access_key("keyed")) == "policy-forbids"
    assert refused(lambda: store.add(replace(KEYED, name="another"), KEY)) == "policy-forbids"
    assert (
        refused(lambda: store.change("own", lambda it: it.signed_by(access_key_id=KEY.key_id), KEY)) == "policy-forbids"
    )
    computer.policed()
    assert computer.store.access_key("keyed") == KEY


def test_without_own_profiles_theirs_are_hidden_and_none_is_lost(computer: Computer) -> None:
    before = computer.plain.load()
    store = computer.policed(profiles=[TEAM], allow_own_profiles=False)
    assert store.load().unchecked == ()
    assert computer.names() == ["team"]
    for act in (
        lambda: store.add(Profile("new", "new")),
        lambda: store.add_many([Profile("new", "new")]),
        lambda: store.change("own", lambda it: it),
        lambda: store.change_many(["own"], lambda it: it),
        lambda: store.check("own"),
        lambda: store.uncheck("own"),
        lambda: store.remove("own"),
        lambda: store.remove_many(["own"]),
        lambda: store.edit(lambda every: {**every, "new": Profile("new", "new")}),
    ):
        assert refused(act) == "policy-forbids"
    store.edit(lambda every: {name: replace(each, session_seconds=1800) for name, each in every.items()})
    assert store.load().profiles[0].session_seconds == 1800
    assert computer.plain.load() == before


def test_without_own_profiles_no_keyring_is_asked(tmp_path: Path) -> None:
    class Locked(MemoryKeyring):
        def get_password(self, *_: str) -> str | None:
            raise AssertionError("the keyring is asked")

    values = {"profiles": [TEAM], "allow_own_profiles": False}
    watch = PolicyWatch(lambda: (Given("policy", values),), lambda: None)
    store = PolicedStore(Locked(), tmp_path / "lock", policy=watch, choices=tmp_path / "choices.json")
    assert [each.name for each in store.load(ask=False).profiles] == ["team"]
    assert store.generation(ask=False)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"team": 1}',
        '{"team": {"session_seconds": 1e9, "view": "x", "left_running_hours": -1, "hidden": "yes"}}',
        '{"team": {"session_seconds": true, "view": [], "colour": 1}}',
    ],
)
def test_a_file_of_choices_that_makes_no_sense_counts_as_missing(computer: Computer, content: str) -> None:
    computer.choices.write_text(content)
    store = computer.policed(profiles=[TEAM])
    assert store.load().profiles[0] == Profile("team", "shared", ("eu-west-1",))
    store.change("team", lambda it: replace(it, session_seconds=1800))
    assert json.loads(computer.choices.read_text())["team"]["session_seconds"] == 1800


def test_what_is_forbidden_is_refused_at_the_controller_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    computer = Computer(tmp_path)
    computer.policed(profiles=[TEAM])
    services = Services(computer.store)
    services.refresher.start()
    services.rested()
    assert [each.name for each in services.listing.profiles] == ["team", "own", "keyed"]
    for command in (c.RemoveProfile("team"), c.RenameProfile("team", "x"), c.SetRegions("team", ())):
        services.do(command)
        wait_until(lambda: services.told and services.idle(), "the refusal")
        assert [problem.code for _, problem in services.told] == ["policy-profile-fixed"]
        notice = services.snapshot.tasks.notice
        assert notice is not None
        assert (notice.command, notice.problem.code) == (command, "policy-profile-fixed")
        services.told.clear()
    services.do(c.SetSessionLength(1800))
    wait_until(lambda: {each.session_seconds for each in services.listing.profiles} == {1800}, "all to be set")
    computer.policed(profiles=[TEAM], allow_own_profiles=False)
    services.do(c.Refresh())
    wait_until(lambda: [each.name for each in services.listing.profiles] == ["team"], "the change to be followed")
    assert services.snapshot.policy.limits.own_profiles is False


def test_the_administrators_are_listed_while_the_keyring_is_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Locked(MemoryKeyring):
        def get_password(self, *_: str) -> str | None:
            raise KeyringLocked("locked")

    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    watch = PolicyWatch(lambda: (Given("policy", {"profiles": [TEAM]}),), lambda: None)
    services = Services(PolicedStore(Locked(), tmp_path / "lock", policy=watch, choices=tmp_path / "choices.json"))
    services.refresher.start()
    wait_until(lambda: [each.name for each in services.listing.profiles] == ["team"], "the administrator's profile")
    wait_until(lambda: any(about is Source.KEYRING for about, _ in services.listing.problems), "the lock to be said")


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    return Services(ProfileStore(MemoryKeyring(), tmp_path / "lock"))


@pytest.mark.parametrize("name", FORBIDS)
def test_each_command_that_a_policy_forbids_ends_at_the_controller(services: Services, name: str) -> None:
    """Whichever surface sends it: a menu that is older than the policy, a notification's button, a page."""
    value, forbids = FORBIDS[name]
    services.policed(**{name: value})
    for command in filter(forbids, EVERY):
        services.told.clear()
        services.do(command)
        wait_until(lambda: services.told and services.idle(), f"the refusal of {command}")
        assert next(problem.code for _, problem in services.told).startswith("policy-"), command
    assert (services.copied, services.shown, services.handed, services.questions) == ([], [], [], [])
    assert services.done() == []


def test_a_session_is_cut_at_the_controller(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[c.OpenNotebook] = []
    monkeypatch.setattr(services.opener, "open", lambda command, _: opened.append(command))
    services.policed(longest_session="2h", views=["classic"])
    services.do(c.OpenNotebook("research", "arn", View.LAB, 12 * 3600))
    assert opened == [c.OpenNotebook("research", "arn", View.CLASSIC, 7200)]


def test_the_click_s_activation_of_what_is_refused_is_ended(services: Services) -> None:
    services.policed(allow_own_profiles=False)
    ended: list[bool] = []
    services.do(c.ShowSetUp(), Activation("token", ended.append))
    wait_until(lambda: ended, "the activation to be ended")


def test_the_administrators_pages_are_opened_in_place_of_the_projects(services: Services) -> None:
    assert services.policing.address(c.Page.DOCUMENTATION) == ""
    services.policed(documentation_url="https://a/", help_url="https://b/")
    found = [services.policing.address(page) for page in c.Page]
    assert found == ["https://a/", "https://b/", ""]


def test_what_the_user_has_set_is_not_replaced_by_what_a_limit_makes_of_it(computer: Computer) -> None:
    store = computer.policed(profiles=[TEAM])
    store.change("team", lambda it: replace(it, session_seconds=8 * 3600, stop_at="19:00"))
    store = computer.policed(profiles=[TEAM], longest_session="2h", allow_stop=False)
    store.change("team", lambda it: replace(it, view=View.CLASSIC))
    limited = store.load().profiles[0]
    assert (limited.session_seconds, limited.stop_at, limited.view) == (7200, "", View.CLASSIC)
    again = computer.policed(profiles=[TEAM]).load().profiles[0]
    assert (again.session_seconds, again.stop_at, again.view) == (8 * 3600, "19:00", View.CLASSIC)


def test_what_was_planned_before_it_was_forbidden_is_not_stopped(services: Services) -> None:
    services.policed(allow_stop=False)
    assert refused(lambda: services.stopping.carry_out((notebook("a"),))) == "policy-forbids"
