"""The sample notebook instances as the tray's own look at Jupyter sees them, with a real JupyterLab and without."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.aws_model import sagemaker_client
from tests.support.demo import SteppedClock
from tests.support.endpoint import Endpoint, running_endpoint
from tests.support.endpoint.faults import Fault, Trouble
from tray.demo.activity import JupyterActivity, Kernel
from tray.demo.jupyter import jupyter_is_installed
from tray.demo.sample import DEMO_DURATIONS, FORECASTING_ACCOUNT, RESEARCH_ACCOUNT, sample_profiles, sample_world
from tray.jupyter.visit import Visit, look
from tray.model.activity import Reason
from tray.model.notebooks import AuthorizedUrl

RESEARCH, FORECASTING = sample_profiles()
CHURN = (RESEARCH_ACCOUNT, "eu-west-1", "churn-model")
CLAIMS = (RESEARCH_ACCOUNT, "us-east-1", "claims-text-mining")
DEMAND = (FORECASTING_ACCOUNT, "ap-southeast-2", "demand-forecast")
SEGMENTS = (RESEARCH_ACCOUNT, "eu-west-1", "customer-segments")

WITH_JUPYTER = pytest.mark.skipif(not jupyter_is_installed(), reason="JupyterLab is not installed (extra: demo)")


@pytest.fixture(scope="module", params=[False, pytest.param(True, marks=WITH_JUPYTER)])
def endpoint(request: pytest.FixtureRequest) -> Iterator[Endpoint]:
    clock = SteppedClock()
    with running_endpoint(sample_world((RESEARCH, FORECASTING), clock), jupyter=request.param) as running:
        assert running.jupyter is None or running.jupyter.port() is not None
        yield running


def url(endpoint: Endpoint, place: tuple[str, str, str]) -> AuthorizedUrl:
    account_id, region, name = place
    principal = (RESEARCH if account_id == RESEARCH_ACCOUNT else FORECASTING).principal
    client = sagemaker_client(endpoint.url, region, principal.access_key_id, principal.secret_access_key)
    answer = client.create_presigned_notebook_instance_url(NotebookInstanceName=name)
    return AuthorizedUrl(answer["AuthorizedUrl"])


def test_churn_model_has_two_busy_kernels_and_no_page(endpoint: Endpoint) -> None:
    found = look(url(endpoint, CHURN))
    assert (found.unknown, found.busy, found.page_attached) == (None, 2, False)
    assert found.busy_since is not None
    assert found.answered_at is not None
    assert timedelta(hours=1) < found.answered_at - found.busy_since < timedelta(hours=3)


def test_demand_forecast_is_idle_for_hours(endpoint: Endpoint) -> None:
    found = look(url(endpoint, DEMAND))
    assert (found.unknown, found.busy, found.terminals, found.open_on_screen) == (None, 0, 0, False)
    assert found.quiet_seconds is not None
    assert 7 < found.quiet_seconds / 3600 < 8


def test_claims_text_mining_has_a_terminal(endpoint: Endpoint) -> None:
    found = look(url(endpoint, CLAIMS))
    assert (found.unknown, found.busy, found.terminals, found.quiet_seconds) == (None, 0, 1, None)


def test_a_page_of_the_gate_is_unknown(endpoint: Endpoint) -> None:
    endpoint.faults.add(Fault(Trouble.GARBAGE, operation="AskJupyter", times=1))
    assert look(url(endpoint, CHURN)).unknown is Reason.NOT_JUPYTER


def test_a_look_costs_a_landing_and_three_questions(endpoint: Endpoint) -> None:
    endpoint.recorder.clear()
    look(url(endpoint, CHURN))
    calls = [(call.operation, call.parameters.get("Path")) for call in endpoint.recorder.calls()]
    assert calls == [
        ("CreatePresignedNotebookInstanceUrl", None), ("OpenNotebook", None),
        ("AskJupyter", "/api/status"), ("AskJupyter", "/api/kernels"), ("AskJupyter", "/api/terminals"),
    ]  # fmt: skip
    assert not any(call.parameters["Tracked"] for call in endpoint.recorder.calls("AskJupyter"))


def test_one_that_starts_is_ready_when_its_jupyter_answers(endpoint: Endpoint) -> None:
    clock, world = endpoint.world.clock, endpoint.world
    assert isinstance(clock, SteppedClock)
    # Long, so that the machine's speed is of no matter.
    world.durations = replace(DEMO_DURATIONS, starting_seconds=1000, readying_seconds=400)
    world.start(*SEGMENTS)
    clock.go(1000)
    with Visit(url(endpoint, SEGMENTS)) as visit:
        assert not visit.is_ready()
        clock.go(330)
        assert not visit.is_ready()
        clock.go(70)
        assert visit.is_ready()
    world.set_activity(*SEGMENTS, JupyterActivity((Kernel(clock()),)))
    assert look(url(endpoint, SEGMENTS)).busy == 1
