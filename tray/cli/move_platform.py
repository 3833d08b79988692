"""`notebook-tray move-platform`: an act of its own, which no other includes, and which nothing undoes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from tray.cli.completion import notebook_names, profile_names
from tray.cli.finding import find
from tray.cli.output import failing_in_json, notebook_json, print_json, say
from tray.cli.streams import is_terminal
from tray.cli.waiting import wait_for
from tray.model.notebooks import NotebookStatus
from tray.model.power import PLATFORMS_TO_MOVE_TO
from tray.model.problems import ExitStatus, TrayError
from tray.runtime.workers import Workers
from tray.texts import help as helps
from tray.texts import platforms as texts
from tray.texts.menu import for_so_long

if TYPE_CHECKING:
    from tray.model.notebooks import Notebook


@click.command("move-platform", help=helps.command("move-platform"))
@click.argument("name", shell_complete=notebook_names)
@click.option("--to", type=click.Choice(PLATFORMS_TO_MOVE_TO), required=True, help=helps.option("move to"))
@click.option("--profile", metavar="P", shell_complete=profile_names, help=helps.option("open profile"))
@click.option("--region", metavar="R", help=helps.option("open region"))
@click.option("--yes", is_flag=True, help=helps.option("yes"))
@click.option("--without-a-way-back", "for_good", is_flag=True, help=helps.option("without a way back"))
@click.option("--json", "as_json", is_flag=True, help=helps.option("json"))
@failing_in_json
def move_platform(
    name: str, to: str, profile: str | None, region: str | None, yes: bool, for_good: bool, as_json: bool
) -> None:
    """Be `notebook-tray move-platform`."""
    from tray.fleet.power.moving import moved, platform_of

    cloud, _, seen = find(name, profile, region)
    _check_stopped(seen[0])
    workers = Workers("move", 1)
    (before,) = wait_for([workers.submit(lambda: platform_of(cloud, seen))], lambda *_: texts.asking(name))
    if before != to:
        _confirm(name, before, to, yes=yes, for_good=for_good)

        def waiting(_left: list[int], seconds: int) -> str:
            return for_so_long(texts.moving(name, to), seconds)

        (after,) = wait_for([workers.submit(lambda: moved(cloud, seen, to))], waiting)
        _learn(seen[0], after)
        if after != to:
            raise TrayError("not-moved", name=name, identifier=after, to=to)
    if as_json:
        print_json({"notebook": {**notebook_json(seen), "platform": to}, "from": before, "to": to})
    else:
        say(texts.moved(name, to) if before != to else texts.there_already(name, to))


def _check_stopped(notebook: Notebook) -> None:
    # The developer guide names Stopped alone.
    if notebook.status != NotebookStatus.STOPPED:
        raise TrayError(
            "cannot-move-now",
            name=notebook.name,
            region=notebook.scope.region,
            profile=notebook.scope.profile,
            state=notebook.status,
        )


def _confirm(name: str, before: str, to: str, *, yes: bool, for_good: bool) -> None:
    """Say what it means, and ask twice on a terminal; elsewhere, only two options confirm it.

    :raises TrayError: it was not confirmed
    """
    if yes and for_good:
        return
    if yes or not is_terminal(sys.stdin):
        raise TrayError("no-way-back", status=ExitStatus.USAGE, name=name, identifier=before, to=to)
    for line in texts.consequences():
        say(line, err=True)
    for question in (texts.move(name, before, to), texts.move_for_good(name)):
        if not click.confirm(question, err=True):
            raise click.Abort


def _learn(notebook: Notebook, platform: str) -> None:
    from tray.fleet.facts.platforms_file import FILE_NAME, PlatformsFile
    from tray.fleet.files.state_file import state_folder

    PlatformsFile(state_folder() / FILE_NAME).learn(notebook, platform)
