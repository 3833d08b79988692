"""Which browsers to try, in order: BROWSER's entries, then the default, as Python's `webbrowser` finds them.

On Linux desktops, the default is looked up in the desktop's own files first (`mimeapps.py`): what `webbrowser` runs
there is xdg-open.

`webbrowser` knows what to run, and is asked. It is not left to run it: an entry of BROWSER would block until the
browser exits (https://github.com/python/cpython/issues/125231), and the others leave zombies behind.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import webbrowser
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

from tray.desktop.browser.mimeapps import default_browser

_log = logging.getLogger(__name__)

# Jupyter needs a graphical browser. One of these, without a terminal, would fetch the page, throw it away and
# leave a link that is spent.
_TEXT_BROWSERS = frozenset({"www-browser", "links", "links2", "elinks", "lynx", "w3m"})

# Under these names `webbrowser` registers what opens the system's default browser, where it is there. They are
# what is left when BROWSER is set and none of its entries works: `webbrowser.get()` gives BROWSER's first alone.
_DEFAULTS = ("windows-default", "macosx", "xdg-open", "gio", "kfmclient", "x-www-browser")

# webbrowser.Konqueror says only by running them which three commands it tries.
_KONQUEROR = (("kfmclient", "openURL", "%s"), ("konqueror", "--silent", "%s"), ("kfm", "-d", "%s"))

# The first look-up fills webbrowser's tables, and who looks meanwhile on another thread finds them empty.
_looking_up = threading.Lock()


@dataclass(frozen=True, slots=True)
class Command:
    """A browser as a command; "%s" in an argument stands for the address."""

    arguments: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the user knows it by."""
        return self.arguments[0]

    def for_address(self, address: str) -> list[str]:
        """Return the command line that opens `address`; the program's own name is never replaced."""
        program, *arguments = self.arguments
        return [program, *(argument.replace("%s", address) for argument in arguments)]


@dataclass(frozen=True, slots=True)
class SystemCall:
    """A browser that the system starts on request: os.startfile on Windows, NSWorkspace on macOS."""

    identity: str
    controller: webbrowser.BaseBrowser = field(compare=False)

    @property
    def name(self) -> str:
        """No name: the system starts whichever it is."""
        return ""


Browser = Command | SystemCall


def find_browsers(browser_variable: str | None = None) -> Iterator[Browser]:
    """Give the browsers to try, best first and each once; none when there is none.

    One may take tenths of a second: `webbrowser` runs xdg-settings, once in a process.

    :param browser_variable: by default the environment's BROWSER
    """
    if browser_variable is None:
        browser_variable = os.environ.get("BROWSER", "")
    seen: set[Browser] = set()
    for browser in _in_order([entry for entry in browser_variable.split(os.pathsep) if entry.strip()]):
        if browser not in seen:
            seen.add(browser)
            yield browser


def prepare() -> None:
    """Do `webbrowser`'s first, slow look-up now, on a worker thread, so that the first hand-off is as fast as any."""
    next(find_browsers(), None)


def _in_order(entries: list[str]) -> Iterator[Browser]:
    for entry in entries:
        yield from _look_up(entry)
    if sys.platform not in ("win32", "darwin") and (command := default_browser()):
        yield Command(command)
    for default in (None, *_DEFAULTS):
        yield from _look_up(default)


def _look_up(entry: str | None) -> list[Browser]:
    if sys.platform == "darwin" and entry in (None, "macosx"):
        from tray.desktop.browser.macos import DefaultBrowser

        return [SystemCall("macos", DefaultBrowser())]
    try:
        with _looking_up:
            return list(_browsers_of(webbrowser.get(entry)))
    # ValueError: an unclosed quote. IndexError: webbrowser trips over an entry of "%s" and blanks alone.
    except (webbrowser.Error, ValueError, IndexError):
        return []


def _browsers_of(controller: webbrowser.BaseBrowser) -> Iterator[Browser]:
    if isinstance(controller, webbrowser.Konqueror):
        yield from map(Command, _KONQUEROR)
    elif not isinstance(controller, (webbrowser.GenericBrowser, webbrowser.UnixBrowser)):
        yield SystemCall(f"{type(controller).__name__} {getattr(controller, 'name', '')}", controller)
    elif PurePath(controller.name).name in _TEXT_BROWSERS:
        _log.info("Passed over %s: Jupyter needs a graphical browser", controller.name)
    else:
        # A UnixBrowser has remote_args as well: for a plain open they come to the same with Firefox, Chrome,
        # Opera and Edge, and with GNOME Web to an option ("-n") that it has no more.
        yield Command((controller.name, *controller.args))
