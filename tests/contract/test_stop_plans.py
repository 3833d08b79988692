"""Planned stops against the embedded endpoint with its Jupyter, after kill -9, and from the command line."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.contract.test_cli import Run
from tests.contract.test_cli import cloud as cloud
from tests.contract.test_cli import imported as imported
from tests.contract.test_cli import run as run
from tests.support.cloud import SampleCloud, calls, store_of
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.later_stops import DAY, Computer
from tests.support.power_fleet import Fleet
from tests.support.waiting import wait_until
from tray.demo.activity import JupyterActivity, Kernel
from tray.demo.world import Status
from tray.desktop.single_instance import claim
from tray.desktop.single_instance.messages import InstanceRequest
from tray.fleet.planned_stops.plans_file import FILE_NAME, NotedPlans, StopPlansFile
from tray.model.arns import name_in
from tray.model.commands import PlanStop, SetStopAt
from tray.model.stop_plans import Came, StopPlan, Trigger, Why

ACCOUNT, REGION, BUSY, RETIRED, OTHER = (
    "111122223333",
    "eu-west-1",
    "churn-model",
    "claims-text-mining",
    "demand-forecast",
)
SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"


def fleet_of(cloud: SampleCloud, tmp_path: Path) -> Fleet:
    return Fleet(store_of(cloud, tmp_path), plans_path=tmp_path / "state" / FILE_NAME, clock=time.time)


def due_now(fleet: Fleet, *names: str, **members: object) -> None:
    """Have stops of these be due now, with the warning given before."""
    made = []
    for name in names:
        it, now = fleet.notebook(name), time.time()
        plan = StopPlan(it.scope.profile, it.arn, Trigger.AT, now - 3600, now - 1, warned=now - 601)
        made.append(replace(plan, **members))  # type: ignore[arg-type]
    StopPlansFile(fleet.stop_plans._path).change(lambda _: NotedPlans(tuple(made)))
    fleet.stop_plans.load()


def came(fleet: Fleet) -> dict[str, tuple[Came, Why | None]]:
    return {each.plan.arn.rpartition("/")[2]: (each.came, each.plan.why) for each in fleet.came}


def test_jupyter_itself_says_whether_a_kernel_is_busy(cloud: SampleCloud, tmp_path: Path) -> None:
    world = cloud.endpoint.world
    since = world.clock() - timedelta(hours=1)
    world.put(replace(world.notebook(ACCOUNT, REGION, BUSY), activity=JupyterActivity((Kernel(since),))))
    fleet = fleet_of(cloud, tmp_path)
    cloud.endpoint.recorder.clear()
    due_now(fleet, BUSY, RETIRED, OTHER)
    wait_until(lambda: len(fleet.came) == 3, "all three to be looked at", seconds=60)
    assert came(fleet) == {
        BUSY: (Came.NOT_YET, Why.BUSY),
        RETIRED: (Came.GIVEN_UP, Why.RETIRED),
        OTHER: (Came.STOPPED, None),
    }
    stopped = [
        call.parameters["NotebookInstanceName"] for call in cloud.endpoint.recorder.calls("StopNotebookInstance")
    ]
    assert stopped == [OTHER]
    assert calls(cloud, "CreatePresignedNotebookInstanceUrl") == 2, "the retired one is not even looked at"


def test_one_that_was_stopped_by_somebody_else_counts_as_stopped(cloud: SampleCloud, tmp_path: Path) -> None:
    fleet = fleet_of(cloud, tmp_path)
    world = cloud.endpoint.world
    # A list that shows it stopped would end the plan before its time.
    cloud.endpoint.faults.add(Fault(Trouble.HANG, operation="ListNotebookInstances"))
    world.put(replace(world.notebook(*place_of(fleet, OTHER)), status=Status.STOPPING))
    due_now(fleet, OTHER, even_if_busy=True)
    wait_until(lambda: fleet.came, "it to be stopped", seconds=60)
    cloud.endpoint.faults.clear()
    assert came(fleet) == {OTHER: (Came.STOPPED, None)}


def place_of(fleet: Fleet, name: str) -> tuple[str, str, str]:
    parts = fleet.notebook(name).arn.split(":")
    return parts[4], parts[3], name


def test_a_retired_one_is_refused_by_describe_when_it_is_planned(cloud: SampleCloud, tmp_path: Path) -> None:
    fleet = fleet_of(cloud, tmp_path)
    it = fleet.notebook(RETIRED)
    fleet.do(PlanStop(it.scope.profile, it.arn, Trigger.LEAVING, even_if_busy=True))
    wait_until(lambda: fleet.told, "the refusal")
    assert fleet.told[0][1].code == "stop-plan-retired"
    assert fleet.snapshot.stop_plans == ()


def test_a_habit_is_set_and_followed(cloud: SampleCloud, tmp_path: Path) -> None:
    fleet = fleet_of(cloud, tmp_path)
    fleet.do(SetStopAt("19:00", "research"))
    # Of the two that run, one is on a retired platform: it is left out once AWS has told that.
    wait_until(lambda: [name_in(each.arn) for each in fleet.snapshot.stop_plans] == [BUSY], "the plan of the habit")
    assert all(each.habit == "19:00" for each in fleet.snapshot.stop_plans)
    fleet.do(SetStopAt("", "research"))
    wait_until(lambda: not fleet.snapshot.stop_plans, "them to end")


# Kills itself between the note that a stop is called and the call, or after the call.
_KILLED = """
import os, signal, sys
from pathlib import Path
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.later_stops import HOUR, Computer
computer = Computer(Path(sys.argv[1]))
def killed(name):
    (computer.folder / "called").open("a").write(name)
    if sys.argv[2] == "after":
        return
    os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
