"""The main job on a Windows desktop: from a click on the taskbar's icon to the page in the browser.

The real parts: the program as pip installed it, Windows' Python and pystray, Wine's taskbar, menus, Credential Manager
and way to the default browser, boto3, and a mouse.
"""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.endpoint import Endpoint
from tests.support.waiting import wait_until
from tests.support.wine import WineDesktop

PRESIGN = "CreatePresignedNotebookInstanceUrl"

# Rows of the menu and of a notebook's submenu, separators not counted (tray/menu/layout.py).
ROWS, CHURN_MODEL, QUIT = 13, 1, -1
FOR_TWO_HOURS = 4


def test_a_session_length_is_clicked_and_the_browser_is_sent_to_the_notebook(
    desktop: WineDesktop, endpoint: Endpoint, record: Path
) -> None:
    imported = desktop.run("profiles", "import", "research")
    assert (imported.returncode, imported.stdout) == (0, "research: imported\n"), imported.stderr
    tray = desktop.start()
    wait_until(lambda: endpoint.recorder.calls("ListNotebookInstances"), "the list to be asked for")

    menu = desktop.open_menu_of(ROWS)
    desktop.keep_picture("menu")
    submenu = desktop.open_submenu(menu, CHURN_MODEL)
    desktop.keep_picture("notebook")
    desktop.choose(submenu, FOR_TWO_HOURS)
    arguments, status, location = json.loads(wait_until(lambda: record.exists() and record.read_text(), "a browser"))
    desktop.keep_picture("after")

    (presigned,) = endpoint.recorder.calls(PRESIGN)
    assert presigned.parameters["NotebookInstanceName"] == "churn-model"
    assert presigned.parameters["SessionExpirationDurationInSeconds"] == 7200
    # The browser's arguments hold the redirect alone, and the secret came with the answer.
    assert [urlsplit(argument).hostname for argument in arguments] == ["127.0.0.1"]
    assert (status, "authToken=" in location, "authToken" in arguments[0]) == (303, True, False)

    # With a line for what was opened last.
    desktop.choose(desktop.open_menu_of(ROWS + 1), QUIT)
    assert tray.wait(60) == 0
