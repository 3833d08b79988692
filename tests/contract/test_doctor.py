"""`notebook-tray doctor` as a person runs it: a real session bus, a real gnome-keyring, the embedded endpoint."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support.cloud import SampleCloud, sample_cloud
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.private_bus import private_bus
from tests.support.program import COMMAND, run
from tests.support.secret_service import SecretService, secret_service
from tests.support.secrets_scan import scan_for
from tests.support.stub_notifications import StubNotifications
from tests.support.stub_watcher import StubWatcher

pytestmark = pytest.mark.only_on("linux", reason="a session bus and a Secret Service")

PLANTED = {
    "a token": "IQoJb3JpZ2luX2VjEPplanted1Token0OfAnEnvironment",
    "a key": "ASIAPLANTED1KEY2ABCD",
    "a secret": "planted/Secret+of1theEnvironment2longEnough",
    "a password": "planted-password-of-a-proxy",
    "a user": "planted-user-of-a-proxy",
    "a line": "planted-secret-of-a-broken-line",
    "of nowhere": "AKIAONLY1PLANTED2HERE",
    "of a file": "planted-secret-of-a-whole-file",
}


@dataclass
class World:
    """What the doctor looks at."""

    folder: Path
    cloud: SampleCloud
    keyring: SecretService
    environment: dict[str, str] = field(default_factory=dict)

    def ask(self, *, status: int, **more: str) -> dict[str, dict[str, Any]]:
        """Run it, and return the checks by name."""
        ran = run({**self.environment, **more}, "doctor", "--json")
        assert ran.stderr == ""
        assert ran.returncode == status, ran.stdout
        report = json.loads(ran.stdout)
        assert report["well"] is (status == 0)
        return {check["name"]: check for check in report["checks"]}

    def files(self) -> set[str]:
        """Return the person's files, besides logs and caches."""
        home = Path(self.environment["HOME"])
        kept = (home / ".local" / "state", home / ".cache")
        return {str(path) for path in home.rglob("*") if not any(path.is_relative_to(each) for each in kept)}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with sample_cloud(tmp_path) as cloud, secret_service(tmp_path / "keyring") as keyring:
        environment = {
            **keyring.environment,
            **cloud.files.environment,
            "AWS_MAX_ATTEMPTS": "1",
            "BROWSER": f"{sys.executable} -c pass %s",
            "DISPLAY": ":no-such-display",
            "XDG_CURRENT_DESKTOP": "XFCE",
            "XDG_CONFIG_DIRS": str(tmp_path / "etc"),
        }
        world = World(tmp_path, cloud, keyring, environment)
        imported = run(environment, "profiles", "import", "--all")
        assert imported.returncode == 0, imported.stderr
        yield world


def test_all_is_well(world: World) -> None:
    with StubWatcher(world.keyring.address) as watcher, StubNotifications(world.keyring.address) as notifications:
        before = world.files()
        checks = world.ask(status=0)
        text = run(world.environment, "doctor")
        assert world.files() == before, "it changes nothing"
        assert (watcher.items, notifications.shown) == ((), []), "and shows nothing"
    assert list(checks) == [
        *("tray host", "notifications", "default browser", "pages for the browser", "start at login"),
        *("running copy", "own folders", "administrator's policy"),
        *("keyring", "profiles", "AWS config", "AWS credentials"),
        *("sign-in research", "permissions research", "sign-in forecasting", "permissions forecasting"),
        *("region eu-west-1", "region ap-southeast-2"),
        *("clock", "proxy", "certificates"),
    ]
    assert checks["certificates"] == {
        "name": "certificates",
        "state": "skipped",
        "what": "The endpoint is asked without TLS.",
        "remedy": None,
    }
    assert {check["state"] for name, check in checks.items() if name != "certificates"} == {"ok"}
    assert (text.returncode, text.stderr) == (0, "")
    assert text.stdout.splitlines()[0].startswith("notebook-tray")
    assert text.stdout.splitlines()[-1] == "All is well: 20 checks. Not checked: 1."
    assert "✓ ok       sign-in research" in text.stdout
    assert "→" not in text.stdout


