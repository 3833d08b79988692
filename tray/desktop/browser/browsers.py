"""Which browsers to try, in order: BROWSER's entries, then the default, as Python's `webbrowser` finds them.

On Linux desktops, the default is looked up in the desktop's own files first (`mimeapps.py`), since `webbrowser` runs
xdg-open there.

`webbrowser` is only asked what to run; `launch.py` runs it. If `webbrowser` ran an entry of BROWSER, it would block
until the browser exits (https://github.com/python/cpython/issues/125231). It would leave zombies of other browsers.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import PurePath

from tray.desktop.browser import variable
from tray.desktop.browser.mimeapps import default_browser

_log = logging.getLogger(__name__)

# Jupyter needs a graphical browser. Each of these, without a terminal, would fetch the page, throw it away and
# leave a spent link.
_TEXT_BROWSERS = frozenset({"www-browser", "links", "links2", "elinks", "lynx", "w3m"})

# The names under which `webbrowser` registers the programs that open the system's default browser, where the system has
# them. They are tried when BROWSER is set and none of its entries works: `webbrowser.get()` then gives only the first
# entry of BROWSER.
_DEFAULTS = ("windows-default", "macosx", "xdg-open", "gio", "kfmclient", "x-www-browser")

# The three commands that webbrowser.Konqueror tries. They are listed here, since it only runs them and does not name
# them.
_KONQUEROR = (("kfmclient", "openURL", "%s"), ("konqueror", "--silent", "%s"), ("kfm", "-d", "%s"))

# The first look-up fills webbrowser's tables. Without the lock, another thread would meanwhile find them empty.
_looking_up = threading.Lock()


@dataclass(frozen=True, slots=True)
class Command:
    """A browser as a command; in an argument, "%s" stands for the address and "%%" for a percent sign."""

    arguments: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name by which the user knows the browser."""
        return self.arguments[0]

    def for_address(self, address: str) -> list[str]:
        """Return the command line that opens `address`; the program's own name is never replaced."""
        program, *arguments = self.arguments
        return [program, *(variable.for_address(argument, address) for argument in arguments)]


@dataclass(frozen=True, slots=True)
class SystemCall:
    """A browser that the system starts on request: os.startfile on Windows, NSWorkspace on macOS."""

    identity: str
    controller: webbrowser.BaseBrowser = field(compare=False)

    @property
    def name(self) -> str:
        """An empty name: only the system knows which browser it starts."""
        return ""


Browser = Command | SystemCall


def find_browsers(browser_variable: str | None = None) -> Iterator[Browser]:
    """Give the browsers to try, best first and each once.

    One look-up in a process may take tenths of a second: the first, in which `webbrowser` runs xdg-settings.

    :param browser_variable: by default the environment's BROWSER
    """
    if browser_variable is None:
        browser_variable = os.environ.get("BROWSER", "")
    seen: set[Browser] = set()
    for browser in _in_order(variable.entries(browser_variable, windows=sys.platform == "win32")):
        if browser not in seen:
            seen.add(browser)
            yield browser


def passed_over(browser_variable: str) -> str:
    """Return the first command of BROWSER if it is none that can show Jupyter; empty if it can, or if there is none."""
    first = next(iter(variable.entries(browser_variable, windows=sys.platform == "win32")), "")
    return first if first and not _of_entry(first) else ""


def prepare() -> None:
    """Do `webbrowser`'s first, slow look-up now, on a worker thread, so that the first hand-off is as fast as any."""
    next(find_browsers(), None)


def _in_order(entries: list[str]) -> Iterator[Browser]:
    for entry in entries:
        yield from _of_entry(entry)
    if sys.platform not in ("win32", "darwin") and (command := default_browser()):
        yield Command(command)
    for default in _DEFAULTS if entries else (None, *_DEFAULTS):
        yield from _look_up(default)


def _of_entry(entry: str) -> list[Browser]:
    """Return the browsers that an entry of BROWSER stands for: a name that `webbrowser` knows, or a command."""
    command = variable.words(entry, windows=sys.platform == "win32", exists=lambda path: bool(shutil.which(path)))
    if not command:
        _log.info("Passed over an entry of BROWSER that is no command")
        return []
    if command[0] == entry and (known := _look_up(entry)):
        return known
    return _graphical(command)


def _look_up(entry: str | None) -> list[Browser]:
    if sys.platform == "darwin" and entry in (None, "macosx"):
        from tray.desktop.browser.macos import DefaultBrowser

        return [SystemCall("macos", DefaultBrowser())]
    try:
        with _looking_up, _within_limits():
            return list(_browsers_of(webbrowser.get(entry)))
    # ValueError: an unclosed quote. IndexError: webbrowser fails on an entry of nothing but "%s" and blanks.
    except (webbrowser.Error, ValueError, IndexError):
        return []


def _within_limits() -> AbstractContextManager[None]:
    if sys.platform == "win32":
        return nullcontext()
    from tray.desktop.browser.lookup import limited

    return limited()


def _browsers_of(controller: webbrowser.BaseBrowser) -> Iterator[Browser]:
    if isinstance(controller, webbrowser.Konqueror):
        yield from map(Command, _KONQUEROR)
    elif not isinstance(controller, (webbrowser.GenericBrowser, webbrowser.UnixBrowser)):
        yield SystemCall(f"{type(controller).__name__} {getattr(controller, 'name', '')}", controller)
    else:
        # A UnixBrowser also has remote_args. For a plain open they make no difference to Firefox, Chrome, Opera and
        # Edge, and for GNOME Web they hold an option ("-n") that it no longer has.
        yield from _graphical((controller.name, *controller.args))


def _graphical(command: tuple[str, ...]) -> list[Browser]:
    if PurePath(command[0]).name in _TEXT_BROWSERS:
        _log.info("Passed over %s: Jupyter needs a graphical browser", command[0])
        return []
    return [Command(command)]
