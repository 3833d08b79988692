"""What is left running, over D-Bus: told once with its buttons, one of which stops it; and the week in the menu."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.desktop.test_app import RUNNING, World
from tests.desktop.test_app import configured as configured
from tests.desktop.test_app import world as world
from tests.support import program
from tests.support.stub_notifications import WITH_ACTIONS, StubNotifications
from tests.support.waiting import wait_until
from tray.demo.activity import JupyterActivity, Kernel
from tray.demo.sample import sample_notebooks
from tray.demo.sample_days import write_sample_days
from tray.demo.world import Durations

ACCOUNT, REGION, LEFT = "111122223333", "us-east-1", "claims-text-mining"
LOOK, STOP = "CreatePresignedNotebookInstanceUrl", "StopNotebookInstance"


# The program, which waits for two minutes after its start before it looks: here for two seconds.
_SOON = """
from tray.fleet.left_running import reminders
reminders._SETTLING_SECONDS = 2.0
from tray.__main__ import main
main()
"""


def test_what_is_left_running_is_told_once_and_stopped_by_one_click(
    configured: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "COMMAND", (sys.executable, "-c", _SOON))
    configured.environment["XDG_STATE_HOME"] = str(configured.folder / "state")
    playing = configured.cloud.endpoint.world
    playing.durations = Durations(1.0, 1.0, 1.0)
    quiet = JupyterActivity((Kernel(playing.clock() - timedelta(hours=21), "idle"),))
    playing.put(replace(playing.notebook(ACCOUNT, REGION, LEFT), platform="notebook-al2023-v1", activity=quiet))
    state = configured.folder / "state" / "notebook-tray"
    write_sample_days(state, sample_notebooks())
    server = StubNotifications(configured.keyring.address, capabilities=WITH_ACTIONS)
    recorder = configured.cloud.endpoint.recorder
    with server, configured.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        menu.wait_for_entry(re.compile(r"^(This|Last) week(, as far as seen)?: "), re.compile("^By AWS' list prices: "))
        told = wait_until(lambda: server.shown, "it to be told", seconds=90)[0]
        assert re.fullmatch(f"{LEFT} has been running for 2[67] hours", told.title)
        assert re.match(r"No sign of work since (\d{4}-\d\d-\d\d )?\d\d:\d\d\. Running since about ", told.body)
        assert "://" not in told.title + told.body
        assert set(told.buttons.values()) == {"Stop", "Leave it"}
        assert "default" not in told.buttons, "a click beside the buttons is none"
        (kept,) = json.loads((state / "left-running.json").read_text())["rests"].items()
        assert kept[0].endswith(LEFT)
        assert len(recorder.calls(LOOK)) == 1
        server.choose(told, told.button("Stop"))
        menu.wait_for_entry(re.compile(f"^{LEFT} — Stop(ping|ped)"))
    assert len(recorder.calls(STOP)) == 1
    assert [each.title for each in server.shown] == [told.title]
    for path in (configured.folder / "tray.log", *state.glob("*.json")):
        assert "authToken" not in path.read_text(errors="replace"), path
