"""An administrator's policy: what each source gives, what of it counts, and what it makes of every command."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any, get_args

import pytest

from tests.support.samples import NOW, notebook, snapshot
from tray.app_pages.notebooks import choices as row_choices
from tray.app_pages.settings import values as settings_page
from tray.fleet.profiles.policy_watch import PolicyWatch
from tray.fleet.snapshot import Profile, Snapshot
from tray.menu.entries import Entry
from tray.menu.layout import menu
from tray.model import commands as c
from tray.model.access_keys import AccessKey, SealedKey
from tray.model.lengths import View
from tray.model.new_profiles import NewProfile
from tray.model.notification_kinds import NotificationKind
from tray.model.policy import (
    FORBIDDING,
    NAMES,
    NO_POLICY,
    POLICY_SETTINGS,
    PROFILE_KEYS,
    Document,
    Form,
    Given,
    Limits,
    Policy,
    given_name,
    locked_of_profile,
    locked_settings,
    profile_value,
)
from tray.model.policy_rules import refuse_if_forbidden, ruled
from tray.model.problems import Kind, Problem, TrayError
from tray.model.settings import SETTINGS
from tray.model.sign_in import Method, SignIn
from tray.model.stop_plans import Trigger
from tray.settings.policy import given_in, lines_of, policy_of
from tray.settings.setup_file import OF_PROFILE

GOOD: dict[str, Any] = {
    "profiles": [{"name": "team", "regions": ["eu-west-1"]}],
    "longest_session": "8h",
    "views": ["classic"],
    "start_at_login": True,
    "allow_copy_link": False,
    "allow_stop": False,
    "allow_access_keys": False,
    "allow_look_before_stop": False,
    "allow_own_profiles": False,
    "allow_update_check": False,
    "documentation_url": "https://intranet.example.com/docs",
    "help_url": "http://intranet/help",
}
WRONG: dict[Form, tuple[object, ...]] = {
    Form.PROFILES: (7, "team", {}, [1], [[]], [{"name": "x"}] * 501, ["[[profiles"], ["# long"] * 20_000),
    Form.LENGTH: (8, True, "", "8", "13h", "29m", "eight", ["8h"], None),
    Form.VIEWS: (True, 7, [], ["lab", 7], ["table"], "table", {}, ""),
    Form.SWITCH: ("true", 2, -1, [], None, 1.0, {}),
    Form.ADDRESS: (7, "", "intranet", "ftp://x/", "javascript:alert(1)", "https://", "https://a b/", "https://u@x/"),
}


def policy(**values: object) -> Policy:
    found = policy_of((Given("policy", values),))
    assert not found.errors, found.errors
    return found


class TestValues:
    def test_without_a_source_everything_is_allowed_and_nothing_is_set(self) -> None:
        assert policy_of(()) == NO_POLICY
        assert all(getattr(NO_POLICY.limits, each.name) for each in fields(Limits))

    def test_good_values_of_all(self) -> None:
        assert set(GOOD) == set(NAMES)
        found = policy(**GOOD)
        assert found.profiles == (NewProfile("team", "team", ("eu-west-1",)),)
        assert found.limits == Limits(False, False, False, False, False, False, 8 * 3600, (View.CLASSIC,))
        assert (found.start_at_login, found.documentation_url) == (True, GOOD["documentation_url"])
        assert [name for name, _ in found.set_by] == list(NAMES)

    @pytest.mark.parametrize("setting", POLICY_SETTINGS, ids=lambda each: each.name)
    def test_a_value_that_cannot_be_right_is_told_and_all_else_counts(self, setting: Any) -> None:
        other = "allow_stop" if setting.name != "allow_stop" else "allow_copy_link"
        for wrong in WRONG[setting.form]:
            found = policy_of((Given("source", {setting.name: wrong, other: False}, {setting.name: 7}),))
            (error,) = found.errors
            assert (error.where, error.key, error.line) == ("source", setting.name, 7), wrong
            assert error.problem.message
            assert not getattr(found.limits, other.removeprefix(FORBIDDING))
            if setting.name.startswith(FORBIDDING):
                assert not getattr(found.limits, setting.name.removeprefix(FORBIDDING)), "it forbids"
            else:
                assert not found.is_set(setting.name)

    def test_a_profile_that_cannot_be_right_hides_no_other(self) -> None:
        profiles = [
            {"name": "a", "regions": ["nonsense"]},
            {"name": "b", "session_length": 8},
            {"name": "c", "colour": "red"},
            {"name": "c"},
            {"name": "d", "secret_access_key": "x"},
            {},
        ]
        lines = {"profiles[2].session_length": 12, "profiles[5]": 20}
        found = policy_of((Given("source", {"profiles": profiles}, lines),))
        assert [each.name for each in found.profiles] == ["c"]
        assert [(each.key, each.line) for each in found.errors] == [
            ("profiles[1]", 0),
            ("profiles[3].colour", 0),
            ("profiles[4]", 0),
            ("profiles[6]", 0),
            ("profiles[2].session_length", 12),
            ("profiles[5].secret_access_key", 20),
            ("profiles[5].secret_access_key", 20),
        ]
        assert "x" not in [str(value) for each in found.errors for _, value in each.problem.places]

    def test_of_several_sources_the_first_counts_and_of_profiles_each(self) -> None:
        first = Given("first", {"allow_stop": True, "profiles": [{"name": "a", "view": "lab"}]})
        second = Given(
            "second", {"allow_stop": False, "allow_copy_link": False, "profiles": [{"name": "b"}, {"name": "a"}]}
        )
        found = policy_of((first, second))
        assert (found.limits.stop, found.limits.copy_link) == (True, False)
        assert [each.name for each in found.profiles] == ["a", "b"]
        assert found.profiles[0].view is View.LAB
        assert dict(found.set_by) == {"profiles": "first", "allow_stop": "first", "allow_copy_link": "second"}

    def test_the_lines_of_a_text_in_windows_templates_are_profiles(self) -> None:
        found = policy(profiles=["[[profiles]]", 'name = "a"', "[[profiles]]", 'name = "b"'])
        assert [each.name for each in found.profiles] == ["a", "b"]

    def test_a_key_that_nobody_knows_is_told(self) -> None:
        found = policy_of((Given("source", {"allow_coffee": False}, {"allow_coffee": 3}),))
        assert [(each.key, each.line, each.problem.code) for each in found.errors] == [
            ("allow_coffee", 3, "policy-unknown-key")
        ]

    def test_each_that_rules_a_setting_rules_one_of_the_table(self) -> None:
        names = {each.name for each in SETTINGS}
        assert {name for each in POLICY_SETTINGS for name in each.rules} <= names
        everything = policy(**GOOD)
        ruled_by = {name for each in POLICY_SETTINGS for name in each.rules}
        assert locked_settings(everything) <= ruled_by
        assert locked_of_profile(everything, "team") <= ruled_by


class TestFile:
    def test_the_lines_of_keys(self) -> None:
        text = 'views = ["lab"]\n# allow_stop = 1\n"help_url" = 7\ntext = """\nallow_stop = 1\n"""\n\n[[profiles]]\n'
        text += 'name = "a"\n[[ profiles ]]\nname = "b"\nview = 7\n[other]\nview = 1\n'
        assert lines_of(text) == {
            "views": 1,
            "help_url": 3,
            "text": 4,
            "profiles[1]": 8,
            "profiles[1].name": 9,
            "profiles[2]": 10,
            "profiles[2].name": 11,
            "profiles[2].view": 12,
            "other": 13,
            "other.view": 14,
        }

    def test_an_error_has_its_line(self) -> None:
        text = b'allow_stop = false\n[[profiles]]\nname = "a"\nregions = [7]\n'
        (error,) = policy_of((given_in(Document("file", text)),)).errors
        assert (error.key, error.line) == ("profiles[1].regions", 4)

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"allow_stop = false\nallow", "setup-file-not-toml"),
            (b"\xff", "setup-file-not-toml"),
            (b"#" * 70_000, "setup-file-too-long"),
            (b"a = '" + b"x" * 2000 + b"'", "setup-file-long-line"),
            (b"a=" + b"[" * 490 + b"]" * 490, "setup-file-not-toml"),
        ],
    )
    def test_what_cannot_be_read_as_a_whole_sets_nothing(self, data: bytes, code: str) -> None:
        found = policy_of((given_in(Document("file", data)),))
        assert (found.limits, found.set_by) == (Limits(), ())
        assert [(each.key, each.problem.code) for each in found.errors] == [("", code)]


class TestProfilesInTheRegistry:
    def test_every_key_of_a_set_up_file_s_profile_is_known_there_in_any_case(self) -> None:
        assert set(PROFILE_KEYS) == OF_PROFILE
        for key in PROFILE_KEYS:
            assert {profile_value(each, ["x"])[0] for each in (given_name(key), given_name(key).upper())} == {key}
        assert profile_value("Colour", "red") == ("Colour", "red")

    def test_a_profile_that_is_written_as_the_registry_has_it_counts_as_a_whole(self) -> None:
        registry = {
            "Regions": "eu-west-1, us-east-1",
            "LeftRunningHours": "5",
            "StopAt": "19:00",
            "StopWhenIdleHours": 3,
            "StopAtLogout": 1,
            "ScheduleRole": "arn:aws:iam::111122223333:role/StopNotebooks",
        }
        table = {"name": "team", **dict(profile_value(*each) for each in registry.items())}
        found = policy_of((Given("registry", {"profiles": [table]}),))
        assert found.errors == ()
        (team,) = found.profiles
        assert (team.regions, team.left_running_hours) == (("eu-west-1", "us-east-1"), 5)
        assert (team.stop_at, team.stop_when_idle_hours, team.stop_at_logout) == ("19:00", 3, True)
        assert team.schedule_role.endswith("StopNotebooks")

    @pytest.mark.parametrize("wrong", ["", "-1", "five", "\u0665", "9" * 5000, "1.5", b"5", 2, [1]])
    def test_what_is_no_number_and_no_switch_stays_as_it_is_and_is_told(self, wrong: object) -> None:
        for name in ("StopAtLogout", "StopWhenIdleHours"):
            key, value = profile_value(name, wrong)
            if name == "StopWhenIdleHours" and wrong == 2:
                continue
            assert value == wrong
            found = policy_of((Given("registry", {"profiles": [{"name": "team", key: value}]}),))
            assert [each.key for each in found.errors] == [f"profiles[1].{key}"]


class TestWatch:
    def test_it_is_read_anew_when_it_has_changed(self) -> None:
        content, stamp, reads = [b"allow_stop = false"], [0], [0]

        def sources() -> tuple[Document]:
            reads[0] += 1
            return (Document("file", content[0]),)

        heard: list[Policy] = []
        watch = PolicyWatch(sources, lambda: stamp[0])
        watch.tell(heard.append)
        assert not watch.look().limits.stop
        content[0] = b""
        assert not watch.look().limits.stop, "nothing says that it has changed"
        stamp[0] = 1
        assert watch.look().limits.stop
        assert [each.limits.stop for each in heard] == [False, True]
        assert reads == [2]

    def test_a_file_that_breaks_while_the_program_runs_allows_nothing_more(self) -> None:
        content = [b"allow_stop = false\nallow_copy_link = false"]
        watch = PolicyWatch(lambda: (Document("file", content[0]),), lambda: None)
        watch.look()
        for broken in (b"allow_stop = tr", b"\xff"):
            content[0] = broken
            found = watch.look()
            assert (found.limits.stop, found.limits.copy_link) == (False, False)
            assert [each.problem.code for each in found.errors] == ["setup-file-not-toml"]
        content[0] = b"allow_copy_link = false"
        assert watch.look().limits.stop, "mended"

    def test_what_could_not_be_used_is_looked_at_each_time(self) -> None:
        # What keeps a file from being used may be a folder above it, whose change no stamp of the file shows.
        refused = Given("file", problem=Problem.of("policy-not-trusted", Kind.CONFIGURATION, path="/", fault="owner"))
        there: list[Given | Document] = [refused]
        watch = PolicyWatch(lambda: there, lambda: 0)
        assert watch.look().limits.stop
        there[0] = Document("file", b"allow_stop = false")
        assert not watch.look().limits.stop, "the folder is root's again"
        there[0] = Document("file", b"")
        assert not watch.look().limits.stop, "nothing says that it has changed"

    def test_an_error_of_ours_keeps_what_was_set_and_nobody_from_working(self) -> None:
        def broken() -> tuple[Document]:
            raise ZeroDivisionError

        sources = [lambda: (Document("file", b"allow_stop = false"),), broken]
        watch = PolicyWatch(lambda: sources[0](), lambda: None)
        watch.look()
        sources.pop(0)
        found = watch.look()
        assert not found.limits.stop
        assert [each.problem.code for each in found.errors] == ["own-error"]
        assert PolicyWatch(broken, lambda: None).look().limits == Limits()

    def test_a_policy_that_is_taken_away_holds_no_longer(self) -> None:
        there = [(Document("file", b"allow_stop = false"),), ()]
        watch = PolicyWatch(lambda: there.pop(0), lambda: None)
        assert not watch.look().limits.stop
        assert watch.look() == NO_POLICY


ARN = notebook("a").arn
KEY = SealedKey(AccessKey("AKIAIOSFODNN7EXAMPLE", "x" * 40))
NEW = NewProfile("new", "new")
SIGN_IN = SignIn(Method.BROWSER, "corp", "corp")
OPEN = c.OpenNotebook("research", ARN, View.LAB, 12 * 3600)
EVERY: tuple[c.Command, ...] = (
    OPEN,
    c.CopyLink("research", ARN, View.LAB, 3600),
    c.StartNotebook("research", ARN, OPEN),
    c.KeepClosed(ARN),
    c.PlanStop("research", ARN, Trigger.LEAVING),
    c.CancelStopPlan(ARN, Trigger.LEAVING),
    c.StopEvenIfBusy(ARN, True),
    c.KeepRunningOnce((ARN,)),
    c.StopIfIdle("research", ARN),
    c.LeaveRunning((ARN,)),
    c.SetStopAt("19:00", "own"),
    c.SetStopAt("", "own"),
    c.SetStopWhenIdle(2, "own"),
    c.SetStopWhenIdle(0, "own"),
    c.SetStopAtLogout(True, "own"),
    c.SetStopAtLogout(False, "own"),
    c.SetScheduleRole("arn:aws:iam::111122223333:role/StopNotebooks", "own"),
    c.SetStopAt("19:00", "team"),
    c.QuietSession(ARN),
    c.AskToStop("research", ARN),
    c.StopNotebook("research", ARN),
    c.KeepRunning(ARN),
    c.AskToStopAll((("research", ARN),)),
    c.StopAll((("research", ARN),)),
    c.KeepAllRunning(),
    c.SetLooks(True),
    c.SetLooks(False),
    c.KeepAtTop(ARN, True),
    c.FollowChoices(),
    c.Refresh(),
    c.FollowProfiles(),
    c.BeginSignIn(SIGN_IN),
    c.CancelSignIn(SIGN_IN),
    c.SetSessionLength(12 * 3600),
    c.SetSessionLength(1800),
    c.SetSessionLength(1800, "team"),
    c.SetView(View.LAB),
    c.SetView(View.CLASSIC, "team"),
    c.SetView(View.CLASSIC),
    c.SetLeftRunning(7, "team"),
    c.SetLeftRunning(7, "own"),
    c.AddProfiles((NEW,)),
    c.AddWithKey(NEW, KEY),
    c.WriteAwsConfig((NEW,)),
    c.CheckProfile("new"),
    c.CheckProfile("own", "own"),
    c.CheckProfile("team", "team"),
    c.UncheckProfile("team"),
    c.FindNotebooks("team"),
    c.ForgetFound("team"),
    c.SetRegions("team", ("eu-west-1",)),
    c.SetRegions("own", ("eu-west-1",)),
    c.RenameProfile("team", "x"),
    c.RenameProfile("own", "x"),
    c.SignWithAwsProfile("team", "x"),
    c.SignWithAwsProfile("own", "x"),
    c.SignWithAccessKey("team", "AKIAIOSFODNN7EXAMPLE", KEY),
    c.SignWithAccessKey("own", "AKIAIOSFODNN7EXAMPLE", KEY),
    c.RemoveProfile("team"),
    c.RemoveProfile("own"),
    c.TryProfile("team"),
    c.SetAutostart(True),
    c.SetOwnerTag("team"),
    c.SetUpdateCheck(True),
    c.SetNotifications(NotificationKind.DONE, True),
    c.Dismiss(),
    c.CopyDetails("x"),
    c.OpenLog(),
    c.CheckComputer(),
    c.ShowPage(c.Page.DOCUMENTATION),
    c.ShowNotebooks(),
    c.ShowSettings(),
    c.ShowSetUp(),
    c.Quit(),
)
TEAM = [{"name": "team", "session_length": "1h", "view": "lab", "left_running_hours": 5, "stop_at": "20:00"}]
# What each policy forbids, and nothing else.
FORBIDS: dict[str, tuple[object, Callable[[c.Command], bool]]] = {
    "profiles": (
        TEAM,
        lambda it: (
            getattr(it, "profile", "") == "team"
            and isinstance(
                it,
                c.SetRegions
                | c.RenameProfile
                | c.SignWithAwsProfile
                | c.SignWithAccessKey
                | c.RemoveProfile
                | c.SetSessionLength
                | c.SetView
                | c.SetLeftRunning
                | c.SetStopAt,
            )
        ),
    ),
    "longest_session": ("2h", lambda it: it == c.SetSessionLength(12 * 3600)),
    "views": (["classic"], lambda it: it == c.SetView(View.LAB)),
    "start_at_login": (True, lambda _: False),
    "allow_copy_link": (False, lambda it: isinstance(it, c.CopyLink)),
    "allow_stop": (
        False,
        lambda it: (
            isinstance(it, c.AskToStop | c.StopNotebook | c.AskToStopAll | c.StopAll | c.PlanStop | c.StopIfIdle)
            or it
            in (
                c.SetStopAt("19:00", "own"),
                c.SetStopAt("19:00", "team"),
                c.SetStopWhenIdle(2, "own"),
                c.SetStopAtLogout(True, "own"),
                c.SetScheduleRole("arn:aws:iam::111122223333:role/StopNotebooks", "own"),
            )
        ),
    ),
    "allow_access_keys": (False, lambda it: isinstance(it, c.AddWithKey | c.SignWithAccessKey)),
    "allow_look_before_stop": (False, lambda it: isinstance(it, c.SetLooks)),
    "allow_own_profiles": (
        False,
        lambda it: isinstance(it, c.AddProfiles | c.AddWithKey | c.WriteAwsConfig | c.ShowSetUp | c.CheckProfile),
    ),
    "allow_update_check": (False, lambda it: isinstance(it, c.SetUpdateCheck)),
    "documentation_url": ("https://x/", lambda _: False),
    "help_url": ("https://x/", lambda _: False),
}


class TestCommands:
    def test_every_command_is_among_them(self) -> None:
        assert {type(each) for each in EVERY} == set(get_args(c.Command))
        assert set(FORBIDS) == set(NAMES)

    @pytest.mark.parametrize("name", NAMES)
    def test_each_policy_forbids_its_commands_and_no_others(self, name: str) -> None:
        value, forbids = FORBIDS[name]
        found = policy(**{name: value})
        for command in EVERY:
            if forbids(command):
                with pytest.raises(TrayError) as refused:
                    ruled(found, command)
                problem = refused.value.problem
                assert problem.title == "Set by your administrator", command
                assert problem.message
                assert problem.remedy
            else:
                refuse_if_forbidden(found, command)

    def test_without_a_policy_every_command_is_as_it_is(self) -> None:
        assert [ruled(NO_POLICY, each) for each in EVERY] == list(EVERY)

    def test_sessions_are_cut_wherever_they_begin(self) -> None:
        found = policy(longest_session="2h", views=["classic"])
        cut = c.OpenNotebook("research", ARN, View.CLASSIC, 7200)
        assert ruled(found, OPEN) == cut
        assert ruled(found, c.StartNotebook("research", ARN, OPEN)) == c.StartNotebook("research", ARN, cut)
        link = ruled(found, c.CopyLink("research", ARN, View.LAB, 9 * 3600))
        assert link == c.CopyLink("research", ARN, View.CLASSIC, 7200)
        shorter = c.OpenNotebook("research", ARN, View.CLASSIC, 1800)
        assert ruled(found, shorter) == shorter

    def test_an_administrators_own_profile_stays_listed_where_users_have_none(self) -> None:
        found = policy(profiles=[{"name": "team"}], allow_own_profiles=False)
        refuse_if_forbidden(found, c.CheckProfile("team", "team"))
        with pytest.raises(TrayError):
            refuse_if_forbidden(found, c.CheckProfile("own", "own"))


def commands(entries: tuple[Entry, ...]) -> list[c.Command]:
    found: list[c.Command] = []
    for each in entries:
        if each.command is not None and each.enabled:
            found.append(each.command)
        found += commands(each.children)
    return found


def labels(entries: tuple[Entry, ...]) -> list[str]:
    return [label for each in entries for label in (each.label, *labels(each.children))]


PROFILES = (Profile("team", "team", session_seconds=3600), Profile("research", "research", session_seconds=7200))
NOTEBOOKS = (notebook("a"), notebook("b", "Stopped"), notebook("c", profile="team"), notebook("d"), notebook("e"))


def seen(found: Policy, **more: Any) -> Snapshot:
    return snapshot(*NOTEBOOKS, profiles=PROFILES, aws_profiles=("research", "other"), policy=found, **more)


@pytest.mark.parametrize("inline", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_the_menu_offers_nothing_that_is_forbidden(name: str, inline: bool) -> None:
    found = policy(**{name: FORBIDS[name][0]})
    for command in commands(menu(seen(found), NOW, inline=inline)):
        assert ruled(found, command) == command


@pytest.mark.parametrize("inline", [False, True])
def test_the_menu_says_by_whom(inline: bool) -> None:
    found = policy(**{**GOOD, "allow_own_profiles": True})
    said = labels(menu(seen(found), NOW, inline=inline))
    assert "Set by your administrator: notebook-tray policy" in said
    assert "Look whether anyone works there before a stop — set by your administrator" in said
    assert "team — not in the AWS config, set by your administrator" in said
    assert "Your administrator allows 8 h at most" in said
    assert any(each.endswith("Jupyter — set by your administrator") for each in said)
    none = labels(menu(seen(policy(allow_own_profiles=False)), NOW, inline=inline))
    assert "Set by your administrator" in none
    assert "Add a profile…" not in none
    assert "other" not in none
    assert "research" in none, "and not that the AWS config hasn't got it"


def test_the_list_of_a_notebook_instance_says_by_whom() -> None:
    found = policy(allow_stop=False, allow_copy_link=False)
    said = labels(menu(seen(found), NOW))
    assert "Copy link — set by your administrator" in said
    assert "Stop… — set by your administrator" in said


def test_errors_of_a_policy_are_said_in_the_menu() -> None:
    broken = policy_of((Given("file", {"views": 7, "longest_session": 7}),))
    assert "The policy has 2 errors: notebook-tray policy" in labels(menu(seen(broken), NOW))


def test_what_a_page_asks_for_and_is_forbidden_is_left_to_the_controller_which_says_why() -> None:
    found = seen(policy(allow_stop=False))
    asked = json.dumps({"kind": "AskToStop", "profile": "research", "arn": ARN}).encode()
    assert row_choices.read(asked, found, NOW) == c.AskToStop("research", ARN)


def test_the_page_of_the_settings_knows_what_is_locked() -> None:
    everything = policy(**{**GOOD, "profiles": TEAM})
    shown = settings_page.around(seen(everything, starts_at_login=True), NOW)
    assert shown["policy"] == {
        "program": ["check-updates", "look-before-stop"],
        "every": ["schedule_role", "stop_at", "stop_at_logout", "stop_when_idle_hours", "view"],
        "profiles": {
            "team": [
                *("credentials", "left_running_hours", "name", "regions", "schedule_role", "session_seconds"),
                *("stop_at", "stop_at_logout", "stop_when_idle_hours", "view"),
            ]
        },
        "longest": 8 * 3600,
        "at_most": "Your administrator allows 8 h at most",
        "views": ["classic"],
        "may_add": False,
        "may_have_keys": False,
    }
    assert (shown["program"]["look-before-stop"], shown["program"]["check-updates"]) == (False, False)
    free = settings_page.around(seen(NO_POLICY), NOW)["policy"]
    assert (free["program"], free["every"], free["profiles"], free["at_most"]) == ([], [], {}, "")


def test_a_newer_release_leads_to_what_is_new() -> None:
    offered = commands(menu(seen(NO_POLICY, newer="9.0"), NOW))
    assert c.ShowPage(c.Page.RELEASE_NOTES) in offered
    assert "Version 9.0 is available" in labels(menu(seen(NO_POLICY, newer="9.0"), NOW))
    assert c.ShowPage(c.Page.RELEASE_NOTES) not in commands(menu(seen(NO_POLICY), NOW))
