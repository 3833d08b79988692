"""What is left running, against the embedded endpoint: the look, the one click, and the kill between store and tell."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.cloud import SampleCloud, calls, impatient_cloud, store_of
from tests.support.power_fleet import Fleet
from tests.support.waiting import wait_until
from tray.demo.activity import JupyterActivity, Kernel, Terminal
from tray.demo.world import Durations
from tray.fleet.left_running.reminders_file import LeftRunningFile
from tray.model.commands import AskToStop, SetLooks, StopIfIdle
from tray.model.presence import Presence

ACCOUNT, REGION, RUNNING = "111122223333", "eu-west-1", "churn-model"
LOOK, STOP = "CreatePresignedNotebookInstanceUrl", "StopNotebookInstance"


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    with impatient_cloud(tmp_path, monkeypatch, Durations(stopping_seconds=0.3)) as cloud:
        yield cloud


@pytest.fixture
def fleet(cloud: SampleCloud, tmp_path: Path) -> Fleet:
    return Fleet(store_of(cloud, tmp_path))


def does(cloud: SampleCloud, state: str = "idle", hours: float = 2.0, *terminals: Terminal, **more: str) -> None:
    """Have a kernel of the notebook instance be in a state, in which it last did something so many hours ago."""
    playing = cloud.endpoint.world
    activity = JupyterActivity((Kernel(playing.clock() - timedelta(hours=hours), state),), terminals)
    playing.put(replace(playing.notebook(ACCOUNT, REGION, RUNNING), activity=activity, **more))  # type: ignore[arg-type]


def click(fleet: Fleet) -> None:
    notebook = fleet.notebook(RUNNING)
    command = StopIfIdle(notebook.scope.profile, notebook.arn)
    fleet.do(command)
    wait_until(lambda: command in fleet.done(), "its end")


def test_one_click_stops_what_is_idle(fleet: Fleet, cloud: SampleCloud) -> None:
    does(cloud)
    click(fleet)
    assert (calls(cloud, LOOK), calls(cloud, STOP)) == (1, 1)
    assert fleet.questions == []
    fleet.until(lambda: fleet.notebook(RUNNING).status == "Stopped", "it to stop")


@pytest.mark.parametrize("why", ["busy", "lately", "terminal", "retired", "no platform", "looks off"])
def test_all_else_is_asked_about(fleet: Fleet, cloud: SampleCloud, why: str) -> None:
    match why:
        case "busy":
            does(cloud, "busy")
        case "lately":
            does(cloud, hours=0.5)
        case "terminal":
            does(cloud, "idle", 2, Terminal(cloud.endpoint.world.clock() - timedelta(hours=2)))
        case "retired":
            does(cloud, platform="notebook-al2-v2")
        case "no platform":
            does(cloud, platform="")
        case _:
            does(cloud)
            fleet.do(SetLooks(False))
    click(fleet)
    assert [each.notebook.name for each in fleet.questions] == [RUNNING]
    assert [each.notebook.name for each in fleet.snapshot.questions] == [RUNNING]
    assert calls(cloud, STOP) == 0


def test_a_look_that_is_a_minute_old_is_no_ground_for_a_stop(fleet: Fleet, cloud: SampleCloud) -> None:
    """Somebody has begun to work since it was told that it is left running."""
    does(cloud)
    fleet.stopping.found(fleet.notebook(RUNNING))
    fleet.now += 61
    does(cloud, "busy", 0.01)
    click(fleet)
    assert calls(cloud, LOOK) == 2
    assert (len(fleet.questions), calls(cloud, STOP)) == (1, 0)


def test_a_question_after_it_takes_no_other_look(fleet: Fleet, cloud: SampleCloud) -> None:
    does(cloud, "busy")
    click(fleet)
    notebook = fleet.notebook(RUNNING)
    fleet.do(AskToStop(notebook.scope.profile, notebook.arn))
    wait_until(lambda: len(fleet.questions) == 2, "the question")
    assert calls(cloud, LOOK) == 1


def test_what_is_stopped_already_says_so(fleet: Fleet, cloud: SampleCloud) -> None:
    notebook = fleet.notebook("customer-segments")
    fleet.do(StopIfIdle(notebook.scope.profile, notebook.arn))
    wait_until(lambda: fleet.told, "the problem")
    assert fleet.told[0][1].code == "cannot-stop-now"
    assert calls(cloud, LOOK) == 0


def test_it_is_told_of_what_no_kernel_works_in(fleet: Fleet, cloud: SampleCloud) -> None:
    """The sample's one that has been running for 26 hours, through the looks of the service itself."""
    fleet.left_running._settled = 0  # without the wait after the start
    fleet.now = cloud.endpoint.world.clock().timestamp()
    fleet.left_running.load()
    fleet.refresher.refresh()
    wait_until(lambda: fleet.left_running.due_in(Presence()) <= 0, "it to be due")
    fleet.left_running.act()
    wait_until(lambda: fleet.left.found, "it to be told")
    assert [each.notebook.name for each in fleet.left.found] == ["claims-text-mining"]
    assert [call.parameters["NotebookInstanceName"] for call in cloud.endpoint.recorder.calls(LOOK)] == [
        "claims-text-mining"
    ]
    assert fleet.left_running.due_in(Presence()) > 3600


# Looks, stores that it tells, and is killed before it does.
_KILLED = """
import os, signal, sys
from pathlib import Path
from tests.support.left_running import LeftWatch, listing, question, quiet
from tray.fleet.state import State

class Tell:
    def left_running(self, found, now):
        os.kill(os.getpid(), signal.SIGKILL)

    def not_left_running(self, arns): ...

now = 1_800_000_000.0
watch = LeftWatch(
    Path(sys.argv[1]), wall=lambda: now, steady=lambda: steady,
    found=lambda seen: question(seen, quiet(now, 5), now), tell=lambda state: Tell(),
)
steady = 0.0
watch.start_tray(state := State())
state.listing.set(listing([("a", now - 26 * 3600)], now))
steady = 300.0
watch.look()
"""


@pytest.mark.only_on("linux", "darwin", reason="Windows kills in other ways")
def test_killed_between_store_and_tell_it_is_told_no_second_time(tmp_path: Path) -> None:
    path = tmp_path / "left-running.json"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    ran = subprocess.run([sys.executable, "-c", _KILLED, str(path)], env=environment, timeout=60)
    assert ran.returncode == -signal.SIGKILL
    assert list(LeftRunningFile(path).load().values()) == [1_800_000_000.0 + 86_400]
