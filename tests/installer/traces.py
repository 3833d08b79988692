"""What is in a Wine prefix, as far as an installer could leave something there: registry and files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# What Wine itself writes there while programs run, whatever they are: of its consoles, screens and network. What
# is in its Credential Manager is no part of that, but the key that it makes for itself is.
_OF_WINE = (
    r"Console",
    r"Volatile Environment",
    r"Software\\Microsoft\\Windows NT\\CurrentVersion\\NetworkCards",
    r"Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\SessionInfo",
    r"System\\CurrentControlSet\\Control\\Class\\",
    r"System\\CurrentControlSet\\Enum\\DISPLAY",
)
_KEY_OF_CREDENTIALS = re.compile(r'Software\\\\Wine\\\\Credential Manager(?: "EncryptionKey"=.*)?$')
# Windows deletes NSIS' copy of the uninstaller, which runs in the folder for temporary files, at the next start.
_AT_NEXT_START = re.compile(r'"PendingFileRenameOperations"=str\(7\):"(?:[^"]*~nsu[^"]*)"$')
# Folders for what comes and goes: Windows' own cleans them up.
_FLEETING = ("windows/temp", "users/*/Temp", "users/*/AppData/Local/Temp")

_KEY = re.compile(r"^\[(.*)\] \d+$")
_VALUE = re.compile(r'^(@|"(?:[^"\\]|\\.)*")=')


@dataclass(frozen=True)
class Traces:
    """The values of the registry, each with its key, and the files and folders, by their paths under C:."""

    registry: frozenset[str]
    files: frozenset[str]

    def since(self, before: Traces) -> list[str]:
        """Return what is there and was not before, and what was there and is gone."""
        added = sorted(self.registry - before.registry) + sorted(self.files - before.files)
        gone = sorted(before.registry - self.registry) + sorted(before.files - self.files)
        return [f"+ {each}" for each in added] + [f"- {each}" for each in gone]


def traces(prefix: Path) -> Traces:
    """Return what is in a prefix whose programs have all ended: Wine writes the registry to its files then."""
    registry = {
        f"{file.name} {line}"
        for file in sorted(prefix.glob("*.reg"))
        for line in _values(file.read_text("utf-8", "replace").splitlines())
        if not _KEY_OF_CREDENTIALS.match(line)
    }
    drive = prefix / "drive_c"
    fleeting = {path for pattern in _FLEETING for path in drive.glob(pattern)}
    files = {
        str(path.relative_to(drive))
        for path in drive.rglob("*")
        if fleeting.isdisjoint(path.parents) and path.relative_to(drive).as_posix() != "windows/temp"
    }
    return Traces(frozenset(registry), frozenset(files))


def _values(lines: Iterable[str]) -> Iterable[str]:
    """Give each key, and each value with its key, out of a registry file of Wine's."""
    key = ""
    value: list[str] = []

    def whole() -> Iterable[str]:
        if value and not key.startswith(_OF_WINE) and not _AT_NEXT_START.match("".join(value)):
            yield f"{key} {''.join(value)}"
        value.clear()

    for line in lines:
        if found := _KEY.match(line):
            yield from whole()
            key = found[1]
            if not key.startswith(_OF_WINE):
                yield key
        elif _VALUE.match(line):
            yield from whole()
            value.append(line)
        elif value and line.startswith("  "):
            value.append(line.strip())
    yield from whole()
