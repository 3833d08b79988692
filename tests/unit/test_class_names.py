"""A class name means one thing: whoever searches for it finds one class."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

TRAY = Path(__file__).parents[2] / "tray"
# Files of which each stands for one system, and defines what the others do.
SYSTEMS = {"linux", "macos", "windows"}


def classes() -> dict[str, list[str]]:
    """Return the public classes, each with the modules that define it; one for all systems' own."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(TRAY.rglob("*.py")):
        module = path.relative_to(TRAY).with_suffix("")
        if SYSTEMS.intersection(module.parts):
            continue
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(module.as_posix())
    return found


def test_no_two_classes_have_one_name() -> None:
    assert {name: modules for name, modules in classes().items() if len(modules) > 1} == {}


def test_classes_are_found() -> None:
    assert classes()["Refresher"] == ["fleet/refreshing/refresh"]
