"""The program among the user's applications, where no package has put it there."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from tray.model.problems import ExitStatus, Kind, TrayError

if TYPE_CHECKING:
    from tray.desktop.application_menu.xdg import XdgApplicationMenu

__all__ = ["add_quietly", "application_menu", "kept"]


def application_menu() -> XdgApplicationMenu:
    """Return this system's menu of applications.

    :raises TrayError: (desktop) the system has none that the program writes to
    """
    if sys.platform in ("win32", "darwin"):
        raise TrayError("no-application-menu", kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP)
    from tray.desktop.application_menu.xdg import XdgApplicationMenu

    return XdgApplicationMenu()


def kept() -> str:
    """Return where the program's entry among the user's applications is; "" where there is none."""
    return "" if sys.platform in ("win32", "darwin") else application_menu().kept()


def add_quietly() -> None:
    """Add the program to the user's applications if it isn't there; a failure is logged. Blocks for the disk."""
    if sys.platform in ("win32", "darwin"):
        return
    try:
        application_menu().add()
    except TrayError as error:
        logging.getLogger(__name__).warning("%s", error)