computer.aws.at_stop = killed
carry_out = computer.stopping.carry_out
def then_killed(seen):
    carry_out(seen)
    os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
computer.stopping.carry_out = then_killed
computer.refresh()
computer.plan_at("a", HOUR)
computer.wait(2 * HOUR)
"""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_stop_is_called_once_even_if_the_tray_is_killed_then(tmp_path: Path, moment: str) -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path), moment], check=False, timeout=60)
    assert killed.returncode in (-getattr(signal, "SIGKILL", 0), signal.SIGTERM)
    assert (tmp_path / "called").read_text() == "a"
    (plan,) = StopPlansFile(tmp_path / FILE_NAME).load().plans
    assert plan.begun is not None
    again = Computer(tmp_path)
    again.true = plan.begun + 30
    again.screen.history.clear()
    if moment == "after":
        again.machines["a"].status, again.machines["a"].changed = "Stopped", plan.begun + 1
    again.start_tray()
    again.refresh()
    again.wait(DAY)
    assert again.aws.stops == []
    assert [title for _, title in again.told()] == (["a was not stopped"] if moment == "before" else [])
    assert again.stored() == ()


# The command line.


@pytest.fixture
def tray(cloud: object) -> Iterator[list[InstanceRequest]]:
    """A running tray, as far as commands see it: what it is asked."""
    found: list[InstanceRequest] = []
    ours = claim()
    assert ours is not None
    with ours:
        ours.serve(found.append)
        yield found


def stored() -> tuple[StopPlan, ...]:
    from tray.fleet.files.state_file import state_folder

    return StopPlansFile(state_folder() / FILE_NAME).load().plans


def check_schema(name: str, printed: object) -> None:
    if sys.platform == "win32":
        return  # jsonschema is not installed for the tests there
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))).validate(printed)


def test_a_command_plans_lists_and_cancels(imported: Run, tray: list[InstanceRequest]) -> None:
    ran = imported("stop", BUSY, "--at", "7pm", "--json")
    assert ran.status == 0
    check_schema("stop", ran.json)
    (plan,) = ran.json["stop_plans"]
    assert plan | {"at": ""} == {
        "trigger": "at",
        "at": "",
        "idle_minutes": None,
        "even_if_busy": False,
        "of_habit": False,
    }
    assert InstanceRequest.CHOICES_CHANGED in tray
    assert "19:00" in imported("list").out
    assert imported("stop", BUSY, "--at-logout", "--even-if-busy").out == (
        f"{BUSY} will be stopped when you log out or shut down, if Notebook Tray runs then. It can't do this when the"
        " lid is closed or the power is cut.\n"
    )
    assert "for 1 h 30 min" in imported("stop", BUSY, "--when-idle", "1h30m").out
    assert [each.trigger for each in stored()] == [Trigger.AT, Trigger.LEAVING, Trigger.IDLE]
    listed = imported("list", "--json").json
    check_schema("list", listed)
    assert {each["name"]: len(each["stop_plans"]) for each in listed["notebooks"]}[BUSY] == 3
    assert imported("stop", BUSY, "--cancel").out == f"{BUSY} will not be stopped later.\n"
    assert imported("stop", BUSY, "--cancel").out == f"No stop of {BUSY} was planned.\n"
    assert stored() == ()


def test_a_command_does_not_say_planned_or_canceled_what_cannot_be_stored(
    imported: Run, tray: list[InstanceRequest]
) -> None:
    from tray.fleet.files.state_file import state_folder

    assert imported("stop", BUSY, "--at", "7pm").status == 0
    before = stored()
    lock = (state_folder() / FILE_NAME).with_suffix(".lock")
    lock.unlink(missing_ok=True)
    lock.mkdir()  # as on a disk that takes nothing more
    for arguments in (("--cancel",), ("--at-logout",)):
        ran = imported("stop", BUSY, *arguments)
        assert (ran.out, ran.status) == ("", 1), ran.out
        assert "can't be written" in ran.err
    assert stored() == before


def test_a_command_that_plans_has_a_canceled_habit_back_as_the_menu_does(
    imported: Run, tray: list[InstanceRequest]
) -> None:
    from tray.fleet.files.state_file import state_folder

    key = (f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:notebook-instance/{BUSY}", Trigger.IDLE)
    file = StopPlansFile(state_folder() / FILE_NAME)
    file.change(lambda _: NotedPlans((), {key: time.time() + 3600}))
    assert imported("stop", BUSY, "--when-idle", "1h").status == 0
    assert file.load().off == {}


def test_without_a_running_tray_nothing_is_planned(imported: Run) -> None:
    ran = imported("stop", BUSY, "--at", "19:00")
    assert ran.status == 3
    assert "running" in ran.err
    assert stored() == ()


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ((RETIRED, "--at", "19:00"), 1, "a platform that AWS has retired"),
        ((BUSY, "--at", "25:00"), 2, "“25:00” is no time of the day."),
        ((BUSY, "--at", "never"), 2, "is no time of the day."),
        ((BUSY, "--when-idle", "5m"), 2, "Choose from 10 minutes to 168 hours"),
        ((BUSY, "--at", "19:00", "--at-logout"), 2, "Give one of --at"),
        ((BUSY, "--at", "19:00", "--yes"), 2, "Give one of --at"),
        ((BUSY, "--even-if-busy"), 2, "Give one of --at"),
        ((BUSY, "--when-idle", "1h", "--even-if-busy"), 2, "Give one of --at"),
        (("customer-segments", "--at-logout"), 1, "Stopped"),
    ],
)
def test_what_cannot_be_planned_is_refused_in_words(
    imported: Run, tray: list[InstanceRequest], arguments: tuple[str, ...], status: int, said: str
) -> None:
    ran = imported("stop", *arguments)
    assert (ran.status, said in ran.err) == (status, True), ran.err
    assert stored() == ()


def test_without_looks_a_command_says_how_it_is_planned_all_the_same(
    imported: Run, tray: list[InstanceRequest]
) -> None:
    imported("settings", "set", "look-before-stop", "off")
    ran = imported("stop", BUSY, "--at", "19:00")
    assert ran.status == 2
    assert "Add --even-if-busy" in ran.err
    assert imported("stop", BUSY, "--at", "19:00", "--even-if-busy").status == 0


def test_habits_are_set_by_a_command(imported: Run) -> None:
    set_ = ("profiles", "set", "research")
    assert imported(*set_, "--stop-at", "7:30 PM", "--stop-when-idle", "3h", "--stop-at-logout").status == 0
    profile = imported("profiles", "list", "--json").json["profiles"][0]
    assert (profile["stop_at"], profile["stop_when_idle_hours"], profile["stop_at_logout"]) == ("19:30", 3, True)
    assert imported(*set_, "--stop-at", "never", "--stop-when-idle", "0", "--no-stop-at-logout").status == 0
    profile = imported("profiles", "list", "--json").json["profiles"][0]
    assert (profile["stop_at"], profile["stop_when_idle_hours"], profile["stop_at_logout"]) == (None, 0, False)
    refused = imported(*set_, "--stop-at", "soon")
    assert (refused.status, "no time of the day" in refused.err) == (2, True)


def test_a_set_up_file_says_which_habits_it_brings(imported: Run, tmp_path: Path) -> None:
    path = tmp_path / "team.toml"
    path.write_text("[[profiles]]\nname = 'new'\nstop_at = '19:00'\nstop_when_idle_hours = 2\nstop_at_logout = true\n")
    ran = imported("setup", str(path), "--yes")
    assert "stops each day at 19:00, stops when idle for 2 h, stops when you log out" in ran.out
    profile = imported("profiles", "list", "--json").json["profiles"][-1]
    assert (profile["stop_at"], profile["stop_when_idle_hours"], profile["stop_at_logout"]) == ("19:00", 2, True)
