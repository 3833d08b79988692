"""Prints the notes of a release: the part of CHANGELOG.md that has its version. `make release-check` runs it.

usage: notes.py [VERSION]. Without VERSION it is that of `tray/__init__.py`. Exit status 1, with the reason, where the
changelog has no such part, the version is another, or the part is empty.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_PART = re.compile(r"^## (?P<name>.+)$", re.MULTILINE)
_DATED = re.compile(r"(?P<version>\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?) - (?P<day>\d{4}-\d{2}-\d{2})")


class NotesError(Exception):
    """The notes can't be made; the message says why, and what to do."""


def version_of(source: str) -> str:
    """Return the version that `tray/__init__.py` sets.

    :raises NotesError: it sets none
    """
    found = re.search(r'^__version__ = "([^"]+)"$', source, re.MULTILINE)
    if found is None:
        raise NotesError("tray/__init__.py sets no __version__.")
    return found[1]


def notes(changelog: str, version: str) -> str:
    """Return the notes of a version, with headings one level up: a release's page has its own title.

    :raises NotesError: the changelog has none
    """
    parts = list(_PART.finditer(changelog))
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        dated = _DATED.fullmatch(part["name"].strip())
        if dated is None or dated["version"] != version:
            continue
        text = changelog[part.end() : following.start() if following else len(changelog)].strip()
        if not text:
            raise NotesError(f"CHANGELOG.md says nothing of {version}.")
        return re.sub(r"^##(#+ )", r"#\1", text, flags=re.MULTILINE) + "\n"
    raise NotesError(
        f'CHANGELOG.md has no part for {version}: call what is unreleased "{version} - " and the day, as in 2026-12-01.'
    )


def main(arguments: list[str]) -> int:
    """Print the notes; return the exit status."""
    try:
        current = version_of((ROOT / "tray" / "__init__.py").read_text("utf-8"))
        asked = arguments[0].removeprefix("v") if arguments else current
        if asked != current:
            raise NotesError(f"The tag is of {asked}, and tray/__init__.py says {current}.")
        sys.stdout.write(notes((ROOT / "CHANGELOG.md").read_text("utf-8"), asked))
    except NotesError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
