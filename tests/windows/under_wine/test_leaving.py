"""A logout on Wine's desktop: wineboot tells each window that the session ends, and waits for each, as Windows does."""

from __future__ import annotations

from pathlib import Path

from tests.support.endpoint import Endpoint
from tests.support.waiting import wait_until
from tests.support.wine import WineDesktop

NAME = "churn-model"
STOP, PRESIGN = "StopNotebookInstance", "CreatePresignedNotebookInstanceUrl"


def test_a_logout_stops_what_is_planned_before_the_program_is_gone(
    desktop: WineDesktop, endpoint: Endpoint, record: Path
) -> None:
    assert desktop.run("profiles", "import", "research").stdout == "research: imported\n"
    desktop.start()
    desktop.tray_icon()
    wait_until(lambda: endpoint.recorder.calls("ListNotebookInstances"), "the list to be asked for")
    planned = desktop.run("stop", NAME, "--at-logout", "--even-if-busy")
    assert planned.returncode == 0, planned.stderr
    noted = next(desktop.home.rglob("stop-plans.json"))
    wait_until(lambda: list(noted.parent.glob("leaving.json")), "the end of the session to be held up")
    wait_until(lambda: NAME in (noted.parent / "leaving.json").read_text(), "it to be noted")
    assert not endpoint.recorder.calls(STOP)

    desktop.start_windows("wineboot.exe", "--end-session")
    wait_until(lambda: endpoint.recorder.calls(STOP), "the stop")
    (call,) = endpoint.recorder.calls(STOP)
    assert call.parameters["NotebookInstanceName"] == NAME
    wait_until(lambda: desktop.run("refresh").returncode == 3, "the program to be gone")
    assert len(endpoint.recorder.calls(STOP)) == 1
    assert not record.exists(), "no browser was opened"
