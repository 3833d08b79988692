"""The main job in a real desktop: from a click in the tray to JupyterLab in the browser.

The real parts: Xvfb, xfce4-panel, gnome-keyring, Chromium, JupyterLab, the installed command, and a mouse. AWS alone is
the embedded endpoint, which runs in the test's own process, so that the test sees what it was asked.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.support.desktop import PROGRAM, Desktop
from tests.support.endpoint import Endpoint, running_endpoint
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.jupyterlab import LAB_IS_READY
from tests.support.menu_client import MenuClient, menu_client
from tests.support.person import Person, beginning
from tests.support.screen import Screen, screen_of
from tests.support.secrets_scan import Watch, watching
from tests.support.waiting import wait_until
from tray.demo.links import PresignedLinks
from tray.demo.sample import sample_profiles, sample_world, write_sample_files
from tray.demo.world import NotebookInstance

pytestmark = pytest.mark.only_on("linux")

PICTURES = Path(__file__).parents[2] / "build" / "end-to-end"
PRESIGN = "CreatePresignedNotebookInstanceUrl"


class Setting:
    """A desktop in which AWS is the embedded endpoint, and the tokens that it has issued."""

    def __init__(self, desktop: Desktop, endpoint: Endpoint, aws: dict[str, str], tokens: list[str]) -> None:
        self.desktop = desktop
        self.endpoint = endpoint
        self._aws = aws
        self._tokens = tokens

    def command(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run `notebook-tray ARGS` in the desktop."""
        return self.desktop.run([PROGRAM, *args], self._aws)

    def start_tray(self) -> subprocess.Popen[bytes]:
        """Start the resident program in the desktop."""
        return self.desktop.start([PROGRAM], self._aws)

    def watching(self, home: Path) -> AbstractContextManager[Watch]:
        """Search processes and files for the latest token for as long as the block lasts."""
        return watching(
            lambda: self._tokens[-1] if self._tokens else None,
            [self.desktop.folder, home],
            excluding=[self.desktop.browser.profile],
        )

    def lengths_asked_for(self) -> list[tuple[str, int]]:
        """Return the notebooks and session lengths, in seconds, of the presigned URLs asked for."""
        return [
            (call.parameters["NotebookInstanceName"], call.parameters["SessionExpirationDurationInSeconds"])
            for call in self.endpoint.recorder.calls(PRESIGN)
        ]

    def keep_picture(self, name: str) -> None:
        """Keep what the screen shows, for the eyes of those who look into a failure."""
        self.desktop.screenshot(PICTURES / f"{name}.png")


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note every token that the endpoint makes, at the moment it is made."""
    made: list[str] = []
    create = PresignedLinks.create

    def noted(links: PresignedLinks, notebook: NotebookInstance, session_seconds: int) -> str:
        made.append(create(links, notebook, session_seconds))
        return made[-1]

    monkeypatch.setattr(PresignedLinks, "create", noted)
    return made


@pytest.fixture
def setting(desktop: Desktop, tokens: list[str]) -> Iterator[Setting]:
    profiles = sample_profiles()
    folder = desktop.home / ".aws"
    folder.mkdir()
    with running_endpoint(sample_world(profiles)) as endpoint:
        files = write_sample_files(folder, endpoint.url, profiles)
        yield Setting(desktop, endpoint, dict(files.environment), tokens)


@pytest.fixture
def screen(desktop: Desktop) -> Iterator[Screen]:
    with screen_of(desktop.env) as screen:
        yield screen


def lab_opens(setting: Setting, picture: str) -> None:
    """Wait until JupyterLab is on the screen, and keep the picture."""
    with setting.desktop.browser.devtools().page_where(LAB_IS_READY) as page:
        assert page.evaluate("location.pathname") == "/lab"
        page.wait_until_painted()
        setting.keep_picture(picture)


def rested(menu: MenuClient, label: str | re.Pattern[str]) -> None:
    """Wait until an entry is there and nothing is under way that will change the menu."""
    menu.wait_for_entry(label)
    menu.wait_for_entry(re.compile("^[0-9]+ of [0-9]+ running"))


def test_a_notebook_is_clicked_and_jupyterlab_opens(setting: Setting, screen: Screen, home: Path) -> None:
    assert setting.command("profiles", "import", "research").returncode == 0
    tray = setting.start_tray()
    with menu_client(setting.desktop.bus_address) as menu, setting.watching(home) as watch:
        rested(menu, beginning("churn-model — Running"))
        person = Person(screen, menu)
        person.open_tray_menu()
        setting.keep_picture("menu")
        person.open_submenu(beginning("churn-model — Running"))
        setting.keep_picture("notebook")
        person.choose("JupyterLab for 2 h")
        lab_opens(setting, "jupyterlab")

        # Only what was imported is listed.
        with pytest.raises(LookupError):
            menu.layout().find(beginning("demand-forecast"))
        person.open_tray_menu()
        person.choose("Quit")
        assert tray.wait(60) == 0
    assert setting.lengths_asked_for() == [("churn-model", 7200)]
    (visit,) = setting.endpoint.recorder.calls("OpenNotebook")
    assert visit.error == ""
    assert watch.found == []
    assert setting.desktop.notifications.shown == []


def test_a_notebook_is_opened_from_the_command_line(setting: Setting, home: Path) -> None:
    assert setting.command("profiles", "import", "--all").returncode == 0
    listed = json.loads(setting.command("profiles", "list", "--json").stdout)
    assert [profile["name"] for profile in listed["profiles"]] == ["research", "forecasting"]
    with setting.watching(home) as watch:
        opened = setting.command("open", "demand-forecast", "--for", "90m")
        assert opened.returncode == 0, opened.stderr
        lab_opens(setting, "command-line")
    assert setting.lengths_asked_for() == [("demand-forecast", 5400)]
    assert watch.found == []


def test_a_profile_is_chosen_in_the_menu(setting: Setting, screen: Screen) -> None:
    setting.start_tray()
    with menu_client(setting.desktop.bus_address) as menu:
        menu.wait_for_entry(re.compile("^No profiles yet"))
        menu.wait_for_entry("Profiles", beginning("research"))
        person = Person(screen, menu)
        person.open_tray_menu()
        person.open_submenu("Profiles")
        person.choose(beginning("research"))
        menu.wait_for_entry(beginning("churn-model — Running"))
    assert json.loads(setting.command("profiles", "list", "--json").stdout)["profiles"][0]["name"] == "research"


def test_a_refusal_is_told_in_a_notification(setting: Setting, screen: Screen) -> None:
    setting.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", operation=PRESIGN))
    assert setting.command("profiles", "import", "research").returncode == 0
    setting.start_tray()
    with menu_client(setting.desktop.bus_address) as menu:
        rested(menu, beginning("churn-model — Running"))
        person = Person(screen, menu)
        person.open_tray_menu()
        person.open_submenu(beginning("churn-model — Running"))
        person.choose(beginning("Open JupyterLab"))
        (shown,) = wait_until(lambda: setting.desktop.notifications.shown, "a notification")
    assert "churn-model" in shown.title
    assert not setting.desktop.browser.starts.exists()
