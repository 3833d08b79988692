"""The user's default browser on a Linux desktop, read from the files that name it.

xdg-open finds the same browser, but runs some dozens of processes: a tenth of a second of every click. Some desktops
don't go by these files alone (Plasma and Xfce have other settings), and in a sandbox a browser can't be started
directly. In these cases `default_browser` returns None, and xdg-open opens the page.

https://specifications.freedesktop.org/mime-apps-spec/latest/
"""

from __future__ import annotations

import logging
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from tray.desktop.desktop_entry import entry_values, exec_command, is_true, names
from tray.runtime.whole_files import read_beginning

_log = logging.getLogger(__name__)

# Values of XDG_CURRENT_DESKTOP, in lower case: desktops on which GLib opens pages, which goes by these files, and
# desktops that have no other setting for the browser.
_BY_FILES = frozenset(
    {
        *("budgie", "cinnamon", "cosmic", "gnome", "gnome-classic", "gnome-flashback", "mate", "pantheon", "ubuntu"),
        *("unity", "x-cinnamon", "hyprland", "i3", "labwc", "niri", "river", "sway", "wayfire", "x-generic"),
    }
)
_OWN_SETTINGS = frozenset({"deepin", "enlightenment", "kde", "lxde", "lxqt", "xfce"})

_KIND = "x-scheme-handler/http"
_GROUP = "[Default Applications]"

# In a command: a place for addresses or files.
_TAKES_ADDRESS = re.compile(r"(?<!%)(?:%%)*%[uUfF]")

# Far more than these files have, and than there are browsers. A file's name has 255 bytes at most.
_MOST_BYTES = 1024 * 1024
_MOST_NAMES, _LONGEST_NAME, _MOST_FOLDERS = 20, 255, 10


class _LeftToXdgOpenError(Exception):
    """The user has chosen a browser that can't be told from the files, or not be started by a command.

    Another browser, of which a later list or name speaks, is not the one that the user has chosen.
    """


def default_browser(environ: Mapping[str, str] | None = None) -> tuple[str, ...] | None:
    """Return the command of the default browser, or None to leave it to xdg-open.

    In the command, "%s" stands for the address, and "%%" for a percent sign.

    Each call reads the files anew, in less than a millisecond, so that the user's choice counts from the next click on.

    :param environ: by default the process's
    """
    environ = os.environ if environ is None else environ
    desktops = [name.lower() for name in environ.get("XDG_CURRENT_DESKTOP", "").split(":") if name]
    if not _BY_FILES.intersection(desktops) or _OWN_SETTINGS.intersection(desktops) or _in_a_sandbox(environ):
        return None
    folders = _Folders(environ)
    try:
        for path in folders.lists(desktops):
            for name in _chosen(path):
                command = folders.command(name)
                if command is not None:
                    return command
    except _LeftToXdgOpenError as reason:
        _log.info("The default browser is left to xdg-open: %s", reason)
    return None


def _in_a_sandbox(environ: Mapping[str, str]) -> bool:
    return "SNAP" in environ or Path("/.flatpak-info").exists()


def _chosen(path: Path) -> list[str]:
    """Return the names of the entries that a list of defaults has for pages, best first.

    :raises _LeftToXdgOpenError: the list has them twice
    """
    group = ""
    found: list[str] = []
    for line in _read(path).split("\n"):
        stripped = line.strip()
        if stripped.startswith("["):
            group = stripped
        elif group == _GROUP and "=" in stripped:
            key, _, value = stripped.partition("=")
            if key.strip() == _KIND:
                found.append(value.strip())
    if len(set(found)) > 1:
        raise _LeftToXdgOpenError("a list has two choices, of which GLib takes the last and xdg-mime the first")
    return [name.strip() for name in names(found[0])][:_MOST_NAMES] if found else []


class _Folders:
    """Where lists of defaults and entries of applications are, best first.

    https://specifications.freedesktop.org/basedir-spec/latest/
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        home = Path(environ.get("HOME") or Path.home())

        def folders(own: str, own_default: str, others: str, others_default: str) -> list[Path]:
            named = [environ.get(own) or str(home / own_default), *(environ.get(others) or others_default).split(":")]
            return [Path(each) for each in named if each.startswith("/")]  # the specification ignores relative paths

        self._config = folders("XDG_CONFIG_HOME", ".config", "XDG_CONFIG_DIRS", "/etc/xdg")
        data = folders("XDG_DATA_HOME", ".local/share", "XDG_DATA_DIRS", "/usr/local/share:/usr/share")
        self._applications = [each / "applications" for each in data]
        self._path = environ.get("PATH")

    def lists(self, desktops: list[str]) -> Iterator[Path]:
        """Give the paths of the lists of defaults, the one that counts most first."""
        for folder in (*self._config, *self._applications):
            for prefix in (*(f"{each}-" for each in desktops), ""):
                yield folder / f"{prefix}mimeapps.list"

    def command(self, name: str) -> tuple[str, ...] | None:
        """Return the command of an application; None if it is not installed, hidden, or for a terminal.

        :raises _LeftToXdgOpenError: it is there, and not started by a command
        """
        found = self._entry(name)
        values = entry_values(_read(found)) if found else {}
        if is_true(values.get("Hidden")) or is_true(values.get("Terminal")):
            return None
        if (needed := values.get("TryExec")) and not shutil.which(needed, path=self._path):
            return None
        if is_true(values.get("DBusActivatable")) and not _TAKES_ADDRESS.search(values.get("Exec", "")):
            raise _LeftToXdgOpenError("it gets addresses over D-Bus alone")
        fields = {**dict.fromkeys("uUfF", "%s"), "%": "%%", "c": values.get("Name", ""), "k": str(found)}
        command = exec_command(values.get("Exec", ""), fields)
        if not command or not shutil.which(command[0], path=self._path):
            return None
        return command if any("%s" in each for each in command[1:]) else (*command, "%s")

    def _entry(self, name: str) -> Path | None:
        """Return the file of an entry. Hyphens in its name may stand for folders ("Desktop File ID")."""
        if "/" in name or len(name.encode("utf-8", "replace")) > _LONGEST_NAME:
            return None  # no file in these folders
        for folder in self._applications:
            parts = name.split("-")
            for at in range(min(len(parts), _MOST_FOLDERS)):
                path = Path(folder, *parts[:at], "-".join(parts[at:]))
                if path.is_file():
                    return path
        return None


def _read(path: Path) -> str:
    try:
        return read_beginning(path, _MOST_BYTES).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""
