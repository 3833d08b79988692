"""Whatever is excepted from a rule about security says beside it why: in comments, and in pyproject.toml."""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_FOLDERS = ("assets", "packaging", "tests", "tray")
_RUFFS = re.compile(r"#\s*noqa\b:?\s*(?P<codes>(?:[A-Z]+[0-9]+[,\s]*)*)")
_BANDITS = re.compile(r"#\s*nosec\b:?\s*(?P<codes>(?:B[0-9]+[,\s]*)*)")
# What follows the codes: "- why", or "# why" where bandit would take the words for names of its tests.
_WHY = re.compile(r"^(?:-|#)\s*\w+")
_RULES = re.compile(r'"(S\d*|B\d{3})"')


def unreasoned(comment: str) -> bool:
    """Return whether a comment makes an exception from a rule about security, and no reason follows."""
    ruffs, bandits = _RUFFS.search(comment), _BANDITS.search(comment)
    about_security = ruffs and (not ruffs["codes"] or re.search(r"\bS\d", ruffs["codes"]))
    if not (about_security or bandits):
        return False
    if (ruffs and not ruffs["codes"]) or (bandits and not bandits["codes"]):
        return True  # an exception from everything
    last = max((each for each in (ruffs, bandits) if each), key=lambda each: each.end())
    return not _WHY.match(comment[last.end() :].strip())


def comments(source: str) -> list[tuple[int, str]]:
    """Return the comments of a module with the numbers of their lines, if any of them can be an exception."""
    if "noqa" not in source and "nosec" not in source:
        return []
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]


@pytest.mark.parametrize("folder", _FOLDERS)
def test_every_exception_in_the_code_has_its_reason(folder: str) -> None:
    files = [path for end in ("*.py", "*.spec") for path in (ROOT / folder).rglob(end)]
    assert files
    found = [
        f"{path.relative_to(ROOT)}:{line}: {comment}"
        for path in files
        for line, comment in comments(path.read_text("utf-8"))
        if unreasoned(comment)
    ]
    assert found == []


def test_every_exception_in_the_project_file_has_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    lists = [line for line in lines if _RULES.search(line) and not line.startswith("select")]
    assert len(lists) >= 7
    assert [line for line in lists if not re.search(r"#\s*\w+", line)] == []


@pytest.mark.parametrize(
    ("comment", "bad"),
    [
        ("# noqa: S603", True),
        ("# noqa: S603 -", True),
        ("# noqa: ARG001, S603", True),
        ("# noqa", True),
        ("# nosec", True),
        ("# nosec B603", True),
        ("# nosec # the user's browser", True),
        ("# noqa: S603 # nosec B603", True),
        ("# noqa: S603 - the user's browser", False),
        ("# noqa: S603 # nosec B603, B607 # the user's browser", False),
        ("# nosec B603 # the user's browser", False),
        ("# noqa: N802", False),
        ("# a comment", False),
    ],
)
def test_what_counts_as_an_exception_without_a_reason(comment: str, bad: bool) -> None:
    assert unreasoned(comment) is bad
