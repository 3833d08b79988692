"""`notebook-tray cost --weeks`, with what the demo's tray has counted."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.contract.test_cli import Run
from tests.contract.test_cli import cloud as cloud
from tests.contract.test_cli import run as run
from tests.support.cloud import SampleCloud
from tray.demo.sample import sample_notebooks
from tray.demo.sample_days import write_sample_days
from tray.fleet.facts.price_files import PriceFile
from tray.fleet.files.state_file import state_folder

SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "cost-weeks.json"


@pytest.fixture
def counted(run: Run) -> Run:
    write_sample_days(state_folder(), sample_notebooks())
    return run


def test_the_last_weeks_this_one_first(counted: Run, cloud: SampleCloud) -> None:
    shown = counted("cost", "--weeks")
    assert (shown.status, shown.err) == (0, "")
    heading, *rows = shown.out.splitlines()
    assert heading.split() == ["WEEK", "FROM", "HOURS", "IDLE", "ABOUT", "SEEN"]
    weeks = [row.split() for row in rows if re.match(r"\d{4}-", row)]
    assert 2 <= len(weeks) <= 3
    assert [date.fromisoformat(row[0]).weekday() for row in weeks] == [0] * len(weeks)
    assert weeks == sorted(weeks, reverse=True)
    assert any("part" in row for row in weeks), "the computer was off for two days"
    assert re.search(r"^Counted up to .*\d\d", shown.out, re.MULTILINE)
    assert "without storage" in shown.out
    assert re.search(r"\$\d+ for \d+ h  ", shown.out), "some have no price"
    assert list(cloud.endpoint.recorder.calls()) == [], "AWS is not asked"


@pytest.mark.only_on("linux", reason="jsonschema is not installed for the tests on Windows")
def test_json_is_of_the_form_that_is_documented(counted: Run) -> None:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    form: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(form)
    found = counted("cost", "--weeks", "--json").json
    Draft202012Validator(form).validate(found)
    assert list(form["properties"]) == list(found)
    assert list(form["properties"]["weeks"]["items"]["properties"]) == list(found["weeks"][0])
    assert sum(each["hours"] for each in found["weeks"]) > 200
    assert all(each["idle_hours"] <= each["hours"] for each in found["weeks"])


def test_what_has_no_price_has_no_cost(counted: Run) -> None:
    last = counted("cost", "--weeks", "--json").json["weeks"][-1]
    without, before = last["hours_without_price"], last["usd"] or 0
    assert 0 < without <= last["hours"]
    PriceFile(state_folder() / "prices.json").learn("us-east-1", "ml.m5.xlarge", 10.0, date.today())
    dearer = counted("cost", "--weeks", "--json").json["weeks"][-1]
    assert dearer["hours_without_price"] <= without
    assert dearer["usd"] > before


def test_where_nothing_was_seen_it_says_so(run: Run) -> None:
    assert run("cost", "--weeks").out == "Nothing seen yet: Notebook Tray counts the hours while it runs.\n"
    assert run("cost", "--weeks", "--json").json == {"version": 1, "counted_until": None, "weeks": []}


def test_it_is_of_all_profiles(counted: Run) -> None:
    refused = counted("cost", "--weeks", "--profile", "research")
    assert refused.status == 2
    assert "it goes with --json alone" in refused.err
