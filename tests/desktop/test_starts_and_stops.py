"""Starting and stopping over D-Bus, from the menu or a notification to the browser, with the tray killed in between."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.desktop.test_app import RUNNING, World
from tests.desktop.test_app import configured as configured
from tests.desktop.test_app import world as world
from tests.support.stub_notifications import WITH_ACTIONS, StubNotifications
from tests.support.waiting import wait_until
from tray.demo.activity import JupyterActivity, Kernel
from tray.demo.world import Durations

ACCOUNT, REGION, STOPPED, BUSY = "111122223333", "eu-west-1", "customer-segments", "churn-model"
OLD, DESCRIBE = "claims-text-mining", "DescribeNotebookInstance"


@pytest.fixture
def quick(configured: World) -> Iterator[World]:
    configured.environment["XDG_STATE_HOME"] = str(configured.folder / "state")
    configured.cloud.endpoint.world.durations = Durations(1.0, 1.0, 1.0, readying_seconds=2.0)
    yield configured
    no_secrets(configured)


def calls(world: World, operation: str) -> int:
    return len(world.cloud.endpoint.recorder.calls(operation))


def no_secrets(world: World) -> None:
    """No token of a presigned URL, and no cookie, is in the log or in what is kept."""
    found = [path for path in (world.folder / "state").rglob("*") if path.is_file()]
    for path in (*found, world.folder / "tray.log"):
        said = path.read_text(errors="replace")
        assert "authToken" not in said, path
        assert "Set-Cookie" not in said, path
        assert "_xsrf" not in said, path


def visits(world: World) -> list[str]:
    return Path(world.visited).read_text().splitlines() if world.visited.exists() else []


def test_a_stopped_one_is_opened_when_its_jupyter_answers(quick: World) -> None:
    with quick.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        menu.click(f"{STOPPED} — Stopped", "Start and open (4 h)")
        menu.wait_for_entry(re.compile(f"^{STOPPED} — Starting, "))
        wait_until(lambda: visits(quick), "the browser to be led to the notebook")
        menu.wait_for_entry(re.compile(f"^{STOPPED} — Running"), "Stop…")
    assert len(visits(quick)) == 1
    assert STOPPED in visits(quick)[0]
    assert calls(quick, "StartNotebookInstance") == 1


def test_what_is_ready_is_opened_from_its_notification(quick: World) -> None:
    server = StubNotifications(quick.keyring.address, capabilities=WITH_ACTIONS)
    with server, quick.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        menu.click(f"{STOPPED} — Stopped", "Start")
        ready = wait_until(lambda: server.shown, "the notification")[-1]
        assert ready.title == f"{STOPPED} is ready"
        assert "http" not in ready.title + ready.body
        assert visits(quick) == []
        server.choose(ready, ready.button("Open"))
        wait_until(lambda: visits(quick), "the browser to be led to the notebook")


def test_a_busy_one_is_stopped_after_the_question_alone(quick: World) -> None:
    playing = quick.cloud.endpoint.world
    since = playing.clock() - timedelta(hours=1)
    playing.put(
        replace(playing.notebook(ACCOUNT, REGION, BUSY), activity=JupyterActivity((Kernel(since), Kernel(since))))
    )
    server = StubNotifications(quick.keyring.address, capabilities=WITH_ACTIONS)
    with server, quick.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        menu.click(f"{BUSY} — Running", "Stop…")
        menu.wait_for_entry(f"Stop {BUSY}?", re.compile("^2 kernels running since "))
        asked = wait_until(lambda: server.shown, "the notification")[-1]
        assert asked.title == f"Stop {BUSY}?"
        assert "2 kernels running since" in asked.body
        assert calls(quick, "StopNotebookInstance") == 0
        menu.click(f"Stop {BUSY}?", "Leave it running")
        menu.wait_for(lambda root: f"Stop {BUSY}?" not in [each.label for each in root.children])
        menu.click(f"{BUSY} — Running", "Stop…")
        menu.wait_for_entry(f"Stop {BUSY}?", "Stop it")
        menu.click(f"Stop {BUSY}?", "Stop it")
        menu.wait_for_entry(re.compile(f"^{BUSY} — Stop(ping|ped)"))
    assert calls(quick, "StopNotebookInstance") == 1


def test_all_that_were_opened_are_stopped_after_one_question(quick: World) -> None:
    server = StubNotifications(quick.keyring.address, capabilities=WITH_ACTIONS)
    with server:
        with quick.tray() as (_, menu):
            menu.wait_for_entry(RUNNING)
            menu.click(f"{BUSY} — Running", "Open JupyterLab (4 h)")
            wait_until(lambda: len(visits(quick)) == 1, "the browser")
            menu.click(f"{STOPPED} — Stopped", "Start and open (4 h)")
            wait_until(lambda: len(visits(quick)) == 2, "the browser")
            menu.wait_for_entry("Stop all I opened…")
        # In the next run, too.
        with quick.tray() as (_, menu):
            menu.wait_for_entry("Stop all I opened…")
            menu.click("Stop all I opened…")
            menu.wait_for_entry("Stop 2 notebook instances?", re.compile(f"^{BUSY}: "))
            asked = wait_until(lambda: server.shown, "the notification")[-1]
            assert asked.title == "Stop 2 notebook instances?"
            assert f"{BUSY}: 2 kernels running since " in asked.body
            assert f"{STOPPED}: " in asked.body
            assert "http" not in asked.body
            assert calls(quick, "StopNotebookInstance") == 0
            server.choose(asked, asked.button("Stop all 2"))
            menu.wait_for_entry(re.compile(f"^{BUSY} — Stop(ping|ped)"))
            menu.wait_for_entry(re.compile(f"^{STOPPED} — Stop(ping|ped)"))
            menu.wait_for(lambda root: "Stop all I opened…" not in [each.label for each in root.children])
    assert calls(quick, "StopNotebookInstance") == 2


def test_an_old_platform_is_marked_after_the_menu_was_opened(quick: World) -> None:
    with quick.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        menu.open()
        assert calls(quick, DESCRIBE) == 0
        # Running ones come first, one every 20 s.
        wait_until(lambda: calls(quick, DESCRIBE) == 2, "two of them to be asked after")
        menu.wait_for_entry(
            re.compile(f"^{OLD} — Running"), "Old platform notebook-al2-v2: AWS may not start it again once stopped"
        )
        assert calls(quick, DESCRIBE) <= 3
    # It is known at once in the next run, and not asked again.
    before = calls(quick, DESCRIBE)
    with quick.tray() as (_, menu):
        menu.wait_for_entry(re.compile(f"^{OLD} — Running"), "Copy what to do about the old platform")
        assert calls(quick, DESCRIBE) == before
    asked = {call.parameters["NotebookInstanceName"] for call in quick.cloud.endpoint.recorder.calls(DESCRIBE)}
    assert len(asked) == before
    assert calls(quick, "UpdateNotebookInstance") == 0


def test_what_is_not_to_be_opened_can_be_stopped_once_it_is_ready(quick: World) -> None:
    server = StubNotifications(quick.keyring.address, capabilities=WITH_ACTIONS)
    with server, quick.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        menu.click(f"{STOPPED} — Stopped", "Start and open (4 h)")
        line = re.compile(f"^{STOPPED} — Starting, ")
        menu.wait_for_entry(line, "Don't open it when it has started (you can stop it then)")
        shown = next(each.label for each in menu.layout().children if line.search(each.label))
        menu.click(shown, "Don't open it when it has started (you can stop it then)")
        ready = wait_until(lambda: server.shown, "the notification")[-1]
        assert ready.title == f"{STOPPED} is ready"
        assert visits(quick) == []
        server.choose(ready, ready.button("Stop…"))
        menu.wait_for_entry(f"Stop {STOPPED}?", "Stop it")
        assert calls(quick, "StopNotebookInstance") == 0
        menu.click(f"Stop {STOPPED}?", "Stop it")
        menu.wait_for_entry(re.compile(f"^{STOPPED} — Stop(ping|ped)"))
    assert calls(quick, "StopNotebookInstance") == 1


def test_a_start_goes_on_when_the_tray_was_killed(quick: World) -> None:
    quick.cloud.endpoint.world.durations = Durations(6.0, 1.0, 1.0, readying_seconds=1.0)
    with quick.tray() as (tray, menu):
        menu.wait_for_entry(RUNNING)
        menu.click(f"{STOPPED} — Stopped", "Start and open (4 h)")
        menu.wait_for_entry(re.compile(f"^{STOPPED} — Starting, "))
        os.kill(tray.process.pid, signal.SIGKILL)
        tray.process.wait(30)
    assert visits(quick) == []
    with quick.tray() as (_, menu):
        wait_until(lambda: visits(quick), "the browser to be led to the notebook")
        menu.wait_for_entry(re.compile(f"^{STOPPED} — Running"), "Stop…")
    assert len(visits(quick)) == 1
    assert calls(quick, "StartNotebookInstance") == 1


def test_why_a_start_failed_is_said_and_it_can_be_tried_as_another_type(quick: World) -> None:
    with quick.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        menu.click("image-labels — Failed", "Start and open (4 h)")
        menu.wait_for_entry(re.compile("^Starting image-labels: AWS has no ml.g5.xlarge free now"))
        line = next(
            each
            for each in menu.layout().children
            if each.label.startswith("Starting image-labels: ") and each.children
        )
        labels = [each.label for each in line.children]
        assert {"Try again", "Dismiss", "Start as ml.g5.2xlarge and open"} <= set(labels), labels
        menu.click(line.label, "Start as ml.g5.2xlarge and open")
        wait_until(lambda: visits(quick), "the browser to be led to the notebook")
    (update,) = quick.cloud.endpoint.recorder.calls("UpdateNotebookInstance")
    assert update.parameters == {"NotebookInstanceName": "image-labels", "InstanceType": "ml.g5.2xlarge"}
