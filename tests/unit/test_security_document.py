"""SECURITY.md names a test for each promise, and each of these tests is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "SECURITY.md").read_text("utf-8")
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))


def test_every_promise_names_a_test() -> None:
    promises = [line for line in TEXT.splitlines() if line.startswith("|") and "kept by" not in line]
    begun = TEXT.index("## What is protected from whom")
    rows = [line for line in promises if TEXT.index(line) > begun and not line.startswith("|---")]
    rows = [line for line in rows if TEXT.index(line) < TEXT.index("## Not in scope of a report")]
    assert len(rows) >= 30
    assert not [line for line in rows if "::test_" not in line]


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_each_named_test_is_there(path: str, name: str) -> None:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_the_number_of_ways_to_leak_is_true() -> None:
    tree = ast.parse((ROOT / "tests/leaks/leaking.py").read_text("utf-8"))
    ways = next(
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "WAYS"
    )
    assert isinstance(ways, ast.Dict)
    assert f"leaks in {len(ways.keys)} ways" in TEXT
