"""What a browser gets for a presigned URL, and what who started the endpoint gets from the control interface."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.demo import (
    ANA,
    REGION,
    SteppedClock,
    open_url,
    refusal,
    visit,
)
from tray.demo.links import LINK_SECONDS

if TYPE_CHECKING:
    from tests.support.endpoint import Endpoint


class TestPresignedUrls:
    def test_a_url_has_a_long_token_and_loopback_for_host(self, endpoint: Endpoint, client: Any) -> None:
        parts = urlsplit(open_url(client))
        assert f"{parts.scheme}://{parts.netloc}" == endpoint.url
        assert parts.path == "/notebook/eu-west-1/churn-model"
        assert len(parse_qs(parts.query)["authToken"][0]) * 6 >= 128
        assert open_url(client) != open_url(client)

    @pytest.mark.parametrize("name", ["customer-segments", "image-labels", "weekly-report"])
    def test_only_running_ones_have_one(self, client: Any, name: str) -> None:
        code, words = refusal(client.create_presigned_notebook_instance_url, NotebookInstanceName=name)
        assert (code, "not in ([InService])" in words) == ("ValidationException", True)

    def test_a_url_opens_once(self, client: Any) -> None:
        url = open_url(client, SessionExpirationDurationInSeconds=7200)
        status, page, headers = visit(url + "&view=lab")
        assert status == 200
        assert "churn-model is open" in page
        assert "<dd>2 h</dd>" in page
        assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
        status, page, _ = visit(url + "&view=lab")
        assert (status, "used up or has expired" in page) == (403, True)

    def test_a_url_opens_for_twelve_hours_where_no_length_is_given(self, client: Any) -> None:
        assert "<dd>12 h</dd>" in visit(open_url(client))[1]

    def test_a_url_opens_within_five_minutes(self, client: Any, clock: SteppedClock) -> None:
        good, late = open_url(client), open_url(client)
        clock.go(LINK_SECONDS - 60)
        assert visit(good)[0] == 200
        clock.go(60)
        assert visit(late)[0] == 403

    def test_a_url_of_one_that_stopped_since_says_so(self, client: Any) -> None:
        url = open_url(client)
        client.stop_notebook_instance(NotebookInstanceName="churn-model")
        status, page, _ = visit(url)
        assert (status, "churn-model is not running" in page, "Stopping" in page) == (409, True, True)

    def test_a_guess_and_another_ones_token_are_refused(self, endpoint: Endpoint, client: Any) -> None:
        url = open_url(client)
        assert visit(f"{endpoint.url}/notebook/eu-west-1/churn-model?authToken=guess")[0] == 403
        assert visit(f"{endpoint.url}/notebook/eu-west-1/churn-model")[0] == 403
        assert visit(url.replace("churn-model", "audit"))[0] == 403
        assert visit(url)[0] == 200

    def test_other_paths_are_not_there(self, endpoint: Endpoint) -> None:
        for path in ("/", "/favicon.ico", "/notebook/eu-west-1", "/-/control"):
            assert visit(endpoint.url + path)[0] == 404


class TestControl:
    def ask(self, endpoint: Endpoint, action: dict[str, Any] | None = None, *, token: str = "") -> tuple[int, Any]:
        request = urllib.request.Request(
            endpoint.control.url if action else endpoint.control.url + "/calls",
            data=json.dumps(action).encode() if action else None,
            headers={"Authorization": f"Bearer {token or endpoint.control.token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def test_it_is_only_there_for_who_knows_the_token(self, endpoint: Endpoint) -> None:
        assert self.ask(endpoint, {"action": "clear"}, token="guess")[0] == 404
        assert self.ask(endpoint, {"action": "clear"})[0] == 200
        assert endpoint.control.token not in repr(endpoint)

    def test_it_sets_faults_latency_and_statuses(self, endpoint: Endpoint, client: Any) -> None:
        place = {"account_id": ANA.account_id, "region": REGION, "name": "weekly-report"}
        fault = {"action": "fault", "trouble": "error", "code": "ThrottlingException", "times": 1}
        assert self.ask(endpoint, fault) == (200, {})
        assert self.ask(endpoint, {"action": "status", "status": "InService", **place}) == (200, {})
        assert self.ask(endpoint, {"action": "latency", "seconds": 0.01}) == (200, {})
        assert refusal(client.list_notebook_instances)[0] == "ThrottlingException"
        found = client.describe_notebook_instance(NotebookInstanceName="weekly-report")
        assert found["NotebookInstanceStatus"] == "InService"
        assert endpoint.faults.latency_seconds("ListNotebookInstances") == 0.01
        _, record = self.ask(endpoint)
        assert [call["operation"] for call in record["calls"]] == ["ListNotebookInstances", "DescribeNotebookInstance"]
        assert self.ask(endpoint, {"action": "clear"}) == (200, {})
        assert self.ask(endpoint) == (200, {"calls": []})

    def test_it_sets_what_starts_meet(self, endpoint: Endpoint, client: Any) -> None:
        place = {"region": REGION, "instance_type": "ml.t3.medium"}
        start = client.start_notebook_instance
        quota = {"action": "quota", "account_id": ANA.account_id, "limit": 0, **place}
        assert self.ask(endpoint, quota) == (200, {})
        assert refusal(start, NotebookInstanceName="audit")[0] == "ResourceLimitExceeded"
        assert self.ask(endpoint, quota | {"limit": None}) == (200, {})
        assert self.ask(endpoint, {"action": "deny", "iam_action": "sagemaker:StartNotebookInstance"}) == (200, {})
        assert refusal(start, NotebookInstanceName="audit")[0] == "AccessDeniedException"
        assert self.ask(endpoint, {"action": "allow", "iam_action": "sagemaker:StartNotebookInstance"}) == (200, {})
        assert self.ask(endpoint, {"action": "capacity", "free": False, **place}) == (200, {})
        start(NotebookInstanceName="audit")
        assert endpoint.world.notebook(ANA.account_id, REGION, "audit").becomes == "Failed"

    @pytest.mark.parametrize(
        "action", [{"action": "dance"}, {"action": "fault", "trouble": "big"}, {"action": "latency"}, {"a": 1}]
    )
    def test_what_it_does_not_know_it_refuses(self, endpoint: Endpoint, action: dict[str, Any]) -> None:
        assert self.ask(endpoint, action)[0] == 400
