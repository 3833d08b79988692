"""`notebook-tray refresh`, `show` and `quit`, and what other commands tell the running tray."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from tray.cli.output import say
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.texts import commands as texts
from tray.texts import help as helps
from tray.texts.uninstalling import tray_ended

if TYPE_CHECKING:
    from tray.desktop.single_instance.messages import InstanceRequest

# A command that has done its work doesn't make the user wait for a tray that hangs.
_PATIENCE_SECONDS = 3.0


@click.command(help=helps.command("refresh"))
def refresh() -> None:
    """Be `notebook-tray refresh`."""
    from tray.desktop.single_instance.client import ask_all
    from tray.desktop.single_instance.messages import InstanceRequest

    if not ask_all(InstanceRequest.REFRESH):
        raise TrayError("not-running-here", asked="refresh", kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP)
    say(texts.refreshing())


@click.command(help=helps.command("show"))
def show() -> None:
    """Be `notebook-tray show`."""
    from tray.desktop.single_instance.messages import InstanceRequest

    show_page(InstanceRequest.NOTEBOOKS)
    say(texts.opening_page())


@click.command("quit", help=helps.command("quit"))
def quit_() -> None:
    """Be `notebook-tray quit`."""
    from tray.desktop.single_instance.client import end_all

    if not end_all():
        raise TrayError("not-running-here", asked="quit", kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP)
    say(tray_ended())


def show_page(request: InstanceRequest) -> None:
    """Have the running tray open a page.

    :raises TrayError: (no desktop) no tray runs here
    """
    from tray.desktop.single_instance.client import ask_all

    if not ask_all(request):
        raise TrayError("not-running-here", asked="other", kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP)


def tell_profiles_changed() -> None:
    """Tell the running tray, if there is one, that the profiles have changed.

    The change is already made, so this raises nothing; a failure is printed on standard error.
    """
    _tell("PROFILES_CHANGED")


def tell_signed_in() -> None:
    """Make the running tray, if there is one, list what a sign-in has made available. Raises nothing, as above."""
    # Not REFRESH, for which the tray may ask the user to unlock the keyring: the user didn't ask for a refresh.
    _tell("PROFILES_CHANGED")


def tell_choices_changed() -> None:
    """Make the running tray, if there is one, follow what the user keeps, sets and opens. Raises nothing, as above."""
    _tell("CHOICES_CHANGED")


def _tell(request: Literal["PROFILES_CHANGED", "CHOICES_CHANGED"]) -> None:
    # Imported here: commands that change nothing don't need it, and where no tray has ever run, it needs no more.
    from tray.desktop.single_instance.claim import lock_paths

    try:
        if lock_paths():
            from tray.desktop.single_instance.client import ask_all
            from tray.desktop.single_instance.messages import InstanceRequest

            ask_all(InstanceRequest[request], _PATIENCE_SECONDS)
    except TrayError as error:
        say(texts.tray_not_told(f"{error.problem.title}: {error.problem.message}"), err=True)
