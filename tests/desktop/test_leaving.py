"""The whole way of a stop at the logout: the tray, a system that shuts down, and what arrives at the endpoint."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop.test_app import RUNNING, World
from tests.desktop.test_app import configured as configured
from tests.desktop.test_app import world as world
from tests.support.private_bus import private_bus
from tests.support.program import run
from tests.support.stub_notifications import WITH_ACTIONS, StubNotifications
from tests.support.stub_session_manager import StubSessionManager
from tests.support.stub_system import StubLogind
from tests.support.waiting import wait_until
from tray.demo.world import Durations

IDLE, BUSY = "demand-forecast", "churn-model"
STOP = "StopNotebookInstance"


@pytest.fixture
def desk(configured: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A desktop with a system bus of its own."""
    with private_bus(tmp_path_factory.mktemp("system")) as system:
        configured.environment |= {
            "XDG_STATE_HOME": str(configured.folder / "state"),
            "DBUS_SYSTEM_BUS_ADDRESS": system,
            "XDG_SESSION_ID": "1",
        }
        configured.cloud.endpoint.world.durations = Durations(1.0, 1.0, 1.0)
        yield configured


def stopped(desk: World) -> list[str]:
    return sorted(call.parameters["NotebookInstanceName"] for call in desk.cloud.endpoint.recorder.calls(STOP))


def plan(desk: World, name: str, *more: str) -> None:
    """Plan to stop one at the logout, as a person does at a terminal."""
    done = run(desk.environment, "stop", name, "--at-logout", *more)
    assert done.returncode == 0, done.stderr
    assert "It can't do this when the lid is closed or the power is cut." in done.stdout


def said(desk: World) -> str:
    return (desk.folder / "tray.log").read_text(errors="replace")


def test_a_shutdown_waits_until_what_is_planned_is_stopped_and_the_rest_is_told_after_it(desk: World) -> None:
    with StubLogind(desk.environment["DBUS_SYSTEM_BUS_ADDRESS"]) as logind:
        with desk.tray() as (_, menu):
            menu.wait_for_entry(RUNNING)
            assert not logind.inhibitors, "nothing is held up without a plan"
            plan(desk, IDLE)
            plan(desk, BUSY)
            (lock,) = wait_until(lambda: logind.held, "the lock")
            assert (lock.who, lock.why) == ("Notebook Tray", "Stopping SageMaker notebook instances")
            is_off = logind.shut_down()
            assert is_off.wait(30)
            assert not logind.held, "it was given back, and not only waited out"
            assert stopped(desk) == [IDLE]
        assert stopped(desk) == [IDLE], "the end of the program after that stops nothing again"
    desk.environment["XDG_SESSION_ID"] = "2"
    server = StubNotifications(desk.keyring.address, capabilities=WITH_ACTIONS)
    with server, desk.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        told = wait_until(lambda: [each for each in server.shown if "still runs" in each.title], "the notification")
        assert [each.title for each in told] == [f"{BUSY} still runs"]
        assert re.fullmatch(
            r"It was to be stopped when you left at \d\d?:\d\d( [AP]M)?\. A kernel was running something\.",
            told[0].body,
        )
        server.choose(told[0], told[0].button("Stop…"))
        menu.wait_for_entry(re.compile(f"^Stop {BUSY}"))


def test_a_logout_waits_too(desk: World) -> None:
    with StubSessionManager(desk.keyring.address) as manager, desk.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        assert not manager.clients
        plan(desk, IDLE)
        wait_until(lambda: manager.clients, "the program to be a client")
        manager.ask()
        wait_until(lambda: manager.answers, "the answer")
        assert stopped(desk) == [], "the session may go on"
        assert manager.end().wait(30)
        assert stopped(desk) == [IDLE]


@pytest.mark.parametrize("state", ["closing", "active"])
def test_a_signal_stops_it_if_the_session_ends(desk: World, state: str) -> None:
    with StubLogind(desk.environment["DBUS_SYSTEM_BUS_ADDRESS"]) as logind, desk.tray() as (tray, menu):
        menu.wait_for_entry(RUNNING)
        plan(desk, IDLE)
        wait_until(lambda: logind.held, "the lock")
        logind.state = state
        tray.process.send_signal(signal.SIGTERM)
        assert tray.wait_for_end() == 0
        assert stopped(desk) == ([IDLE] if state == "closing" else [])


def test_one_who_quits_leaves_nothing(desk: World) -> None:
    with StubLogind(desk.environment["DBUS_SYSTEM_BUS_ADDRESS"]) as logind, desk.tray() as (tray, menu):
        menu.wait_for_entry(RUNNING)
        plan(desk, IDLE)
        wait_until(lambda: logind.held, "the lock")
        logind.state = "closing"
        menu.click("Quit")
        assert tray.wait_for_end() == 0
        assert stopped(desk) == []


def test_a_plan_that_is_cancelled_holds_nothing_up(desk: World) -> None:
    with StubLogind(desk.environment["DBUS_SYSTEM_BUS_ADDRESS"]) as logind, desk.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        plan(desk, IDLE)
        wait_until(lambda: logind.held, "the lock")
        assert run(desk.environment, "stop", IDLE, "--cancel").returncode == 0
        wait_until(lambda: not logind.held, "no lock")


def test_where_the_power_was_cut_it_is_told_in_the_next_session(desk: World) -> None:
    with StubLogind(desk.environment["DBUS_SYSTEM_BUS_ADDRESS"]) as logind:
        with desk.tray() as (tray, menu):
            menu.wait_for_entry(RUNNING)
            plan(desk, IDLE)
            wait_until(lambda: logind.held, "the lock")
            noted = Path(desk.environment["XDG_STATE_HOME"]) / "notebook-tray" / "leaving.json"
            wait_until(lambda: noted.exists() and IDLE in noted.read_text(), "it to be noted")
            tray.process.kill()
            tray.process.wait()
        desk.environment["XDG_SESSION_ID"] = "2"
        server = StubNotifications(desk.keyring.address, capabilities=WITH_ACTIONS)
        with server, desk.tray() as (_, menu):
            menu.wait_for_entry(RUNNING)
            told = wait_until(lambda: [each for each in server.shown if "still runs" in each.title], "the notification")
            assert told[0].body == (
                "It was to be stopped when you left."
                " Notebook Tray was not running, or the computer went off without a word."
            )
    assert stopped(desk) == []
