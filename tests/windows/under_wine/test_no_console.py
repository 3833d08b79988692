"""No console window flashes up, whatever the tray does: all the way from its start to its end.

Seen in two ways: somebody watches every window that comes into being on the desktop, and the tray's process notes what
it starts. What could start a process, and so is gone through here: the credential_process of a profile, a browser that
BROWSER names (a console program, or a batch file), the default browser, and what libraries do when they are imported or
first asked (`ver` by `platform`, above all).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.endpoint import Endpoint
from tests.support.waiting import wait_until
from tests.support.wine import PYTHON, RUN_KEY, WineDesktop, windows_path
from tests.windows.under_wine.test_tray import QUIT
from tray.demo.sample import SampleFiles, SampleProfile
from tray.demo.sample_sign_in import add_sign_in_sample

LIST = "ListNotebookInstances"
ROOT = Path(__file__).parents[3]
NO_WINDOW = 0x08000000  # CREATE_NO_WINDOW

# Rows of the menu, as in test_tray.py: with the three notebook instances of each of two profiles and a sign-in line, or
# what it leads to.
ROWS, SIGN_IN, FIRST_NOTEBOOK, AUTOSTART, OPEN = 17, 1, 1, -4, 0

# Signs in wherever it is led to a page for that, and fetches any other page.
BROWSER = """#!{python}
import sys
sys.path.insert(0, {root!r})
from tests.support.sign_in import come_back, decide, fetch
location = fetch(sys.argv[1])[2]
what = "signed in" if "/authorize?" in location else "opened"
if what == "signed in":
    come_back(decide(location))
with open({record!r}, "a") as record:
    print(what, file=record)
"""

# A console program that opens nothing, so that the default browser has its turn.
NO_BROWSER = "raise SystemExit(1)"

HELPER = """
import json
print(json.dumps({{"Version": 1, "AccessKeyId": {0!r}, "SecretAccessKey": {1!r}}}))
"""


@dataclass(frozen=True)
class Start:
    """What a Python process started; see `process_starts`."""

    process: int
    call: str
    what: str
    flags: int | None

    @property
    def is_unseen(self) -> bool:
        """Whether no console window can come of it: it gets none, or it is a page for the default browser."""
        if self.call == "CreateProcess":
            return bool(self.flags is not None and self.flags & NO_WINDOW)
        return self.call.startswith("os.startfile") and urlsplit(self.what).hostname == "127.0.0.1"


@pytest.fixture
def signed_out(endpoint: Endpoint, files: SampleFiles) -> str:
    """A profile that has to sign in."""
    return add_sign_in_sample(endpoint.world, files)


@pytest.fixture
def asking(files: SampleFiles, samples: tuple[SampleProfile, ...], tmp_path: Path) -> str:
    """A profile whose keys a console program gives."""
    # Not in the home: botocore reads the AWS files in the code page of the system.
    helper, principal = tmp_path / "helper.py", samples[1].principal
    helper.write_text(HELPER.format(principal.access_key_id, principal.secret_access_key), encoding="utf-8")
    with files.config.open("a", encoding="utf-8") as config:
        command = subprocess.list2cmdline([PYTHON, windows_path(helper)])
        config.write(f"[profile asking]\nregion = {samples[1].regions[0]}\ncredential_process = {command}\n")
    return "asking"


@pytest.fixture
def visits(path: str, tmp_path: Path) -> Path:
    """What the browser has done, line by line."""
    visits = tmp_path / "visits"
    browser = Path(path.partition(":")[0], "xdg-open")
    browser.write_text(BROWSER.format(python=sys.executable, root=str(ROOT), record=str(visits)), encoding="utf-8")
    return visits


@pytest.fixture
def started(desktop: WineDesktop, tmp_path: Path, persons_home: Path) -> Callable[[], list[Start]]:
    """What Python processes have started since."""
    notes, browser = tmp_path / "starts.jsonl", persons_home / "browser.py"
    notes.touch()
    browser.write_text(NO_BROWSER, encoding="utf-8")
    desktop.environment |= {
        "NOTEBOOK_TRAY_STARTS": windows_path(notes),
        "PYTHONPATH": windows_path(ROOT / "tests" / "support" / "process_starts"),
        "BROWSER": f'{PYTHON} "{windows_path(browser)}" %s'.replace("\\", "/"),
    }
    return lambda: [Start(**json.loads(line)) for line in notes.read_text(encoding="utf-8").splitlines()]


def test_nothing_flashes_on_the_trays_whole_way(
    desktop: WineDesktop,
    endpoint: Endpoint,
    asking: str,
    signed_out: str,
    visits: Path,
    started: Callable[[], list[Start]],
) -> None:
    def wait_for(what: str) -> None:
        wait_until(lambda: visits.exists() and what in visits.read_text(), f"the browser to have {what}")

    imported = desktop.run("profiles", "import", "research", asking, signed_out)
    assert imported.returncode == 0, imported.stderr
    desktop.watch()
    before = len(started())
    desktop.start()

    desktop.choose(desktop.open_menu_of(ROWS), SIGN_IN)
    wait_for("signed in")
    wait_until(
        lambda: any(not call.error and call.region == "eu-central-1" for call in endpoint.recorder.calls(LIST)),
        "its notebook instances",
    )
    menu = desktop.open_menu_of(ROWS)
    desktop.keep_picture("no-console")
    desktop.choose(desktop.open_submenu(menu, FIRST_NOTEBOOK), OPEN)
    wait_for("opened")
    # With a line for what was opened last.
    desktop.choose(desktop.open_menu_of(ROWS + 1), AUTOSTART)
    wait_until(lambda: desktop.run_windows("reg", "query", RUN_KEY).returncode == 0, "an entry in the Run key")
    desktop.choose(desktop.open_menu_of(ROWS + 1), QUIT)
    wait_until(lambda: desktop.run("refresh").returncode == 3, "the tray to be gone")

    starts = started()[before:]
    assert [start for start in starts if not start.is_unseen] == []
    assert {start.call for start in starts} == {"CreateProcess", "os.startfile"}
    for part in ("helper.py", "browser.py"):
        assert any(part in start.what for start in starts), "it was never tried"
    seen = desktop.windows()
    assert [window for window in seen if window.is_console] == []
    assert {window.program for window in seen} == {"pythonw.exe"}

    # The watch was not blind: what starts a console program in the plainest way is noticed at once.
    desktop.start_windows(PYTHON, "-c", "pass")
    wait_until(lambda: any(window.is_console for window in desktop.windows()), "a console to be seen")


def test_the_commands_start_nothing(desktop: WineDesktop, asking: str, started: Callable[[], list[Start]]) -> None:
    """On the command line there is a console, and what is started there shares it; but there is no need for more."""
    for command in (["profiles", "import", asking], ["autostart", "status"], ["list"], ["doctor"]):
        assert desktop.run(*command).returncode in (0, 1)
    starts = started()
    assert [start for start in starts if not start.is_unseen] == []
    assert {"helper.py" in start.what for start in starts} == {True}
