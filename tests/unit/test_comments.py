"""What comments and docstrings name by its place is there: modules, what is in them, and files of this repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TRAY = ROOT / "tray"
ROOMS = "|".join(sorted(path.name for path in TRAY.iterdir() if path.is_dir() and not path.name.startswith("_")))
SOURCES = sorted(path for folder in ("tray", "packaging", "assets") for path in (ROOT / folder).rglob("*.py"))

# In backticks: `fleet.state`, `fleet.state.State`, `fleet/state.py`; anywhere: tests/unit/test_comments.py.
_DOTTED = re.compile(rf"`(?:tray\.)?((?:{ROOMS})(?:\.\w+)+)`")
_PATH = re.compile(r"(?<![\w/.-])((?:tray|tests|packaging|docs)/[\w/.-]*\w\.(?:py|sh|md|json|toml))\b")
_PATH_IN_A_ROOM = re.compile(rf"`((?:{ROOMS})/[\w/.-]*\w)`")


@cache
def words_of(module: Path) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", module.read_text("utf-8")))


def is_there(dotted: str, folder: Path = TRAY) -> bool:
    """Whether a name leads from a folder to a room, to a module, or to a word of one."""
    path, *rest = (folder, *dotted.split("."))
    while rest and (path / rest[0]).is_dir():
        path /= rest.pop(0)
    module = path / f"{rest[0]}.py" if rest else path
    if not module.exists():
        return (path / "__init__.py").exists() and rest[0] in words_of(path / "__init__.py")
    return len(rest) < 2 or rest[1] in words_of(module)


def missing(text: str, folder: Path = TRAY) -> Iterator[str]:
    yield from (name for name in _DOTTED.findall(text) if not is_there(name) and not is_there(name, folder))
    yield from (path for path in _PATH.findall(text) if not (ROOT / path).exists())
    yield from (path for path in _PATH_IN_A_ROOM.findall(text) if not (TRAY / path).exists())


@pytest.mark.parametrize("folder", ["tray", "packaging", "assets"])
def test_what_comments_name_is_there(folder: str) -> None:
    sources = [path for path in SOURCES if path.relative_to(ROOT).parts[0] == folder]
    assert sources
    found = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in sources
        for name in missing(path.read_text("utf-8"), path.parent)
    }
    assert found == set()


def test_what_is_not_there_is_noticed() -> None:
    text = "`fleet.none`, `fleet.state.None_`, `fleet/none.py`, # tests/unit/test_none.py. `fleet.state.State`"
    assert list(missing(text)) == ["fleet.none", "fleet.state.None_", "tests/unit/test_none.py", "fleet/none.py"]
