"""Started at login by Linux's and the BSDs' desktops: an entry in the user's autostart folder.

https://specifications.freedesktop.org/autostart-spec/latest/: among entries with the same file name, the user's own
counts. A `Hidden=true` in the user's entry switches off the entry of an administrator in /etc/xdg/autostart.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
from pathlib import Path

from tray.desktop.autostart.base import Autostart, AutostartState, AutostartStatus, refused
from tray.desktop.autostart.command import NAME
from tray.desktop.desktop_entry import (
    NOT_STARTED,
    entry_text,
    entry_values,
    exec_command,
    exec_value,
    is_true,
    names,
)
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.runtime.whole_files import read_beginning, write_whole

_FILE = f"{NAME}.desktop"
_MOST_BYTES = 1024 * 1024

# The program starts after the panel on desktops that can order entries. On the others it starts a little later than the
# other entries, which have more to do at a login.
LATER = {
    "X-GNOME-Autostart-Delay": "5",  # seconds; gnome-session and cinnamon-session
    "X-MATE-Autostart-Delay": "5",  # seconds
    "X-KDE-autostart-after": "panel",
    "X-LXQt-Need-Tray": "true",
}

# The keys, besides `Hidden`, that the settings of desktops write to switch an entry off.
_ENABLED = ("X-GNOME-Autostart-enabled", "X-MATE-Autostart-enabled")

# A key, perhaps with a language. GLib reads nothing of a file with another one.
_KEY = re.compile(r"[A-Za-z0-9-]+(?:\[[A-Za-z0-9_.@-]+\])?")
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh"})
_BETWEEN = frozenset({";", "&", "&&", "||", "(", ")"})
_LONGEST_SCRIPT = 4096  # shlex's time grows with the square of a word's length


class XdgAutostart(Autostart):
    """An entry in $XDG_CONFIG_HOME/autostart."""

    def on(self) -> None:
        """See `Autostart.on`."""
        command = self._command()
        _check(command[0])
        own = _own_folder() / _FILE
        try:
            if own.exists():
                # Where an administrator's entry does the same, the user's is deleted: packages keep theirs up to date.
                given = _entry_in(_system_folders())
                if given and self._status_of(*given).state is AutostartState.ON:
                    own.unlink()
            if self.status().state is not AutostartState.ON:
                write_whole(own, _encoded(self._values_on(command)), mode=0o644)
        except OSError as error:
            raise refused("written", str(own), error) from error

    def _values_on(self, command: tuple[str, ...]) -> dict[str, str]:
        """Return the values of an entry that starts `command`; what the user has put into the present one stays."""
        values = _values(exec_value(command), command[0])
        found = _entry_in([_own_folder()])
        if found is None:
            return values
        path, present_values = found
        kept = {key: value for key, value in present_values.items() if _KEY.fullmatch(key)}
        while switch := _disabled_by(path, kept)[:1]:
            del kept[switch[0]]
        present = exec_command(kept.get("Exec", ""))
        if not present or shutil.which(present[0]) is None or not self._is_ours(present, command):
            kept = {key: value for key, value in kept.items() if key not in ("Exec", "TryExec")}
        kept = {**values, **kept, "Type": values["Type"]}
        if shutil.which(kept["TryExec"]) is None:
            kept["TryExec"] = values["TryExec"]
        return kept

    def _is_ours(self, command: tuple[str, ...], ours: tuple[str, ...]) -> bool:
        """Whether `command` starts what `ours` does, also by way of what users put before it.

        Such as `env AWS_CA_BUNDLE=/etc/ca.pem notebook-tray --autostarted`, or a shell that waits for the panel first.
        """
        if super()._is_ours(command, ours):
            return True
        if len(command) == 3 and command[1] == "-c" and Path(command[0]).name in _SHELLS:
            return any(super(XdgAutostart, self)._is_ours(each, ours) for each in _in_shell(command[2]))
        return any(super(XdgAutostart, self)._is_ours(command[at:], ours) for at in range(1, len(command)))

    def off(self) -> None:
        """See `Autostart.off`."""
        own = _own_folder() / _FILE
        given = _entry_in(_system_folders())
        try:
            if given is None or is_true(given[1].get("Hidden")):
                own.unlink(missing_ok=True)
            else:
                hiding = _values(given[1].get("Exec", NAME), given[1].get("TryExec", ""))
                write_whole(own, _encoded({**hiding, "Hidden": "true"}), mode=0o644)
        except OSError as error:
            raise refused("written", str(own), error) from error

    def status(self) -> AutostartStatus:
        """See `Autostart.status`."""
        found = _entry_in([_own_folder(), *_system_folders()])
        if found is None:
            return AutostartStatus(AutostartState.OFF, str(_own_folder() / _FILE))
        path, values = found
        if is_true(values.get("Hidden")) and path.parent == _own_folder() and _entry_in(_system_folders()):
            # A hidden entry is the only way to switch an administrator's entry off, and `off` writes one too. So the
            # state is OFF, and not DISABLED.
            return AutostartStatus(AutostartState.OFF, str(path))
        return self._status_of(path, values)

    def _status_of(self, path: Path, values: dict[str, str]) -> AutostartStatus:
        command = exec_command(values.get("Exec", ""))
        disabled_by = _disabled_by(path, values)
        state = self._state(command, bool(disabled_by))
        if state is not AutostartState.DISABLED and "TryExec" in values and shutil.which(values["TryExec"]) is None:
            state = AutostartState.GONE
        return AutostartStatus(state, str(path), command, disabled_by, for_everyone=path.parent != _own_folder())


def _own_folder() -> Path:
    return _absolute(os.environ.get("XDG_CONFIG_HOME", ""), Path.home() / ".config") / "autostart"


def _system_folders() -> list[Path]:
    given = os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"
    return [Path(folder) / "autostart" for folder in given.split(":") if folder.startswith("/")]


def _absolute(path: str, otherwise: Path) -> Path:
    """Return `path`, or `otherwise` if it is relative: the XDG base directory specification ignores relative paths."""
    return Path(path) if path.startswith("/") else otherwise


def _entry_in(folders: list[Path]) -> tuple[Path, dict[str, str]] | None:
    """Return the path and the values of the entry that counts in these folders; None if there is none.

    :raises TrayError: (desktop) the entry can't be read
    """
    for folder in folders:
        path = folder / _FILE
        try:
            return path, entry_values(read_beginning(path, _MOST_BYTES).decode("utf-8", "replace"))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise refused("read", str(path), error) from error
    return None


def _disabled_by(path: Path, values: dict[str, str]) -> tuple[str, ...]:
    if is_true(values.get("Hidden")):
        return "Hidden", str(path)
    for key in _ENABLED:
        if values.get(key) == "false":
            return key, str(path)
    desktops = set(names(os.environ.get("XDG_CURRENT_DESKTOP", "").replace(":", ";")))
    if desktops:  # outside a desktop, the next two keys say nothing
        if "OnlyShowIn" in values and desktops.isdisjoint(names(values["OnlyShowIn"])):
            return "OnlyShowIn", str(path)
        if not desktops.isdisjoint(names(values.get("NotShowIn", ""))):
            return "NotShowIn", str(path)
    return ()


def _values(exec_value: str, program: str) -> dict[str, str]:
    return {
        "Type": "Application",
        "Name": "Notebook Tray",
        "Comment": "Open Amazon SageMaker notebook instances from the system tray",
        "Icon": NAME,
        "Exec": exec_value,
        **({"TryExec": program} if program else {}),
        "Terminal": "false",
        "StartupNotify": "false",
        **LATER,
    }


def _encoded(values: dict[str, str]) -> bytes:
    return entry_text(values).encode()


def _check(program: str) -> None:
    """Refuse a path that desktops would not start.

    :raises TrayError: (desktop)
    """
    try:
        program.encode()
    except UnicodeEncodeError:
        code = "autostart-not-in-utf-8"
    else:
        if NOT_STARTED.isdisjoint(program):
            return
        code = "autostart-special-characters"
    raise TrayError(code, kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP, program=ascii(program))


def _in_shell(script: str) -> list[tuple[str, ...]]:
    """Return the simple commands in what a shell is told to do, as far as it is as simple as users write it."""
    try:
        lexer = shlex.shlex(script[:_LONGEST_SCRIPT], posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        words = list(lexer)
    except ValueError:  # an unclosed quotation mark
        return []
    commands: list[list[str]] = [[]]
    for word in words:
        if word in _BETWEEN:
            commands.append([])
        elif word != "exec":
            commands[-1].append(word)
    return [tuple(each) for each in commands if each]
