"""`notebook-tray settings`, and what `profiles set` sets beside regions, length and view."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.contract.test_cli import Run
from tests.contract.test_cli import cloud as cloud
from tests.contract.test_cli import imported as imported
from tests.contract.test_cli import run as run
from tray.fleet.files.state_file import state_folder
from tray.model.settings import PROGRAM_SETTINGS, Value
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.store import ProfileStore

SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "settings.json"


def test_the_settings_of_the_program_are_listed_and_set(run: Run) -> None:
    listed = run("settings", "list", "--json").json["settings"]
    assert list(listed) == [each.name for each in PROGRAM_SETTINGS if each.value is Value.SWITCH]
    assert run("settings", "set", "notify-done", "off").out == "notify-done: off\n"
    assert run("settings", "set", "look-before-stop", "off").status == 0
    assert json.loads((state_folder() / "notifications.json").read_text()) == {"off": ["done"]}
    now = run("settings", "list", "--json").json["settings"]
    assert now == listed | {"notify-done": False, "look-before-stop": False}
    assert run("settings", "set", "notify-done", "on").status == 0
    assert run("settings", "list", "--json").json["settings"] == listed | {"look-before-stop": False}
    table = run("settings", "list").out.splitlines()
    assert table[0].split() == ["NAME", "VALUE", "WHAT"]
    assert any(line.split()[:2] == ["look-before-stop", "off"] for line in table)


@pytest.mark.only_on("linux", reason="an autostart entry")
def test_the_start_at_login_is_one_of_them(run: Run, home: Path) -> None:
    ran = run("settings", "set", "autostart", "on")
    # From a checkout there is no installed program that a login could start: then it says so.
    assert (home / ".config" / "autostart" / "notebook-tray.desktop").exists() == (ran.status == 0)
    assert run("settings", "set", "autostart", "off").status == 0
    assert run("settings", "list", "--json").json["settings"]["autostart"] is False


def test_what_is_no_setting_is_refused(run: Run) -> None:
    ran = run("settings", "set", "colour", "on")
    assert ran.status == 2
    assert "There is no setting “colour”" in ran.err
    assert "look-before-stop" in ran.err
    assert run("settings", "set", "notify-done", "perhaps").status == 2


def test_without_a_tray_there_is_no_page(run: Run) -> None:
    assert run("settings").status == 3


def test_a_profile_is_renamed_with_all_that_it_has(imported: Run, memory: MemoryKeyring) -> None:
    before = imported("profiles", "list", "--json").json["profiles"]
    assert imported("profiles", "set", "research", "--rename", "lab").out == "research: is called lab now\n"
    after = imported("profiles", "list", "--json").json["profiles"]
    assert after == [before[0] | {"name": "lab"}, before[1]]
    taken = imported("profiles", "set", "lab", "--rename", "forecasting")
    assert taken.status == 2
    assert "There is a profile “forecasting” already." in taken.err
    assert imported("profiles", "set", "lab", "forecasting", "--rename", "x").status == 2
    assert imported("profiles", "list", "--json").json["profiles"] == after


def test_profiles_are_hidden_and_shown_and_keep_their_settings(imported: Run, memory: MemoryKeyring) -> None:
    before = ProfileStore(memory).load().profiles
    hidden = imported("profiles", "set", "research", "forecasting", "--hidden")
    assert hidden.out == "research: changed\nforecasting: changed\n"
    assert ProfileStore(memory).load().unchecked == before
    assert imported("profiles", "set", "research", "--shown", "--rename", "lab", "--view", "classic").status == 0
    assert [each.name for each in ProfileStore(memory).load().profiles] == ["lab"]
    assert ProfileStore(memory).load().profiles[0].regions == before[0].regions


@pytest.mark.parametrize(("given", "hours"), [("12", 12), ("12h", 12), (" 168 ", 168), ("0", 0), ("Never", 0)])
def test_the_limit_of_left_running_is_set_and_listed(
    imported: Run, memory: MemoryKeyring, given: str, hours: int
) -> None:
    assert imported("profiles", "set", "research", "--left-running", given).out == "research: changed\n"
    found = imported("profiles", "list", "--json").json["profiles"]
    assert [each["left_running_hours"] for each in found] == [hours, 10]
    assert [each.left_running_hours for each in ProfileStore(memory).load().profiles] == [hours, 10]


@pytest.mark.parametrize("given", ["169", "-1", "1.5", "1e2", "ten", "²", "9" * 400])
def test_no_other_limit_is_taken(imported: Run, given: str) -> None:
    ran = imported("profiles", "set", "research", f"--left-running={given}")
    assert ran.status == 2
    assert "whole hours from 1 to 168, or 0 for never" in " ".join(ran.err.split())
    assert len(ran.err) < 1000


@pytest.mark.only_on("linux", reason="jsonschema is not installed for the tests on Windows")
def test_the_json_has_the_form_that_is_published(run: Run) -> None:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    form = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(form)
    found = run("settings", "list", "--json").json
    Draft202012Validator(form).validate(found)
    assert list(form["properties"]) == list(found)
