"""What starts programs at login on each system, as the person and their session see it.

A second pair of eyes beside the program's own: GLib, plistlib and Windows read here what it wrote.
"""

from __future__ import annotations

import plistlib
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

from tests.support import registry
from tests.support.desktop_files import gio_launch, glib_command
from tests.support.launchctl import Launchctl
from tests.support.waiting import wait_until
from tray.desktop.autostart import AT_LOGIN, Autostart

Command = tuple[str, ...]

# Characters that shells, desktop entries, property lists or command lines treat in a way of their own.
NASTY = "Zoë 研究 & (co) 100% $HOME ; it's" if sys.platform == "win32" else 'Zoë 研究 <&> (co) $HOME `x` ; "it\'s" ~#*?'

# Notes what it was started with, and starts on both kinds of systems.
_RECORDER = """import sys
with open(__file__ + ".started", "a", encoding="utf-8") as file:
    print(*sys.argv[1:], sep="\\n", file=file)
"""


class System(ABC):
    """The system as the person and their session see it: a second pair of eyes beside the program's own."""

    @abstractmethod
    def autostart(self, command: Callable[[], Command]) -> Autostart:
        """Return the implementation."""

    @abstractmethod
    def would_start(self) -> Command | None:
        """Return what the next login starts; None if nothing."""

    @abstractmethod
    def login(self) -> None:
        """Start what the next login starts, the way it does."""

    @abstractmethod
    def put(self, command: Command) -> None:
        """Write an entry by another hand than ours."""

    @abstractmethod
    def switch_off(self) -> None:
        """Switch the entry off where the system's own settings do."""

    @abstractmethod
    def switch_on(self) -> None:
        """Switch it on again there."""

    @abstractmethod
    def traces(self) -> set[str]:
        """Return everything of ours that is there."""


def recorder(folder: Path) -> Path:
    """Make a program that notes what it is started with; see `recorded`."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "recorder.py"
    script.write_text(_RECORDER, encoding="utf-8")
    if sys.platform == "win32":
        return script
    program = folder / "notebook-tray"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "${{0%/*}}/recorder.py" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return program


def command_of(program: Path) -> Command:
    """Return what starts a recorder."""
    return (str(program), AT_LOGIN) if program.suffix != ".py" else (sys.executable, str(program), AT_LOGIN)


def recorded(program: Path) -> list[str]:
    """Return what a recorder was started with, once it has been."""
    notes = program.with_name("recorder.py.started")
    return wait_until(lambda: notes.exists() and notes.read_text(encoding="utf-8").split("\n")[:-1], "it to start")


class FileSystem(System):
    """Where an entry is a file."""

    folder: Path
    file: Path

    def traces(self) -> set[str]:
        return {path.name for path in self.folder.glob("*")}


class XdgSystem(FileSystem):
    """A desktop: GLib reads and starts what is in the autostart folder."""

    def __init__(self, home: Path) -> None:
        self.folder = home / ".config" / "autostart"
        self.file = self.folder / "notebook-tray.desktop"

    def autostart(self, command: Callable[[], Command]) -> Autostart:
        from tray.desktop.autostart.xdg import XdgAutostart

        return XdgAutostart(command)

    def would_start(self) -> Command | None:
        return glib_command(self.file)

    def login(self) -> None:
        gio_launch(self.file)

    def put(self, command: Command) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        words = " ".join(f'"{word}"' for word in command)  # none of the characters that need more
        self.file.write_text(f"[Desktop Entry]\nType=Application\nName=x\nExec={words}\n", encoding="utf-8")

    def switch_off(self) -> None:
        self.file.write_text(self.file.read_text(encoding="utf-8") + "Hidden=true\n", encoding="utf-8")

    def switch_on(self) -> None:
        text = self.file.read_text(encoding="utf-8").replace("Hidden=true\n", "")
        self.file.write_text(text, encoding="utf-8")


class LaunchdSystem(FileSystem):
    """launchd, as far as property lists go; its list of disabled services is launchctl's stand-in's."""

    def __init__(self, home: Path, launchctl: Launchctl) -> None:
        self.folder = home / "Library" / "LaunchAgents"
        self.file = self.folder / "notebook-tray.plist"
        self.launchctl = launchctl

    def autostart(self, command: Callable[[], Command]) -> Autostart:
        from tray.desktop.autostart.launch_agent import LaunchAgentAutostart

        return LaunchAgentAutostart(command)

    def would_start(self) -> Command | None:
        if not self.file.exists() or self.launchctl.is_disabled("notebook-tray"):
            return None
        agent = plistlib.loads(self.file.read_bytes())
        assert agent["Label"] == self.file.stem
        return tuple(agent["ProgramArguments"]) if agent.get("RunAtLoad") is True else None

    def login(self) -> None:
        command = self.would_start()
        assert command
        subprocess.run(command, check=True, timeout=60)

    def put(self, command: Command) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        agent = {"Label": "notebook-tray", "ProgramArguments": list(command), "RunAtLoad": True}
        self.file.write_bytes(plistlib.dumps(agent, fmt=plistlib.FMT_BINARY))

    def switch_off(self) -> None:
        self.launchctl.say("disable", "notebook-tray")

    def switch_on(self) -> None:
        self.launchctl.say("enable", "notebook-tray")


class RegistrySystem(System):
    """Windows' registry; Explorer, which starts what is in the Run key at a login, starts it as it stands there."""

    def autostart(self, command: Callable[[], Command]) -> Autostart:
        from tray.desktop.autostart.registry import RegistryAutostart

        return RegistryAutostart(command)

    def would_start(self) -> Command | None:
        line = registry.value(registry.RUN, "Notebook Tray")
        approved = registry.value(registry.APPROVED, "Notebook Tray")
        if line is None or (isinstance(approved, bytes) and approved[0] in (3, 7)):
            return None
        return registry.arguments(str(line))

    def login(self) -> None:
        line = registry.value(registry.RUN, "Notebook Tray")
        assert isinstance(line, str)
        assert self.would_start()
        subprocess.run(line, check=True, timeout=60)

    def put(self, command: Command) -> None:
        registry.put(registry.RUN, "Notebook Tray", subprocess.list2cmdline(command))

    def switch_off(self) -> None:
        # As Task Manager does: since when, in units of 100 ns.
        registry.put(registry.APPROVED, "Notebook Tray", bytes.fromhex("03000000 00 3a 5c 8c 1e d2 da 01"))

    def switch_on(self) -> None:
        registry.put(registry.APPROVED, "Notebook Tray", bytes.fromhex("02000000 00 00 00 00 00 00 00 00"))

    def traces(self) -> set[str]:
        return registry.names(registry.RUN) | registry.names(registry.APPROVED)
