"""No pattern takes more than time in proportion to a text: each is tried on long hostile ones, in another process.

A pattern that backtracks from each character needs minutes for 100,000 of them, where others need milliseconds: the
limit is generous, and nothing is measured.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

TRAY = Path(__file__).parents[2] / "tray"
LIMIT_SECONDS = 60
METHODS = {"compile", "sub", "search", "match", "fullmatch", "split", "findall", "finditer"}

# What is repeated; with a beginning and an end of its own where a pattern waits for one.
SEEDS = (
    *" \t\n\\\"'a1-_.:/@=%{}[]<>&?,;|~+(A",
    *("a:", "a://", "://", "token=", "-1", "a1", "aA1", "eyJ", ".a", "a@", "a.a", '\\"', "x: ", "AKIA"),
    *("\x1b[", "\x1b]", "User: a ", "Status (a", "C:\\Users\\", "/home/a", "oidc.us-a-1", '  "', "token ", "token: "),
)
BEGINNINGS = ("", "a://", '"')

TRIAL = r"""
import ast, re, sys
pattern = re.compile(ast.literal_eval(sys.stdin.read()), int(sys.argv[1]))
for seed in eval(sys.argv[2]):
    for beginning in eval(sys.argv[3]):
        text = beginning + seed * (100_000 // len(seed)) + "\x00"
        print(repr(text[:20]), flush=True)
        for method in sys.argv[4].split():
            getattr(pattern, method)(*([""] if method == "sub" else []), text)
"""


def patterns() -> list[tuple[str, str, int, str]]:
    """Return the place, text and flags of each pattern in the program, and how it is used."""
    return [
        (
            f"{path.relative_to(TRAY)}:{node.lineno}",
            text,
            _flags(ast.unparse(node)),
            _methods(path.read_text("utf-8"), node),
        )
        for path in sorted(TRAY.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in METHODS
        and (text := _constant(node.args[0])) is not None
    ]


def _methods(source: str, call: ast.Call) -> str:
    """Return the methods that the file calls on the pattern's name; those that look everywhere, if it has none."""
    assert isinstance(call.func, ast.Attribute)
    if call.func.attr != "compile":
        return "sub" if call.func.attr in ("sub", "split", "findall", "finditer") else call.func.attr
    line = source.splitlines()[call.lineno - 1]
    name = re.match(r"\s*(?:self\.)?(\w+) = re\.compile", line)
    used = set(re.findall(rf"\b{name[1]}\.(\w+)\(", source)) if name else set()
    return " ".join(sorted(used & {"fullmatch", "match", "search"})) or "fullmatch sub"


def _flags(call: str) -> int:
    flags = (re.IGNORECASE, re.DOTALL, re.MULTILINE, re.ASCII)
    return sum(int(flag) for flag in flags if f"re.{flag.name}" in call)


def _constant(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):  # what is put into a pattern is escaped: a letter stands for it
        return "".join(str(each.value) if isinstance(each, ast.Constant) else "a" for each in node.values)
    return None


def test_all_patterns_are_found() -> None:
    assert len(patterns()) >= 50


@pytest.mark.parametrize(("place", "text", "flags", "methods"), patterns())
def test_a_long_text_takes_no_longer_than_its_length_asks_for(place: str, text: str, flags: int, methods: str) -> None:
    try:
        subprocess.run(
            [sys.executable, "-I", "-S", "-c", TRIAL, str(flags), repr(SEEDS), repr(BEGINNINGS), methods],
            input=ascii(text),
            text=True,
            encoding="utf-8",
            timeout=LIMIT_SECONDS,
            check=True,
            stdout=subprocess.PIPE,
        )
    except subprocess.TimeoutExpired as late:
        words = late.stdout or b""
        pytest.fail(f"{place}: {text!r} is still busy with {words.splitlines()[-1:]}")
