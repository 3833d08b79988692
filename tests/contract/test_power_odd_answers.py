"""AWS's odd answers to starts, stops, changes of the type and the question why: told in words, never taken for done."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.cloud import SampleCloud, impatient_cloud
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.power_fleet import Fleet
from tests.support.waiting import wait_until
from tray.demo.world import Durations, Status
from tray.fleet.power import start_steps
from tray.fleet.telling import notifications
from tray.menu.layout import menu
from tray.menu.power import facts_of
from tray.menu.subjects import subject_of
from tray.model.commands import AskToStop, Refresh, StopNotebook
from tray.model.problems import Problem
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.model import Profile
from tray.settings.profiles.store import ProfileStore

ACCOUNT, REGION, STOPPED, RUNNING = "111122223333", "eu-west-1", "customer-segments", "churn-model"
HOSTILE = "\x1b[31mred\x07 \u202eevil\u2066 & <b>bold</b> _mnemonic %s {name} https://evil.example/?token=abc\u2028next"


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    monkeypatch.setattr(start_steps, "_CHANGING_SECONDS", 0.1)
    with impatient_cloud(
        tmp_path, monkeypatch, Durations(starting_seconds=0.2, stopping_seconds=0.2, updating_seconds=0.2)
    ) as cloud:
        yield cloud


@pytest.fixture
def fleet(cloud: SampleCloud, tmp_path: Path) -> Fleet:
    store = ProfileStore(MemoryKeyring(), tmp_path / "lock")
    for sample in cloud.profiles:
        store.add(Profile(sample.name, sample.name, sample.regions))
    return Fleet(store)


def check_words(fleet: Fleet, problem: Problem) -> None:
    """All that shows a problem can be made of it, and nothing in it steers a terminal, turns text, or is an address."""
    assert problem.code != "own-error"
    assert fleet.errors == []
    command = fleet.ended[-1][0]
    shown = notifications.failed(command, problem, subject_of(command))
    assert "://" not in shown.title + shown.text
    lines: list[str] = []

    def collect(entries: Any) -> None:
        for entry in entries:
            lines.append(entry.label)
            collect(entry.children)

    collect(menu(fleet.snapshot, fleet.now))
    for text in (problem.title, problem.message, problem.remedy, shown.title, shown.text, *problem.lines, *lines):
        assert not {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") and c != "\n"}, ascii(text)
        assert len(text) < 3000


ACTS: dict[str, tuple[str, Callable[[Fleet], object]]] = {
    "start": ("StartNotebookInstance", lambda fleet: fleet.begin(STOPPED)),
    "change": ("UpdateNotebookInstance", lambda fleet: fleet.begin(STOPPED, instance_type="ml.t3.xlarge")),
    "stop": (
        "StopNotebookInstance",
        lambda fleet: fleet.do(StopNotebook(fleet.notebook(RUNNING).scope.profile, fleet.notebook(RUNNING).arn)),
    ),
}

REFUSALS = [
    ("Throttling", "Rate exceeded", 400),
    ("ThrottlingException", "", 400),
    ("TooManyRequestsException", "slow", 429),
    ("ServiceUnavailable", "", 503),
    ("InternalFailure", HOSTILE, 500),
    ("ResourceLimitExceeded", "", 400),
    ("ResourceLimitExceeded", HOSTILE * 200, 400),
    ("ValidationException", "Status (Updating) not in ([Stopped, Failed]).", 400),
    ("ValidationException", "Status (Deleting) not in ([InService]).", 400),
    ("ValidationException", f"Status ({HOSTILE}) not in ([Stopped]).", 400),
    ("ValidationException", "Status () not in ([Stopped, Failed])", 400),
    ("ValidationException", "RecordNotFound", 400),
    ("ValidationException", HOSTILE, 400),
    ("ValidationException", "", 400),
    (
        "AccessDeniedException",
        "User: arn:aws:iam::1:user/a is not authorized to perform: sagemaker:X with an explicit deny",
        400,
    ),
    ("AccessDenied", HOSTILE, 403),
    ("ExpiredTokenException", "The security token included in the request is expired", 400),
    ("UnrecognizedClientException", "", 403),
    ("OptInRequired", "", 403),
    ("Strange" + HOSTILE[:9], HOSTILE, 418),
    ("", "", 400),
]


@pytest.mark.parametrize(
    ("code", "said", "status"), REFUSALS, ids=[f"{at}-{c[:20]}" for at, (c, *_) in enumerate(REFUSALS)]
)
@pytest.mark.parametrize("act", ACTS)
def test_a_refusal_is_told_once_in_words(
    fleet: Fleet, cloud: SampleCloud, act: str, code: str, said: str, status: int
) -> None:
    operation, begin = ACTS[act]
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, code, said, status, operation=operation))
    begin(fleet)
    wait_until(lambda: fleet.ended and fleet.idle(), "its end")
    assert len(fleet.told) == 1, fleet.ended
    check_words(fleet, fleet.told[0][1])
    assert fleet.snapshot.starts == ()


@pytest.mark.parametrize("trouble", [Trouble.DROP, Trouble.GARBAGE])
@pytest.mark.parametrize("act", ACTS)
def test_no_answer_that_can_be_read_is_told_too(fleet: Fleet, cloud: SampleCloud, act: str, trouble: Trouble) -> None:
    operation, begin = ACTS[act]
    cloud.endpoint.faults.add(Fault(trouble, operation=operation))
    begin(fleet)
    wait_until(lambda: fleet.ended and fleet.idle(), "its end")
    assert len(fleet.told) == 1, "a network's page is no answer of AWS"
    check_words(fleet, fleet.told[0][1])
    assert fleet.snapshot.starts == ()


@pytest.mark.parametrize(
    "reason",
    [
        "",
        HOSTILE,
        HOSTILE * 500,
        "Insufficient capacity: " + HOSTILE,
        "Notebook Instance Lifecycle Config 'x' took longer than 5 minutes. " + HOSTILE,
        "quota " * 5000,
        "\n\n\n",
        "{name}%(name)s{0}",
    ],
)
def test_whatever_the_reason_it_is_told(fleet: Fleet, cloud: SampleCloud, reason: str) -> None:
    world = cloud.endpoint.world
    script = (
        HOSTILE,
        "\x00\xff" * 100,
        "x" * 100_000,
        "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "",
    )
    world.put(replace(world.notebook(ACCOUNT, REGION, STOPPED), start_failure=reason or " ", start_log=script))
    fleet.begin(STOPPED)
    fleet.until(lambda: fleet.told, "it to be told")
    ((_, problem),) = fleet.told
    assert problem.code == "start-failed"
    assert "wJalr" not in str(problem)
    check_words(fleet, problem)


@pytest.mark.parametrize("operation", ["DescribeNotebookInstance", "GetLogEvents"])
@pytest.mark.parametrize("trouble", [Trouble.GARBAGE, Trouble.DROP, Trouble.ERROR])
def test_why_it_failed_may_be_untold(fleet: Fleet, cloud: SampleCloud, operation: str, trouble: Trouble) -> None:
    world = cloud.endpoint.world
    failure = "Notebook Instance Lifecycle Config failed."
    world.put(replace(world.notebook(ACCOUNT, REGION, STOPPED), start_failure=failure, start_log=("x",)))
    cloud.endpoint.faults.add(Fault(trouble, "InternalFailure", status=500, operation=operation))
    fleet.begin(STOPPED)
    fleet.until(lambda: fleet.told, "it to be told")
    ((_, problem),) = fleet.told
    assert problem.code == "start-failed"
    check_words(fleet, problem)


@pytest.mark.parametrize("trouble", [Trouble.GARBAGE, Trouble.DROP, Trouble.ERROR])
def test_a_question_is_asked_whatever_describe_answers(fleet: Fleet, cloud: SampleCloud, trouble: Trouble) -> None:
    cloud.endpoint.faults.add(Fault(trouble, HOSTILE, HOSTILE, 500, operation="DescribeNotebookInstance"))
    notebook = fleet.notebook(RUNNING)
    fleet.do(AskToStop(notebook.scope.profile, notebook.arn))
    wait_until(lambda: fleet.questions, "the question")
    assert fleet.errors == []
    assert "can't be read" in facts_of(fleet.questions[0], time.time())[0]


def test_a_change_that_never_ends_is_told_and_starts_nothing(
    fleet: Fleet, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start_steps, "_CHANGE_SECONDS", 1.0)
    cloud.endpoint.world.durations = Durations(updating_seconds=600)
    fleet.begin(STOPPED, instance_type="ml.t3.xlarge")
    wait_until(lambda: fleet.told, "it to be told")
    ((_, problem),) = fleet.told
    assert problem.code == "cannot-start-now"
    assert "Updating" in problem.message
    assert not any(call.operation == "StartNotebookInstance" for call in cloud.endpoint.recorder.calls())


def test_what_has_been_stopping_for_hours_is_said_to_seem_stuck(fleet: Fleet, cloud: SampleCloud) -> None:
    world = cloud.endpoint.world
    hours_ago = datetime.now(UTC) - timedelta(hours=20)
    world.put(replace(world.notebook(ACCOUNT, REGION, STOPPED), status=Status.STOPPING, modified=hours_ago))
    fleet.do(Refresh())
    wait_until(lambda: fleet.notebook(STOPPED).status == Status.STOPPING, "the list")
    fleet.begin(STOPPED)
    wait_until(lambda: fleet.told, "it to be told")
    ((_, problem),) = fleet.told
    assert problem.code == "cannot-start-now"
    assert "for 20 h, far longer than that takes" in problem.remedy
    check_words(fleet, problem)


def test_credentials_that_expire_in_the_middle_of_a_start_end_it_not(fleet: Fleet, cloud: SampleCloud) -> None:
    cloud.endpoint.world.durations = Durations(starting_seconds=1)
    fleet.begin(STOPPED)
    wait_until(lambda: fleet.snapshot.starts, "the start")
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "ExpiredTokenException", operation="ListNotebookInstances"))
    fleet.refresher.refresh()
    fleet.until(lambda: any(state.problem for state in fleet.listing.scopes), "the refusal")
    assert fleet.snapshot.starts
    cloud.endpoint.faults.clear()
    fleet.now += 300
    fleet.refresher.refresh()
    fleet.until(lambda: fleet.handed, "the browser")
    assert fleet.told == []
