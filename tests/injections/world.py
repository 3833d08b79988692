"""A lane's world: a bus, a keyring, a desktop's tray, AWS, a browser and the program, all of it the lane's own."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.wrappers import DBusErrorResponse

from tests.injections import namespace
from tests.injections.front import ADDRESS, Front
from tests.injections.probe import Probe
from tests.support.cloud import SampleCloud, sample_cloud
from tests.support.menu_client import MenuClient
from tests.support.private_bus import end_bus, start_bus
from tests.support.program import COMMAND, run
from tests.support.proxies import Authority
from tests.support.secret_service import SecretService, start_keyring_daemon
from tests.support.session import private_environment
from tests.support.stub_notifications import StubNotifications
from tests.support.stub_prompter import StubPrompter
from tests.support.stub_system import StubLogind
from tests.support.stub_watcher import StubWatcher
from tests.support.waiting import wait_until
from tray.demo.world import Status

_BROWSER = '#!/bin/sh\nprintf "%s\\n" "$1" >>{visited}\n'
_TOGGLED = ("111122223333", "eu-west-1", "customer-segments")
OPENED = "demand-forecast"
_ALL = 6
_HOME_OPTIONS = "size=16m,mode=700"


class World:
    """See the module. `folder` is short: sockets are in it."""

    HOSTS = f"{ADDRESS} localhost\n"

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.home = folder / "home"
        # A disk of its own, which can be full.
        self.home.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", _HOME_OPTIONS, "home", self.home], check=True)
        self.cloud: SampleCloud = stack.enter_context(sample_cloud(folder))
        authority = Authority(folder)
        self.hosts = folder / "hosts"
        self.hosts.write_text(self.HOSTS)
        namespace.bind(self.hosts, Path("/etc/hosts"))
        self.front = Front(int(self.cloud.endpoint.url.rpartition(":")[2]), authority.context("localhost"))
        stack.callback(self.front.close)
        self.browser = folder / "bin" / "browser"
        self.visited_file = folder / "visited"
        self.system_bus, system_address = start_bus(folder / "system")
        stack.callback(end_bus, self.system_bus)
        self.logind = stack.enter_context(StubLogind(system_address))
        self.env = {
            **private_environment(folder),
            **self.cloud.files.environment,
            # Programs of the machine, such as a browser that somebody has installed, are none of this world's.
            "PATH": str(self.browser.parent),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder}/bus/socket",
            "DBUS_SYSTEM_BUS_ADDRESS": system_address,
            "AWS_ENDPOINT_URL_SAGEMAKER": f"https://localhost:{self.front.port}",
            "AWS_CA_BUNDLE": str(authority.bundle),
            "AWS_MAX_ATTEMPTS": "2",
            "BROWSER": f"{self.browser} %s",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        self.bus: subprocess.Popen[str]
        self.keyring: SecretService
        self.watcher: StubWatcher
        self.notifications: StubNotifications
        self.prompter: StubPrompter
        self.connection: DBusConnection
        self.tray: subprocess.Popen[bytes] | None = None
        self.menu: MenuClient
        self._more_env: dict[str, str] = {}
        self.running = 3
        self.clicked = 0
        # The addresses that the browser was told to open, and what came of those that it has fetched.
        self.asked: list[str] = []
        self.pages: list[tuple[str, int]] = []
        self._over = threading.Event()

    # The desktop

    def start_desktop(self) -> None:
        """Start the bus and all that is on it."""
        self.bus, self.address = start_bus(self.folder / "bus", fixed=True)
        self.address = self.env["DBUS_SESSION_BUS_ADDRESS"]
        self.keyring = start_keyring_daemon(self.address, self._keyring_env, self.folder / "keyring.log")
        self.watcher = StubWatcher(self.address)
        self.watcher.start()
        self.notifications = StubNotifications(self.address)
        self.notifications.start()
        self.prompter = StubPrompter(self.address)
        self.prompter.start()
        self.connection = open_dbus_connection(bus=self.address)
        self.probe = Probe(self.address)

    def end_desktop(self, *, roughly: bool = False) -> None:
        """End them, the bus first if `roughly`."""
        if roughly:
            self.bus.kill()
            end_bus(self.bus)
        self.probe.end()
        for peer in (self.watcher, self.notifications, self.prompter):
            peer.close()
        self.connection.close()
        self.keyring.end()
        if not roughly:
            end_bus(self.bus)

    def new_watcher(self) -> None:
        """Have a tray again after `watcher` was closed."""
        self.watcher = StubWatcher(self.address)
        self.watcher.start()

    def start_keyring(self) -> None:
        """Start the keyring again, after it was killed."""
        self.keyring = start_keyring_daemon(self.address, self._keyring_env, self.folder / "keyring.log")

    @property
    def _keyring_env(self) -> dict[str, str]:
        return {**self.env, "PATH": os.environ["PATH"]}

    # The tray

    def start_tray(self) -> None:
        """Start the program, and wait until its icon is there and its menu is whole."""
        if self.tray is not None and self.tray.poll() is None:
            return
        seen = len(self.watcher.items)
        with (self.folder / "tray.log").open("ab") as log:
            self.tray = subprocess.Popen(
                [*COMMAND], env={**self.env, **self._more_env}, cwd=self.folder, stdout=log, stderr=log
            )
        wait_until(lambda: len(self.watcher.items) > seen, "the icon", seconds=30)
        self.follow_icon()
        wait_until(lambda: "Refresh" in self.seen(), "the whole menu", seconds=30)

    def follow_icon(self) -> None:
        """Be a host of the icon that registered last."""
        service, path = self.watcher.items[-1]
        self.menu = MenuClient(self.connection, service, path)
        self.probe.follow(service, str(self.menu.item_property("Menu")))

    def end_tray(self) -> None:
        """End it, as a logout does."""
        if self.tray is not None and self.tray.poll() is None:
            self.probe.rest()
            self.tray.send_signal(signal.SIGCONT)
            self.tray.terminate()
            try:
                self.tray.wait(20)
            except subprocess.TimeoutExpired:
                self.tray.kill()
                self.tray.wait(10)
                raise

    def keep_log(self) -> None:
        """Copy the program's log to where it outlives the lane's disk."""
        for log in self.home.rglob("notebook-tray.log"):
            shutil.copy(log, self.folder / "notebook-tray.log")

    def tracebacks(self) -> int:
        """Return how many there are in what the program has logged and printed so far."""
        written = [*self.home.rglob("notebook-tray.log*"), self.folder / "tray.log"]
        return sum(file.read_text(encoding="utf-8", errors="replace").count("Traceback (most") for file in written)

    def restart_with(self, more: dict[str, str]) -> None:
        """Start the program anew with these variables besides its own."""
        self.end_tray()
        self._more_env = more
        self.start_tray()

    def command(self, *args: str) -> str:
        """Run `notebook-tray ARGS`; return what it printed."""
        ran = run(self.env, *args)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    # AWS

    def change(self) -> None:
        """Let a notebook instance be in another state than before, so that the tray has something to find out."""
        world = self.cloud.endpoint.world
        notebook = world.notebook(*_TOGGLED)
        status = Status.STOPPED if notebook.status is Status.IN_SERVICE else Status.IN_SERVICE
        world.put(replace(notebook, status=status, becomes=None, due=None, modified=world.clock()))
        self.running = 4 if status is Status.IN_SERVICE else 3

    @property
    def right(self) -> re.Pattern[str]:
        """What the menu's first line says when all is well and known."""
        return re.compile(f"^{self.running} of {_ALL} running · Updated")

    # The browser

    def write_browser(self, script: str = "") -> None:
        """Install the browser, or what stands in its place."""
        self.browser.parent.mkdir(exist_ok=True)
        new = self.browser.with_suffix(".new")
        new.write_text(script or _BROWSER.format(visited=self.visited_file))
        new.chmod(0o700)
        new.rename(self.browser)

    def look_in_browser(self) -> None:
        """Be the browser, until the world ends."""
        while not self._over.wait(0.05):
            with contextlib.suppress(OSError):
                for address in self.visited_file.read_text().split()[len(self.asked) :]:
                    self.asked.append(address)
                    threading.Thread(target=self._fetch, args=[address], daemon=True).start()

    def _fetch(self, address: str) -> None:
        """Ask for a page, and again while it can't be reached, as a user does."""
        for _ in range(40):
            status = _fetched(address)
            if status < 599:
                break
            time.sleep(0.5)
        self.pages.append((address, status))

    # What the user does and sees

    def state(self) -> str:
        """Return the menu's first line."""
        return self.menu.layout().children[0].label

    def seen(self) -> list[str]:
        """Return all that says how things are: the tooltip, the lines of the menu, and the notifications so far."""
        root = self.menu.layout()
        lines = [child.label for child in root.children]
        problems = [each.label for child in root.children for each in child.children if "problem" in child.label]
        return [*lines, str(self.menu.item_property("Title")), *problems]

    def is_opening(self) -> bool:
        """Whether a page is being opened."""
        return re.match("Opening .*…", self.state()) is not None

    def click_open(self) -> None:
        """Choose to open a notebook instance that runs.

        :raises LookupError: it isn't listed
        """
        self.clicked += 1
        self.menu.click_now(re.compile(f"^{OPENED} — "), re.compile("^Open JupyterLab"))

    def try_again(self) -> bool:
        """Do what the menu offers of a choice that has failed; return whether there was one."""
        for line in self.menu.layout().children:
            for each in line.children:
                if each.label == "Try again" and each.enabled:
                    try:
                        self.menu.event(each.id, "clicked")
                    except DBusErrorResponse:
                        return self.try_again()  # it is another line by now
                    self.clicked += line.label.startswith("Opening")
                    return True
        return False

    def opened(self) -> int:
        """Return how many pages were led to a notebook instance."""
        return sum(status < 400 for _, status in self.pages)


def _fetched(address: str) -> int:
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        request = urllib.request.Request(address, headers={"Sec-Fetch-Mode": "navigate"})
        with opener.open(request, timeout=20) as page:
            return int(page.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 599


@contextmanager
def world_in(folder: Path) -> Iterator[World]:
    """Make a world in which the program runs and has two profiles; end all of it after the block."""
    with ExitStack() as stack:
        world = World(folder, stack)
        aws = world.cloud.endpoint.world
        # What goes on by itself is not what this is about.
        aws.remove("111122223333", "eu-west-1", "survey-cleaning")
        aws.remove("444455556666", "ap-southeast-2", "price-elasticity")
        world.write_browser()
        world.start_desktop()
        stack.callback(world.end_desktop)
        world.command("profiles", "import", "research", "--region", "eu-west-1", "--region", "us-east-1")
        world.command("profiles", "import", "forecasting")
        world.start_tray()
        stack.callback(world.end_tray)
        stack.callback(world.keep_log)
        stack.callback(world._over.set)
        threading.Thread(target=world.look_in_browser, name="browser", daemon=True).start()
        wait_until(lambda: world.right.search(world.state()), lambda: f"the first refresh; {world.state()}", seconds=30)
        yield world
