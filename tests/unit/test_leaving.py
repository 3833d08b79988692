"""What speaks against a stop when the user leaves, what is kept of it, and how it is told."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from tray.fleet.planned_stops.leaving_file import LeavingFile, NotedLeaving
from tray.fleet.telling.stop_notifications import left
from tray.model.activity import Activity, Reason
from tray.model.commands import AskToStop, AskToStopAll, ShowNotebooks
from tray.model.leaving import NotStopped, WhyNot, speaks_against, why_of
from tray.model.problems import Kind
from tray.texts.leaving import reason

ARN = "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/"
KNOWN = NotedLeaving((NotStopped("p", f"{ARN}a", 1.8e9, WhyNot.BUSY),), (("p", f"{ARN}b"),), "boot 2")


@pytest.mark.parametrize(
    ("activity", "not_looked", "why"),
    [
        (Activity(), False, None),
        (Activity(open_on_screen=True, terminals=2), False, None),
        (Activity(busy=1), False, WhyNot.BUSY),
        (Activity(starting=1), False, WhyNot.BUSY),
        (Activity(busy=1, unknown=Reason.SLOW), False, WhyNot.BUSY),
        (Activity(unknown=Reason.UNREACHABLE), False, WhyNot.UNKNOWN),
        (None, False, WhyNot.UNKNOWN),
        (None, True, WhyNot.NO_LOOKS),
    ],
)
def test_what_speaks_against_a_stop(activity: Activity | None, not_looked: bool, why: WhyNot | None) -> None:
    assert speaks_against(activity, not_looked=not_looked) is why


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (Kind.SIGN_IN, WhyNot.SIGNED_OUT),
        (Kind.UNREACHABLE, WhyNot.UNREACHABLE),
        (Kind.THROTTLED, WhyNot.UNREACHABLE),
        (Kind.DENIED, WhyNot.DENIED),
        (Kind.OTHER, WhyNot.FAILED),
    ],
)
def test_why_a_call_failed(kind: Kind, why: WhyNot) -> None:
    assert why_of(kind) is why


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    file = LeavingFile(tmp_path / "state" / "leaving.json")
    assert file.load() == NotedLeaving()
    file.keep(KNOWN)
    assert LeavingFile(tmp_path / "state" / "leaving.json").load() == KNOWN
    file.keep(NotedLeaving())
    assert file.load() == NotedLeaving()


def test_without_a_file_nothing_is_kept() -> None:
    file = LeavingFile(None)
    file.keep(KNOWN)
    assert file.load() == NotedLeaving()


@pytest.mark.parametrize(
    "change",
    [
        {"why": "because"},
        {"at": -1},
        {"at": math.nan},
        {"at": math.inf},
        {"at": True},
        {"at": 10**400},
        {"arn": "x"},
        {"arn": None},
        {"profile": "p" * 1000},
        {"profile": 3},
    ],
)
def test_an_odd_record_hides_no_other(change: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "leaving.json"
    LeavingFile(path).keep(KNOWN)
    stored = json.loads(path.read_text())
    stored["left"].insert(0, stored["left"][0] | change)
    if "at" not in change and "why" not in change:
        stored["held"].insert(0, stored["held"][0] | change)
    path.write_text(json.dumps(stored))
    assert LeavingFile(path).load() == KNOWN


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"left": 1, "held": [], "session": ""}', '"' * 100_000])
def test_a_file_of_another_form_counts_as_missing(content: str, tmp_path: Path) -> None:
    path = tmp_path / "leaving.json"
    path.write_text(content)
    assert LeavingFile(path).load() == NotedLeaving()


def of(name: str, why: WhyNot, at: float = 1.8e9) -> NotStopped:
    return NotStopped("p", f"{ARN}{name}", at, why)


def test_one_is_told_with_its_reason_and_a_way_to_stop_it() -> None:
    told = left((of("churn", WhyNot.BUSY),), "18:02", 15)
    assert told.title == "churn still runs"
    assert told.text == "It was to be stopped when you left at 18:02. A kernel was running something."
    assert told.actions == (("Stop…", AskToStop("p", f"{ARN}churn")),)
    assert told.where == "Choose “Stop…” under “churn” in the menu."


def test_where_nobody_knows_when_the_user_left_no_time_is_told() -> None:
    told = left((of("churn", WhyNot.NOT_TOLD, 0.0),), "", 15)
    assert told.text == (
        "It was to be stopped when you left. Notebook Tray was not running, or the computer went off without a word."
    )


def test_several_are_told_in_one_and_those_that_have_no_room_are_counted() -> None:
    told = left(tuple(of(f"n{at}", WhyNot.UNKNOWN) for at in range(7)), "18:02", 15)
    assert told.title == "7 notebook instances still run"
    first, one, *others = told.text.split("\n")
    assert first == "They were to be stopped when you left."
    assert one == "n0: It could not be told whether a kernel was running something."
    assert (len(others), others[-1]) == (5, "2 more")
    (button,) = told.actions
    assert isinstance(button[1], AskToStopAll)
    assert len(button[1].notebooks) == 7


def test_more_than_one_question_has_room_for_are_shown_and_not_asked_about() -> None:
    told = left(tuple(of(f"n{at}", WhyNot.UNKNOWN) for at in range(16)), "18:02", 15)
    assert told.actions == (("Show them", ShowNotebooks()),)


def test_each_reason_has_its_own_sentence() -> None:
    assert len({reason(each.value) for each in WhyNot}) == len(WhyNot)
