"""Looks whether each library that a frozen program for Windows is linked with comes along, or is a part of Windows 10.

Under Wine more is found than a computer with Windows has. usage: needs.py FOLDER
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

# What every Windows 10 and 11 brings, of what Python and its libraries ask for. The C runtime (ucrtbase; api-ms-win-*,
# which Windows itself passes on) is one of its parts: https://learn.microsoft.com/cpp/windows/universal-crt-deployment
_OF_WINDOWS = frozenset(
    f"{name}.dll"
    for name in (
        *("advapi32", "bcrypt", "comctl32", "crypt32", "dbghelp", "dnsapi", "gdi32", "iphlpapi", "kernel32", "msvcrt"),
        *("netapi32", "ntdll", "ole32", "oleaut32", "propsys", "psapi", "rpcrt4", "secur32", "shell32", "shlwapi"),
        *("ucrtbase", "user32", "userenv", "version", "winmm", "ws2_32"),
    )
)
_IMPORTED = re.compile(r"^\s*DLL Name: (\S+)", re.MULTILINE)


def imported(file: Path) -> set[str]:
    """Return the libraries that a program or library is linked with, in small letters."""
    objdump = ["x86_64-w64-mingw32-objdump", "--private-headers", str(file)]
    said = subprocess.run(objdump, capture_output=True, text=True, errors="replace", check=True).stdout  # noqa: S603 # nosec B603 # no shell
    return {name.lower() for name in _IMPORTED.findall(said)}


def main() -> int:
    """Print what is missing; return the exit status: 0 nothing is, 1 something is."""
    folder = Path(sys.argv[1])
    files = [file for file in folder.rglob("*") if file.suffix.lower() in (".dll", ".exe", ".pyd")]
    # Python finds a library beside the one that asks, in the folder of its own, and where os.add_dll_directory says.
    there = {file.name.lower() for file in files} | _OF_WINDOWS
    missing = sorted(
        f"{file.relative_to(folder)} needs {name}"
        for file in files
        for name in imported(file)
        if name not in there and not name.startswith("api-ms-win-")
    )
    print("\n".join(missing) or f"{len(files)} programs and libraries have all that they are linked with.")
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