def test_what_a_profile_may_not_do_is_told_and_nothing_is_started(world: World) -> None:
    world.cloud.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", operation="StartNotebookInstance"))
    with StubWatcher(world.keyring.address), StubNotifications(world.keyring.address):
        check = world.ask(status=0)["permissions research"]
    assert check["state"] == "ok"
    assert check["what"].endswith("an administrator can allow sagemaker:StartNotebookInstance.")
    statuses = [str(each.status) for each in world.cloud.endpoint.world.notebooks("111122223333", "eu-west-1")]
    assert "Pending" not in statuses
    assert statuses.count("InService") == 1


def test_what_the_config_has_wrong_is_told(world: World) -> None:
    config = Path(world.environment["AWS_CONFIG_FILE"])
    text = config.read_text().replace("[profile research]\n", "[profile research]\nretry_mode = many\n")
    more = "".join(f"[profile wrong-{at}]\ndefaults_mode = many\n" for at in range(30))
    config.write_text(f"{text}[analyst]\nregion = eu-west-1\n{more}")
    report = json.loads(run(world.environment, "doctor", "--json").stdout)
    told = [check["what"] for check in report["checks"] if check["name"] == "AWS config"]
    assert any("[analyst] is not read" in what for what in told)
    assert any("retry_mode of [profile research] is “many”" in what for what in told)
    assert any("defaults_mode of [profile wrong-3] is “many”" in what for what in told)
    assert len(told) < 25
    assert "more are like this" in told[-1]
    checks = {check["name"]: check for check in report["checks"]}
    assert "retry_mode of [profile research]" in checks["sign-in research"]["what"]
    assert checks["sign-in forecasting"]["state"] == "ok"
    config.unlink()
    config.mkdir()
    checks = world.ask(status=1)
    assert checks["AWS config"]["state"] == "failed"
    assert "is a folder and not a file" in checks["AWS config"]["what"]


def test_versions_come_first(world: World) -> None:
    report = json.loads(run(world.environment, "doctor", "--json").stdout)
    assert list(report) == ["version", "well", "versions", "checks"]
    assert list(report["versions"]) == [
        *("notebook-tray", "Python", "system", "desktop", "boto3", "botocore", "keyring"),
    ]
    assert report["versions"]["desktop"] == "XFCE (x11)"


def test_a_terminal_that_knows_ascii_alone(world: World) -> None:
    said = run({**world.environment, "PYTHONIOENCODING": "ascii"}, "doctor")
    assert said.stderr == ""
    assert said.stdout.isascii()
    assert "x failed   tray host" in said.stdout
    assert "-> Add the item" in said.stdout


def test_a_desktop_that_shows_nothing(world: World) -> None:
    checks = world.ask(status=1)
    assert checks["tray host"]["state"] == "failed"
    assert "Status Tray Plugin" in checks["tray host"]["remedy"]
    assert checks["notifications"]["state"] == "warning"
    with StubWatcher(world.keyring.address, host=False):
        assert "nothing shows them" in world.ask(status=1)["tray host"]["what"]


@pytest.mark.parametrize("bus", ["", "unix:path=/nonexistent/bus", "silent"])
def test_no_session(world: World, bus: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("bus") / "s"
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(path))
        silent.listen()
        address = f"unix:path={path}" if bus == "silent" else bus
        checks = world.ask(status=1, DBUS_SESSION_BUS_ADDRESS=address, DISPLAY="", BROWSER="")
    assert checks["tray host"]["state"] == "warning"
    assert checks["tray host"]["what"].startswith("No desktop session")
    assert checks["notifications"]["state"] == "skipped"
    assert checks["default browser"]["state"] == "warning"
    assert checks["keyring"]["state"] == "failed"
    assert checks["sign-in"]["state"] == "skipped"
    assert checks["region eu-west-1"]["state"] == "ok", "the way to AWS is tried by the config's own regions"


