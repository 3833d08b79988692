"""A notebook host between InService and Jupyter, and what it tells for a Jupyter that is not there."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.cookie_browser import Browser
from tests.support.demo import ANA, REGION, SteppedClock, notebook, open_url
from tests.support.endpoint.faults import Fault, Trouble
from tray.demo.activity import JupyterActivity, Kernel, Terminal, iso
from tray.demo.world import Status

if TYPE_CHECKING:
    from tests.support.endpoint import Endpoint

PLACE = (ANA.account_id, REGION, "churn-model")
API = ("/api/status", "/api/kernels?no_track_activity=1", "/api/terminals?no_track_activity=1")


@pytest.fixture
def browser() -> Browser:
    return Browser()


def ask(endpoint: Endpoint, browser: Browser, path: str) -> Any:
    status, _, content = browser.get(endpoint.url + path)
    assert (status, browser.headers.get_content_type()) == (200, "application/json"), content
    return json.loads(content)


@pytest.fixture
def opened(endpoint: Endpoint, client: Any, browser: Browser) -> Browser:
    assert browser.get(open_url(client) + "&view=lab")[0] == 200
    return browser


class TestReadiness:
    def test_jupyter_answers_some_seconds_after_in_service(
        self, endpoint: Endpoint, client: Any, clock: SteppedClock, browser: Browser
    ) -> None:
        endpoint.world.durations = replace(endpoint.world.durations, readying_seconds=400)
        endpoint.world.put(notebook("churn-model", Status.STOPPED))
        client.start_notebook_instance(NotebookInstanceName="churn-model")
        clock.go(1000)
        status, _, page = browser.get(open_url(client) + "&view=lab")
        assert (status, browser.headers.get_content_type()) == (200, "text/html")
        reload = "/notebook/eu-west-1/churn-model/lab"
        assert f'<meta http-equiv="refresh" content="2; url={reload}">' in page
        for path in (reload, *API):
            status, _, page = browser.get(endpoint.url + path)
            assert (status, browser.headers.get_content_type(), "almost ready" in page) == (200, "text/html", True)
        clock.go(310)
        for path in (reload, *API):
            assert browser.get(endpoint.url + path)[0] == 502
        clock.go(90)
        assert "churn-model is open" in browser.get(endpoint.url + reload)[2]
        started = endpoint.world.notebook(*PLACE).modified + timedelta(seconds=400)
        assert ask(endpoint, browser, "/api/status") == {
            "connections": 0, "kernels": 0, "last_activity": iso(started), "started": iso(started)
        }  # fmt: skip

    def test_by_default_it_answers_at_once(
        self, endpoint: Endpoint, client: Any, clock: SteppedClock, browser: Browser
    ) -> None:
        endpoint.world.put(notebook("churn-model", Status.STOPPED))
        client.start_notebook_instance(NotebookInstanceName="churn-model")
        clock.go(1000)
        assert "churn-model is open" in browser.get(open_url(client))[2]
        assert ask(endpoint, browser, "/api/kernels") == []


class TestSessions:
    @pytest.mark.parametrize("path", [*API, "/notebook/eu-west-1/churn-model/lab"])
    def test_without_a_cookie_nothing_is_told(self, endpoint: Endpoint, browser: Browser, path: str) -> None:
        status, _, page = browser.get(endpoint.url + path)
        assert (status, browser.headers.get_content_type()) == (403, "text/html")
        assert "Your session has ended" in page

    def test_a_session_ends(self, endpoint: Endpoint, client: Any, clock: SteppedClock, browser: Browser) -> None:
        browser.get(open_url(client, SessionExpirationDurationInSeconds=1800))
        clock.go(1799)
        assert browser.get(endpoint.url + "/api/status")[0] == 200
        clock.go(1)
        assert browser.get(endpoint.url + "/api/status")[0] == 403

    def test_a_page_is_for_its_own_notebook_instance(self, endpoint: Endpoint, opened: Browser) -> None:
        assert opened.get(endpoint.url + "/notebook/eu-west-1/audit/lab")[0] == 403
        assert opened.get(endpoint.url + "/notebook/eu-west-1/churn-model/tree")[0] == 200

    def test_one_that_stops_has_no_jupyter(self, endpoint: Endpoint, client: Any, opened: Browser) -> None:
        client.stop_notebook_instance(NotebookInstanceName="churn-model")
        for path in API:
            assert opened.get(endpoint.url + path)[0] == 409
        endpoint.world.remove(*PLACE)
        assert opened.get(endpoint.url + API[0])[0] == 409

    def test_of_several_notebook_instances_the_one_opened_last_answers(
        self, endpoint: Endpoint, client: Any, clock: SteppedClock, opened: Browser
    ) -> None:
        endpoint.world.put(notebook("another", activity=JupyterActivity((Kernel(clock()),))))
        answer = client.create_presigned_notebook_instance_url(NotebookInstanceName="another")
        opened.get(answer["AuthorizedUrl"])
        assert ask(endpoint, opened, "/api/status")["kernels"] == 1
        opened.get(open_url(client))
        assert ask(endpoint, opened, "/api/status")["kernels"] == 0


class TestActivity:
    def test_it_is_told_in_jupyters_shapes(self, endpoint: Endpoint, clock: SteppedClock, opened: Browser) -> None:
        busy, idle, typed = (clock() - timedelta(hours=hours) for hours in (3, 2, 1))
        kernels = (Kernel(busy), Kernel(idle, "idle", connections=2))
        endpoint.world.set_activity(*PLACE, JupyterActivity(kernels, (Terminal(typed),)))
        for flag in ("", "?no_track_activity=1"):
            assert ask(endpoint, opened, "/api/kernels" + flag) == [
                {
                    "id": kernels[0].id, "name": "python3", "last_activity": iso(busy),
                    "execution_state": "busy", "connections": 0,
                },
                {
                    "id": kernels[1].id, "name": "python3", "last_activity": iso(idle),
                    "execution_state": "idle", "connections": 2,
                },
            ]  # fmt: skip
            assert ask(endpoint, opened, "/api/terminals" + flag) == [{"name": "1", "last_activity": iso(typed)}]
        status = ask(endpoint, opened, "/api/status")
        assert (status["kernels"], status["connections"]) == (2, 2)

    def test_only_tracked_questions_are_activity(
        self, endpoint: Endpoint, clock: SteppedClock, opened: Browser
    ) -> None:
        before = ask(endpoint, opened, "/api/status")["last_activity"]
        for path in API:
            ask(endpoint, opened, path)
        assert ask(endpoint, opened, "/api/status")["last_activity"] == before
        now = clock()
        ask(endpoint, opened, "/api/kernels")
        assert ask(endpoint, opened, "/api/status")["last_activity"] >= iso(now)

    def test_a_page_on_somebodys_screen_keeps_the_server_active(
        self, endpoint: Endpoint, clock: SteppedClock, opened: Browser
    ) -> None:
        endpoint.world.set_activity(*PLACE, JupyterActivity(page_open=True))
        clock.go(600)
        now = clock()
        assert ask(endpoint, opened, "/api/status")["last_activity"] >= iso(now)

    def test_a_stop_ends_it(self, endpoint: Endpoint, client: Any, clock: SteppedClock, opened: Browser) -> None:
        endpoint.world.set_activity(*PLACE, JupyterActivity((Kernel(clock()),)))
        client.stop_notebook_instance(NotebookInstanceName="churn-model")
        clock.go(500)
        client.start_notebook_instance(NotebookInstanceName="churn-model")
        clock.go(1000)
        assert ask(endpoint, opened, "/api/kernels") == []

    def test_answers_have_the_worlds_time(self, endpoint: Endpoint, clock: SteppedClock, opened: Browser) -> None:
        clock.go(7200)
        ask(endpoint, opened, "/api/status")
        assert abs(parsedate_to_datetime(opened.headers["Date"]) - clock()) < timedelta(minutes=1)

    def test_what_else_there_is_not(self, endpoint: Endpoint, opened: Browser) -> None:
        status, _, content = opened.get(endpoint.url + "/api/sessions")
        assert (status, json.loads(content)["message"]) == (404, "Not Found")


class TestTroubles:
    def test_each_question_is_recorded_without_its_cookie(self, endpoint: Endpoint, opened: Browser) -> None:
        for path in API:
            ask(endpoint, opened, path)
        ask(endpoint, opened, "/api/kernels")
        calls = endpoint.recorder.calls("AskJupyter")
        assert [(call.parameters["Path"], call.parameters["Tracked"]) for call in calls] == [
            ("/api/status", False), ("/api/kernels", False), ("/api/terminals", False), ("/api/kernels", True)
        ]  # fmt: skip
        assert {call.parameters["NotebookInstanceName"] for call in calls} == {"churn-model"}
        values = [cookie.value for cookie in opened.cookies]
        assert values
        assert all(str(value) not in repr(endpoint.recorder.calls()) for value in values)

    @pytest.mark.parametrize(
        ("fault", "status"),
        [
            (Fault(Trouble.GARBAGE, operation="AskJupyter", times=1), 200),
            (Fault(Trouble.ERROR, status=503, operation="AskJupyter", times=1), 503),
            (Fault(Trouble.ERROR, status=403, operation="AskJupyter", times=1), 403),
        ],
    )
    def test_a_question_can_go_wrong(self, endpoint: Endpoint, opened: Browser, fault: Fault, status: int) -> None:
        endpoint.faults.add(fault)
        found, _, _ = opened.get(endpoint.url + "/api/status")
        assert (found, opened.headers.get_content_type()) == (status, "text/html")
        assert ask(endpoint, opened, "/api/status")["kernels"] == 0
