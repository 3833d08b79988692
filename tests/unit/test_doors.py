"""Each room is entered by its door: what its `__init__` names is all that other rooms import of it."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    # The Windows test run installs no import-linter, and the imports are the same on every system.
    pytest.skip(reason="the imports are looked at on the other systems", allow_module_level=True)

import grimp

TRAY = Path(__file__).parents[2] / "tray"
# All rooms, and the rooms in them: whoever adds one says how it is entered.
ROOMS = sorted(
    ".".join(path.parent.relative_to(TRAY.parent).parts) for path in TRAY.rglob("__init__.py") if path.parent != TRAY
)
# What a room says whose door is no narrower than the room.
_OPEN = re.compile(r"\b[Ee]ach (?:module|folder) is its own door")


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """Which modules of a room others import, by the room."""
    graph = grimp.build_graph("tray")
    found: dict[str, set[str]] = {room: set() for room in ROOMS}
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            for room in ROOMS:
                if imported.startswith(f"{room}.") and not f"{module}.".startswith(f"{room}."):
                    found[room].add(imported.removeprefix(f"{room}."))
    return found


def text_of(room: str) -> str:
    """Return what a room's `__init__` says of it."""
    source = (TRAY.parent.joinpath(*room.split(".")) / "__init__.py").read_text("utf-8")
    return " ".join((ast.get_docstring(ast.parse(source)) or "").split())


def door(room: str) -> set[str]:
    """Return what a room's `__init__` names: in what follows "The door", by backticks."""
    return set(re.findall(r"`([\w.]+)`", text_of(room).partition("The door")[2]))


def is_open(room: str) -> bool:
    return bool(_OPEN.search(text_of(room)))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_entered_by_its_door(imports: dict[str, set[str]], room: str) -> None:
    if is_open(room):
        return
    inner = {name for name in door(room) if f"{room}.{name}" in ROOMS}  # which are looked at by themselves
    beside = {
        module
        for module in imports[room]
        if not any(module == name or name.startswith(f"{module}.") for name in door(room))
        and not any(module.startswith(f"{name}.") for name in inner)
    }
    assert beside == set()


@pytest.mark.parametrize("room", ROOMS)
def test_a_door_leads_to_what_others_import(imports: dict[str, set[str]], room: str) -> None:
    folder = TRAY.parent.joinpath(*room.split("."))
    modules = {name for name in door(room) if (folder / f"{name}.py").exists() or (folder / name).is_dir()}
    assert modules - {module.partition(".")[0] for module in imports[room]} == set()


def test_few_rooms_are_open_and_the_others_have_doors() -> None:
    assert {room for room in ROOMS if is_open(room)} == {
        *("tray.aws.botocore_patches", "tray.desktop", "tray.fleet", "tray.model", "tray.runtime", "tray.texts"),
        "tray.wiring",
    }
    assert len([room for room in ROOMS if door(room)]) > 25
