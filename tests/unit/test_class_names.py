"""A class name means one thing in a room: whoever searches for it finds one class."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import pytest

TRAY = Path(__file__).parents[2] / "tray"
# Files of which each stands for one system, and defines what the others do.
SYSTEMS = {"linux", "macos", "windows"}
ROOMS = sorted(path.name for path in TRAY.iterdir() if (path / "__init__.py").exists())


def classes(room: str) -> dict[str, list[str]]:
    """Return the public classes of a room, each with the modules that define it; one for all systems' own."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((TRAY / room).rglob("*.py")):
        module = path.relative_to(TRAY).with_suffix("")
        if SYSTEMS.intersection(module.parts):
            continue
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(module.as_posix())
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_no_two_classes_of_a_room_have_one_name(room: str) -> None:
    assert {name: modules for name, modules in classes(room).items() if len(modules) > 1} == {}


def test_classes_are_found() -> None:
    assert classes("fleet")["Refresher"] == ["fleet/refreshing/refresh"]
