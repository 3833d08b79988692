"""One table says what can be set: the command line and the settings page both offer exactly that."""

from __future__ import annotations

import json
from typing import Any

import click
import pytest

from tests.support.samples import NOW, notebook, snapshot
from tray.app_pages.settings import choices, values
from tray.app_pages.shared.asked import ChoiceError
from tray.cli.commands import cli
from tray.fleet.snapshot import Snapshot
from tray.model import commands as c
from tray.model.notification_kinds import NotificationKind
from tray.model.settings import PROFILE_SETTINGS, PROGRAM_SETTINGS, SETTINGS, Of, Setting, Value, kind_of
from tray.settings.profiles.model import Profile
from tray.texts import settings as texts

# What each command is for. One that sets something has a setting in the table; a new command has to be named here.
SETS = {"autostart", "owner-tag", "profiles", "settings"}
DOES = {
    *("completion", "cost", "demo", "desktop-entry", "doctor", "keep", "list", "move-platform", "open", "policy"),
    *("quit", "refresh", "schedules", "sessions", "setup", "show", "signin", "start", "stop", "uninstall"),
}
# Commands beside those of the table: `autostart` sets what `settings set autostart` does, and the others add, remove,
# or look.
OTHER_PROFILE_COMMANDS = {"add", "discover", "import", "list", "prune", "regions", "remove"}

KNOWN = snapshot(notebook("a"), profiles=(Profile("research", "research"),))
EXAMPLES: dict[Value, Any] = {
    Value.NAME: "lab",
    Value.CREDENTIALS: {"aws_profile": "other"},
    Value.REGIONS: ["eu-west-1"],
    Value.LENGTH: "90m",
    Value.HOURS: "12",
    Value.TIME: "19:00",
    Value.ROLE: "arn:aws:iam::111122223333:role/StopNotebooks",
    Value.VIEW: "classic",
    Value.SWITCH: False,
    Value.TAG: "team",
}


def command(path: tuple[str, ...]) -> click.Command:
    found: click.Command = cli
    for name in path:
        assert isinstance(found, click.Group)
        there = found.get_command(click.Context(found), name)
        assert there is not None, f"there is no command {path}"
        found = there
    return found


def options(of: click.Command) -> set[str]:
    return {
        each
        for option in of.params
        if isinstance(option, click.Option)
        for each in (*option.opts, *option.secondary_opts)
        if each != "--help"
    }


def read(known: Snapshot, **asked: Any) -> c.Command:
    return choices.read(json.dumps(asked).encode(), known)


def shown(known: Snapshot) -> dict[str, Any]:
    return {**values.around(known, NOW), **values.profiles(known.listing)}


def test_every_command_sets_something_of_the_table_or_nothing() -> None:
    assert set(cli.list_commands(click.Context(cli))) == SETS | DOES
    assert {each.command[0] for each in SETTINGS} <= SETS


def test_the_options_that_set_something_of_a_profile_are_those_of_the_table() -> None:
    in_table = {option for each in PROFILE_SETTINGS for option in each.options}
    assert options(command(("profiles", "set"))) == in_table
    group = command(("profiles",))
    assert isinstance(group, click.Group)
    assert set(group.list_commands(click.Context(group))) == {"set"} | OTHER_PROFILE_COMMANDS


def test_the_settings_of_the_program_are_those_that_a_command_lists_and_sets() -> None:
    switches = [each for each in PROGRAM_SETTINGS if each.value is Value.SWITCH]
    assert all(each.command == ("settings", "set") and not each.options for each in switches)
    assert {kind_of(each.name) for each in switches} == {None, *NotificationKind}
    assert options(command(("owner-tag",))) == {"--off"}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda each: each.name)
def test_the_page_sets_each_and_shows_each(setting: Setting) -> None:
    profile = "research" if setting.of is Of.PROFILE else ""
    known = Snapshot(KNOWN.listing, starts_at_login=True)
    made = read(known, profile=profile, setting=setting.name, value=EXAMPLES[setting.value])
    assert values.field_of(made) == (profile, setting.name)
    assert texts.setting(setting.name)
    found = shown(known)
    if setting.of is Of.PROGRAM:
        assert found["program"][setting.name] == ("" if setting.value is Value.TAG else True)
    with pytest.raises(ChoiceError):
        read(known, profile=profile, setting=setting.name, value=[["neither"]])


def test_the_page_sets_nothing_else() -> None:
    names = {each.name for each in SETTINGS}
    for profile in ("", "research", "nobody"):
        for name in ("quit", "", "notify-", "format", *names):
            of = Of.PROGRAM if not profile else Of.PROFILE
            if profile != "nobody" and any(each.name == name and each.of is of for each in SETTINGS):
                continue
            with pytest.raises(ChoiceError):
                read(KNOWN, profile=profile, setting=name, value=True)
