"""A profile as text and back."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest

from tray.model.access_keys import AccessKey
from tray.model.identity_center import CenterRole, center_at
from tray.model.lengths import MAXIMUM_SESSION_SECONDS, MINIMUM_SESSION_SECONDS, View
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.model.profile_names import MAXIMUM_NAME_LENGTH
from tray.settings.profiles.codec import MAXIMUM_CHARACTERS, ItemRest, characters, decode, encode
from tray.settings.profiles.model import Profile

PLAIN = Profile("work", "default")

PROFILES = [
    PLAIN,
    Profile("work", "default", ("us-east-1",), MINIMUM_SESSION_SECONDS, View.CLASSIC),
    Profile("研究 🔬", "größe", ("us-east-1", "cn-north-1"), MAXIMUM_SESSION_SECONDS),
    Profile('quotes "\\/', "{}[]:,", ()),
    Profile("🔬" * MAXIMUM_NAME_LENGTH, "é" * MAXIMUM_NAME_LENGTH, tuple(f"us-east-{n}" for n in range(1, 33))),
]


@pytest.mark.parametrize("profile", PROFILES)
def test_there_and_back(profile: Profile) -> None:
    text = encode(profile)
    assert decode(text, profile.name) == (profile, ItemRest())
    assert encode(*decode(text, profile.name)) == text
    assert characters(text) <= MAXIMUM_CHARACTERS
    assert "\n" not in text


# A value of each field that is not its default; a new field has to be here, and in the codec.
SIGNS = {"aws_profile", "access_key_id", "center_role"}
EXAMPLES: dict[str, Any] = {
    "regions": ("us-east-1",),
    "session_seconds": 5400,
    "view": View.CLASSIC,
    "left_running_hours": 12,
    "stop_at": "19:00",
    "stop_when_idle_hours": 3,
    "stop_at_logout": True,
    "schedule_role": "arn:aws:iam::111122223333:role/StopNotebooks",
}


@pytest.mark.parametrize("name", [each.name for each in fields(Profile) if each.name not in {"name", *SIGNS}])
def test_every_setting_goes_there_and_back(name: str) -> None:
    profile = replace(PLAIN, **{name: EXAMPLES[name]})
    assert profile != PLAIN
    assert decode(encode(profile), "work")[0] == profile


def test_a_default_is_stored_so_that_a_later_default_does_not_change_the_profile() -> None:
    assert json.loads(encode(PLAIN)) == {
        "format": [1, 5],
        "name": "work",
        "aws_profile": "default",
        "regions": [],
        "session_seconds": 14400,
        "view": "lab",
        "left_running_hours": 10,
    }


def test_an_item_that_was_full_before_the_limit_of_left_running_came_can_still_be_changed() -> None:
    full = Profile("w" * 100, "d" * 128, tuple(f"us-east-{n}" for n in range(10_000, 10_059)))
    bare = json.dumps(
        {name: value for name, value in json.loads(encode(full)).items() if name != "left_running_hours"},
        separators=(",", ":"),
    )
    assert MAXIMUM_CHARACTERS - 24 < characters(bare) <= MAXIMUM_CHARACTERS
    profile, kept = decode(bare, full.name)
    assert profile.left_running_hours == 10
    assert encode(replace(profile, session_seconds=7200), kept) == bare.replace("14400", "7200")
    with pytest.raises(TrayError, match="too long"):
        encode(replace(profile, left_running_hours=12), kept)


def test_a_role_for_scheduler_goes_there_and_back_and_is_left_out_where_there_is_none() -> None:
    profile = replace(PLAIN, schedule_role="arn:aws:iam::111122223333:role/StopNotebooks")
    stored, kept = decode(encode(profile), "work")
    assert stored == profile
    assert "schedule_role" not in encode(replace(stored, schedule_role=""), kept)
    assert decode(encode(PLAIN), "work")[0].schedule_role == ""


@pytest.mark.parametrize("hours", [0, 1, 10, 168])
def test_the_limit_of_left_running_goes_there_and_back(hours: int) -> None:
    profile = replace(PLAIN, left_running_hours=hours)
    assert decode(encode(profile), "work")[0] == profile


@pytest.mark.parametrize(("text", "count"), [("", 0), ("abc", 3), ("é", 1), ("研究", 2), ("🔬", 2), ("a🔬b", 4)])
def test_characters_are_utf_16_code_units(text: str, count: int) -> None:
    assert characters(text) == count


@pytest.mark.parametrize(
    "members",
    [
        {"role": "arn:aws:iam::1:role/x"},
        {"nested": {"list": [1, 2.5, None, True, {"é🔬": "\n"}]}, "": ""},
        {"minor": 3, "kept": {}},
    ],
)
def test_what_a_newer_minor_version_added_is_kept(members: dict[str, Any]) -> None:
    newer = {**json.loads(encode(PLAIN)), "format": [1, 9], **members}
    profile, kept = decode(json.dumps(newer), "work")
    assert profile == PLAIN
    renamed = json.loads(encode(Profile("home", "default"), kept))
    assert renamed == {**newer, "name": "home"}


@pytest.mark.parametrize("text", ['{"format":[2,0]}', '{"format":[99,1],"name":5}'])
def test_a_newer_major_version_is_refused(text: str) -> None:
    with pytest.raises(TrayError, match="newer Notebook Tray stored the profile “work”") as refused:
        decode(text, "work")
    assert refused.value.status is ExitStatus.KEYRING
    assert "Update" in refused.value.problem.remedy


def test_a_view_that_only_a_newer_version_knows_is_refused_as_newer() -> None:
    newer = {**json.loads(encode(PLAIN)), "format": [1, 6], "view": "code"}
    with pytest.raises(TrayError, match="newer Notebook Tray"):
        decode(json.dumps(newer), "work")


def _with(**members: object) -> str:
    return json.dumps({**json.loads(encode(PLAIN)), **members})


def _without(member: str) -> str:
    return json.dumps({name: value for name, value in json.loads(encode(PLAIN)).items() if name != member})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "5",
        '"text"',
        "{}",
        encode(PLAIN)[:-1],
        encode(PLAIN) + "x",
        "[" * 100_000,
        *map(_without, ("format", "name", "aws_profile", "regions", "session_seconds", "view")),
        _with(format=1),
        _with(format=[1]),
        _with(format=["1", "0"]),
        _with(name=None),
        _with(name="someone else"),
        _with(aws_profile=""),
        _with(regions="us-east-1"),
        _with(regions=[1]),
        _with(regions=["nowhere"]),
        _with(session_seconds="3600"),
        _with(session_seconds=True),
        _with(session_seconds=3600.0),
        _with(session_seconds=1),
        _with(left_running_hours=True),
        _with(left_running_hours=-1),
        _with(left_running_hours=169),
        _with(left_running_hours=1.5),
        _with(left_running_hours=None),
        _with(schedule_role="StopNotebooks"),
        _with(schedule_role=None),
        _with(view="emacs"),
        _with(view=[]),
        _with(more="\ud800"),
    ],
)
def test_a_damaged_item_is_an_error_that_names_the_profile_and_shows_nothing_of_it(text: str) -> None:
    with pytest.raises(TrayError) as refused:
        decode(text, "work")
    problem = refused.value.problem
    assert (problem.title, problem.kind) == ("Profile unreadable", Kind.KEYRING)
    assert "“work”" in problem.message
    # A JSONDecodeError carries the text, and a logged traceback would show it.
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize(
    ("profile", "kept", "part"),
    [
        (Profile("work", "a", tuple(f"us-east-{n}" for n in range(110))), None, "the list of its 110 regions"),
        (PLAIN, ItemRest(1, {"more": "x" * 1200}), "what a newer Notebook Tray stored with it"),
    ],
)
def test_too_long_is_refused_with_the_longest_part_named(profile: Profile, kept: ItemRest | None, part: str) -> None:
    with pytest.raises(TrayError) as refused:
        encode(profile, kept)
    assert part in refused.value.problem.message
    assert "“work”" in refused.value.problem.message
    assert refused.value.status is ExitStatus.USAGE


def test_a_character_outside_the_first_plane_counts_twice() -> None:
    regions = tuple(f"us-east-{n}" for n in range(1000, 1063))
    encode(Profile("work", "a" * MAXIMUM_NAME_LENGTH, regions))
    with pytest.raises(TrayError, match="Profile too long"):
        encode(Profile("work", "🔬" * MAXIMUM_NAME_LENGTH, regions))


KEY = AccessKey("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
WITH_KEY = Profile("lab", "", ("eu-west-1",), access_key_id=KEY.key_id)


def test_an_access_key_there_and_back() -> None:
    for key in (KEY, AccessKey("ASIAIOSFODNN7EXAMPLE", "secret/+=", "token" * 100)):
        profile = Profile("lab", "", ("eu-west-1",), access_key_id=key.key_id)
        text = encode(profile, ItemRest(access_key=key))
        assert decode(text, "lab") == (profile, ItemRest(access_key=key))
        assert encode(*decode(text, "lab")) == text


def test_a_secret_is_in_no_text_but_the_items() -> None:
    _, kept = decode(encode(WITH_KEY, ItemRest(access_key=KEY)), "lab")
    assert KEY.secret not in repr((WITH_KEY, kept, KEY))
    assert "AKIA…MPLE" in str(WITH_KEY.signer)


def test_what_a_newer_version_adds_to_an_access_key_is_kept() -> None:
    stored = json.loads(encode(WITH_KEY, ItemRest(access_key=KEY)))
    stored["access_key"]["rotate"] = {"days": 90}
    assert json.loads(encode(*decode(json.dumps(stored), "lab"))) == stored


def test_an_access_key_never_goes_with_another_ones_secret() -> None:
    with pytest.raises(ValueError, match="no secret"):
        encode(WITH_KEY)
    with pytest.raises(ValueError, match="no secret"):
        encode(WITH_KEY, ItemRest(access_key=AccessKey("AKIA" + "B" * 16, "secret")))


def test_a_profile_that_goes_back_to_an_aws_profile_leaves_its_key_behind() -> None:
    assert "secret" not in encode(Profile("lab", "default"), ItemRest(access_key=KEY))


def test_a_token_that_is_too_long_is_named_and_not_shown() -> None:
    key = AccessKey("ASIAIOSFODNN7EXAMPLE", "secret", "T0ken" * 300)
    with pytest.raises(TrayError, match="its session token: 1,5") as refused:
        encode(Profile("lab", "", ("eu-west-1",), access_key_id=key.key_id), ItemRest(access_key=key))
    assert "T0ken" not in refused.value.problem.text()
    assert refused.value.status is ExitStatus.USAGE


@pytest.mark.parametrize(
    "member", ["AKIA", {"id": "AKIAIOSFODNN7EXAMPLE"}, {"id": 5, "secret": "x"}, {"id": "x", "secret": "x"}]
)
def test_a_damaged_access_key_is_told_without_it(member: Any) -> None:
    stored = {**json.loads(encode(WITH_KEY, ItemRest(access_key=KEY))), "access_key": member}
    with pytest.raises(TrayError, match="damaged") as refused:
        decode(json.dumps(stored), "lab")
    assert refused.value.__cause__ is None


ROLE = CenterRole(center_at("https://acme.awsapps.com/start", "eu-west-1"), "111122223333", "Analyst")
WITH_ROLE = Profile("lab", "", ("eu-west-1",), center_role=ROLE)


def test_a_role_of_identity_center_is_kept_whole_with_what_a_newer_version_added() -> None:
    stored = json.loads(encode(WITH_ROLE))
    assert stored["identity_center"] == {
        "start_url": "https://acme.awsapps.com/start",
        "region": "eu-west-1",
        "account": "111122223333",
        "role": "Analyst",
    }
    assert decode(encode(WITH_ROLE), "lab") == (WITH_ROLE, ItemRest())
    stored["identity_center"]["session"] = "corp"
    profile, kept = decode(json.dumps({**stored, "format": [1, 9]}), "lab")
    assert profile == WITH_ROLE
    assert json.loads(encode(profile, kept))["identity_center"]["session"] == "corp"


@pytest.mark.parametrize(
    "role",
    [5, {}, {"start_url": "x"}, {"start_url": "http://a.b/c", "region": "eu-west-1", "account": "1" * 12, "role": "A"}],
)
def test_a_damaged_role_is_told(role: object) -> None:
    stored = {**json.loads(encode(WITH_ROLE)), "identity_center": role}
    with pytest.raises(TrayError, match="damaged"):
        decode(json.dumps(stored), "lab")


def test_a_role_is_alone_and_has_a_region() -> None:
    for given in ({"aws_profile": "default"}, {"access_key_id": KEY.key_id}, {"regions": ()}):
        with pytest.raises(TrayError):
            Profile(**{"name": "lab", "aws_profile": "", "regions": ("eu-west-1",), "center_role": ROLE, **given})  # type: ignore[arg-type]
