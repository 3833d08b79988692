"""What the program has the desktop do for its services: each function may block, and raises TrayError in words.

All imports that take long are made when they are needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.about import address
from tray.desktop.clipboard import Clipboard, get_clipboard
from tray.model.problems import TrayError
from tray.runtime.logs import log_path

if TYPE_CHECKING:
    from tray.model.activation import Activation
    from tray.model.commands import Page

# The text of a problem or of a report is no secret: an hour is long enough to paste it.
_DETAILS_SECONDS = 3600.0


def starts_at_login() -> bool:
    """Return whether the system starts the program at login."""
    from tray.desktop.autostart import get_autostart

    return get_autostart().status().starts


def set_starts_at_login(on: bool) -> None:
    """Have the system start the program at login, or not; what it starts is among the user's applications, too."""
    from tray.desktop.application_menu import add_quietly
    from tray.desktop.autostart import get_autostart

    autostart = get_autostart()
    if on:
        autostart.on()
        add_quietly()
    else:
        autostart.off()


def open_notebook_url(url: str, activation: Activation | None) -> None:
    """Give a notebook instance's URL to the browser; where that fails, the link can be copied instead."""
    try:
        open_page(url, activation)
    except TrayError as error:
        raise error.advised("copy-link") from error


def open_page(url: str, activation: Activation | None) -> None:
    """Open a page in the browser."""
    from tray.desktop.browser.handoff import hand_off

    hand_off(url, activation=activation)


def open_page_about(page: Page, activation: Activation | None, instead: str = "") -> None:
    """Open a page about the program in the browser, or the address that is given `instead`."""
    if not (url := instead or address(page)):
        raise TrayError("no-address", page=page.value)
    open_page(url, activation)


def open_log() -> None:
    """Show the log in the user's program for text files."""
    from tray.desktop.viewer import show_file

    show_file(log_path())


def look_for_browsers() -> None:
    """Search for browsers ahead of the first click: the search runs a shell script or two, and the hand-off imports."""
    from tray.desktop.browser import handoff  # noqa: F401
    from tray.desktop.browser.browsers import prepare

    prepare()


def copy_link(url: str) -> None:
    """Put a presigned URL on the clipboard, for as long as it can be used."""
    _clipboard().copy_secret(url)


def copy_details(details: str) -> None:
    """Put the text of a problem or of a report on the clipboard."""
    _clipboard().copy_secret(details, lifetime_seconds=_DETAILS_SECONDS)


def _clipboard() -> Clipboard:
    clipboard = get_clipboard()
    if clipboard is None:
        raise TrayError("no-clipboard")
    return clipboard
