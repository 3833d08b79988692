"""What a notebook host tells of a real JupyterLab, in which kernels really run."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.aws_model import sagemaker_client
from tests.support.cookie_browser import Browser
from tests.support.endpoint import Endpoint, running_endpoint
from tests.support.waiting import wait_until
from tray.demo.jupyter import jupyter_is_installed
from tray.demo.sample import RESEARCH_ACCOUNT, sample_profiles, sample_world

pytestmark = pytest.mark.skipif(not jupyter_is_installed(), reason="JupyterLab is not installed (extra: demo)")

PROFILES = sample_profiles()
PLACE = (RESEARCH_ACCOUNT, "eu-west-1", "churn-model")
# It ends by itself should the test be killed.
LONG_CELL = "import time\nfor _ in range(600): time.sleep(0.1)"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with running_endpoint(sample_world(PROFILES)) as running:
        assert running.jupyter is not None
        assert running.jupyter.port() is not None
        yield running


@pytest.fixture
def opened(endpoint: Endpoint) -> Iterator[tuple[Browser, str]]:
    """Open churn-model, in whose sample nothing runs; give the browser and JupyterLab's own address."""
    before = endpoint.world.notebook(*PLACE).activity
    endpoint.world.set_activity(*PLACE, None)
    principal = PROFILES[0].principal
    client = sagemaker_client(endpoint.url, "eu-west-1", principal.access_key_id, principal.secret_access_key)
    answer = client.create_presigned_notebook_instance_url(NotebookInstanceName="churn-model")
    browser = Browser()
    status, address, _ = browser.get(answer["AuthorizedUrl"] + "&view=lab")
    assert status == 200
    yield browser, address.removesuffix("/lab")
    endpoint.world.set_activity(*PLACE, before)


def ask(browser: Browser, url: str) -> Any:
    status, _, content = browser.get(url)
    assert (status, browser.headers.get_content_type()) == (200, "application/json")
    return json.loads(content)


def execute(browser: Browser, lab: str, kernel_id: str, code: str) -> None:
    """Have a kernel begin to execute code, and go away."""
    websocket = pytest.importorskip("websocket")
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)
    address = f"ws://{urlsplit(lab).netloc}/api/kernels/{kernel_id}/channels"
    connection = websocket.create_connection(address, cookie=cookies, timeout=60, http_no_proxy=["127.0.0.1"])
    header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "session": uuid.uuid4().hex, "version": "5.3"}
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    try:
        connection.send(json.dumps(message))
        while json.loads(connection.recv())["header"]["msg_type"] != "execute_input":
            pass
    finally:
        connection.close()


def test_jupyterlabs_answers_are_passed_on(endpoint: Endpoint, opened: tuple[Browser, str]) -> None:
    browser, lab = opened
    for path in ("/api/status", "/api/kernels?no_track_activity=1", "/api/terminals?no_track_activity=1"):
        assert ask(browser, endpoint.url + path) == ask(browser, lab + path)
    assert browser.get(endpoint.url + "/api/nothing")[0] == 404


def test_a_kernel_that_is_busy_is_told_so_until_it_is_interrupted(
    endpoint: Endpoint, opened: tuple[Browser, str]
) -> None:
    browser, lab = opened
    _, _, made = browser.post(lab + "/api/kernels", {"name": "python3"})
    kernel_id = json.loads(made)["id"]

    def state() -> tuple[str, int]:
        kernels = ask(browser, endpoint.url + "/api/kernels?no_track_activity=1")
        (found,) = [each for each in kernels if each["id"] == kernel_id]
        return found["execution_state"], found["connections"]

    try:
        execute(browser, lab, kernel_id, LONG_CELL)
        wait_until(lambda: state() == ("busy", 0), "a busy kernel without a page")
        assert ask(browser, endpoint.url + "/api/status")["kernels"] == 1
        browser.post(f"{lab}/api/kernels/{kernel_id}/interrupt", {})
        wait_until(lambda: state() == ("idle", 0), "an idle kernel")
    finally:
        browser.delete(f"{lab}/api/kernels/{kernel_id}")


def test_what_runs_in_the_sample_comes_on_top(endpoint: Endpoint, opened: tuple[Browser, str]) -> None:
    browser, lab = opened
    of_lab = ask(browser, lab + "/api/kernels?no_track_activity=1")
    sample = next(each for each in sample_world(PROFILES).notebooks(*PLACE[:2]) if each.name == "churn-model")
    assert sample.activity is not None
    endpoint.world.set_activity(*PLACE, sample.activity)
    assert ask(browser, endpoint.url + "/api/kernels?no_track_activity=1") == sample.activity.kernels_json() + of_lab
    status = ask(browser, endpoint.url + "/api/status")
    assert status["kernels"] == 2 + len(of_lab)
    assert status["started"] < ask(browser, lab + "/api/status")["started"]
