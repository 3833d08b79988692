"""Sessions in the browser over D-Bus: the line that says until when, the warnings and their buttons, and the end."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
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
from tests.support.demo import SteppedClock
from tests.support.devtools import Page
from tests.support.headless import headless_browser
from tests.support.noon import NOON_ZONE, time_of_day
from tests.support.stub_notifications import WITH_ACTIONS, Shown, StubNotifications
from tests.support.waiting import wait_until
from tray.demo import hosts
from tray.demo.host_sessions import HostSessions
from tray.demo.world import Durations

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
    configured.environment["TZ"] = NOON_ZONE
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


def pretend_to_end_in(world: World, seconds: float) -> None:
    """Have what was opened end at another time: as if it had been opened earlier."""
    (path,) = (world.folder / "state").rglob("sessions.json")
    stored = json.loads(path.read_text())
    stored["sessions"][0] |= {"ends": time.time() + seconds, "since": time.time() - 7200}
    path.write_text(json.dumps(stored))


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
    ends_in(limited, 920)
    with server, limited.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        menu.click(f"{NAME} — Running", "Open JupyterLab (4 h)")
        menu.wait_for_entry(LINE)
        until = time_of_day(kept(limited)[0]["ends"])
        menu.wait_for(lambda root: any(each.label.endswith(f"open until {until}") for each in root.children))
        warning = told(server, f"^Your session in {NAME} ends at {until}$")
        assert warning.body == (
            "The AWS credentials that opened it end in 15 minutes. Renew it to go on without a break."
        )
        assert set(warning.buttons.values()) >= {"Renew for 4 h", "Not now"}
        assert "://" not in warning.title + warning.body
        assert json.loads(limited.cli("sessions", "--json"))["sessions"][0]["ends_with"] == "credentials"
        ends_in(limited, 7200)
        assert visits(limited) == 1
        server.choose(warning, warning.button("Renew for 4 h"))
        wait_until(lambda: visits(limited) == 2, "the browser to be led there once more")
        wait_until(lambda: kept(limited)[0]["ends"] > time.time() + 7000, "the later end")
        later = time_of_day(kept(limited)[0]["ends"])
        menu.wait_for(lambda root: any(each.label.endswith(f"open until {later}") for each in root.children))
    assert len(server.shown) == 1


def test_it_ends_while_the_tray_is_killed_and_is_opened_again(limited: World) -> None:
    server = StubNotifications(limited.keyring.address, capabilities=WITH_ACTIONS)
    with server:
        with limited.tray() as (tray, menu):
            menu.wait_for_entry(RUNNING)
            menu.click(f"{NAME} — Running", "Open JupyterLab (4 h)")
            menu.wait_for_entry(LINE)
            os.kill(tray.process.pid, signal.SIGKILL)
            tray.process.wait(30)
        assert server.shown == []
        pretend_to_end_in(limited, -5)
        ends = kept(limited)[0]["ends"]
        with limited.tray() as (_, menu):
            ended = told(server, f"^Your session in {NAME} has ended$")
            assert ended.body == (
                f"It ended at {time_of_day(ends)}. "
                "Kernels go on as long as it runs, though Jupyter may say that they died."
            )
            menu.wait_for_entry(f"{NAME} — Running")
            server.choose(ended, ended.button("Open again"))
            wait_until(lambda: visits(limited) == 2, "the browser to be led there once more")
            menu.wait_for_entry(LINE)
    assert len(server.shown) == 1


def test_not_now_and_a_stop_leave_nothing_to_tell(limited: World) -> None:
    server = StubNotifications(limited.keyring.address, capabilities=WITH_ACTIONS)
    limited.cloud.endpoint.world.durations = Durations(1.0, 1.0, 1.0)
    limited.cli("open", NAME)
    pretend_to_end_in(limited, 890)
    with server, limited.tray() as (_, menu):
        warning = told(server, f"^Your session in {NAME} ends at")
        server.choose(warning, warning.button("Not now"))
        wait_until(lambda: kept(limited)[0]["quiet"], "that to be kept")
        menu.wait_for_entry(LINE)
        menu.click(LINE, "Stop…")
        menu.wait_for_entry(f"Stop {NAME}?", "Stop it")
        menu.click(f"Stop {NAME}?", "Stop it")
        wait_until(lambda: kept(limited) == [], "the session to be over")
        assert limited.cli("sessions") == "No session is open that was begun here.\n"
    assert [each.title for each in server.shown if "session" in each.title] == [warning.title]


# Opens a tab in the browser that listens at a port.
_TAB = """
import sys, urllib.parse, urllib.request
address = f"http://127.0.0.1:{port}/json/new?" + urllib.parse.quote(sys.argv[1], safe="")
urllib.request.urlopen(urllib.request.Request(address, method="PUT")).close()
"""


@pytest.fixture
def host_clock(monkeypatch: pytest.MonkeyPatch) -> SteppedClock:
    """The clock by which the notebook hosts end the sessions of browsers."""
    clock = SteppedClock()
    monkeypatch.setattr(hosts, "HostSessions", lambda _: HostSessions(clock))
    return clock


def answered(page: Page) -> int:
    """Have a tab ask for the notebook instance again, without its link; return the status of the answer."""
    before = page.evaluate("performance.timeOrigin")
    page.evaluate(f"location.assign('/notebook/eu-west-1/{NAME}/lab')")
    page.wait_until(f"performance.timeOrigin !== {before} && document.readyState === 'complete'")
    return int(page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus"))


def test_the_cookie_of_a_real_browser_ends_and_the_button_renews_it(
    host_clock: SteppedClock, limited: World, tmp_path: Path
) -> None:
    server = StubNotifications(limited.keyring.address, capabilities=WITH_ACTIONS)
    with headless_browser(tmp_path) as browser:
        tab = tmp_path / "tab.py"
        tab.write_text(_TAB.replace("{port}", str(browser.port)))
        limited.environment["BROWSER"] = f"{sys.executable} {tab} %s"
        limited.cli("open", NAME)
        pretend_to_end_in(limited, 890)
        with server, limited.tray():
            with browser.page_where(f"location.pathname.includes('/{NAME}')") as page:
                assert answered(page) == 200
                warning = told(server, f"^Your session in {NAME} ends at")
                host_clock.go(4 * 3600)
                assert answered(page) == 403, "the session has ended"
                server.choose(warning, warning.button("Renew for 4 h"))
                wait_until(lambda: answered(page) == 200, "the first tab to have the new cookie, too")
            assert len([each for each in browser.pages() if each.title != "about:blank"]) == 2
