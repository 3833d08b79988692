"""`notebook-tray doctor`: whether all that the tray needs is there, as a report for a ticket."""

from __future__ import annotations

import sys

import click

from tray.cli.output import print_json
from tray.model.problems import ExitStatus


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(as_json: bool) -> None:
    """Check what the tray needs, and say what to do where something is wrong.

    That is: tray host, notifications, browser, start at login, keyring, AWS config files, each profile's sign-in,
    regions, clock, proxy, certificates. Nothing is changed or opened, and nobody is asked anything.

    The report is made to be pasted into a ticket: it has no keys, tokens, passwords or user names in it. Account ids,
    profile names and hosts are left in. The exit status is 0 if all is well, else 1.
    """
    from pathlib import Path

    from tray.cli.doctor.checks import Check, is_well
    from tray.cli.doctor.examine import examine
    from tray.cli.doctor.redaction import Redaction, environment_secrets, file_secrets
    from tray.cli.doctor.report import as_json as json_of
    from tray.cli.doctor.report import as_text, can_be_written
    from tray.cli.doctor.versions import versions

    found = examine()
    redacted = Redaction({*environment_secrets(), *file_secrets()}, Path.home())
    checks = [Check(redacted(c.name), c.state, redacted(c.what), redacted(c.remedy)) for c in found]
    at_work = {name: redacted(value) for name, value in versions().items()}
    if as_json:
        print_json(json_of(at_work, checks))
    else:
        encoding = sys.stdout.encoding or "ascii"
        text = as_text(at_work, checks)
        if not can_be_written(text, encoding):
            text = as_text(at_work, checks, plain=True).encode(encoding, "replace").decode(encoding)
        click.echo(text)
    if not is_well(checks):
        sys.exit(ExitStatus.REFUSED)
