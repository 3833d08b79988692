"""Started at login by macOS: a property list in the user's LaunchAgents folder.

See launchd.plist(5) and launchctl(1). launchd reads the list at the next login. The list is not loaded before, since
that would start the program a second time. It is not unloaded either, since that would end the copy that launchd
started, which may be this one.
"""

from __future__ import annotations

import logging
import os
import plistlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tray.desktop.autostart.base import Autostart, AutostartState, AutostartStatus, refused
from tray.desktop.autostart.command import NAME
from tray.runtime.whole_files import read_beginning, write_whole

if sys.platform == "win32":
    raise ImportError("launchd knows people by their uid")

_MOST_BYTES = 1024 * 1024
_LABEL = NAME
_LAUNCHCTL_SECONDS = 20
# "LABEL" => disabled; before macOS 13: "LABEL" => true.
_OVERRIDE = re.compile(rf'^[ \t]*"{re.escape(_LABEL)}" => (disabled|true|enabled|false)[ \t\r]*$', re.MULTILINE)

_log = logging.getLogger(__name__)


class LaunchAgentAutostart(Autostart):
    """A property list in ~/Library/LaunchAgents, and what launchd's own list of disabled services says of it."""

    def on(self) -> None:
        """See `Autostart.on`."""
        command = self._command()
        path = _path()
        try:
            write_whole(path, plistlib.dumps(_agent(command)), mode=0o644, folder_mode=0o755)
        except OSError as error:
            raise refused("written", str(path), error) from error
        if _override() is True:
            _launchctl("enable", f"{_domain()}/{_LABEL}")

    def off(self) -> None:
        """See `Autostart.off`."""
        path = _path()
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise refused("written", str(path), error) from error

    def status(self) -> AutostartStatus:
        """See `Autostart.status`."""
        path = _path()
        try:
            agent = plistlib.loads(read_beginning(path, _MOST_BYTES))
        except (FileNotFoundError, NotADirectoryError):
            return AutostartStatus(AutostartState.OFF, str(path))
        except OSError as error:
            raise refused("read", str(path), error) from error
        except Exception as error:  # noqa: BLE001 - plistlib raises what its parsers do: ExpatError, ValueError, KeyError
            _log.info("%s is no property list: %s", path, error)
            agent = {}
        command = _command_of(agent)
        disabled_by = _disabled_by(agent, path)
        return AutostartStatus(self._state(command, bool(disabled_by)), str(path), command, disabled_by)


def _path() -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{_LABEL}.plist"


def _agent(command: tuple[str, ...]) -> dict[str, Any]:
    agent: dict[str, Any] = {
        "Label": _LABEL,
        "ProgramArguments": list(command),
        "RunAtLoad": True,
        # The program shows a menu to the user, so launchd must not throttle it as a background job.
        "ProcessType": "Interactive",
        # Started at a login with a screen, and not at a login over SSH.
        "LimitLoadToSessionType": "Aqua",
    }
    if bundle := _bundle_identifier(Path(command[0])):
        # What System Settings shows in Login Items: the application's name and icon, instead of its developer's name.
        agent["AssociatedBundleIdentifiers"] = [bundle]
    return agent


def _bundle_identifier(program: Path) -> str | None:
    """Return the bundle identifier of the application whose executable is `program`; None without an application."""
    information = program.parent.parent / "Info.plist"
    if program.parent.name != "MacOS" or not information.is_file():
        return None
    try:
        identifier = plistlib.loads(information.read_bytes()).get("CFBundleIdentifier")
    except Exception:  # noqa: BLE001 - without it, the entry only looks less well
        _log.exception("%s can't be read", information)
        return None
    return identifier if isinstance(identifier, str) else None


def _command_of(agent: Any) -> tuple[str, ...]:
    arguments = agent.get("ProgramArguments") if isinstance(agent, dict) else None
    program = agent.get("Program") if isinstance(agent, dict) else None
    words = [word for word in arguments if isinstance(word, str)] if isinstance(arguments, list) else []
    # launchd runs `Program` where it is set; `ProgramArguments` then begin with a name that is only shown.
    return (program, *words[1:]) if isinstance(program, str) else tuple(words)


def _disabled_by(agent: Any, path: Path) -> tuple[str, ...]:
    override = _override()
    if override is True:
        return ("login-items",)
    if override is None and isinstance(agent, dict) and agent.get("Disabled") is True:
        return "Disabled", str(path)
    return ()


def _override() -> bool | None:
    """Return whether launchd has our entry as disabled (True) or enabled (False); None if launchd has neither."""
    found = _OVERRIDE.search(_launchctl("print-disabled", _domain()))
    return found[1] in ("disabled", "true") if found else None


def _domain() -> str:
    return f"gui/{os.getuid()}"


def _launchctl(*arguments: str) -> str:
    """Return what launchctl says.

    :raises TrayError: (desktop) it fails
    """
    try:
        ran = subprocess.run(  # noqa: S603 # nosec B603, B607 # without a shell, our words alone
            ["launchctl", *arguments],  # noqa: S607 - from the user's PATH
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=True,
            timeout=_LAUNCHCTL_SECONDS,
        )
    except subprocess.CalledProcessError as error:
        raise refused("read", "launchd", OSError(error.returncode, error.stderr.strip() or str(error))) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise refused("read", "launchd", error) from error
    return ran.stdout
