"""`notebook-tray refresh`, and what other commands tell the running tray."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tray.model.problems import ExitStatus, Kind, TrayError

if TYPE_CHECKING:
    from tray.desktop.single_instance.messages import InstanceRequest

# A command that has done its work doesn't keep the user waiting for a tray that hangs.
_PATIENCE_SECONDS = 3.0


@click.command()
def refresh() -> None:
    """Have the running tray list the notebook instances anew.

    Its icon shows when it is done; this command does not wait for that.
    """
    from tray.desktop.single_instance.client import ask_all
    from tray.desktop.single_instance.messages import InstanceRequest

    if not ask_all(InstanceRequest.REFRESH):
        raise TrayError(
            "Notebook Tray is not running",
            "There is no icon to bring up to date.",
            "Start it with: notebook-tray",
            kind=Kind.DESKTOP,
            status=ExitStatus.NO_DESKTOP,
        )
    click.echo("The tray lists the notebook instances anew.")


def tell_profiles_changed() -> None:
    """Have the running tray, if there is one, follow a change of the profiles.

    The change is made whatever comes of this, so it raises nothing; what went wrong is noted on standard error.
    """
    # Here: the commands that change nothing need it not.
    from tray.desktop.single_instance.messages import InstanceRequest

    _tell(InstanceRequest.PROFILES_CHANGED)


def tell_signed_in() -> None:
    """Have the running tray, if there is one, list anew what a sign-in has opened. Raises nothing, as above."""
    from tray.desktop.single_instance.messages import InstanceRequest

    # Not REFRESH, for which the tray may ask to unlock the keyring: nobody asked for that.
    _tell(InstanceRequest.PROFILES_CHANGED)


def _tell(request: InstanceRequest) -> None:
    from tray.desktop.single_instance.client import ask_all

    try:
        ask_all(request, _PATIENCE_SECONDS)
    except TrayError as error:
        click.echo(f"Note: the running tray was not told, and follows with its next refresh. {error}", err=True)
