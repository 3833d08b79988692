"""Until when a session is open: on the line of its notebook instance in both menus, and on the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from tests.support.samples import NOW, notebook, snapshot
from tray.app_pages.notebooks.rows import around
from tray.menu.entries import Entry
from tray.menu.layout import menu
from tray.menu.sessions import until_words
from tray.model.lengths import View
from tray.model.open_sessions import OpenSession, begun
from tray.texts.clock import use_twelve_hours

A, B, C = notebook("a"), notebook("b"), notebook("c", "Stopped")


@pytest.fixture(autouse=True, params=[False, True], ids=["24 h", "12 h"])
def _hours(request: pytest.FixtureRequest) -> Iterator[None]:
    use_twelve_hours(request.param)
    yield
    use_twelve_hours(None)


def session(name: str, since: float = NOW) -> OpenSession:
    return begun("research", notebook(name).arn, View.LAB, 7200, since=since, signed_until=None)


def labels(entries: Iterable[Entry]) -> set[str]:
    return {label for each in entries for label in (each.label, *labels(each.children))}


@pytest.mark.parametrize("inline", [False, True])
def test_the_line_says_it(inline: bool) -> None:
    known = snapshot(A, B, C, *(notebook(f"n{at}") for at in range(6)), sessions=(session("a"), session("c")))
    shown = labels(menu(known, NOW, inline=inline))
    assert f"a — Running, open until {until_words(NOW + 7200, NOW)}" in shown
    assert "b — Running" in shown
    assert not any("open until" in label for label in shown if label.startswith(("b ", "c ", "Start and open c"))), (
        shown
    )


@pytest.mark.parametrize("inline", [False, True])
def test_one_that_has_ended_is_not_said_to_be_open(inline: bool) -> None:
    known = snapshot(A, sessions=(session("a", NOW - 7200),))
    assert not any("open until" in label for label in labels(menu(known, NOW, inline=inline)))


def test_the_page_says_it() -> None:
    told = around(snapshot(A, B, sessions=(session("a"),)), NOW)["inPlaceOfStatus"]
    assert told == {A.arn: f"Running, open until {until_words(NOW + 7200, NOW)}"}
