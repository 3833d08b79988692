"""`notebook-tray settings`: opens the page of the settings; lists and changes those of the whole program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tray.cli.output import print_json, say, table, terminal_width
from tray.cli.refresh import show_page, tell_choices_changed
from tray.cli.stores import check_policy, policy_watch
from tray.model.commands import SetLooks, SetUpdateCheck
from tray.model.policy import locked_settings
from tray.model.problems import ExitStatus, TrayError
from tray.model.settings import PROGRAM_SETTINGS, Value, kind_of
from tray.texts import commands as command_texts
from tray.texts import help as helps
from tray.texts import policy as policy_texts
from tray.texts import settings as texts

if TYPE_CHECKING:
    from collections.abc import Collection

# What is more than on or off has a command of its own.
_NAMES = tuple(each.name for each in PROGRAM_SETTINGS if each.value is Value.SWITCH)


@click.group(invoke_without_command=True, help=helps.command("settings"))
@click.pass_context
def settings(context: click.Context) -> None:
    """Be `notebook-tray settings`."""
    if context.invoked_subcommand is None:
        from tray.desktop.single_instance.messages import InstanceRequest

        show_page(InstanceRequest.SETTINGS)
        say(command_texts.opening_settings())


@settings.command("list", help=helps.command("settings list"))
@click.option("--json", "as_json", is_flag=True, help=helps.option("json"))
def list_(as_json: bool) -> None:
    """Be `notebook-tray settings list`."""
    values = {name: _is_on(name) for name in _NAMES}
    locked = locked_settings(policy_watch().look())
    if as_json:
        print_json({"settings": values, "set_by_administrator": sorted(locked)})
        return
    rows = [(name, "on" if on else "off", _what(name, locked)) for name, on in values.items()]
    say(table(texts.headings(), rows, terminal_width()))


@settings.command("set", help=helps.command("settings set"))
@click.argument("name", shell_complete=lambda _context, _parameter, typed: [n for n in _NAMES if n.startswith(typed)])
@click.argument("value", type=click.Choice(["on", "off"]))
def set_(name: str, value: str) -> None:
    """Be `notebook-tray settings set`."""
    if name not in _NAMES:
        raise TrayError("no-such-setting", status=ExitStatus.USAGE, name=name[:40], known=_NAMES)
    _set(name, on=value == "on")
    tell_choices_changed()
    say(texts.was_set(name, value))


def _what(name: str, locked: Collection[str]) -> str:
    what = texts.setting(name)
    return policy_texts.beside(what) if name in locked else what


def _is_on(name: str) -> bool:
    from tray.fleet.files.state_file import state_folder

    if name in locked_settings(policy_watch().look()):
        return False  # a policy forbids what it locks
    if (kind := kind_of(name)) is not None:
        from tray.fleet.choices.notification_choices import FILE_NAME, KindsFile

        return kind not in KindsFile(state_folder() / FILE_NAME).load()
    if name == "autostart":
        from tray.desktop.autostart import get_autostart

        return get_autostart().status().starts
    if name == "check-updates":
        from tray.fleet.upkeep.updates import CHOICE_FILE_NAME, update_check_is_off

        return not update_check_is_off(state_folder() / CHOICE_FILE_NAME)
    from tray.fleet.choices.look_choice import FILE_NAME as LOOKS
    from tray.fleet.choices.look_choice import looks_are_off

    return not looks_are_off(state_folder() / LOOKS)


def _set(name: str, *, on: bool) -> None:
    from tray.fleet.files.state_file import state_folder

    if (kind := kind_of(name)) is not None:
        from tray.fleet.choices.notification_choices import FILE_NAME, KindsFile

        KindsFile(state_folder() / FILE_NAME).change(kind, on=on)
    elif name == "autostart":
        from tray.cli.autostart import switch

        switch(on=on)
    elif name == "check-updates":
        from tray.fleet.upkeep.updates import CHOICE_FILE_NAME, store_update_check

        check_policy(lambda: (SetUpdateCheck(on),))
        store_update_check(state_folder() / CHOICE_FILE_NAME, on=on)
    else:
        from tray.fleet.choices.look_choice import FILE_NAME as LOOKS
        from tray.fleet.choices.look_choice import store_looks

        check_policy(lambda: (SetLooks(on),))
        store_looks(state_folder() / LOOKS, on=on)
