"""The page of the settings: what is sent to it, and what it may ask for."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.samples import NOW, notebook, snapshot
from tray.app_pages import shared
from tray.app_pages.settings import choices, site, values
from tray.app_pages.settings.news import SettingsNews
from tray.app_pages.shared.asked import ChoiceError
from tray.app_pages.site import first_of, path_of
from tray.fleet.profiles import setting_checks
from tray.fleet.snapshot import Listing, Notice, Snapshot, Task, Tasks
from tray.model import commands as c
from tray.model.access_keys import AccessKey, SealedKey
from tray.model.center import Center
from tray.model.identity_center import CenterRole
from tray.model.lengths import View
from tray.model.problems import Kind, Problem, TrayError
from tray.model.sign_in import Method, SignIn
from tray.model.trials import Trial, TriedRegion
from tray.settings.profiles.model import Profile
from tray.texts.settings import words

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
RESEARCH = Profile("research", "research", ("eu-west-1",))
OWN_KEY = Profile("vault", "", ("us-east-1",), access_key_id="AKIAIOSFODNN7EXAMPLE")
LISTING = replace(
    snapshot(notebook("a"), profiles=(RESEARCH, OWN_KEY)).listing,
    unchecked=(Profile("old", "old"),),
    problems=(("broken", Problem.of("profile-damaged", Kind.KEYRING, profile="broken")),),
)
KNOWN = Snapshot(LISTING)


def read(known: Snapshot = KNOWN, **asked: Any) -> c.Command:
    return choices.read(json.dumps(asked).encode(), known)


def button(known: Snapshot = KNOWN, /, **asked: Any) -> c.Command:
    return choices.button(json.dumps(asked).encode(), known)


def shown(known: Snapshot) -> dict[str, Any]:
    return {**values.around(known, NOW), **values.profiles(known.listing)}


class TestChoices:
    def test_values_of_a_profile(self) -> None:
        assert read(profile="old", setting="shown", value=True) == c.CheckProfile("old", "old")
        assert read(profile="research", setting="shown", value=False) == c.UncheckProfile("research")
        assert read(profile="research", setting="view", value="classic") == c.SetView(View.CLASSIC, "research")
        for written in ("90m", "1h30m", "1 h 30 min", "90 min"):
            made = read(profile="research", setting="session_seconds", value=written)
            assert made == c.SetSessionLength(5400, "research")
        for written in ("12", " 12 h"):
            made = read(profile="research", setting="left_running_hours", value=written)
            assert made == c.SetLeftRunning(12, "research")
        assert read(profile="research", setting="regions", value=["a", "b", "a"]) == c.SetRegions(
            "research", ("a", "b")
        )

    def test_a_secret_is_in_nothing_but_the_sealed_key(self) -> None:
        value = {"id": " AKIAIOSFODNN7EXAMPLE ", "secret": SECRET, "token": ""}
        made = read(profile="research", setting="credentials", value=value)
        assert isinstance(made, c.SignWithAccessKey)
        assert SECRET not in repr(made)
        assert "AKIAIOSFODNN7EXAMPLE" not in repr(made), "the log has commands"
        key = made.key.take()
        assert key is not None
        assert (key.key_id, key.secret) == ("AKIAIOSFODNN7EXAMPLE", SECRET)
        assert made.key.take() is None

    @pytest.mark.parametrize(
        "value",
        [
            {"id": "AKIA", "secret": SECRET, "token": ""},
            {"id": "AKIAIOSFODNN7EXAMPLE", "secret": f"{SECRET} {SECRET}", "token": ""},
            {"id": "AKIAIOSFODNN7EXAMPLE", "secret": SECRET, "token": f"{SECRET}\n{SECRET}"},
        ],
    )
    def test_a_refused_key_is_not_quoted(self, value: dict[str, str]) -> None:
        with pytest.raises(TrayError) as raised:
            read(profile="research", setting="credentials", value=value)
        assert SECRET not in raised.value.problem.text() + repr(raised.value)

    @pytest.mark.parametrize(
        "asked",
        [
            {},
            {"profile": "research"},
            {"profile": "research", "setting": "regions", "value": "eu-west-1"},
            {"profile": "research", "setting": "regions", "value": ["eu-west-1"] * 201},
            {"profile": "research", "setting": "regions", "value": [1]},
            {"profile": "research", "setting": "view", "value": "terminal"},
            {"profile": "research", "setting": "session_seconds", "value": 14400},
            {"profile": "research", "setting": "credentials", "value": {"aws_profile": "a", "secret": "b"}},
            {"profile": "research", "setting": "credentials", "value": {"id": "a", "secret": "b"}},
            {"profile": "research", "setting": "name", "value": "x" * 5000},
            {"profile": "broken", "setting": "name", "value": "x"},
            {"profile": "", "setting": "autostart", "value": True},  # it can't be read here
            {"profile": ["research"], "setting": "name", "value": "x"},
        ],
    )
    def test_nothing_else_is_set(self, asked: dict[str, Any]) -> None:
        with pytest.raises(ChoiceError):
            read(**asked)

    @pytest.mark.parametrize("body", [b"", b"[]", b"[" * 10_000, b"\xff", b'"x"'])
    def test_what_is_no_object_is_refused(self, body: bytes) -> None:
        for reader in (choices.read, choices.button, choices.profile_of):
            with pytest.raises(ChoiceError):
                reader(body, KNOWN)

    def test_buttons(self) -> None:
        assert button(profile="", do="add") == c.ShowSetUp()
        assert button(profile="old", do="test") == c.TryProfile("old")
        assert button(profile="broken", do="remove") == c.RemoveProfile("broken")
        sign_in = SignIn(Method.BROWSER, "research", "research")
        expired = Problem.of("sign-in-expired", Kind.SIGN_IN, sign_in)
        tried = replace(
            KNOWN, trials=(Trial("research", NOW, (TriedRegion("eu-west-1", problem=expired),), over=True),)
        )
        assert button(tried, profile="research", do="sign_in") == c.BeginSignIn(sign_in)
        nothing = ({"profile": "research", "do": "sign_in"}, {"profile": "x", "do": "remove"}, {"profile": "old"})
        for asked in nothing:
            with pytest.raises(ChoiceError):
                choices.button(json.dumps(asked).encode(), KNOWN)


class TestShown:
    def test_profiles_by_name_with_those_hidden_or_damaged_and_no_key(self) -> None:
        found = shown(KNOWN)
        assert [each["name"] for each in found["profiles"]] == ["broken", "old", "research", "vault"]
        broken, old, research, vault = found["profiles"]
        assert broken["problem"]["title"] == Problem.of("profile-damaged", profile="broken").title
        assert (old["shown"], research["shown"]) == (False, True)
        assert (research["length"], research["seconds"], research["view"]) == ("4 h", 14400, "lab")
        assert (vault["own"], vault["key"]) == ("The access key AKIA…MPLE", True)
        assert (research["own"], research["key"]) == ("", False)
        assert "AKIAIOSFODNN7EXAMPLE" not in json.dumps(found)

    def test_a_role_of_identity_center_is_named_and_no_access_key(self) -> None:
        role = CenterRole(Center("https://example.awsapps.com/start", "eu-west-1"), "111122223333", "Analyst")
        profile = Profile("team", "", ("eu-west-1",), center_role=role)
        (found,) = values.profiles(replace(LISTING, profiles=(profile,), unchecked=(), problems=()))["profiles"]
        assert (found["own"], found["key"]) == ("Analyst in 111122223333 (IAM Identity Center)", False)
        listing = replace(LISTING, profiles=(profile,))
        setting_checks.check(c.SignWithAwsProfile("team", "research"), listing)
        key = AccessKey("AKIAIOSFODNN7EXAMPLE", SECRET)
        setting_checks.check(c.SignWithAccessKey("team", key.key_id, SealedKey(key)), listing)

    def test_a_refusal_stands_beside_its_field(self) -> None:
        command = c.RenameProfile("research", "vault")
        notice = Notice(command, Problem.of("profile-exists", profile="vault"), NOW)
        found = shown(replace(KNOWN, tasks=Tasks((Task(c.TryProfile("old"), NOW),), notice)))
        assert found["refused"]["field"] == ["research", "name"]
        assert found["under_way"] == [["old", "test"]]
        other = Notice(c.Refresh(), Problem.of("profile-exists", profile="vault"), NOW)
        assert shown(replace(KNOWN, tasks=Tasks((), other)))["refused"] is None

    def test_a_trial_in_words(self) -> None:
        denied = Problem.of("profile-exists", profile="x")
        regions = (TriedRegion("eu-west-1", 3), TriedRegion("us-east-1"), TriedRegion("us-west-2", problem=denied))
        found = shown(replace(KNOWN, trials=(Trial("research", NOW - 120, regions, over=True),)))
        trial = found["trials"]["research"]
        assert trial["found"] == [
            "We found 3 notebook instances in eu-west-1.",
            "It works. There are no notebook instances in us-east-1.",
        ]
        assert trial["problems"][0]["title"] == "us-west-2: Profile exists"
        assert (trial["age"], trial["signs_in"]) == ("Tested 2 min ago", False)


class TestNews:
    def told(self, news: SettingsNews) -> dict[str, Any]:
        said = "".join(news.pieces())
        return json.loads(said) if said else {}

    def test_first_all_is_told_then_what_has_changed(self) -> None:
        now = [KNOWN]
        taken = [0]
        news = SettingsNews(lambda: now[0], lambda: taken[0])
        assert self.told(news).keys() == shown(KNOWN).keys() | {"taken"}
        assert self.told(news) == {}
        # What is set as it was before changes nothing else: the page said "Saving..." for as long as half a minute.
        taken[0] = 1
        assert self.told(news)["taken"] == 1
        now[0] = replace(KNOWN, looks_off=True)
        changed = self.told(news)
        assert changed["program"]["look-before-stop"] is False
        assert "profiles" not in changed, "thousands of them are not told again"
        now[0] = replace(now[0], listing=replace(LISTING, profiles=(RESEARCH,)))
        assert [each["name"] for each in self.told(news)["profiles"]] == ["broken", "old", "research"]


class TestChecks:
    def refused(self, command: Any, listing: Listing = LISTING, *, any_region: bool = False) -> str:
        with pytest.raises(TrayError) as raised:
            setting_checks.check(command, listing, any_region=any_region)
        return raised.value.problem.code

    def test_what_would_be_refused_is_refused_before_the_keyring_is_asked(self) -> None:
        assert self.refused(c.RenameProfile("research", "old")) == "profile-exists"
        assert self.refused(c.RenameProfile("research", " x")) == "name-refused"
        assert self.refused(c.RenameProfile("nobody", "x")) == "unknown-profile"
        assert self.refused(c.SignWithAwsProfile("research", "")) == "name-refused"
        assert self.refused(c.SetRegions("research", ("not a region",))) == "region-refused"
        assert self.refused(c.SetRegions("vault", ())) == "no-region-for-key"

    def test_an_unknown_region_is_taken_once_it_is_confirmed(self) -> None:
        unknown = c.SetRegions("research", ("eu-west-1", "eu-wets-1"))
        assert self.refused(unknown) == "region-not-known"
        setting_checks.check(unknown, LISTING, any_region=True)
        has_it = replace(LISTING, profiles=(replace(RESEARCH, regions=("eu-wets-1",)),))
        setting_checks.check(unknown, has_it)

    def test_the_regions_of_its_partition_are_offered_with_their_places(self) -> None:
        offered = setting_checks.regions_for(RESEARCH, LISTING)
        assert "Ireland" in offered["eu-west-1"]
        assert not any(each.startswith(("cn-", "us-gov-")) for each in offered)
        china = setting_checks.regions_for(replace(RESEARCH, regions=("cn-north-1",)), LISTING)
        assert all(each.startswith("cn-") for each in china)


def test_the_page_has_the_words_that_its_modules_use_and_no_others() -> None:
    static = Path(site.__file__).with_name("static")
    page = Path(shared.__file__).with_name("static") / "page.js"
    said = "\n".join(each.read_text("utf-8") for each in (page, *static.iterdir()))
    assert set(re.findall(r'(?:\bwords\.|data-word=")(\w+)', said)) == set(words()._asdict())


def test_a_command_may_name_the_profile_that_the_page_begins_with() -> None:
    for command, first in ((c.ShowSettings(), {}), (c.ShowSettings("lab"), {"profile": "lab"})):
        assert (path_of(command), first_of(command)) == ("/settings", first)
