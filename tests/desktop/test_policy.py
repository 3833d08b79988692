"""An administrator's policy in /etc: the tray as a process of its own, its menu over D-Bus, its page in Chromium."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.desktop.test_all_notebooks import browser as browser
from tests.desktop.test_app import World
from tests.desktop.test_app import configured as configured
from tests.desktop.test_app import world as world
from tests.desktop.test_settings_page import choose, put, says
from tests.support import program
from tests.support.browser import DefaultBrowser
from tests.support.menu_client import MenuClient
from tests.support.stub_notifications import StubNotifications
from tests.support.waiting import wait_until

# A folder for it is laid over /etc, for this process and its children alone, and the test's own is put there.
_LAID_OVER = (
    'mount -t overlay overlay -o "lowerdir=$0/etc:/etc" /etc'
    ' && mount --bind "$0/policy" /etc/notebook-tray && exec "$@"'
)

TEAM = '[[profiles]]\nname = "team"\naws_profile = "research"\nregions = ["eu-west-1"]\nsession_length = "1h"\n'

THEIRS = "team (AWS profile research), set by your administrator"

Policed = Callable[[str], Path]


@pytest.fixture
def policed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Policed:
    """Have programs that are started from now on find a policy in /etc."""
    if os.getuid() != 0:
        pytest.skip(reason="only root makes files in /etc that the program trusts")
    own = tmp_path / "own"
    for folder in (own, own / "etc", own / "etc" / "notebook-tray", own / "policy"):
        folder.mkdir(mode=0o755)
    monkeypatch.setattr(
        program, "COMMAND", ("unshare", "--mount", "--", "sh", "-c", _LAID_OVER, str(own), *program.COMMAND)
    )

    def write(text: str) -> Path:
        path = own / "policy" / "policy.toml"
        path.write_text(text)
        path.chmod(0o644)
        return path

    return write


def profiles(menu: MenuClient) -> list[str]:
    return [each.label for each in menu.layout().find("Profiles").children]


def test_it_holds_in_the_menu_and_whatever_is_sent_and_is_followed(configured: World, policed: Policed) -> None:
    path = policed(f'allow_copy_link = false\nallow_stop = false\nlongest_session = "2h"\n{TEAM}')
    with StubNotifications(configured.keyring.address) as notifications, configured.tray() as (_, menu):
        menu.wait_for_entry(re.compile(r"churn-model — Running"))
        churn = menu.layout().find("churn-model — Running")
        said = [each.label for each in churn.children]
        assert "Copy link — set by your administrator" in said
        assert "Stop… — set by your administrator" in said
        assert not any("4 h" in each or "12 h" in each for each in said)
        assert THEIRS in profiles(menu)
        menu.click("churn-model — Running", re.compile(r"^Open JupyterLab"))
        wait_until(configured.visited.exists, "the browser to be led to the notebook")
        (call,) = configured.cloud.endpoint.recorder.calls("CreatePresignedNotebookInstanceUrl")
        assert call.parameters["SessionExpirationDurationInSeconds"] <= 7200

        path.write_text(f"allow_own_profiles = false\nallow_stop = false\n{TEAM}")
        menu.click("Refresh")
        wait_until(lambda: profiles(menu) == [THEIRS, "", "Set by your administrator"], lambda: str(profiles(menu)))
        assert configured.cli("profiles", "list").count("\n") == 2

        path.write_text("allow_own_profiles = fal")
        menu.click("Refresh")
        menu.wait_for_entry("Help", "The policy has 1 error: notebook-tray policy")
        assert profiles(menu)[-1] == "Set by your administrator", "what was set before holds"

        path.write_text("")
        menu.click("Refresh")
        menu.wait_for_entry("Profiles", re.compile("^forecasting"))
        assert notifications.shown == []


def test_a_file_that_others_may_write_is_told_and_sets_nothing(configured: World, policed: Policed) -> None:
    policed("allow_stop = false\n").chmod(0o666)
    ran = program.run(configured.environment, "policy")
    assert ran.returncode == 1
    assert "Others than root may write to /etc/notebook-tray/policy.toml" in ran.stderr
    doctor = program.run(configured.environment, "doctor")
    assert "administrator's policy" in doctor.stdout
    assert "1 error: /etc/notebook-tray/policy.toml" in doctor.stdout


def test_the_page_of_the_settings_says_by_whom(configured: World, policed: Policed, browser: DefaultBrowser) -> None:
    policed(
        f'allow_look_before_stop = false\nallow_access_keys = false\nlongest_session = "2h"\nviews = ["lab"]\n{TEAM}'
    )
    with configured.tray() as (_, menu):
        menu.wait_for_entry(re.compile(r"churn-model — Running"))
        menu.click("Settings…")
        with browser.devtools().page_where("!!document.querySelector('[data-profile=team]')") as page:
            choose(page, "team")
            says(page, "Set by your administrator")
            for control in ("name", "credentials", "length", "length-slider", "view", "region-search", "remove"):
                page.wait_until(f"document.getElementById('{control}').disabled")
            assert not page.evaluate("document.getElementById('shown').disabled")
            choose(page, "research")
            says(page, "Your administrator allows 2 h at most")
            page.wait_until("document.getElementById('view').disabled && !document.getElementById('name').disabled")
            assert page.evaluate("document.getElementById('own-key').hidden")
            assert page.evaluate("document.getElementById('length-slider').max") == "2"
            put(page, "length", "12h")
            says(page, "Your administrator allows sessions of 2 h at most.")
            page.evaluate("document.getElementById('program').click()")
            page.wait_until("document.getElementById('look-before-stop').disabled")
            assert not page.evaluate("document.getElementById('check-updates').disabled")
        menu.click("Profiles", "Add a profile…")
        with browser.devtools().page_where("!!document.getElementById('key-locked')?.innerText") as page:
            says(page, "Set by your administrator", "#key")
            assert page.evaluate("document.getElementById('key-form').hidden")
