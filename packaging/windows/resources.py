"""What the executables for Windows carry beside the program, and which libraries go with them.

The spec of PyInstaller imports it, in Windows' Python.
"""

from __future__ import annotations

import os
import re
import tomllib
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

# As in the installer, the MSI and the Debian package.
NAME = "Notebook Tray"
PUBLISHER = "The Notebook Tray developers"

# English (United States) in Unicode, as Explorer looks for it first: VerQueryValue's "040904B0".
_ENGLISH, _UNICODE = 0x0409, 0x04B0

# What the Wine rig makes itself, in the place of what Windows or python.org's Python brings. Nothing that ships needs
# these: build-frozen.sh looks whether all that is needed is there.
_OF_THE_RIG = frozenset({"bcryptprimitives.dll", "python3.dll"})


def ships(library: Path) -> bool:
    """Return whether a library goes along: none of Windows' own, which under Wine would be Wine's."""
    windows = Path(os.environ["SYSTEMROOT"])
    return not library.is_relative_to(windows) and library.name.lower() not in _OF_THE_RIG


def numbers(version: str) -> tuple[int, int, int, int]:
    """Return a version as Windows has it: four numbers, the missing ones 0, and without a suffix such as rc1.

    :raises ValueError: it does not begin with a number, or one has no room in 16 bits
    """
    found = re.match(r"\d+(?:\.\d+){0,3}", version)
    if found is None:
        raise ValueError(f"{version!r} is no version for Windows")
    first, second, third, fourth = (*map(int, found[0].split(".")), 0, 0, 0, 0)[:4]
    if max(first, second, third, fourth) > 0xFFFF:
        raise ValueError(f"{version!r} has a number above 65535")
    return first, second, third, fourth


def copyright_line(root: Path) -> str:
    """Return whose the program is, as LICENSE says it."""
    return next(line for line in (root / "LICENSE").read_text("utf-8").splitlines() if line.startswith("Copyright"))


def of(name: str, root: Path) -> dict[str, Any]:
    """Return what PyInstaller's EXE is given for the executable `name`: version resource, manifest and icon.

    https://learn.microsoft.com/windows/win32/menurc/versioninfo-resource
    """
    from PyInstaller.utils.win32 import versioninfo as info

    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    version = metadata("notebook-tray")["Version"]
    strings = {
        "CompanyName": PUBLISHER,
        "FileDescription": NAME,
        "FileVersion": version,
        "InternalName": name,
        "LegalCopyright": copyright_line(root),
        "OriginalFilename": f"{name}.exe",
        "ProductName": NAME,
        "ProductVersion": version,
        "Comments": project["description"],
    }
    return {
        "icon": str(root / "assets" / "application" / "notebook-tray.ico"),
        "manifest": str(root / "packaging" / "windows" / "notebook-tray.manifest"),
        "version": info.VSVersionInfo(
            ffi=info.FixedFileInfo(filevers=numbers(version), prodvers=numbers(version)),
            kids=[
                info.StringFileInfo(
                    [info.StringTable("040904B0", [info.StringStruct(*each) for each in strings.items()])]
                ),
                info.VarFileInfo([info.VarStruct("Translation", [_ENGLISH, _UNICODE])]),
            ],
        ),
    }
