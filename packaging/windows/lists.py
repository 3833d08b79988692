"""Lists the files of the frozen program: for NSIS what to put where, for the uninstaller what to take away.

usage: lists.py FROZEN-FOLDER FOLDER-FOR-THE-LISTS. Prints how much they take on a disk, in KiB.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path, PureWindowsPath

FOR_NSIS = "install-files.nsh"
# The installer puts this one beside the program. Names are ASCII, in lines that end as Windows' do; folders end in a
# backslash and come after what is in them.
INSTALLED = "installed-files.txt"


def for_nsis(folder: Path, files: Iterable[Path]) -> str:
    """Return the instructions that put `files`, relative to `folder`, into $INSTDIR."""
    lines: list[str] = []
    last = None
    for file in files:
        if file.parent != last:
            last = file.parent
            lines.append(f'SetOutPath "{_escaped(str(PureWindowsPath("$INSTDIR", *last.parts)), keep="$INSTDIR")}"')
        lines.append(f'File "{_escaped(str(folder / file))}"')
    return "\n".join(lines) + "\n"


def installed(files: Iterable[Path]) -> str:
    """Return what the uninstaller goes by.

    :raises UnicodeEncodeError: a name is not ASCII
    """
    each = list(files)
    folders = {parent for file in each for parent in file.parents if parent.parts}
    deepest_first = sorted(folders, key=lambda folder: (-len(folder.parts), folder.as_posix()))
    lines = [str(PureWindowsPath(file)) for file in each] + [f"{PureWindowsPath(folder)}\\" for folder in deepest_first]
    text = "".join(f"{line}\r\n" for line in lines)
    text.encode("ascii")
    return text


def files_of(folder: Path) -> list[Path]:
    """Return the files of a folder, relative to it, in an order that is the same each time."""
    found = [file.relative_to(folder) for file in folder.rglob("*") if file.is_file()]
    return sorted(found, key=lambda file: (file.parent.as_posix(), file.name))


def kibibytes(folder: Path, files: Iterable[Path]) -> int:
    """Return how much the files take on a disk, each in whole clusters of 4 KiB."""
    return sum(-(-(folder / file).stat().st_size // 4096) * 4 for file in files)


def _escaped(text: str, keep: str = "") -> str:
    return keep + text.removeprefix(keep).replace("$", "$$").replace('"', '$\\"')


def main() -> None:
    """Write the lists."""
    folder, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    files = files_of(folder)
    (out / FOR_NSIS).write_text(for_nsis(folder, files), "utf-8")
    (out / INSTALLED).write_bytes(installed(files).encode("ascii"))
    print(kibibytes(folder, files))


if __name__ == "__main__":
    main()
