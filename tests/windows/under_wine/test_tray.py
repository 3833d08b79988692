"""The main job on a Windows desktop: from a click on the taskbar's icon to the page in the browser.

The real parts: Windows' Python and pystray, Wine's taskbar, menus, Credential Manager and way to the default browser,
boto3, and a mouse. AWS is the embedded endpoint, which runs in the test's own process; the browser writes down what it
was given and fetches it once.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.waiting import wait_until
from tests.support.wine import WineDesktop, wine_desktop
from tray.demo.endpoint import Endpoint, running_endpoint
from tray.demo.sample import SampleProfile, sample_profiles, sample_world, write_sample_files

PICTURES = Path(__file__).parents[3] / "build" / "windows"
PRESIGN = "CreatePresignedNotebookInstanceUrl"

# Rows of the menu and of a notebook's submenu, separators not counted (tray/menu/layout.py).
ROWS, CHURN_MODEL, QUIT = 9, 1, -1
FOR_TWO_HOURS = 4

BROWSER = """#!{python}
import http.client, json, sys
from urllib.parse import urlsplit
address = urlsplit(sys.argv[1])
connection = http.client.HTTPConnection(address.netloc, timeout=30)
connection.request("GET", address.path)
answer = connection.getresponse()
with open({record!r}, "w") as record:
    json.dump([sys.argv[1:], answer.status, answer.headers["Location"]], record)
"""


@pytest.fixture
def samples() -> tuple[SampleProfile, ...]:
    return sample_profiles()


@pytest.fixture
def endpoint(samples: tuple[SampleProfile, ...]) -> Iterator[Endpoint]:
    with running_endpoint(sample_world(samples), jupyter=False) as endpoint:
        yield endpoint


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "visit.json"


@pytest.fixture
def desktop(
    samples: tuple[SampleProfile, ...], endpoint: Endpoint, record: Path, tmp_path: Path
) -> Iterator[WineDesktop]:
    home = tmp_path / "Zoë Müller 研究"
    (home / ".aws").mkdir(parents=True)
    files = write_sample_files(home / ".aws", endpoint.url, samples)
    browser = tmp_path / "bin" / "xdg-open"
    browser.parent.mkdir()
    browser.write_text(BROWSER.format(python=sys.executable, record=str(record)), encoding="utf-8")
    browser.chmod(0o700)
    environment = {**files.environment, "PATH": f"{browser.parent}:{os.environ['PATH']}"}
    with wine_desktop(home, environment) as desktop:
        yield desktop


def test_a_session_length_is_clicked_and_the_browser_is_sent_to_the_notebook(
    desktop: WineDesktop, endpoint: Endpoint, record: Path
) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    imported = desktop.run("profiles", "import", "research")
    assert (imported.returncode, imported.stdout) == (0, "research: imported\n"), imported.stderr
    tray = desktop.start()
    wait_until(lambda: endpoint.recorder.calls("ListNotebookInstances"), "the list to be asked for")

    menu = desktop.open_menu_of(ROWS)
    desktop.picture().save(PICTURES / "menu.png")
    submenu = desktop.open_submenu(menu, CHURN_MODEL)
    desktop.picture().save(PICTURES / "notebook.png")
    desktop.choose(submenu, FOR_TWO_HOURS)
    arguments, status, location = json.loads(wait_until(lambda: record.exists() and record.read_text(), "a browser"))
    desktop.picture().save(PICTURES / "after.png")

    (presigned,) = endpoint.recorder.calls(PRESIGN)
    assert presigned.parameters["NotebookInstanceName"] == "churn-model"
    assert presigned.parameters["SessionExpirationDurationInSeconds"] == 7200
    # The browser's arguments hold the redirect alone, and the secret came with the answer.
    assert [urlsplit(argument).hostname for argument in arguments] == ["127.0.0.1"]
    assert (status, "authToken=" in location, "authToken" in arguments[0]) == (303, True, False)

    desktop.choose(desktop.open_menu_of(ROWS), QUIT)
    assert tray.wait(60) == 0
