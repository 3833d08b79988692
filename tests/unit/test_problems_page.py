"""docs/problems.md has every problem by its title, as the program words it today."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from tests.unit.test_remedies import every_text
from tray.texts.problems.table import PROBLEMS, Words
from tray.texts.reading import Reading

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "problems.md"


@cache
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("problems_page", ROOT / "packaging" / "problems-page.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def titles() -> set[str]:
    return {title.replace("\\", "") for title in re.findall(r"^### (.+)$", PAGE.read_text("utf-8"), re.MULTILINE)}


@pytest.mark.only_on("linux", reason="some sentences name what this system has, and the page is made on Linux")
def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == maker().page(), "run: make texts"


def test_every_title_that_a_user_may_read_is_in_it() -> None:
    """By the tests' own way to call each function, which knows of its arguments more than the page's maker does."""
    known = {re.sub(r"\d+", "#", title) for title in titles()}
    said = (
        re.sub(r"\d+", "#", text.partition("\n")[0])
        for code, text in every_text(Reading.STANDING)
        if code in PROBLEMS and PROBLEMS[code] is not Words and "§" not in text.partition("\n")[0]
    )
    fixed = {title for title in said if "  " not in title}  # nothing stands there for what is never empty
    assert len(fixed) > 150
    assert fixed - known == set()


def test_every_room_of_problems_has_a_heading() -> None:
    assert set(maker()._rooms()) == set(maker().SECTIONS)


def test_the_index_leads_to_every_title() -> None:
    index = re.findall(r"^- \[.+\]\(#(.+)\)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert {maker()._anchor(title) for title in titles()} == set(index)
    assert len(set(index)) == len(index)
