"""The installed program in every desktop, from a click in its menu to the browser; AWS is the embedded endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import count

import pytest
import secretstorage
from jeepney.io.blocking import open_dbus_connection

from tests.support.browser import DefaultBrowser, chromium, install_default_browser
from tests.support.desktop import KEYRING_PASSWORD, PROGRAM, start_keyring
from tests.support.desktops.accessibility import Role, State
from tests.support.desktops.base import RealDesktop
from tests.support.desktops.cover import covered
from tests.support.desktops.hasty import HASTY_PROGRAM
from tests.support.desktops.user import User
from tests.support.endpoint import Endpoint, running_endpoint
from tests.support.person import beginning
from tests.support.processes import end_all_with
from tests.support.waiting import wait_until
from tray.demo.sample import sample_profiles, sample_world, write_sample_files
from tray.desktop.icon.artwork import Artwork

_PROMPT = "Authentication required"

pytestmark = pytest.mark.usefixtures("clean")


@pytest.fixture
def browser(desktop: RealDesktop) -> Iterator[DefaultBrowser]:
    """Make Chromium the desktop's default browser; end it if it was started."""
    if not chromium():
        pytest.skip(reason="chromium is not installed")
    # GNOME would make a larger one fill the screen, and nothing could be seen behind it.
    flags = ["--window-size=1000,600", *(["--ozone-platform=wayland"] if desktop.on_wayland else [])]
    folder = next(each for at in count() if not (each := desktop.folder / f"browser{at}").exists())
    browser = install_default_browser(folder, desktop.env, flags)
    yield browser
    end_all_with(str(browser.profile))


@pytest.fixture
def endpoint(desktop: RealDesktop) -> Iterator[tuple[Endpoint, dict[str, str]]]:
    """Run the embedded endpoint; give it, and the environment in which its profiles are AWS's."""
    profiles = sample_profiles()
    folder = desktop.home / ".aws"
    folder.mkdir(exist_ok=True)
    with running_endpoint(sample_world(profiles), jupyter=False) as endpoint:
        yield endpoint, dict(write_sample_files(folder, endpoint.url, profiles).environment)


@pytest.mark.desktops("gnome-x11", "gnome-wayland", "plasma-x11", "plasma-wayland", "mate", "lxqt")
def test_a_click_opens_the_browser_in_front(
    desktop: RealDesktop,
    user: User,
    artwork: Artwork,
    browser: DefaultBrowser,
    endpoint: tuple[Endpoint, dict[str, str]],
) -> None:
    aws, env = endpoint
    start_keyring(desktop.stage.programs, desktop.bus_address)
    imported = desktop.run([PROGRAM, "profiles", "import", "research", "--region", "us-east-1"], env)
    assert imported.returncode == 0, imported.stderr
    tray = desktop.start([PROGRAM], env)
    icon = user.wait_for_icon(artwork)
    with covered(desktop, user) as cover:
        user.open_menu(icon)
        user.wait_for_row(beginning("claims-text-mining"))
        user.keep_picture("program")
        user.choose(beginning("claims-text-mining"), beginning("Open JupyterLab"))
        wait_until(lambda: aws.recorder.calls("OpenNotebook"), "the browser to ask for the notebook")
        with browser.devtools().page_where("location.pathname !== 'blank'") as page:
            page.wait_until_painted()
        cover.wait_until_behind()
        user.keep_picture("browser")

        # What was opened last is the first line; the browser runs by now.
        cover.work_in()
        user.open_menu(icon)
        user.choose(beginning("Open claims-text-mining ("))
        wait_until(lambda: len(aws.recorder.calls("OpenNotebook")) == 2, "the browser to ask for the notebook again")
        cover.wait_until_behind()
        user.keep_picture("browser-again")
    user.step_aside()
    user.open_menu(user.wait_for_icon(artwork))
    user.choose("Quit")
    assert tray.wait(60) == 0
    user.wait_for_no_icon(artwork)


# GNOME Shell itself asks for a keyring's password; elsewhere gnome-keyring has a program for it.
@pytest.mark.desktops("gnome-x11", "plasma-x11")
def test_a_dismissed_keyring_prompt_comes_back_when_it_is_asked_for(
    desktop: RealDesktop, user: User, artwork: Artwork, endpoint: tuple[Endpoint, dict[str, str]]
) -> None:
    _aws, env = endpoint
    start_keyring(desktop.stage.programs, desktop.bus_address)
    imported = desktop.run([PROGRAM, "profiles", "import", "research", "--region", "us-east-1"], env)
    assert imported.returncode == 0, imported.stderr
    with closing(open_dbus_connection(bus=desktop.bus_address)) as connection:
        secretstorage.get_default_collection(connection).lock()
    log = desktop.home / ".local" / "state" / "notebook-tray" / "log" / "notebook-tray.log"
    refused_before = log.read_text(encoding="utf-8").count(" keyring: ") if log.exists() else 0

    def refused() -> int:
        return log.read_text(encoding="utf-8").count(" keyring: ") - refused_before

    tray = desktop.start(HASTY_PROGRAM, env)
    _wait_for_prompt(user)
    user.keep_picture("prompt")
    user.key("Escape")
    wait_until(lambda: not user.reads(_PROMPT), "the prompt to go")
    icon = user.wait_for_icon(Artwork.load("attention"))
    user.open_menu(icon)
    assert user.wait_for_row("Keyring locked")
    assert user.wait_for_row("Quit")
    user.keep_picture("keyring-locked")
    user.close_menus()

    def refused_again() -> bool:
        """Open the menu, which asks for a refresh where what it shows is old; the prompt would be in its way."""
        user.open_menu(icon)
        assert user.wait_for_row("Quit")
        user.close_menus()
        return refused() > 1

    wait_until(refused_again, "a second refresh to find the keyring locked")
    assert not user.reads(_PROMPT)

    user.open_menu(icon)
    user.choose("Refresh")
    _wait_for_prompt(user)
    user.key(*("space" if each == " " else each for each in KEYRING_PASSWORD.decode()), "Return")
    wait_until(lambda: not user.reads(_PROMPT), "the prompt to go")
    user.open_menu(user.wait_for_icon(artwork))
    user.wait_for_row(beginning("claims-text-mining"))
    user.choose("Quit")
    assert tray.wait(60) == 0


def _wait_for_prompt(user: User) -> None:
    """Wait until a password can be typed into the prompt."""
    user.wait_for_words(_PROMPT)
    wait_until(
        lambda: any(seen.role == Role.PASSWORD_TEXT and seen.has(State.FOCUSED) for seen in user.seen()),
        "the prompt to take what is typed",
    )
