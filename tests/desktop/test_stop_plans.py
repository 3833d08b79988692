"""Planned stops over D-Bus: made and cancelled in the menu, warned of, kept running, and carried out, over kill -9."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.desktop.test_app import RUNNING, World
from tests.desktop.test_app import configured as configured
from tests.desktop.test_app import world as world
from tests.support.noon import NOON_ZONE, time_of_day
from tests.support.stub_notifications import WITH_ACTIONS, Shown, StubNotifications
from tests.support.waiting import wait_until
from tray.demo.activity import JupyterActivity, Kernel
from tray.demo.world import Durations

ACCOUNT, REGION, IDLE, BUSY, RETIRED = (
    "111122223333",
    "eu-west-1",
    "demand-forecast",
    "churn-model",
    "claims-text-mining",
)
AT = re.compile(r"^Stop at (\w{3} )?\d\d:00( today)?$")


@pytest.fixture
def quick(configured: World) -> Iterator[World]:
    configured.environment["XDG_STATE_HOME"] = str(configured.folder / "state")
    configured.environment["TZ"] = NOON_ZONE
    playing = configured.cloud.endpoint.world
    playing.durations = Durations(1.0, 1.0, 1.0, readying_seconds=2.0)
    since = playing.clock() - timedelta(hours=1)
    playing.put(replace(playing.notebook(ACCOUNT, REGION, BUSY), activity=JupyterActivity((Kernel(since),))))
    yield configured
    for kept in (*(configured.folder / "state").rglob("*.json"), configured.folder / "tray.log"):
        assert "authToken" not in kept.read_text(errors="replace"), kept


def calls(world: World, operation: str) -> int:
    return len(world.cloud.endpoint.recorder.calls(operation))


def file(world: World) -> Path:
    return next(iter((world.folder / "state").rglob("stop-plans.json")), world.folder / "none")


def plans(world: World) -> list[dict[str, Any]]:
    path = file(world)
    return json.loads(path.read_text())["plans"] if path.exists() else []


def pretend(world: World, **members: object) -> None:
    """Have what is planned be as if more time had passed."""
    stored = json.loads(file(world).read_text())
    for each in stored["plans"]:
        each.update(members)
    file(world).write_text(json.dumps(stored))


def told(server: StubNotifications, title: str) -> Shown:
    return wait_until(
        lambda: [each for each in server.shown if re.search(title, each.title)], f"“{title}”", seconds=60
    )[0]


def test_a_plan_is_made_in_the_menu_lasts_over_kill_9_and_is_cancelled_there(quick: World) -> None:
    with quick.tray() as (tray, menu):
        menu.wait_for_entry(RUNNING)
        menu.click(f"{IDLE} — Running", "Stop later", AT)
        line = re.compile(f"^{IDLE} — Running, stops at (\\w{{3}} )?\\d\\d:00$")
        menu.wait_for_entry(line)
        wait_until(lambda: plans(quick), "it to be kept")
        os.kill(tray.process.pid, signal.SIGKILL)
        tray.process.wait(30)
    (plan,) = plans(quick)
    assert (plan["trigger"], plan["profile"]) == ("at", "forecasting")
    assert plan["at"] > time.time() + 1000
    with quick.tray() as (_, menu):
        menu.wait_for_entry(line)
        listed = json.loads(quick.cli("list", "--json"))["notebooks"]
        assert [len(each["stop_plans"]) for each in listed if each["name"] == IDLE] == [1]
        assert "STOPS" in quick.cli("list")
        menu.click(line, "Stop later", AT)
        menu.wait_for_entry(f"{IDLE} — Running")
        wait_until(lambda: plans(quick) == [], "it to be given up")
        menu.click(re.compile(f"^{RETIRED} — Running"), "Stop later", "Stop when I log out or shut down")
        menu.wait_for(lambda root: any("Never stopped unasked" in each.label for each in root.children))
    assert plans(quick) == []
    assert calls(quick, "StopNotebookInstance") == 0


def test_it_is_told_before_and_the_button_keeps_it_running(quick: World) -> None:
    server = StubNotifications(quick.keyring.address, capabilities=WITH_ACTIONS)
    with server, quick.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        quick.cli("stop", IDLE, "--at", time_of_day(time.time() + 7200))
        wait_until(lambda: plans(quick), "the plan")
        pretend(quick, at=time.time() + 604)
        quick.cli("stop", BUSY, "--at-logout")
        warning = told(server, f"^{IDLE} stops at \\d\\d:\\d\\d$")
        assert warning.body == "That is in 10 minutes, as planned. What is in memory is lost; files stay."
        assert list(warning.buttons.values()) == ["Keep running"]
        server.choose(warning, warning.button("Keep running"))
        wait_until(lambda: [each["trigger"] for each in plans(quick)] == ["leaving"], "it to be given up")
        menu.wait_for_entry(f"{BUSY} — Running, stops when you log out")
    assert calls(quick, "StopNotebookInstance") == 0


def test_what_is_idle_is_stopped_and_what_is_busy_is_not(quick: World) -> None:
    server = StubNotifications(quick.keyring.address, capabilities=WITH_ACTIONS)
    with quick.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        for name in (IDLE, BUSY):
            menu.click(f"{name} — Running", "Stop later", AT)
        wait_until(lambda: len(plans(quick)) == 2, "the plans")
    pretend(quick, at=time.time() - 5, warned=time.time() - 605)
    with server, quick.tray() as (_, menu):
        menu.wait_for_entry(re.compile(f"^{IDLE} — Stop(ping|ped)"))
        stopped = told(server, f"^{IDLE} was stopped as planned$")
        assert stopped.buttons == {} or "Keep running" not in stopped.buttons.values()
        kept = told(server, f"^{BUSY} was not stopped$")
        assert kept.body.startswith("A kernel is busy. It is tried again every 10 minutes until ")
        wait_until(lambda: [each["why"] for each in plans(quick)] == ["busy"], "one plan to be left")
    assert calls(quick, "StopNotebookInstance") == 1
