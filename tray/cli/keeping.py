"""`notebook-tray keep`: what stands at the top of the tray's menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tray.cli.completion import notebook_names, profile_names
from tray.cli.finding import find
from tray.cli.output import print_json, say, table, terminal_width
from tray.cli.refresh import tell_choices_changed
from tray.fleet.profiles.region_checks import check_regions
from tray.model.arns import notebook_arn
from tray.model.problems import ExitStatus, TrayError
from tray.texts import help as helps
from tray.texts import usual as texts

if TYPE_CHECKING:
    from tray.fleet.choices.keeping import KeptFile
    from tray.model.arns import NotebookArn


@click.command("keep", help=helps.command("keep"))
@click.argument("name", required=False, shell_complete=notebook_names)
@click.option("--off", is_flag=True, help=helps.option("keep off"))
@click.option("--profile", metavar="P", shell_complete=profile_names, help=helps.option("open profile"))
@click.option("--region", metavar="R", help=helps.option("open region"))
@click.option("--json", "as_json", is_flag=True, help=helps.option("json"))
def keep(name: str | None, off: bool, profile: str | None, region: str | None, as_json: bool) -> None:
    """Be `notebook-tray keep`."""
    from tray.fleet.choices.keeping import FILE_NAME, KeptFile
    from tray.fleet.files.state_file import state_folder

    file = KeptFile(state_folder() / FILE_NAME)
    if name is None:
        if off or profile is not None or region is not None:
            raise click.UsageError(texts.needs_name())
        told = ""
    elif off:
        if profile is not None:
            raise click.UsageError(texts.off_takes_no_profile())
        told = _let_go(file, name, region)
    else:
        told = _kept_at_top(file, name, profile, region)
    if as_json:
        print_json({"kept": [_json(each) for each in _all(file)]})
    elif name is not None:
        say(told)
    elif rows := [(each.name, each.region, each.account) for each in _all(file)]:
        say(table(texts.kept_headings(), rows, terminal_width()))
    else:
        say(texts.none_kept())


def _kept_at_top(file: KeptFile, name: str, profile: str | None, region: str | None) -> str:
    from tray.fleet.choices.keeping import check_room

    _, _, seen = find(name, profile, region)
    arn, before = seen[0].arn, file.load()
    if arn not in before:
        check_room(before)
        file.change((arn,), keep=True)
        tell_choices_changed()
    return texts.stays_at_top(name)


def _let_go(file: KeptFile, name: str, region: str | None) -> str:
    """Let go of all of a name: AWS isn't asked, as it may list them no longer."""
    there = _all(file)
    found = [each for each in there if each.name == name and region in (None, each.region)]
    if not found:
        if region is not None:
            check_regions((region,), allowed=[each.region for each in there])
            there = [each for each in there if each.region == region]
        names = tuple(dict.fromkeys(each.name for each in there))
        raise TrayError("not-kept", status=ExitStatus.USAGE, name=name, kept=names, region=region or "")
    file.change([each.arn for each in found], keep=False)
    tell_choices_changed()
    return texts.let_go(name)


def _all(file: KeptFile) -> list[NotebookArn]:
    return [found for arn in file.load() if (found := notebook_arn(arn)) is not None]


def _json(each: NotebookArn) -> dict[str, str]:
    return {"name": each.name, "region": each.region, "account": each.account, "arn": each.arn}
