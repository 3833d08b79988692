"""What is kept at the top of the menu, and what was opened lately, over D-Bus and from one run to the next."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.desktop.test_app import RUNNING, World
from tests.desktop.test_app import configured as configured
from tests.desktop.test_app import world as world
from tests.support.menu_client import Entry, MenuClient
from tests.support.waiting import wait_until

STOPPED, LAST, OTHER = "customer-segments", "churn-model", "claims-text-mining"


@pytest.fixture
def usual(configured: World) -> World:
    configured.environment["XDG_STATE_HOME"] = str(configured.folder / "state")
    return configured


def first_about_notebooks(root: Entry) -> str:
    """The label of the first line below the menu's first separator."""
    kinds = [each.kind for each in root.children]
    return root.children[kinds.index("separator") + 1].label


def visits(world: World) -> list[str]:
    return Path(world.visited).read_text().splitlines() if world.visited.exists() else []


def wait_for_first(menu: MenuClient, label: str) -> None:
    menu.wait_for(lambda root: first_about_notebooks(root) == label)


def test_what_is_kept_at_the_top_stands_there_in_the_next_run(usual: World) -> None:
    with usual.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        assert first_about_notebooks(menu.layout()) != f"{STOPPED} — Stopped"
        menu.click(f"{STOPPED} — Stopped", "Keep at the top")
        wait_for_first(menu, f"{STOPPED} — Stopped")
        assert menu.layout().find(f"{STOPPED} — Stopped", "Keep at the top").checked
        # The menu follows first.
        kept = (usual.folder / "state").rglob
        file = wait_until(lambda: next(kept("kept-at-top.json"), None), "a file")
        wait_until(lambda: STOPPED in file.read_text(), "the choice to be stored")
    with usual.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        wait_for_first(menu, f"{STOPPED} — Stopped")
        menu.click(f"{STOPPED} — Stopped", "Keep at the top")
        menu.wait_for(lambda root: first_about_notebooks(root) != f"{STOPPED} — Stopped")
        wait_until(lambda: json.loads(file.read_text()) == {"kept": []}, "it to be let go")


def test_the_running_tray_shows_at_once_what_a_command_keeps(usual: World) -> None:
    with usual.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        asked = len(usual.cloud.endpoint.recorder.calls())
        usual.cli("keep", STOPPED)
        wait_for_first(menu, f"{STOPPED} — Stopped")
        usual.cli("keep", STOPPED, "--off")
        menu.wait_for(lambda root: first_about_notebooks(root) != f"{STOPPED} — Stopped")
        # The command's own search: one list for each of the three regions.
        assert len(usual.cloud.endpoint.recorder.calls()) == asked + 3


def test_what_was_opened_lately_is_opened_from_its_list(usual: World) -> None:
    with usual.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        for at, name in enumerate((OTHER, LAST)):
            menu.click(re.compile(f"^{name} — Running"), "Open JupyterLab (4 h)")
            wait_until(lambda at=at: len(visits(usual)) == at + 1, "the browser to be led to the notebook")
            menu.wait_for_entry(f"Open {name} (4 h)")
        (file,) = (usual.folder / "state").rglob("last-opened.json")
        wait_until(lambda: OTHER in file.read_text() and LAST in file.read_text(), "both to be stored")
    with usual.tray() as (_, menu):
        menu.wait_for_entry("Opened lately", f"Open {OTHER} (4 h)")
        assert [each.label for each in menu.layout().children[1:3]] == [f"Open {LAST} (4 h)", "Opened lately"]
        menu.click("Opened lately", f"Open {OTHER} (4 h)")
        wait_until(lambda: len(visits(usual)) == 3, "the browser to be led to the notebook")
        assert OTHER in visits(usual)[-1]
        menu.wait_for_entry("Opened lately", f"Open {LAST} (4 h)")
