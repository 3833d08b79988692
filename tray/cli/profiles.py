"""`notebook-tray profiles`: what is configured, kept in the OS keyring."""

from __future__ import annotations

import click

from tray.cli.late_commands import LateCommands
from tray.texts import help as helps


@click.group(
    cls=LateCommands,
    help=helps.command("profiles"),
    where={
        "add": ("tray.cli.profile_adding", "add"),
        "discover": ("tray.cli.aws_profiles", "discover"),
        "import": ("tray.cli.profile_adding", "import_"),
        "list": ("tray.cli.profile_list", "list_"),
        "prune": ("tray.cli.profile_removing", "prune"),
        "regions": ("tray.cli.region_search", "regions"),
        "remove": ("tray.cli.profile_removing", "remove"),
        "set": ("tray.cli.profile_changing", "set_"),
    },
)
def profiles() -> None:
    """Be `notebook-tray profiles`."""
