from __future__ import annotations

import pytest

from tray.model.lengths import View, parse_session_length
from tray.model.problems import ExitStatus, TrayError
from tray.texts.lengths import session_length


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30m", 1800),
        ("90m", 5400),
        ("2h", 7200),
        ("12h", 43200),
        ("1h30m", 5400),
        (" 2H ", 7200),
        ("720m", 43200),
    ],
)
def test_a_session_length_is_read(text: str, seconds: int) -> None:
    assert parse_session_length(text) == seconds


@pytest.mark.parametrize("text", ["", "29m", "0h", "721m", "13h", "2", "2 hours", "h", "-2h", "1.5h", "٣h", "30m2h"])
def test_any_other_is_refused_with_the_bounds_named(text: str) -> None:
    with pytest.raises(TrayError) as refused:
        parse_session_length(text)
    assert "30 minutes to 12 hours" in refused.value.problem.remedy
    assert refused.value.status is ExitStatus.USAGE


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1800, "30 min"), (3600, "1 h"), (5400, "1 h 30 min"), (43200, "12 h"), (60, "1 min")],
)
def test_a_session_length_in_words(seconds: int, words: str) -> None:
    assert session_length(seconds) == words


def test_views_have_the_names_people_know() -> None:
    assert [view.label for view in View] == ["JupyterLab", "Jupyter"]