def test_a_bus_without_a_screen(world: World) -> None:
    checks = world.ask(status=1, DISPLAY="")
    assert "No graphical session" in checks["tray host"]["what"]
    assert checks["notifications"]["state"] == "skipped"


def test_a_locked_keyring_stays_so(world: World) -> None:
    world.keyring.lock()
    checks = world.ask(status=1)
    assert checks["keyring"]["state"] == "warning"
    assert checks["keyring"]["what"].startswith("Keyring locked (Secret Service)")
    assert "The keyring is locked. This was found" in checks["keyring"]["what"], "nobody was asked to unlock it"
    assert checks["profiles"]["state"] == "skipped"
    assert world.ask(status=1)["keyring"]["state"] == "warning", "it was not unlocked"


def test_no_keyring(world: World, tmp_path: Path) -> None:
    with private_bus(tmp_path / "b") as address:
        checks = world.ask(status=1, DBUS_SESSION_BUS_ADDRESS=address)
    assert checks["keyring"]["state"] == "failed"
    assert "gnome-keyring" in checks["keyring"]["remedy"]


@pytest.mark.parametrize("backend", ["null", "fail"])
def test_a_keyring_that_keeps_nothing(world: World, backend: str) -> None:
    checks = world.ask(status=1, PYTHON_KEYRING_BACKEND=f"keyring.backends.{backend}.Keyring")
    assert checks["keyring"]["state"] == "failed"
    assert "Unset PYTHON_KEYRING_BACKEND" in checks["keyring"]["remedy"]


def test_a_keyring_without_profiles(world: World) -> None:
    assert run(world.environment, "profiles", "remove", "research", "forecasting").returncode == 0
    checks = world.ask(status=1)
    assert checks["keyring"]["state"] == "ok"
    assert checks["profiles"]["state"] == "warning"


