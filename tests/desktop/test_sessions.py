"""Sessions in the browser over D-Bus: the line that says until when, the warnings and their buttons, and the end."""

from __future__ import annotations

import json
import re
import shlex
import sys
import time
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest

from tests.desktop.test_app import RUNNING, World
from tests.desktop.test_app import configured as configured
from tests.desktop.test_app import world as world
from tests.support.stub_notifications import WITH_ACTIONS, Shown, StubNotifications
from tests.support.waiting import wait_until

NAME, LINE = "churn-model", re.compile(r"^churn-model — Running, open until (\w{3} )?\d\d:\d\d$")

# Prints an access key that ends at the time which stands in a file.
_PROCESS = """
import json, pathlib
print(json.dumps({{"Version": 1, **{keys!r}, "Expiration": pathlib.Path({expiration!r}).read_text()}}))
"""


@pytest.fixture
def limited(configured: World) -> Iterator[World]:
    """The profile `research` signs with credentials that end when `ends_in` says."""
    configured.environment["XDG_STATE_HOME"] = str(configured.folder / "state")
    configured.environment["TZ"] = "UTC"
    path = Path(configured.environment["AWS_SHARED_CREDENTIALS_FILE"])
    files = ConfigParser(default_section="", interpolation=None)
    files.read(path)
    keys = {"AccessKeyId": files["research"]["aws_access_key_id"]}
    keys["SecretAccessKey"] = files["research"]["aws_secret_access_key"]
    process = configured.folder / "process.py"
    process.write_text(_PROCESS.format(keys=keys, expiration=str(expiration(configured))))
    files["research"] = {"credential_process": shlex.join([sys.executable, str(process)])}
    with path.open("w") as file:
        files.write(file)
    ends_in(configured, 7200)
    yield configured
    for kept in (*(configured.folder / "state").rglob("*.json"), configured.folder / "tray.log"):
        assert "authToken" not in kept.read_text(errors="replace"), kept


def expiration(world: World) -> Path:
    return world.folder / "expiration"


def ends_in(world: World, seconds: float) -> None:
    expiration(world).write_text(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds)))


def visits(world: World) -> int:
    return len(world.visited.read_text().splitlines()) if world.visited.exists() else 0


def told(server: StubNotifications, title: str, after: int = 0) -> Shown:
    return wait_until(
        lambda: [each for each in server.shown[after:] if re.search(title, each.title)], f"“{title}”", seconds=60
    )[0]


def kept(world: World) -> list[dict[str, Any]]:
    found = list((world.folder / "state").rglob("sessions.json"))
    return json.loads(found[0].read_text())["sessions"] if found else []


def test_a_session_is_on_its_line_warned_of_and_renewed(limited: World) -> None:
    server = StubNotifications(limited.keyring.address, capabilities=WITH_ACTIONS)
    # The session ends with the credentials, before the four hours that are chosen.
    ends_in(limited, 910)
    with server, limited.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        menu.click(f"{NAME} — Running", "Open JupyterLab (4 h)")
        menu.wait_for_entry(LINE)
        until = time.strftime("%H:%M", time.gmtime(kept(limited)[0]["ends"]))
        menu.wait_for(lambda root: any(each.label.endswith(f"open until {until}") for each in root.children))
        warning = told(server, f"^Your session in {NAME} ends at {until}$")
        assert warning.body == (
            "In 15 minutes the AWS credentials end that opened it. Renew it to go on without a break."
        )
        assert set(warning.buttons.values()) >= {"Renew for 4 h", "Not now"}
        assert "://" not in warning.title + warning.body
        assert json.loads(limited.cli("sessions", "--json"))["sessions"][0]["ends_with"] == "credentials"
        ends_in(limited, 7200)
        assert visits(limited) == 1
        server.choose(warning, warning.button("Renew for 4 h"))
        wait_until(lambda: visits(limited) == 2, "the browser to be led there once more")
        wait_until(lambda: kept(limited)[0]["ends"] > time.time() + 7000, "the later end")
        later = time.strftime("%H:%M", time.gmtime(kept(limited)[0]["ends"]))
        menu.wait_for(lambda root: any(each.label.endswith(f"open until {later}") for each in root.children))
    assert len(server.shown) == 1
