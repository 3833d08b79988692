"""A machine to measure on: a private bus with a real keyring, the endpoint in its own process, AWS files, a browser.

On Windows there is no bus, and nothing opens a browser.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.arrivals import EndpointClient
from tests.benchmarks.asking import peer, read_line
from tests.benchmarks.credential_manager import LOCAL_FOLDER
from tests.benchmarks.peers.fill_keyring import TAKE_OUT
from tests.benchmarks.world import Size, account_of, notebook_name, profile_name

if sys.platform == "linux":
    from tests.support.secret_service import secret_service as login
else:  # on macOS it is imported and not used: no row is measured there
    from tests.benchmarks.credential_manager import credential_manager as login

ROUND_TRIP_SECONDS = 0.1

# Asks for the page, follows the redirect, and ends. Sockets alone: what it takes itself is in the figures.
_BROWSER = """#!{python} -IS
import socket, sys
def get(address):
    host, _, path = address.partition("//")[2].partition("/")
    name, _, port = host.partition(":")
    with socket.create_connection((name, int(port)), 10) as page:
        page.sendall(f"GET /{{path}} HTTP/1.1\\r\\nHost: {{host}}\\r\\nConnection: close\\r\\n\\r\\n".encode())
        return b"".join(iter(lambda: page.recv(65536), b"")).decode("latin-1")
answer = get(sys.argv[1])
for line in answer.partition("\\r\\n\\r\\n")[0].split("\\r\\n"):
    if line.lower().startswith("location:"):
        get(line.partition(":")[2].strip())
"""


@dataclass(frozen=True)
class Stage:
    """Everything that a measured program meets. `environment` is all it gets."""

    folder: Path
    size: Size
    bus_address: str
    environment: Mapping[str, str]
    endpoint: EndpointClient
    browser: Path

    @property
    def by_the_desktop(self) -> dict[str, str]:
        """An environment in which the browser is found as on a desktop: from the person's defaults."""
        # A display's name is all that xdg-open and Python's webbrowser look for; nothing connects to it.
        environment = {**self.environment, "DISPLAY": ":9", "XDG_CURRENT_DESKTOP": "X-Generic"}
        del environment["BROWSER"]
        return environment

    def set_running(self, profile: int, region: int, number: int, running: bool) -> None:
        """Change a notebook instance at AWS."""
        self.endpoint.control(
            "status",
            account_id=account_of(profile),
            region=self.size.region_names[region],
            name=notebook_name(profile, region, number),
            status="InService" if running else "Stopped",
        )


@contextmanager
def stage(folder: Path, size: Size, latency_seconds: float = ROUND_TRIP_SECONDS) -> Iterator[Stage]:
    """Set everything up in `folder`, and end it all."""
    aws = folder / "aws"
    aws.mkdir(parents=True)
    numbers = map(str, (size.profiles, size.regions, size.notebooks))
    endpoint = (str(aws), *numbers, f"--latency-seconds={latency_seconds}")
    with login(folder / "keyring") as keyring, peer("endpoint", *endpoint) as process:
        started = json.loads(read_line(process))
        browser = folder / "browser"
        environment = {**keyring.environment, **started["environment"], "AWS_MAX_ATTEMPTS": "3"}
        if sys.platform != "win32":
            browser.write_text(_BROWSER.format(python=sys.executable), "utf-8")
            browser.chmod(0o700)
            environment["BROWSER"] = f"{browser} %s"
            _make_default(browser, Path(environment["HOME"]))
        # A profile of one region has it from the AWS config, as most people's have.
        regions = list(size.region_names) if size.regions > 1 else []
        names = {profile_name(at): regions for at in range(size.profiles)}
        client = EndpointClient(started["url"], started["control_url"], started["control_token"])
        with _profiles(names, environment):
            yield Stage(folder, size, keyring.address, environment, client, browser)


@contextmanager
def _profiles(names: Mapping[str, Sequence[str]], environment: Mapping[str, str]) -> Iterator[None]:
    """Have profiles in the keyring: a name and its regions each. Out of one that outlives us they are taken again."""
    # A keyring that is the login's is changed under the lock that all programs of the login share.
    of_login = {name: value for name, value in environment.items() if sys.platform != "win32" or name != LOCAL_FOLDER}

    def change(*how: str) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.peers.fill_keyring", *how]
        subprocess.run(command, env=of_login, input=json.dumps(names), text=True, timeout=300, check=True)

    change()
    try:
        yield
    finally:
        if sys.platform == "win32":
            change(TAKE_OUT)


def _make_default(browser: Path, home: Path) -> None:
    """Make `browser` the default browser of `home`, as xdg-open finds it."""
    applications = home / ".local" / "share" / "applications"
    applications.mkdir(parents=True)
    (home / ".config").mkdir(exist_ok=True)
    (applications / "bench-browser.desktop").write_text(
        f"[Desktop Entry]\nType=Application\nName=Bench browser\nExec={browser} %U\n"
        "MimeType=text/html;x-scheme-handler/http;x-scheme-handler/https;\n",
        "utf-8",
    )
    kinds = ("text/html", "x-scheme-handler/http", "x-scheme-handler/https")
    (home / ".config" / "mimeapps.list").write_text(
        "[Default Applications]\n" + "".join(f"{kind}=bench-browser.desktop\n" for kind in kinds), "utf-8"
    )
