"""An administrator's policy on the command line: what `policy` lists, and what other commands refuse by it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contract.test_cli import Run
from tests.contract.test_cli import cloud as cloud
from tests.contract.test_cli import imported as imported
from tests.contract.test_cli import run as run
from tray.cli import stores
from tray.desktop import policy as sources
from tray.fleet.choices.login_start import FILE_NAME
from tray.fleet.files.state_file import state_folder
from tray.model.policy import NAMES, Document
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.store import ProfileStore

SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "policy.json"
PLACE = "/etc/notebook-tray/policy.toml"

Policed = Callable[[str], None]


@pytest.fixture
def policed(monkeypatch: pytest.MonkeyPatch) -> Policed:
    """Have the file of the computer's policy hold a text."""
    stores.policy_watch.cache_clear()
    text = [""]
    monkeypatch.setattr(sources, "look", lambda: (Document(PLACE, text[0].encode()),) if text[0] else ())
    monkeypatch.setattr(sources, "stamp", lambda: None)
    return lambda new: text.__setitem__(0, new)


def test_without_a_policy(run: Run, policed: Policed) -> None:
    ran = run("policy")
    assert ran.status == 0
    assert ran.out.startswith("No policy is set on this computer.")
    found = run("policy", "--json").json
    assert list(found["policy"]) == list(NAMES)
    assert {each["source"] for each in found["policy"].values()} == {None}
    assert found["errors"] == []


def test_what_is_set_is_listed_with_its_source_and_what_is_wrong_with_line_and_key(run: Run, policed: Policed) -> None:
    policed('longest_session = "2h"\nviews = ["table"]\nallow_stop = false\n[[profiles]]\nname = "team"\nregions = 1\n')
    ran = run("policy")
    assert ran.status == 1
    rows = {line.split()[0]: line.split()[1:] for line in ran.out.splitlines()}
    assert rows["longest_session"] == ["2", "h", PLACE]
    assert rows["allow_stop"] == ["false", PLACE]
    assert rows["allow_copy_link"] == ["-", "not", "set"]
    assert f"{PLACE}, line 2, views: “views” has to be a list of “lab” and “classic”." in ran.err
    assert f"{PLACE}, line 6, profiles[1].regions: “regions” has to be a list of texts" in ran.err
    found = run("policy", "--json").json
    assert found["policy"]["longest_session"] == {"value": 7200, "source": PLACE}
    assert [(each["key"], each["line"]) for each in found["errors"]] == [("views", 2), ("profiles[1].regions", 6)]


@pytest.mark.only_on("linux", reason="jsonschema is not installed for the tests on Windows")
@pytest.mark.parametrize("text", ["", 'views = 1\nhelp_url = "https://x/"\n', "nonsense"])
def test_the_json_has_the_form_that_is_published(run: Run, policed: Policed, text: str) -> None:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    policed(text)
    form = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(form)
    found = run("policy", "--json").json
    Draft202012Validator(form).validate(found)
    assert list(form["properties"]) == list(found)


FORBIDDEN: list[tuple[str, tuple[str, ...]]] = [
    ("allow_copy_link", ("open", "churn-model", "--print-url")),
    ("allow_stop", ("stop", "churn-model", "--yes")),
    ("allow_stop", ("stop", "--all-i-opened", "--yes")),
    ("allow_look_before_stop", ("stop", "churn-model", "--yes", "--look")),
    ("allow_look_before_stop", ("stop", "churn-model", "--if-idle", "1h", "--yes")),
    ("allow_look_before_stop", ("settings", "set", "look-before-stop", "on")),
    ("allow_update_check", ("settings", "set", "check-updates", "on")),
    ("allow_access_keys", ("profiles", "add", "x", "--access-key", "AKIAIOSFODNN7EXAMPLE", "--secret-stdin")),
    (
        "allow_access_keys",
        ("profiles", "set", "research", "--access-key", "AKIAIOSFODNN7EXAMPLE", "--secret-stdin"),
    ),
    ("allow_own_profiles", ("profiles", "add", "x")),
    ("allow_own_profiles", ("profiles", "import", "--all")),
    ("allow_own_profiles", ("profiles", "set", "research", "--view", "lab")),
    ("allow_own_profiles", ("profiles", "remove", "research")),
    ("allow_own_profiles", ("setup",)),
    ("allow_own_profiles", ("setup", "file.toml", "--yes")),
]


