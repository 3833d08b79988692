"""`notebook-tray desktop-entry`: whether the tray is among the user's applications."""

from __future__ import annotations

import click

from tray.cli.output import say
from tray.texts import commands as texts
from tray.texts import help as helps


@click.group("desktop-entry", help=helps.command("desktop-entry"))
def desktop_entry() -> None:
    """Be `notebook-tray desktop-entry`."""


@desktop_entry.command(help=helps.command("desktop-entry on"))
def on() -> None:
    """Be `notebook-tray desktop-entry on`."""
    from tray.desktop.application_menu import application_menu

    say(texts.is_among_applications(str(application_menu().on())))


@desktop_entry.command(help=helps.command("desktop-entry off"))
def off() -> None:
    """Be `notebook-tray desktop-entry off`."""
    from tray.desktop.application_menu import application_menu

    application_menu().off()
    say(texts.is_not_among_applications())
