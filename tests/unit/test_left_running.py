"""Notebook instances that have been running for longer than their profile's limit of left-running."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.samples import NOW, notebook, snapshot
from tests.unit.test_menu_layout import find
from tray.app_pages.notebooks.rows import around
from tray.fleet.snapshot import Notebook, Profile
from tray.menu.layout import menu
from tray.model.left_running import left_running_hours

HOUR = 3600.0


def been(hours: float, status: str = "InService", profile: str = "research") -> Notebook:
    return replace(notebook("churn", status, profile), modified=datetime.fromtimestamp(NOW - hours * HOUR, UTC))


@pytest.mark.parametrize(
    ("hours", "limit", "found"),
    [(9.9, 10, 0), (10, 10, 0), (10.1, 10, 10), (11, 10, 11), (1.5, 1, 1), (400, 168, 400), (400, 0, 0), (-3, 1, 0)],
)
def test_it_is_left_running_beyond_the_limit(hours: float, limit: int, found: int) -> None:
    assert left_running_hours(been(hours), limit, NOW) == found


@pytest.mark.parametrize("status", ["Stopped", "Pending", "Stopping", "Failed", "Updating", "SomethingNew", ""])
def test_only_what_runs_is_left_running(status: str) -> None:
    assert left_running_hours(been(400, status), 10, NOW) == 0


def test_what_aws_tells_no_time_of_is_not_left_running() -> None:
    assert left_running_hours(replace(been(400), modified=None), 10, NOW) == 0


@pytest.mark.parametrize("inline", [False, True])
@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (10, "Running"),
        (11, "Running for 11 h"),
        (47.9, "Running for 47 h"),
        (48, "Running for 2 d"),
        (75, "Running for 3 d"),
    ],
)
def test_its_line_says_for_how_long(hours: float, said: str, inline: bool) -> None:
    line = find(menu(snapshot(been(hours)), NOW, inline=inline), "churn — ")
    assert line.label == f"churn — {said}"


def test_each_profile_has_its_limit() -> None:
    profiles = (
        Profile("research", "research", left_running_hours=0),
        Profile("other", "other", left_running_hours=1),
    )
    known = snapshot(been(75), been(2, profile="other"), profiles=profiles)
    said = [each.label for each in menu(known, NOW) if each.label.startswith("churn")]
    assert sorted(said) == ["churn (other) — Running for 2 h", "churn (research) — Running"]
    assert {name: told[3] for name, told in around(known, NOW)["profiles"].items()} == {"research": 0, "other": 1}