@pytest.mark.parametrize(("name", "args"), FORBIDDEN, ids=lambda it: it if isinstance(it, str) else "_".join(it))
def test_what_is_forbidden_is_refused_in_words(
    imported: Run, policed: Policed, memory: MemoryKeyring, name: str, args: tuple[str, ...]
) -> None:
    before = ProfileStore(memory).load()
    policed(f"{name} = false\n")
    ran = imported(*args)
    assert ran.status == 1, ran.out + ran.err
    assert "Set by your administrator" in ran.err
    assert "notebook-tray policy" in ran.err
    assert ProfileStore(memory).load() == before


def test_sessions_are_no_longer_than_the_longest(imported: Run, policed: Policed) -> None:
    policed('longest_session = "2h"\nviews = ["classic"]\n')
    listed = imported("profiles", "list", "--json").json["profiles"]
    assert {(each["session_seconds"], each["view"]) for each in listed} == {(7200, "classic")}
    ran = imported("open", "churn-model", "--for", "12h", "--print-url")
    assert ran.status == 0
    assert "Your administrator allows 2 h at most" in ran.err
    refused = imported("profiles", "set", "research", "--session-length", "3h")
    assert refused.status == 1
    assert "sessions of 2 h at most" in refused.err
    assert imported("open", "churn-model", "--view", "lab", "--print-url").status == 1


def test_the_administrators_profiles_are_listed_and_used_without_the_keyring(
    run: Run, policed: Policed, memory: MemoryKeyring
) -> None:
    policed(
        'allow_own_profiles = false\n[[profiles]]\nname = "team"\naws_profile = "research"\nregions = ["eu-west-1"]\n'
    )
    ran = run("profiles", "list")
    assert "team" in ran.out
    assert "Set by your administrator: team" in ran.err
    (team,) = run("profiles", "list", "--json").json["profiles"]
    assert team["set_by_administrator"]
    assert {each["profile"] for each in run("list", "--json").json["notebooks"]} == {"team"}
    for args in (("remove", "team"), ("set", "team", "--rename", "x"), ("set", "team", "--own-region")):
        refused = run("profiles", *args)
        assert refused.status == 1, args
        assert "The profile “team” is your administrator's" in refused.err
    assert run("profiles", "set", "team", "--session-length", "90m", "--hidden").status == 0
    found = run("profiles", "list", "--json").json
    assert (found["profiles"], found["unchecked"]) == ([], ["team"])
    assert run("profiles", "set", "team", "--shown").status == 0
    assert run("profiles", "list", "--json").json["profiles"][0]["session_seconds"] == 5400
    assert ProfileStore(memory).load().profiles == ()


def test_the_settings_say_by_whom(run: Run, policed: Policed) -> None:
    policed("allow_look_before_stop = false\nallow_update_check = false\n")
    found = run("settings", "list", "--json").json
    assert found["set_by_administrator"] == ["check-updates", "look-before-stop"]
    assert (found["settings"]["check-updates"], found["settings"]["look-before-stop"]) == (False, False)
    (line,) = [each for each in run("settings", "list").out.splitlines() if each.startswith("look-before-stop")]
    assert line.endswith("(set by your administrator)")


def test_the_check_for_updates_is_a_setting(run: Run, policed: Policed) -> None:
    assert run("settings", "set", "check-updates", "off").status == 0
    assert run("settings", "list", "--json").json["settings"]["check-updates"] is False
    assert run("settings", "set", "check-updates", "on").status == 0
    assert run("settings", "list", "--json").json["settings"]["check-updates"] is True


@pytest.mark.only_on("linux", reason="an autostart entry")
def test_who_chooses_about_the_start_at_login_is_not_overruled_by_a_default(run: Run) -> None:
    assert run("autostart", "off").status == 0
    assert (state_folder() / FILE_NAME).exists()


def test_uninstall_lists_what_the_keyring_has_and_not_what_the_policy_has(imported: Run, policed: Policed) -> None:
    policed('allow_own_profiles = false\n[[profiles]]\nname = "team"\n')
    said = imported("uninstall").out
    assert "research" in said
    assert "team" not in said
