"""Each room is entered by its door: what its `__init__` names is all that other rooms import of it."""

from __future__ import annotations

import ast
import re
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

if sys.platform == "win32":
    # The Windows test run installs no import-linter, and the imports are the same on every system.
    pytest.skip(reason="the imports are looked at on the other systems", allow_module_level=True)

import grimp

ROOMS = (
    *(
        "tray.app_pages",
        "tray.demo",
        "tray.desktop.browser",
        "tray.desktop.icon",
        "tray.jupyter",
        "tray.menu",
        "tray.pages",
    ),
    "tray.web",
    *("tray.fleet.choices", "tray.fleet.facts", "tray.fleet.files", "tray.fleet.left_running", "tray.fleet.opening"),
    *("tray.fleet.planned_stops", "tray.fleet.power", "tray.fleet.profiles", "tray.fleet.refreshing"),
    *("tray.fleet.telling", "tray.fleet.upkeep"),
    *("tray.aws.calls", "tray.aws.credentials", "tray.aws.errors", "tray.aws.signin", "tray.settings.profiles"),
)


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


def door(room: str) -> set[str]:
    """Return what a room's `__init__` names: in what follows "The door", by backticks."""
    spec = find_spec(room)
    assert spec is not None
    assert spec.origin is not None
    text = ast.get_docstring(ast.parse(Path(spec.origin).read_text("utf-8"))) or ""
    return set(re.findall(r"`([\w.]+)`", text.partition("The door")[2]))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_entered_by_its_door(imports: dict[str, set[str]], room: str) -> None:
    named = door(room)
    assert named, "it names its door"
    beside = {
        module for module in imports[room] if not any(module == name or name.startswith(f"{module}.") for name in named)
    }
    assert beside == set()


@pytest.mark.parametrize("room", ROOMS)
def test_a_door_leads_to_what_others_import(imports: dict[str, set[str]], room: str) -> None:
    folder = Path(__file__).parents[2].joinpath(*room.split("."))
    modules = {name for name in door(room) if (folder / f"{name}.py").exists() or (folder / name).is_dir()}
    assert modules - {module.partition(".")[0] for module in imports[room]} == set()
