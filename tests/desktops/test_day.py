"""A day with a notebook instance in GNOME and Plasma: started, opened when ready, worked in, stopped after a look.

The program, the browser, JupyterLab and the kernel that is busy are real; AWS is the embedded endpoint.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.desktops.test_notification_buttons import see
from tests.desktops.test_program import browser as browser
from tests.support.browser import DefaultBrowser
from tests.support.desktop import PROGRAM, start_keyring
from tests.support.desktops.base import RealDesktop
from tests.support.desktops.user import User
from tests.support.endpoint import Endpoint, running_endpoint
from tests.support.jupyterlab import LAB_IS_READY, keep_busy
from tests.support.person import beginning
from tests.support.waiting import wait_until
from tray.demo.sample import sample_profiles, sample_world, write_sample_files
from tray.demo.world import Durations, Status
from tray.desktop.icon.artwork import Artwork

NAME = "customer-segments"
_GROUP = beginning("research — 1 of 3 running")
_WARNING = "1 kernel running since "

pytestmark = pytest.mark.usefixtures("clean")


@pytest.fixture
def aws(desktop: RealDesktop) -> Iterator[tuple[Endpoint, dict[str, str]]]:
    profiles = sample_profiles()
    folder = desktop.home / ".aws"
    folder.mkdir(exist_ok=True)
    with running_endpoint(sample_world(profiles)) as endpoint:
        endpoint.world.durations = Durations(2.0, 1.0, 1.0, readying_seconds=3.0)
        yield endpoint, dict(write_sample_files(folder, endpoint.url, profiles).environment)


# On X11 by the notification, on Wayland in the menu.
@pytest.mark.desktops("gnome-x11", "plasma-wayland")
@pytest.mark.timeout(240)
def test_a_stopped_one_is_started_used_and_stopped(
    desktop: RealDesktop, user: User, artwork: Artwork, browser: DefaultBrowser, aws: tuple[Endpoint, dict[str, str]]
) -> None:
    endpoint, env = aws
    gnome = desktop.name.startswith("gnome")

    def calls(operation: str) -> int:
        return len(endpoint.recorder.calls(operation))

    start_keyring(desktop.stage.programs, desktop.bus_address)
    imported = desktop.run([PROGRAM, "profiles", "import", "research", "--region", "eu-west-1"], env)
    assert imported.returncode == 0, imported.stderr
    tray = desktop.start([PROGRAM], env)
    icon = user.wait_for_icon(artwork)
    user.open_menu(icon)
    if gnome:  # where the line itself starts and opens
        user.wait_for_row(_GROUP)
        user.choose(_GROUP, beginning(f"{NAME} — Stopped"))
    else:
        user.wait_for_row(beginning(f"{NAME} — Stopped"))
        user.choose(beginning(f"{NAME} — Stopped"), beginning("Start and open"))
    with browser.devtools().page_where(LAB_IS_READY) as page:
        keep_busy(page)
        user.keep_picture("day-busy")
    assert calls("StartNotebookInstance") == 1

    user.step_aside()
    user.open_menu(user.wait_for_icon(artwork))
    if gnome:
        user.wait_for_row("Start, stop, copy link")
        user.choose("Start, stop, copy link", f"Stop {NAME}…")
    else:
        user.wait_for_row(beginning(f"{NAME} — Running"))
        user.choose(beginning(f"{NAME} — Running"), "Stop…")
    if desktop.on_wayland:
        _stop_in_menu(user, artwork)
    else:
        _stop_in_notification(user)
    wait_until(lambda: endpoint.world.notebook("111122223333", "eu-west-1", NAME).status is Status.STOPPED, "the end")
    assert calls("StopNotebookInstance") == 1

    user.step_aside()
    user.open_menu(user.wait_for_icon(artwork))
    user.wait_for_row(beginning("1 of 3 running"))
    user.choose("Quit")
    assert tray.wait(60) == 0
    user.wait_for_no_icon(artwork)


def _stop_in_notification(user: User) -> None:
    see(user, f"Stop {NAME}?")
    # GNOME shows the buttons, and the whole text, of what the pointer is over.
    user.move(*see(user, _WARNING).box.middle)
    button = user.wait_for_words("Stop it")
    user.keep_picture("day-question")
    user.click(button.box)


def _stop_in_menu(user: User, artwork: Artwork) -> None:
    see(user, f"Stop {NAME}?")
    user.step_aside()
    user.open_menu(user.wait_for_icon(artwork))
    user.open_submenu(f"Stop {NAME}?")
    user.wait_for_row(f"Stop {NAME}?", beginning(_WARNING))
    user.keep_picture("day-question")
    user.choose(f"Stop {NAME}?", "Stop it")
