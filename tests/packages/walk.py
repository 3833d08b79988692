"""The walk itself: `tests.packages.newcomer` runs it as root in the Debian; transcript and pictures go to $WALK."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from tests.packages.machine import PATH
from tests.packages.newcomer import install_command, run
from tests.support.desktop import Desktop, virtual_desktop
from tests.support.endpoint import running_endpoint
from tests.support.jupyterlab import LAB_IS_READY
from tests.support.menu_client import menu_client
from tests.support.person import Person, beginning
from tests.support.screen import screen_of
from tests.support.waiting import wait_until
from tray.demo.sample import sample_profiles, sample_world, write_sample_files

_OUT = Path(os.environ.get("WALK", "."))
_CHECKOUT = Path.cwd()
_ENTRY = "/usr/share/applications/notebook-tray.desktop"
_SET_UP = "location.pathname == '/setup' && !document.querySelector('#page').hidden"
_FOUND = "document.querySelector('[data-result=research]')?.innerText ?? ''"


class Transcript:
    """What was done and said, with the seconds since the beginning."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def step(self, name: str) -> None:
        """Begin a step."""
        self._say(f"## {name} ({time.monotonic() - self._began:.0f} s)")

    def typed(self, command: str) -> None:
        """Run a command that somebody types, and note it and its answer.

        :raises AssertionError: it failed
        """
        ran = run(command, _CHECKOUT)
        said = [line for line in ran.stdout.strip().splitlines() if "(Reading database" not in line]
        self._say("\n".join([f"$ {command}", *said]))
        assert ran.returncode == 0, f"{command}: {ran.stdout[-2000:]}"

    def sees(self, what: str) -> None:
        """Note what is on the screen."""
        self._say(what)

    @staticmethod
    def _say(text: str) -> None:
        with (_OUT / "transcript.txt").open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")
        print(text, flush=True)


def main() -> None:
    """Walk."""
    # The shell that a newcomer has: with nothing of the test's own.
    os.environ["PATH"] = PATH
    profiles = sample_profiles()
    with (
        tempfile.TemporaryDirectory(prefix="walk-", dir="/root") as name,
        running_endpoint(sample_world(profiles)) as endpoint,
        virtual_desktop(Path(name)) as desktop,
    ):
        aws = desktop.home / ".aws"
        aws.mkdir()
        files = write_sample_files(aws, endpoint.url, profiles)
        said = Transcript()
        try:
            _walk(desktop, dict(files.environment), said)
        except BaseException:
            desktop.screenshot(_OUT / "failed.png")
            raise


def _walk(desktop: Desktop, aws: dict[str, str], said: Transcript) -> None:
    said.step("README's command installs the package")
    said.typed(install_command())
    said.step("The desktop's menu starts it")
    tray = desktop.start(["gio", "launch", _ENTRY], aws)
    with screen_of(desktop.env) as screen:
        screen.tray_icon()
        said.step("The page that adds profiles comes by itself")
        with desktop.browser.devtools().page_where(_SET_UP) as page:
            page.wait_until("document.querySelectorAll('#found-list input').length == 2")
            page.wait_until_painted()
            desktop.screenshot(_OUT / "1-set-up.png")
            said.sees(str(page.evaluate("document.querySelector('h1').innerText")))
            said.step("A profile of the AWS config is added")
            page.evaluate("document.querySelector('#found-list input[value=research]').click()")
            page.evaluate("document.querySelector('#found-add').click()")
            page.wait_until(f"({_FOUND}).includes('We found')")
            page.wait_until_painted()
            desktop.screenshot(_OUT / "2-found.png")
            said.sees(str(page.evaluate(_FOUND)))
        with menu_client(desktop.bus_address) as menu:
            menu.wait_for_entry(beginning("churn-model — Running"))
            person = Person(screen, menu)
            said.step("A click on the icon opens the menu")
            person.open_tray_menu()
            desktop.screenshot(_OUT / "3-menu.png")
            said.sees("\n".join(entry.label for entry in menu.layout().children if entry.label))
            said.step("The notebook instance is chosen")
            person.open_submenu(beginning("churn-model — Running"))
            person.choose("JupyterLab for 1 h")
            with desktop.browser.devtools().page_where(LAB_IS_READY) as lab:
                lab.wait_until_painted()
                said.step("JupyterLab opens")
                desktop.screenshot(_OUT / "4-jupyterlab.png")
        said.step("Uninstall takes away what it keeps")
        ended = desktop.run(["notebook-tray", "uninstall", "--yes"], aws)
        said.sees(ended.stdout.strip())
        assert ended.returncode == 0, ended.stderr
        wait_until(lambda: tray.poll() is not None, "the tray to end")
        left = [path for path in desktop.home.rglob("*notebook-tray*") if "test-browser" not in path.name]
        assert not left, left
    said.step("The package is removed")
    said.typed("apt-get purge --yes --quiet=2 notebook-tray")
    assert not Path("/usr/lib/notebook-tray").exists()


if __name__ == "__main__":
    sys.exit(main())
