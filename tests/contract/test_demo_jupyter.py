"""The JupyterLab behind the sample notebook instances, and the endpoint as a program of its own: both really run."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from tests.support.aws_model import sagemaker_client
from tests.support.cookie_browser import Browser
from tests.support.endpoint import Endpoint, running_endpoint
from tests.support.secrets_scan import scan_for
from tests.support.waiting import PATIENCE_SECONDS, wait_until
from tray.demo.jupyter import classic_is_installed, jupyter_is_installed
from tray.demo.passes import cookie_name, issue_pass
from tray.demo.sample import SampleProfile, sample_profiles, sample_world

pytestmark = pytest.mark.skipif(not jupyter_is_installed(), reason="JupyterLab is not installed (extra: demo)")

PROFILES = sample_profiles()

# A program with an endpoint and its JupyterLab, which says where they are and then only waits to be killed.
_HOST_PROGRAM = """
import json, sys, time
from tests.support.endpoint import running_endpoint
from tray.demo.sample import sample_profiles, sample_world
profiles = sample_profiles()
with running_endpoint(sample_world(profiles)) as endpoint:
    endpoint.jupyter.port()
    key = profiles[0].principal
    print(json.dumps([endpoint.url, endpoint.jupyter.pid, key.access_key_id, key.secret_access_key]), flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with running_endpoint(sample_world(PROFILES)) as running:
        yield running


@pytest.fixture
def browser() -> Browser:
    return Browser()


def new_url(url: str, profile: SampleProfile, name: str, **given: Any) -> str:
    principal = profile.principal
    client = sagemaker_client(url, profile.regions[0], principal.access_key_id, principal.secret_access_key)
    answer = client.create_presigned_notebook_instance_url(NotebookInstanceName=name, **given)
    return str(answer["AuthorizedUrl"])


def test_a_url_leads_into_jupyterlab(endpoint: Endpoint, browser: Browser) -> None:
    status, address, page = browser.get(new_url(endpoint.url, PROFILES[0], "churn-model") + "&view=lab")
    assert (status, urlsplit(address).path, urlsplit(address).query) == (200, "/lab", "")
    assert "<title>JupyterLab</title>" in page
    _, _, contents = browser.get(address.replace("/lab", "/api/contents"))
    assert {each["name"] for each in json.loads(contents)["content"]} == {"Welcome.ipynb", "Churn by month.ipynb"}


def test_jupyterlab_neither_fetches_news_nor_asks_to(endpoint: Endpoint, browser: Browser) -> None:
    _, address, page = browser.get(new_url(endpoint.url, PROFILES[0], "churn-model") + "&view=lab")
    assert '"news": {"disabled": true}' in page
    setting = "/lab/api/settings/@jupyterlab/apputils-extension:notification"
    _, _, answer = browser.get(address.replace("/lab", setting))
    assert json.loads(answer)["settings"] == {"fetchNews": "false", "checkForUpdates": False}


@pytest.mark.skipif(not classic_is_installed(), reason="Jupyter Notebook is not installed (extra: demo)")
def test_without_a_view_it_leads_to_jupyters_file_list(endpoint: Endpoint, browser: Browser) -> None:
    status, address, _ = browser.get(new_url(endpoint.url, PROFILES[1], "demand-forecast"))
    assert (status, urlsplit(address).path) == (200, "/tree")


def test_the_way_there_is_not_kept_and_not_told(endpoint: Endpoint) -> None:
    browser = Browser(follows=False)
    status, _, _ = browser.get(
        new_url(endpoint.url, PROFILES[0], "churn-model", SessionExpirationDurationInSeconds=1800)
    )
    assert status == 302
    assert (browser.headers["Cache-Control"], browser.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "?" not in browser.headers["Location"]
    cookies = browser.headers.get_all("Set-Cookie")
    assert cookies is not None
    assert len(cookies) == 2  # JupyterLab's and the notebook host's
    assert all("Max-Age=1800; Path=/; HttpOnly; SameSite=Lax" in cookie for cookie in cookies)


def test_without_a_session_jupyter_lets_nobody_in(endpoint: Endpoint, browser: Browser) -> None:
    assert endpoint.jupyter is not None
    port = endpoint.jupyter.port()
    status, _, page = browser.get(f"http://127.0.0.1:{port}/lab")
    assert (status, "Your session has ended" in page) == (403, True)
    assert browser.get(f"http://127.0.0.1:{port}/api/contents")[0] == 403
    assert browser.get(f"http://127.0.0.1:{port}/lab?token=")[0] == 403


@pytest.mark.parametrize(("left_seconds", "status"), [(60, 200), (-1, 403)])
def test_a_session_ends_when_its_time_is_over(
    endpoint: Endpoint, browser: Browser, left_seconds: int, status: int
) -> None:
    assert endpoint.jupyter is not None
    port = endpoint.jupyter.port()
    assert port is not None
    session_pass = issue_pass(endpoint.jupyter.pass_key, int(time.time()) + left_seconds)
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/contents", headers={"Cookie": f"{cookie_name(port)}={session_pass}"}
    )
    assert browser.send(request)[0] == status


@pytest.mark.only_on("linux")  # /proc
def test_no_secret_is_in_arguments_environments_or_files(endpoint: Endpoint, browser: Browser, home: Path) -> None:
    assert endpoint.jupyter is not None
    url = new_url(endpoint.url, PROFILES[0], "churn-model")
    browser.get(url)
    session_pass = next(cookie.value for cookie in browser.cookies if cookie.name.startswith("notebook-tray-demo"))
    folders = [home, *Path(tempfile.gettempdir()).glob("notebook-tray-lab-*")]
    assert len(folders) > 1
    secrets = [parse_qs(urlsplit(url).query)["authToken"][0], session_pass, endpoint.jupyter.pass_key.hex()]
    for secret in secrets:
        assert secret is not None
        assert scan_for(secret, folders) == []


def test_nothing_of_the_persons_is_touched(endpoint: Endpoint, browser: Browser, home: Path) -> None:
    before = sorted(home.rglob("*"))
    with running_endpoint(sample_world(PROFILES)) as fresh:
        _, address, _ = browser.get(new_url(fresh.url, PROFILES[0], "churn-model") + "&view=lab")
        status, _, _ = browser.post(address.replace("/lab", "/api/kernels"), {"name": "python3"})
        assert status == 201
        assert fresh.jupyter is not None
        (folder,) = lab_folders(fresh.jupyter.pid)
        wait_until(lambda: list(folder.glob("ipythondir/profile_*")), "the kernel to keep its things where it should")
    assert sorted(home.rglob("*")) == before


def test_stopping_ends_jupyter(browser: Browser) -> None:
    with running_endpoint(sample_world(PROFILES)) as endpoint:
        assert endpoint.jupyter is not None
        assert endpoint.jupyter.port() is not None
        pid = endpoint.jupyter.pid
        folder = lab_folders(pid)
        assert folder
    assert pid is not None
    assert not runs(pid)
    assert not any(each.exists() for each in folder)


def test_stopping_at_once_leaves_nothing() -> None:
    with running_endpoint(sample_world(PROFILES)) as endpoint:
        pass
    assert endpoint.jupyter is not None
    assert endpoint.jupyter.port() is None
    assert endpoint.jupyter.pid is None or not runs(endpoint.jupyter.pid)
    assert lab_folders(endpoint.jupyter.pid) == []


@pytest.mark.only_on("linux")  # /proc
def test_jupyter_and_its_kernels_end_when_we_are_killed(browser: Browser) -> None:
    if sys.platform == "win32":
        return
    host = subprocess.Popen([sys.executable, "-c", _HOST_PROGRAM], stdout=subprocess.PIPE, text=True)
    try:
        assert host.stdout is not None
        url, lab_pid, access_key_id, secret_access_key = json.loads(host.stdout.readline())
        client = sagemaker_client(url, "eu-west-1", access_key_id, secret_access_key)
        opened = client.create_presigned_notebook_instance_url(NotebookInstanceName="churn-model")
        _, address, _ = browser.get(opened["AuthorizedUrl"] + "&view=lab")
        status, _, _ = browser.post(address.replace("/lab", "/api/kernels"), {"name": "python3"})
        assert status == 201
        kernel_pids = wait_until(lambda: children(lab_pid), "the kernel to start")
        folders = lab_folders(lab_pid)
        assert folders
        os.kill(host.pid, signal.SIGKILL)
    finally:
        host.kill()
        host.wait()
        if host.stdout:
            host.stdout.close()
    wait_until(lambda: not any(map(runs, [lab_pid, *kernel_pids])), "JupyterLab and its kernel to end")
    assert not any(each.exists() for each in folders)


@pytest.mark.only_on("linux", "darwin")  # Windows has no SIGTERM to end by
def test_the_endpoint_runs_as_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.support.endpoint", "--no-jupyter", "--latency-ms", "1", "--control"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert program.stdout is not None
        environment: dict[str, str] = {}
        for line in program.stdout:
            if found := re.match(r"(?:export |\$env:)(\w+) ?= ?'?([^'\n]*)", line):
                environment[found[1]] = found[2]
            if line.startswith("# control: "):
                break
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        answer = boto3.Session().client("sagemaker").list_notebook_instances()
        assert {each["NotebookInstanceName"] for each in answer["NotebookInstances"]} == {
            "churn-model", "customer-segments", "survey-cleaning"
        }  # fmt: skip
        folder = Path(environment["AWS_CONFIG_FILE"]).parent
        assert folder.is_dir()
        program.send_signal(signal.SIGTERM)
        assert program.wait(PATIENCE_SECONDS) == 0
        assert not folder.exists()
    finally:
        program.kill()
        program.wait()
        if program.stdout:
            program.stdout.close()


def runs(pid: int) -> bool:
    """Return whether a process runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and that run."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (folder / "stat").read_text().rpartition(")")[2].split()[1] == str(pid) and runs(int(folder.name)):
                found.append(int(folder.name))
    return found


def lab_folders(pid: int | None) -> list[Path]:
    """Return the temporary folder of one JupyterLab, whose name ends with its process id."""
    places = Path(tempfile.gettempdir()).glob("notebook-tray-lab-*")
    return [place for place in places if place.name.endswith(f"-{pid}")]
