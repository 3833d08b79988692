"""Commands in one Windows process, and the tray in another: what is changed on the command line is in the menu at once.

They meet at a named pipe (`tray/desktop/single_instance/windows.py`). The real parts are those of test_tray.py.
"""

from __future__ import annotations

from tests.support.endpoint import Endpoint
from tests.support.waiting import wait_until
from tests.support.wine import WineDesktop
from tests.windows.under_wine.test_tray import QUIT
from tests.windows.under_wine.test_tray import ROWS as ROWS_OF_RESEARCH

LIST = "ListNotebookInstances"

# Changes of the profiles one after the other, the region that is to be looked at for each (none of the commands looks
# there itself), and how many rows the menu then has.
CHANGES = [
    (("import", "forecasting"), "ap-southeast-2", ROWS_OF_RESEARCH + 3),
    (("set", "research", "--region", "us-east-1"), "us-east-1", ROWS_OF_RESEARCH - 3 + 2 + 3),
    (("add", "lab", "--aws-profile", "research"), "eu-west-1", ROWS_OF_RESEARCH + 2 + 3),
    (("remove", "forecasting"), "", ROWS_OF_RESEARCH + 2),
]


def run(desktop: WineDesktop, *args: str) -> None:
    """Run a command, which has nothing to complain of."""
    ran = desktop.run(*args)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout


def wait_for_look_at(region: str, endpoint: Endpoint) -> None:
    """Wait until the notebook instances of a region have been asked for since the last call of this."""
    wait_until(lambda: any(call.region == region for call in endpoint.recorder.calls(LIST)), f"a look at {region}")
    endpoint.recorder.clear()


def test_the_menu_follows_the_commands(desktop: WineDesktop, endpoint: Endpoint) -> None:
    run(desktop, "profiles", "import", "research")
    desktop.start()
    wait_for_look_at("eu-west-1", endpoint)
    for change, region, rows in CHANGES:
        run(desktop, "profiles", *change)
        if region:  # before the menu is opened, which has the tray look by itself
            wait_for_look_at(region, endpoint)
        desktop.open_menu_of(rows)
        desktop.close_menu()

    # Nothing there is starting or stopping, so that nobody looks again but for a refresh.
    endpoint.recorder.clear()
    run(desktop, "refresh")
    wait_for_look_at("us-east-1", endpoint)

    desktop.choose(desktop.open_menu_of(CHANGES[-1][2]), QUIT)
    wait_until(lambda: desktop.run("refresh").returncode == 3, "the tray to be gone")
