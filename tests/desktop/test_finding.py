"""Where my notebooks are, over D-Bus: from a menu that knows of none to listed ones, by clicks alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.desktop.test_app import World
from tests.desktop.test_app import world as world
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.stub_notifications import WITH_ACTIONS, StubNotifications
from tests.support.waiting import wait_until
from tray.demo.sample import RESEARCH_ACCOUNT

NOWHERE = re.compile("^No notebook instances in eu-central-1 · Updated")


@pytest.fixture
def churn(world: World) -> World:
    """Configure a profile that lists where its account has nothing."""
    world.environment["XDG_STATE_HOME"] = str(world.folder / "state")
    world.cli("profiles", "add", "churn", "--aws-profile", "research", "--region", "eu-central-1")
    return world


def regions(world: World) -> list[str]:
    found: list[str] = json.loads(world.cli("profiles", "list", "--json"))["profiles"][0]["regions"]
    return found


def test_from_no_notebook_instances_to_listed_ones_by_clicks(churn: World) -> None:
    server = StubNotifications(churn.keyring.address, capabilities=WITH_ACTIONS)
    with server, churn.tray() as (_, menu):
        menu.wait_for_entry(NOWHERE)
        menu.click("Look in all regions")
        found = "churn: 3 in eu-west-1, 2 in us-east-1"
        menu.wait_for_entry(found, "List all 2 regions")
        told = wait_until(lambda: server.shown, "the notification")[-1]
        assert told.title == "Notebook instances of churn found"
        assert told.buttons == {}, "there are several ways to go on"
        menu.click(found, "List all 2 regions")
        menu.wait_for_entry(re.compile("of 5 running"))
        menu.wait_for_entry("churn-model — Running", "Open JupyterLab (4 h)")
        menu.wait_for(lambda root: found not in [each.label for each in root.children])
    assert regions(churn) == ["eu-central-1", "eu-west-1", "us-east-1"]


def test_one_region_is_listed_from_the_notification(churn: World) -> None:
    playing = churn.cloud.endpoint.world
    for each in list(playing.notebooks(RESEARCH_ACCOUNT, "us-east-1")):
        playing.remove(RESEARCH_ACCOUNT, "us-east-1", each.name)
    server = StubNotifications(churn.keyring.address, capabilities=WITH_ACTIONS)
    with server, churn.tray() as (_, menu):
        menu.wait_for_entry(NOWHERE)
        menu.click("Look in all regions")
        told = wait_until(lambda: server.shown, "the notification")[-1]
        server.choose(told, told.button("List eu-west-1"))
        menu.wait_for_entry("churn-model — Running", "Open JupyterLab (4 h)")
    assert regions(churn) == ["eu-central-1", "eu-west-1"]


def test_a_search_is_seen_and_ended(churn: World) -> None:
    churn.cloud.endpoint.faults.add(Fault(Trouble.HANG, operation="ListNotebookInstances", region="us-west-1"))
    with churn.tray() as (_, menu):
        menu.wait_for_entry(NOWHERE)
        menu.click("Look in all regions")
        menu.wait_for_entry(re.compile(r"^Looking in 17 regions, \d+ s$"))
        menu.click("Stop looking in all regions for churn")
        menu.wait_for_entry("Look in all regions")
        menu.wait_for_entry(NOWHERE)
    log = Path(churn.folder / "tray.log").read_text(errors="replace")
    assert "Traceback" not in log
    assert regions(churn) == ["eu-central-1"]


def test_a_command_that_sets_what_it_finds_tells_the_running_tray(churn: World) -> None:
    with churn.tray() as (_, menu):
        menu.wait_for_entry(NOWHERE)
        churn.cli("profiles", "regions", "churn", "--find", "--set")
        menu.wait_for_entry("churn-model — Running", "Open JupyterLab (4 h)")
