"""Notebook instances that have been starting, stopping, updating or being deleted for far too long."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.samples import NOW, notebook, snapshot
from tests.unit.test_menu_layout import find, labels
from tray.app_pages.notebooks.rows import around
from tray.fleet.opening.hand_off import check_running
from tray.fleet.snapshot import Notebook
from tray.menu.layout import menu
from tray.model.commands import CopyDetails
from tray.model.problems import TrayError
from tray.model.transitions import stuck_seconds

HOUR = 3600.0


def been(status: str, seconds: float) -> Notebook:
    return replace(notebook("churn", status), modified=datetime.fromtimestamp(NOW - seconds, UTC))


@pytest.mark.parametrize(
    ("status", "longest"),
    [("Pending", HOUR / 2), ("Stopping", HOUR), ("Updating", HOUR), ("Deleting", HOUR)],
)
def test_only_what_takes_far_longer_than_it_takes_is_stuck(status: str, longest: float) -> None:
    assert stuck_seconds(been(status, longest - 1), NOW) == 0
    assert stuck_seconds(been(status, longest), NOW) == longest
    assert stuck_seconds(replace(been(status, longest), modified=None), NOW) == 0


@pytest.mark.parametrize("status", ["InService", "Stopped", "Failed", "PendingMaintenance", "SomethingNew"])
def test_what_is_on_no_way_is_never_stuck(status: str) -> None:
    assert stuck_seconds(been(status, 1000 * HOUR), NOW) == 0


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("Pending", "churn — Seems stuck: starting for 20 h"),
        ("Stopping", "churn — Seems stuck: stopping for 20 h"),
        ("Updating", "churn — Seems stuck: updating for 20 h"),
        ("Deleting", "churn — Seems stuck: being deleted for 20 h"),
    ],
)
def test_beside_the_menu_it_is_said_with_what_to_do(status: str, said: str) -> None:
    stuck = been(status, 20 * HOUR)
    line = find(menu(snapshot(stuck), NOW), "churn")
    assert line.label == said
    assert "It seems stuck: AWS Support can end that" in labels(line.children)
    (copy,) = [each.command for each in line.children if each.label == "Copy details for the administrator"]
    assert isinstance(copy, CopyDetails)
    assert f"“churn” has been {status} since " in copy.details
    assert stuck.arn in copy.details
    usual = find(menu(snapshot(been(status, 60)), NOW), "churn")
    assert "stuck" not in " ".join([usual.label, *labels(usual.children)])


def test_inside_the_menu_the_list_of_actions_says_which_it_is() -> None:
    known = snapshot(been("Stopping", HOUR), *(notebook(f"n{at}") for at in range(3)))
    entries = menu(known, NOW, inline=True)
    (group,) = [labels(each.children) for each in entries if each.label.startswith("research")]
    assert "churn — Seems stuck: stopping for 1 h" in group
    (lists,) = [labels(each.children) for each in entries if each.key == "actions"]
    assert "churn seems stuck: AWS Support can end that" in lists
    assert "Copy details of churn for the administrator" in lists


def test_the_page_says_it() -> None:
    stuck = been("Stopping", HOUR)
    told = around(snapshot(stuck, notebook("n")), NOW)["inPlaceOfStatus"]
    assert told == {stuck.arn: "Seems stuck: stopping for 1 h"}


def test_a_command_says_it() -> None:
    stuck = replace(been("Stopping", 0), modified=datetime.fromtimestamp(0, UTC))
    with pytest.raises(TrayError) as told:
        check_running(stuck)
    assert "far longer than that takes" in told.value.problem.remedy
    assert "AWS Support" in told.value.problem.remedy
    with pytest.raises(TrayError) as told:
        check_running(replace(stuck, modified=datetime.now(UTC)))
    assert told.value.problem.remedy.startswith("Wait until it has stopped.")
