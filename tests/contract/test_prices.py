"""Prices asked of the embedded endpoint, and `notebook-tray cost`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tests.contract.test_cli import Run
from tests.contract.test_cli import cloud as cloud
from tests.contract.test_cli import imported as imported
from tests.contract.test_cli import run as run
from tests.support.cloud import SampleCloud
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.samples import notebook
from tray.aws.cloud import Cloud
from tray.cli.cost import known_prices
from tray.fleet.facts import price_files
from tray.fleet.files import state_file
from tray.model.notebooks import Scope
from tray.model.problems import Kind, TrayError
from tray.model.signer import AwsProfile

HERE = Scope("research", "eu-west-1", AwsProfile("research"))
ASKS = "GetProducts"


@pytest.mark.usefixtures("cloud")
def test_the_price_of_an_hour_is_asked_for_in_the_region_that_has_the_list(cloud: SampleCloud) -> None:
    prices = Cloud().price_list
    assert prices.usd_per_hour(HERE, "ml.t3.medium") == pytest.approx(0.055)
    assert prices.usd_per_hour(HERE, "ml.t3") is None  # a part of a type's name
    assert prices.usd_per_hour(HERE, "ml.unheard.of") is None
    assert {call.region for call in cloud.endpoint.recorder.calls(ASKS)} == {"us-east-1"}


def test_that_it_is_denied_says_nothing_of_the_credentials(cloud: SampleCloud) -> None:
    aws = Cloud()
    for code in ("AccessDeniedException", "UnrecognizedClientException", "ExpiredTokenException"):
        cloud.endpoint.faults.clear()
        cloud.endpoint.faults.add(Fault(Trouble.ERROR, code, operation=ASKS))
        with pytest.raises(TrayError) as raised:
            aws.price_list.usd_per_hour(HERE, "ml.t3.medium")
        assert (raised.value.problem.kind is Kind.DENIED) is (code == "AccessDeniedException")
        assert aws.list_notebooks(HERE)


def test_a_networks_page_is_no_price(cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(Fault(Trouble.GARBAGE, operation=ASKS))
    with pytest.raises(TrayError):
        Cloud().price_list.usd_per_hour(HERE, "ml.t3.medium")


def test_what_runs_and_what_that_costs(imported: Run, cloud: SampleCloud) -> None:
    shown = imported("cost")
    assert shown.status == 0
    lines = shown.out.splitlines()
    assert lines[0].split()[:3] == ["NAME", "TYPE", "REGION"]
    churn = next(line for line in lines if line.startswith("churn-model"))
    assert "$0.055" in churn
    assert "by AWS' list price" in shown.out
    assert "storage still costs" in shown.out
    asked = len(cloud.endpoint.recorder.calls(ASKS))
    assert asked
    again = imported("cost", "--json").json
    assert len(cloud.endpoint.recorder.calls(ASKS)) == asked, "prices are asked for once a month"
    running = [each for each in again["notebooks"] if each["status"] == "InService"]
    assert again["usd"] == pytest.approx(sum(each["usd"] or 0 for each in running), abs=0.01)
    assert {each["status"] for each in again["notebooks"]} == {"InService", "Stopped"}
    stopped = [each for each in again["notebooks"] if each not in running]
    assert all(each["usd"] is None and each["running_since"] is None for each in stopped)


def test_where_it_is_denied_nothing_is_guessed(imported: Run, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", operation=ASKS))
    shown = imported("cost")
    assert shown.status == 0
    assert "not known" in shown.out
    assert "pricing:GetProducts" in shown.out
    assert shown.err == ""
    asked = len(cloud.endpoint.recorder.calls(ASKS))
    listed = json.loads(imported("cost", "--json").out)
    assert len(cloud.endpoint.recorder.calls(ASKS)) == asked, "not again for a day"
    assert any(each["usd_per_hour"] is None for each in listed["notebooks"])


def test_without_any_price_no_total_is_said(
    imported: Run, cloud: SampleCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "table.json"
    empty.write_text('{"on": "2026-10-01", "usd_per_hour": {}}')
    monkeypatch.setattr(price_files, "TABLE", empty)
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", operation=ASKS))
    shown = imported("cost")
    assert "not known" in shown.out
    assert " so far" not in shown.out
    assert "have no known price" in shown.out


def test_what_one_profile_may_not_ask_another_asks(
    cloud: SampleCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state_file, "state_folder", lambda: tmp_path)
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", operation=ASKS, times=1))
    seen = [notebook("a", profile=name) for name in ("research", "forecasting")]
    known = known_prices(Cloud(), seen)
    assert known["eu-west-1", seen[0].instance_type].on == date.today(), "told today, and not by the table that ships"
    assert len(cloud.endpoint.recorder.calls(ASKS)) == 2
