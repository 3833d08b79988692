"""`notebook-tray doctor`: checks what the tray needs, and prints a report that fits a ticket."""

from __future__ import annotations

import sys
from contextlib import nullcontext

import click

from tray.cli.output import print_json, say
from tray.model.problems import ExitStatus
from tray.texts import help as helps
from tray.texts.language import in_english


@click.command(help=helps.command("doctor"))
@click.option("--json", "as_json", is_flag=True, help=helps.option("json"))
def doctor(as_json: bool) -> None:
    """Be `notebook-tray doctor`."""
    from pathlib import Path

    from tray.cli.doctor.checks import Check, is_well
    from tray.cli.doctor.examine import examine
    from tray.cli.doctor.redaction import Redaction, environment_secrets, file_secrets
    from tray.cli.doctor.report import as_json as json_of
    from tray.cli.doctor.report import as_text
    from tray.cli.doctor.versions import versions

    with in_english() if as_json else nullcontext():  # for programs
        found = examine()
        redacted = Redaction({*environment_secrets(), *file_secrets()}, Path.home())
        checks = [Check(redacted(c.name), c.state, redacted(c.what), redacted(c.remedy), c.code) for c in found]
        at_work = {name: redacted(value) for name, value in versions().items()}
    if as_json:
        print_json(json_of(at_work, checks))
    else:
        say(as_text(at_work, checks))
    if not is_well(checks):
        sys.exit(ExitStatus.REFUSED)
