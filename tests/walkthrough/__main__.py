"""`python -m tests.walkthrough`: opens a notebook and two pages with the mouse, and keeps pictures."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.desktop import PROGRAM, Desktop, DesktopUnavailableError, virtual_desktop
from tests.support.jupyterlab import LAB_IS_READY
from tests.support.menu_client import menu_client
from tests.support.person import Person
from tests.support.screen import screen_of

PICTURES = Path("build/walkthrough").absolute()

RUNNING = re.compile("— Running")
LENGTH = "JupyterLab for 1 h"
ALL = "All notebooks…"
ALL_ARE_SHOWN = "document.querySelectorAll('.days [aria-label]').length > 7"

ADD = "Add a profile…"
START_URL = "https://example.awsapps.com/start"
ALLOW = "[...document.querySelectorAll('button')].find(each => each.textContent.includes('Allow access'))"
ROLES = "document.querySelectorAll('#center-accounts input')"
ADDS = "document.querySelectorAll('#found-list input').length > 1"

_LOG_LINES = 30


class StepError(Exception):
    """A step did not happen."""


def main() -> int:
    """Walk through, and return the exit status: 0 when every step happened."""
    # An end from outside ends the desktop's programs too: as an exception it passes every `finally`.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with tempfile.TemporaryDirectory(prefix="notebook-tray-") as folder, virtual_desktop(Path(folder)) as desktop:
            _say("No desktop here: running on a virtual one (Xvfb, openbox, xfce4-panel, Chromium).")
            walk(desktop, PICTURES)
    except DesktopUnavailableError as lacking:
        return _fail(
            f"There is no desktop here, and a virtual one can't be started: {lacking}.\n"
            "On Debian and Ubuntu, packaging/linux/debian-packages.sh installs what it needs."
        )
    except StepError as step:
        return _fail(str(step))
    return 0


def walk(desktop: Desktop, pictures: Path) -> None:
    """Run the demo in `desktop`, open a notebook and two pages with the mouse, and write seven pictures.

    :raises StepError: a step did not happen
    """
    args: list[str | Path] = [PROGRAM, "demo"]
    demo = desktop.start(args)
    log = desktop.log_of(args)

    @contextmanager
    def step(doing: str) -> Iterator[None]:
        try:
            yield
        except Exception as reason:
            picture = pictures / "failed.png"
            desktop.screenshot(picture)
            raise StepError(_account(doing, reason, demo, log, picture)) from reason

    def keep(name: str, what: str) -> None:
        picture = pictures / name
        desktop.screenshot(picture)
        _say(f"  {what}: {picture}")

    with screen_of(desktop.env) as screen:
        with step("showing an icon in the panel"):
            screen.tray_icon(alive=demo)
        with menu_client(desktop.bus_address) as menu:
            person = Person(screen, menu)
            with step("listing the notebooks"):
                menu.wait_for_entry(RUNNING)
            with step("opening the menu"):
                person.open_tray_menu()
            keep("1-menu.png", "Clicked the tray icon")
            with step("opening a notebook's submenu"):
                notebook = person.open_submenu(RUNNING)
            keep("2-notebook.png", f"Clicked “{notebook.label}”")
            with step(f"choosing “{LENGTH}”"):
                person.choose(LENGTH)
            with step("opening JupyterLab"), desktop.browser.devtools().page_where(LAB_IS_READY) as lab:
                lab.wait_until_painted()
                keep("3-jupyterlab.png", f"Clicked “{LENGTH}”, and JupyterLab opened in the browser")
            with step("opening the menu again"):
                person.open_tray_menu()
            with step(f"choosing “{ALL}”"):
                person.choose(ALL)
            with step("showing all notebooks"), desktop.browser.devtools().page_where(ALL_ARE_SHOWN) as page:
                page.wait_until_painted()
                keep("4-all-notebooks.png", f"Clicked “{ALL}”, and their page opened in the browser")
            with step("opening the menu once more"):
                person.open_tray_menu()
            with step(f"choosing “{ADD}”"):
                person.open_submenu("Profiles")
                person.choose(ADD)
            with step("showing the page that adds profiles"), desktop.browser.devtools().page_where(ADDS) as page:
                page.wait_until_painted()
                keep("5-add-a-profile.png", f"Clicked “{ADD}”, and its page opened in the browser")
            browser = desktop.browser.devtools()
            with step("adding a profile by IAM Identity Center"), browser.page_where(ADDS) as page:
                page.evaluate("document.querySelector('#center-url').focus()")
                page.call("Input.insertText", text=START_URL)
                page.evaluate("document.querySelector('#center-go').click()")
                with browser.page_where(f"!!{ALLOW}") as consent:
                    consent.evaluate(f"{ALLOW}.click()")
                page.call("Page.bringToFront")
                page.wait_until(f"{ROLES}.length == 3")
                page.evaluate(f"{ROLES}[1].click()")
                page.wait_until_painted()
                keep("6-roles.png", f"Wrote {START_URL}, signed in, and chose a role")
                page.evaluate("document.querySelector('#center-add').click()")
                page.wait_until("document.querySelector('#results').innerText.includes('We found')")
                page.wait_until_painted()
                keep("7-found.png", "Added it, and its notebook instances were found")


def _account(doing: str, reason: Exception, demo: subprocess.Popen[bytes], log: Path, picture: Path) -> str:
    status = demo.poll()
    state = "is still running" if status is None else f"ended with status {status}"
    printed = log.read_text("utf-8", "replace").splitlines()[-_LOG_LINES:]
    return "\n".join(
        [
            f"The walk-through stopped at: {doing}.",
            f"{type(reason).__name__}: {reason}",
            f"`notebook-tray demo` {state}. The screen as it was: {picture}",
            *(["The last that it printed:", *(f"    {line}" for line in printed)] if printed else []),
        ]
    )


def _say(line: str) -> None:
    print(line, flush=True)


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
