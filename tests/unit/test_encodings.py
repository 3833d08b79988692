"""Text is read and written in an encoding that is named, since Windows' own is a code page."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

_TRAY = Path(__file__).parents[2] / "tray"

# botocore reads these files in the encoding of the system, and so does what looks for mistakes in them.
_AS_BOTOCORE = {"aws/ini.py", "aws/setting_table.py"}

# By the name of a call: the place of the encoding among the arguments.
_PLACES = {"read_text": 0, "write_text": 1, "TextIOWrapper": 1}


def unnamed(source: str) -> Iterator[int]:
    """Yield the lines with a call that takes the system's encoding."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and _takes_the_systems(call):
            yield call.lineno


def _takes_the_systems(call: ast.Call) -> bool:
    whole = ast.unparse(call.func)
    name = whole.rpartition(".")[2]
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if "encoding" in given:
        return False
    if name in ("run", "Popen", "check_output"):
        return bool({"text", "universal_newlines"} & set(given))
    if name in _PLACES:
        return len(call.args) <= _PLACES[name]
    if whole in ("os.open", "Image.open", "webbrowser.open") or name not in ("open", "fdopen"):
        return False
    at = 0 if "." in whole and name == "open" else 1
    mode = given.get("mode", call.args[at] if len(call.args) > at else ast.Constant("r"))
    return isinstance(mode, ast.Constant) and isinstance(mode.value, str) and "b" not in mode.value


def test_every_text_has_an_encoding() -> None:
    found = [
        f"{path.relative_to(_TRAY)}:{line}"
        for path in sorted(_TRAY.rglob("*.py"))
        if path.relative_to(_TRAY).as_posix() not in _AS_BOTOCORE
        for line in unnamed(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "open(a)",
        "open(a, 'w')",
        "p.open()",
        "p.open('a')",
        "os.fdopen(n, 'w')",
        "p.read_text()",
        "p.write_text(t)",
        "io.TextIOWrapper(raw)",
        "subprocess.run(a, text=True)",
        "Popen(a, universal_newlines=True)",
    ],
)
def test_the_rule_sees(source: str) -> None:
    assert list(unnamed(source)) == [1]


@pytest.mark.parametrize(
    "source", ["open(a, 'rb')", "p.open('wb')", "os.open(a, f)", "open(a, encoding='ascii')", "subprocess.run(a)"]
)
def test_the_rule_lets_pass(source: str) -> None:
    assert list(unnamed(source)) == []
