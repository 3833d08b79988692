"""One run of the program from the first profile to a crash, with planted secrets, all of it under strace."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest import mock
from urllib.parse import parse_qsl, urlsplit

import secretstorage

from tests.leaks import programs
from tests.leaks.canaries import Canary
from tests.leaks.trace import strace
from tests.support.cloud import SampleCloud, sample_cloud
from tests.support.endpoint.iam import MfaDevice, Role
from tests.support.menu_client import MenuClient, menu_client
from tests.support.secret_service import SecretService, secret_service
from tests.support.stub_notifications import StubNotifications
from tests.support.stub_watcher import StubWatcher
from tests.support.waiting import wait_until
from tests.support.xvfb import xvfb
from tray.demo.host_sessions import HostSessions
from tray.demo.links import PresignedLinks
from tray.demo.sample import sample_principal, sample_profiles
from tray.demo.sample_sign_in import add_sign_in_sample
from tray.texts import menu_pages, menu_problems

ROOT = Path(__file__).parents[2]
ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/secured"
SERIAL = f"arn:aws:iam::{ACCOUNT}:mfa/ana"
BROWSER, HELPER, BROKEN = "the-browser.py", "the-helper.py", "the-broken-helper.py"

_SEEN = (
    *("presigned URL 1", "presigned URL 2", "Jupyter cookie", "SSO access token", "SSO refresh token", "client secret"),
    *("session token in the keyring", "session token of a process", "MFA digits", "page token", "one-shot address"),
    *("code of a sign-in", "state of a sign-in"),
)

# Places, as patterns.
AWS = "AWS"
PAGE = "a page's answer to the browser"
# The address of a page that is dead once it was fetched.
ADDRESS = "the arguments or the environment of a process"
TOKENS = r"the file .*/\.aws/sso/cache/[^/]+"


@dataclass(frozen=True)
class Ran:
    """A run: what was planted, and all that has to be searched."""

    folder: Path
    traces: Path
    bus: Path
    endpoint_port: int
    canaries: Mapping[str, Canary]
    core: Path | None
    to_be_seen: tuple[str, ...] = ()  # by the beginnings of their names: otherwise the run has not handled them
    undone: tuple[str, ...] = ()  # what the run was to do besides


@dataclass
class _World:
    folder: Path
    cloud: SampleCloud
    keyring: SecretService
    environment: dict[str, str]
    canaries: dict[str, Canary] = field(default_factory=dict)

    def plant(self, name: str, secret: str, *places: str) -> str:
        self.canaries[name] = Canary(name, secret, places)
        return secret

    def command(self, *args: str, given: str = "", before: str = "", status: int | None = 0) -> None:
        """Run a command under strace; what it says is in a file of its name."""
        ended = subprocess.run(
            self.watched(*args, before=before),
            input=given,
            env=self.environment,
            cwd=self.folder / "here",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if status is not None and ended.returncode != status:
            raise AssertionError(f"{args} ended with {ended.returncode}: {ended.stderr}")
        (self.folder / args[0]).write_text(ended.stdout + ended.stderr)

    def watched(self, *args: str, before: str = "") -> list[str]:
        name = f"{len(list((self.folder / 'traces').iterdir()))}-{args[0] if args else 'tray'}"
        program = programs.VERBOSE.format(before=before)
        return [*strace(self.folder / "traces", name), sys.executable, "-c", program, *args]


def run(folder: Path) -> Ran:
    """Do all that handles secrets, once, in `folder`."""
    with _world(folder) as world:
        _profiles(world)
        with _tray(world) as menu:
            _in_the_menu(world, menu)
        for args in (["list", "--json"], ["doctor"], ["status"], ["profiles", "list", "--json"], ["sessions"]):
            world.command(*args, status=None)
        world.command("stop", "demand-forecast", "--profile", "forecasting", "--if-idle", "1h", "--yes", status=None)
        world.command("open", "churn-model", "--profile", "keyed", before=programs.CRASHES, status=1)
        _learn(world)
        core = next((path for path in (folder / "here").iterdir() if path.name.startswith("core")), None)
        port = urlsplit(world.cloud.endpoint.url).port or 0
        return Ran(folder, folder / "traces", folder / "bus.log", port, world.canaries, core, _SEEN, _undone(world))


@contextmanager
def _world(folder: Path) -> Iterator[_World]:
    for name in ("traces", "here"):
        (folder / name).mkdir()
    first, second = sample_profiles()
    with ExitStack() as stack:
        display = stack.enter_context(xvfb())
        keyring = stack.enter_context(secret_service(folder / "keyring"))
        cloud = stack.enter_context(sample_cloud(folder, profiles=[first, second]))
        stack.enter_context(monitored(keyring.address, folder / "bus.log"))
        (folder / BROWSER).write_text(programs.BROWSER.format(root=str(ROOT), folder=str(folder)))
        environment = {
            **keyring.environment,
            **cloud.files.environment,
            "PYTHONPATH": str(ROOT),
            "DISPLAY": display,
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "BROWSER": f"{sys.executable} {folder / BROWSER} %s",
        }
        world = _World(folder, cloud, keyring, environment)
        _noted(world, stack)
        yield world


def _noted(world: _World, stack: ExitStack) -> None:
    """Plant what the endpoint makes, at the moment it is made."""
    make_link, begin = PresignedLinks.create, HostSessions.begin

    def create(links: PresignedLinks, *args: object) -> str:
        token: str = make_link(links, *args)  # type: ignore[arg-type]
        number = sum(name.startswith("presigned URL") for name in world.canaries) + 1
        return world.plant(f"presigned URL {number}", token, AWS, PAGE)

    def begun(sessions: HostSessions, *args: object) -> object:
        session, cookie = begin(sessions, *args)  # type: ignore[arg-type]
        number = sum(name.startswith("Jupyter cookie") for name in world.canaries) + 1
        world.plant(f"Jupyter cookie {number}", re.findall(r"=([\w-]{20,})", cookie)[0], AWS)
        return session, cookie

    stack.enter_context(mock.patch.object(PresignedLinks, "create", create))
    stack.enter_context(mock.patch.object(HostSessions, "begin", begun))


@contextmanager
def monitored(address: str, log: Path) -> Iterator[None]:
    """Write all that passes over a bus to `log`, byte for byte."""
    monitor = shutil.which("dbus-monitor")
    assert monitor, "dbus-monitor is not installed"
    with log.open("wb") as out:
        process = subprocess.Popen([monitor, "--address", address, "--binary"], stdout=out, stderr=subprocess.PIPE)
        try:
            wait_until(lambda: log.stat().st_size, "the monitor of the bus")  # it is told its own name
            yield
        finally:
            process.terminate()
            process.wait(10)
            if process.stderr:
                process.stderr.close()


def _profiles(world: _World) -> None:
    """Add a profile of each kind: an access key of the keyring, processes, a role with MFA, Identity Center."""
    token = secrets.token_urlsafe
    keyed = replace(
        sample_principal(ACCOUNT, "ana"),
        access_key_id="ASIA" + "KEYED7QXWZ23NOPQ",
        secret_access_key=world.plant("access key in the keyring", token(30)),
        session_token=world.plant("session token in the keyring", token(90), AWS),
    )
    helped = replace(
        sample_principal(ACCOUNT, "ben"),
        access_key_id="ASIA" + "HELPED7QXWZ23NOP",
        secret_access_key=world.plant("access key of a process", token(30)),
        session_token=world.plant("session token of a process", token(90), AWS),
    )
    world.cloud.endpoint.world.admit(keyed, helped)
    given = {
        "Version": 1,
        "AccessKeyId": helped.access_key_id,
        "SecretAccessKey": helped.secret_access_key,
        "SessionToken": helped.session_token,
        "Note": world.plant("process output", token(20)),
    }
    said = world.plant("process output on standard error", "Correct-Horse-Battery")
    (world.folder / HELPER).write_text(programs.HELPER.format(said=said, given=given))
    lines = [f"pw: {said}", f"Authorization: Basic {said}", f"--password {said}", f"got '{said}' for bob:{said}"]
    (world.folder / BROKEN).write_text(programs.BROKEN.format(said=said, lines=lines))
    with world.cloud.files.config.open("a", encoding="utf-8") as config:
        config.write(
            f"[profile helped]\ncredential_process = {sys.executable} {world.folder / HELPER}\nregion = eu-west-1\n"
            f"[profile broken]\ncredential_process = {sys.executable} {world.folder / BROKEN}\nregion = eu-west-1\n"
            f"[profile secured]\nrole_arn = {ROLE}\nsource_profile = research\nmfa_serial = {SERIAL}\n"
            "region = eu-west-1\n"
        )
    ana = world.cloud.profiles[0].principal.arn
    world.cloud.endpoint.iam.put(Role(ROLE, frozenset({ana}), needs_mfa=True), MfaDevice(SERIAL, ana))
    marketing = add_sign_in_sample(world.cloud.endpoint.world, world.cloud.files)
    world.command(
        *("profiles", "add", "keyed", "--access-key", keyed.access_key_id, "--secret-stdin", "--session-token"),
        *("--region", "eu-west-1"),
        given=f"{keyed.secret_access_key}\n{keyed.session_token}\n",
    )
    world.command("profiles", "import", "helped", "broken", "secured", "forecasting", marketing)


@contextmanager
def _tray(world: _World) -> Iterator[MenuClient]:
    with (
        StubNotifications(world.keyring.address),
        StubWatcher(world.keyring.address),
        (world.folder / "tray.log").open("wb") as log,
    ):
        unlimited = ["prlimit", "--core=unlimited"]
        tray = subprocess.Popen(
            [*unlimited, *world.watched()], env=world.environment, cwd=world.folder / "here", stdout=log, stderr=log
        )
        try:
            with menu_client(world.keyring.address) as menu:
                yield menu
            # The crash that leaves a core where nothing is done against it: the tray itself, and not strace.
            (child,) = _children(tray.pid)
            subprocess.run(["kill", "-SEGV", str(child)], check=True)
            tray.wait(30)
        finally:
            tray.kill()
            tray.wait()


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _in_the_menu(world: _World, menu: MenuClient) -> None:
    visited = world.folder / "visited"

    def visits() -> int:
        return len(visited.read_text().splitlines()) if visited.exists() else 0

    menu.wait_for_entry(re.compile(r"2 of \d+ running"))
    menu.wait_for_entry(menu_problems.sign_in("marketing"))
    for path in (
        ("churn-model — Running", "Open JupyterLab (4 h)"),
        ("demand-forecast — Running", "Open Jupyter (4 h)"),
    ):
        before = visits()
        menu.click(*path)
        wait_until(lambda before=before: visits() >= before + 2, "the browser to be led to the notebook instance")
    digits = world.cloud.endpoint.iam.next_mfa_code(SERIAL)
    (world.folder / "digits").write_text(world.plant("MFA digits", digits, AWS))
    _click(menu, menu_problems.enter_mfa_code("secured"))
    wait_until(lambda: world.cloud.endpoint.recorder.calls("AssumeRole"), "the role")
    _click(menu, menu_problems.sign_in("marketing"))
    menu.wait_for_entry(re.compile("^campaign-response"))
    details = (re.compile("^broken.* failed$"), menu_problems.copy_details())
    menu.wait_for_entry(*details)
    menu.click(*details)
    copied = wait_until(lambda: _clipboard(world), "the details on the clipboard")
    (world.folder / "copied").write_text(copied)
    menu.click("Help", "Check this computer and copy the report")
    report = wait_until(lambda: (text := _clipboard(world)) != copied and text, "the report on the clipboard")
    (world.folder / "copied-report").write_text(report)
    before = visits()
    _click(menu, menu_pages.settings())
    wait_until(lambda: visits() >= before + 3, "the settings in the browser")


def _undone(world: _World) -> tuple[str, ...]:
    """Return what a file should have and has not: each would have handed on what it was given."""
    (log,) = Path(world.environment["HOME"]).rglob("notebook-tray.log")
    wanted = {
        "a crash's text in the log": (log, "RuntimeError: no way to"),
        "debugging in the log": (log, " DEBUG "),
        "details on the clipboard": (world.folder / "copied", "Credential process failed"),
        "doctor": (world.folder / "doctor", "Notebook Tray"),
        "doctor from the menu": (world.folder / "copied-report", "Notebook Tray"),
        "a stop": (world.folder / "stop", "demand-forecast"),
    }
    return tuple(
        what for what, (path, text) in wanted.items() if not path.exists() or text not in path.read_text("utf-8")
    )


def _click(menu: MenuClient, label: str) -> None:
    menu.wait_for_entry(label)
    menu.click(label)


def _clipboard(world: _World) -> str:
    ended = subprocess.run(
        ["xclip", "-out", "-selection", "clipboard", "-display", world.environment["DISPLAY"]],
        capture_output=True,
        text=True,
        timeout=5,
        check=False,
    )
    return ended.stdout


def _learn(world: _World) -> None:
    """Plant what only the program or its browser knows: what is in its token store, its pages' tokens, its items."""
    home = Path(world.environment["HOME"])
    for path in (home / ".aws" / "sso" / "cache").iterdir():
        kept = json.loads(path.read_text())
        for member, name in (
            ("accessToken", "SSO access token"),
            ("refreshToken", "SSO refresh token"),
            ("clientSecret", "client secret"),
        ):
            if kept.get(member):
                world.plant(name, kept[member], AWS, TOKENS)
    of_aws = urlsplit(world.cloud.endpoint.url).port
    for number, line in enumerate((world.folder / "visited").read_text().splitlines(), 1):
        how, _, address = line.rpartition(" ")
        parts = urlsplit(address)
        asked = dict(parse_qsl(parts.query))
        if parts.port == of_aws:
            continue
        if "code" in asked:
            world.plant(f"code of a sign-in {number}", asked["code"], AWS)
            world.plant(f"state of a sign-in {number}", asked["state"], PAGE)
            continue
        (token,) = re.findall(r"[\w-]{20,}", f"{parts.path}?{parts.query}") or ("",)
        if token:
            once = how == "started with"
            world.plant(f"{'one-shot address' if once else 'page token'} {number}", token, ADDRESS if once else PAGE)
    with world.keyring.connection() as connection:
        collection = secretstorage.get_default_collection(connection)
        for number, item in enumerate(collection.search_items({"service": "notebook-tray"})):
            text = item.get_secret().decode()
            if len(text) > 40:
                world.plant(f"keyring item {number}", text)
