"""The applications' menu of Linux's and the BSDs' desktops: a desktop entry, and icons in the theme that all extend.

pip, pipx and uv install programs alone. A Debian package brings both for all users, in /usr/share.
https://specifications.freedesktop.org/menu-spec/latest/, https://specifications.freedesktop.org/icon-theme-spec/latest/
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tray.desktop.autostart.command import NAME, login_command
from tray.desktop.desktop_entry import NOT_STARTED, entry_text, entry_values, exec_command, exec_value
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.runtime.whole_files import read_beginning, write_whole

_FILE = f"{NAME}.desktop"
_MOST_BYTES = 1024 * 1024
_PACKAGE = Path(__file__).parents[2]
# A wheel holds the assets inside the package, a checkout holds them beside it.
_ICONS = (_PACKAGE / "assets" / "application" / "hicolor", _PACKAGE.parent / "assets" / "application" / "hicolor")

# What the entry says beside the program to start; a package's says the same (packaging/linux/notebook-tray.desktop).
VALUES = {
    "Type": "Application",
    "Name": "Notebook Tray",
    "Comment": "Open Amazon SageMaker notebook instances from the system tray",
    "Icon": NAME,
    "Terminal": "false",
    "StartupNotify": "false",
    "Categories": "Development;",
    "Keywords": "sagemaker;jupyter;notebook;aws;",
}


class XdgApplicationMenu:
    """The entry in $XDG_DATA_HOME/applications, and its icons in $XDG_DATA_HOME/icons/hicolor.

    Each method raises TrayError (desktop) when the system does not let it read or write what it needs.

    :param command: returns the command of a start at login, whose program the entry starts; raises TrayError where this
        copy of the program will not last
    """

    def __init__(self, command: Callable[[], tuple[str, ...]] = login_command) -> None:
        self._command = command

    def on(self) -> Path:
        """Have this copy of the program among the applications; return where its entry is.

        :raises TrayError: (desktop) also when this copy will not last
        """
        program = self._program()
        entry = {**VALUES, "Exec": exec_value([program]), "TryExec": program}
        for source, place in self._icons():
            self._write(place, source.read_bytes())
        # GTK takes a theme's pictures from a cache as long as the theme's folder is older than the cache.
        with suppress(OSError):
            os.utime(self._theme)
        self._write(self._entry, entry_text(entry).encode())
        return self._entry

    def add(self) -> None:
        """Do as `on` does if none of the entries, the user's and those of packages, starts a program that is there."""
        if not any(_starts_something(folder / "applications" / _FILE) for folder in (_data_home(), *_data_folders())):
            self.on()

    def off(self) -> None:
        """Take out what `on` puts in; what a package has put among the applications stays."""
        for place in (self._entry, *(place for _, place in self._icons())):
            try:
                place.unlink(missing_ok=True)
            except NotADirectoryError:
                continue
            except OSError as error:
                raise _not_written(place, error) from error
        for _, place in self._icons():
            # `on` has made these folders, unless there is more in them.
            with suppress(OSError):
                place.parent.rmdir()
                place.parent.parent.rmdir()

    def kept(self) -> str:
        """Return where the user's own entry is; "" where there is none."""
        return str(self._entry) if os.path.lexists(self._entry) else ""

    @property
    def _entry(self) -> Path:
        return _data_home() / "applications" / _FILE

    @property
    def _theme(self) -> Path:
        return _data_home() / "icons" / "hicolor"

    def _icons(self) -> list[tuple[Path, Path]]:
        """Return each of the program's icons, and its place among the user's."""
        folder = next((folder for folder in _ICONS if folder.is_dir()), None)
        files = sorted(file for file in folder.rglob(f"{NAME}*") if file.is_file()) if folder else []
        return [(file, self._theme / file.relative_to(folder)) for file in files if folder]

    def _program(self) -> str:
        try:
            program = self._command()[0]
        except TrayError as error:
            raise _impossible(error.problem.code, dict(error.problem.places)) from error
        try:
            program.encode()
        except UnicodeEncodeError:
            raise _impossible("autostart-not-in-utf-8", {"program": ascii(program)}) from None
        if not NOT_STARTED.isdisjoint(program):
            raise _impossible("autostart-special-characters", {"program": ascii(program)})
        return program

    def _write(self, place: Path, contents: bytes) -> None:
        try:
            write_whole(place, contents, mode=0o644)
        except OSError as error:
            raise _not_written(place, error) from error


def _data_home() -> Path:
    given = os.environ.get("XDG_DATA_HOME", "")
    return Path(given) if given.startswith("/") else Path.home() / ".local" / "share"


def _data_folders() -> list[Path]:
    given = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    return [Path(folder) for folder in given.split(":") if folder.startswith("/")]


def _starts_something(path: Path) -> bool:
    """Whether there is an entry at `path` whose program is there, or one that can't be read and so isn't touched."""
    try:
        values = entry_values(read_beginning(path, _MOST_BYTES).decode("utf-8", "replace"))
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    command = exec_command(values.get("Exec", ""))
    return bool(command) and shutil.which(command[0]) is not None


def _impossible(code: str, places: dict[str, object]) -> TrayError:
    """Return the error for a program that can't be started at login either, with the code and places of that error."""
    program = places.get("program", places.get("python", ""))
    return TrayError(
        "not-among-applications",
        kind=Kind.DESKTOP,
        status=ExitStatus.NO_DESKTOP,
        program=str(program),
        fault=code.removeprefix("autostart-"),
    )


def _not_written(place: Path, error: OSError) -> TrayError:
    reason = error.strerror or type(error).__name__
    return TrayError(
        "applications-not-written",
        kind=Kind.DESKTOP,
        status=ExitStatus.NO_DESKTOP,
        place=str(place),
        reason=reason,
    )