def test_a_broken_line_is_named_and_not_shown(world: World) -> None:
    config, credentials = (Path(world.environment[name]) for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"))
    whole = config.read_text()
    config.write_text(f"[default]\n{PLANTED['a line']}\n")
    checks = world.ask(status=1)
    assert checks["AWS config"]["state"] == "failed"
    assert "line 2" in checks["AWS config"]["what"]
    assert checks["AWS credentials"]["state"] == "ok"
    assert "sign-in research" in checks, checks
    assert checks["sign-in research"]["state"] == "failed"
    assert PLANTED["a line"] not in json.dumps(checks)
    config.write_text(whole)
    credentials.write_text("[default]\nregion = x\nnonsense\n")
    checks = world.ask(status=1)
    assert (checks["AWS config"]["state"], checks["AWS credentials"]["state"]) == ("ok", "failed")
    assert "line 3" in checks["AWS credentials"]["what"]
    config.unlink()
    credentials.unlink()
    assert "There is neither" in world.ask(status=1)["AWS config"]["what"]


def test_each_profile_s_sign_in_is_its_own(world: World) -> None:
    account = world.cloud.profiles[0].principal.account_id
    world.cloud.endpoint.faults.add(Fault(Trouble.ERROR, "ExpiredTokenException", account_id=account))
    checks = world.ask(status=1)
    assert "sign-in research" in checks, checks
    assert checks["sign-in research"]["state"] == "failed"
    assert checks["sign-in research"]["remedy"]
    assert checks["sign-in forecasting"]["state"] == "ok"
    assert checks["region eu-west-1"]["state"] == "ok"


def test_a_region_that_is_gone(world: World) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        checks = world.ask(status=1, AWS_ENDPOINT_URL_SAGEMAKER=f"http://127.0.0.1:{closed.getsockname()[1]}")
    assert checks["region eu-west-1"]["state"] == "failed"
    assert checks["clock"]["state"] == "skipped"


def test_browsers(world: World) -> None:
    with StubWatcher(world.keyring.address), StubNotifications(world.keyring.address):
        assert world.ask(status=0)["default browser"]["state"] == "ok"
        path = os.pathsep.join(["/nonexistent/browser %s", world.environment["BROWSER"]])
        found = world.ask(status=1, BROWSER=path)["default browser"]
        assert found["state"] == "warning"
        assert "/nonexistent/browser" in found["what"]
        none = world.ask(status=1, BROWSER="/nonexistent/browser %s", PATH="/nonexistent")["default browser"]
        assert none["state"] == "failed"


def test_an_autostart_entry_that_starts_nothing(world: World) -> None:
    entry = Path(world.environment["HOME"], ".config", "autostart", "notebook-tray.desktop")
    entry.parent.mkdir(parents=True)
    program = Path(world.environment["HOME"], "bin", "notebook-tray")
    entry.write_text(f"[Desktop Entry]\nType=Application\nName=Notebook Tray\nExec={program} --autostarted\n")
    found = world.ask(status=1)["start at login"]
    assert found["state"] == "failed"
    assert "~/bin/notebook-tray" in found["what"]
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert world.ask(status=1)["start at login"]["state"] == "warning", "another copy"
    entry.write_text(f"{entry.read_text()}Hidden=true\n")
    assert world.ask(status=1)["start at login"]["state"] == "ok"


def test_nothing_secret_is_in_the_report(world: World, tmp_path: Path) -> None:
    config = Path(world.environment["AWS_CONFIG_FILE"])
    failing = tmp_path / "failing.py"
    failing.write_text(f"import sys; sys.exit('no way: {PLANTED['a token']} {PLANTED['a key']}')")
    config.write_text(
        config.read_text() + f"\n[profile planted]\nregion = eu-west-1\naws_session_token = {PLANTED['of a file']}\n"
        f"[profile asking]\nregion = eu-west-1\ncredential_process = {sys.executable} {failing}\n"
    )
    assert run(world.environment, "profiles", "import", "asking", "planted").returncode == 0
    proxy = f"http://{PLANTED['a user']}:{PLANTED['a password']}@127.0.0.1:9"
    more = {
        # A browser that isn't there is named, whatever is in its name: what is known as a secret, and what looks so.
        "BROWSER": f"/nonexistent/{PLANTED['of a file']}/{PLANTED['of nowhere']}",
        "HTTPS_PROXY": proxy,
        "HTTP_PROXY": proxy,
        "AWS_SESSION_TOKEN": PLANTED["a token"],
        "AWS_ACCESS_KEY_ID": PLANTED["a key"],
        "AWS_SECRET_ACCESS_KEY": PLANTED["a secret"],
        "DBUS_SESSION_BUS_ADDRESS": world.keyring.address,
    }
    out = tmp_path / "reports"
    out.mkdir()
    for kind in ("text", "json"):
        ran = run({**world.environment, **more}, "doctor", *(["--json"] if kind == "json" else []))
        assert ran.returncode == 1
        assert "sign-in asking" in ran.stdout
        assert "/nonexistent/…/AKIA…" in ran.stdout
        (out / kind).write_text(ran.stdout + ran.stderr)
        # The user's own folder, by its name, in none of the lines.
        assert world.environment["HOME"] not in ran.stdout
    assert {name: scan_for(secret, [out]) for name, secret in PLANTED.items()} == {name: [] for name in PLANTED}
    kept = next(Path(world.environment["HOME"]).rglob("notebook-tray.log"))
    assert scan_for(PLANTED["a password"], [kept.parent]) == []


def test_a_profile_with_an_access_key_is_checked_with_that_key(world: World) -> None:
    """Such a profile names no AWS profile: there is no section to look up, and no sign-in."""
    given = world.cloud.profiles[0].principal
    added = subprocess.run(
        [*COMMAND, *f"profiles add lab --access-key {given.access_key_id} --secret-stdin --region eu-west-1".split()],
        env=world.environment,
        input=given.secret_access_key,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert added.returncode == 0, added.stderr
    with StubWatcher(world.keyring.address), StubNotifications(world.keyring.address):
        checks = world.ask(status=0)
    assert checks["sign-in lab"]["state"] == "ok"
    assert given.secret_access_key not in json.dumps(checks)
