"""From a menu without notebook instances to listed ones, in real desktops by the pointer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.desktop import PROGRAM, start_keyring
from tests.support.desktops.base import RealDesktop
from tests.support.desktops.user import User
from tests.support.endpoint import running_endpoint
from tests.support.person import beginning
from tray.demo.sample import sample_profiles, sample_world, write_sample_files
from tray.desktop.icon.artwork import Artwork

_FOUND = "churn: 3 in eu-west-1, 2 in us-east-1"

pytestmark = pytest.mark.usefixtures("clean")


@pytest.fixture
def env(desktop: RealDesktop) -> Iterator[dict[str, str]]:
    profiles = sample_profiles()
    folder = desktop.home / ".aws"
    folder.mkdir(exist_ok=True)
    with running_endpoint(sample_world(profiles), jupyter=False) as endpoint:
        yield dict(write_sample_files(folder, endpoint.url, profiles).environment)


# Lists open inside the menu in the first, and beside it in the second.
@pytest.mark.desktops("gnome-x11", "plasma-x11")
@pytest.mark.timeout(240)
def test_where_notebooks_are_is_found_and_listed(
    desktop: RealDesktop, user: User, artwork: Artwork, env: dict[str, str]
) -> None:
    start_keyring(desktop.stage.programs, desktop.bus_address)
    added = desktop.run(
        [PROGRAM, "profiles", "add", "churn", "--aws-profile", "research", "--region", "eu-central-1"], env
    )
    assert added.returncode == 0, added.stderr
    tray = desktop.start([PROGRAM], env)
    icon = user.wait_for_icon(artwork)
    user.open_menu(icon)
    user.wait_for_row(beginning("No notebook instances in eu-central-1"))
    user.keep_picture("finding-none")
    user.choose("Look in all regions")

    user.step_aside()
    user.open_menu(user.wait_for_icon(artwork))
    user.wait_for_row(_FOUND)
    user.open_submenu(_FOUND)
    user.wait_for_row(_FOUND, "Dismiss")
    user.keep_picture("finding-found")
    user.choose(_FOUND, "List all 2 regions")

    user.step_aside()
    user.open_menu(user.wait_for_icon(artwork))
    user.wait_for_row(beginning("2 of 5 running"))
    user.keep_picture("finding-listed")
    user.choose("Quit")
    assert tray.wait(60) == 0
    user.wait_for_no_icon(artwork)
