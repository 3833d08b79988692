"""`notebook-tray sessions`, and what `open` notes for it, against the embedded endpoint."""

from __future__ import annotations

import json
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.contract.test_cli import Run
from tests.contract.test_cli import cloud as cloud
from tests.contract.test_cli import imported as imported
from tests.contract.test_cli import run as run
from tests.support.cloud import SampleCloud
from tray.desktop.browser import handoff
from tray.fleet.files.state_file import state_folder
from tray.fleet.opening.sessions_file import FILE_NAME
from tray.menu.sessions import until_words
from tray.model.problems import Kind, TrayError

NAME, OTHER = "churn-model", "claims-text-mining"
ARN = f"arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/{NAME}"
SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "sessions.json"


@pytest.fixture(autouse=True)
def _browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handoff, "hand_off", lambda *_args, **_more: None)


def file() -> Path:
    return state_folder() / FILE_NAME


def seconds(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def test_what_is_opened_is_listed_until_it_ends(imported: Run) -> None:
    assert imported("sessions").out == "No session is open that was begun here.\n"
    assert imported("open", NAME, "--for", "2h").status == 0
    assert imported("open", OTHER, "--for", "30m").status == 0
    now = time.time()
    first, second = imported("sessions", "--json").json["sessions"]
    assert (first["name"], second["name"]) == (OTHER, NAME), "the first to end comes first"
    assert second == {
        "profile": "research",
        "region": "eu-west-1",
        "name": NAME,
        "arn": ARN,
        "view": "lab",
        "session_seconds": 7200,
        "began": second["began"],
        "ends": second["ends"],
        "ends_with": "length",
    }
    assert seconds(second["ends"]) - seconds(second["began"]) == 7200
    assert abs(seconds(second["began"]) - now) < 60
    table = imported("sessions").out.splitlines()
    assert table[0].split() == ["NAME", "REGION", "PROFILE", "OPEN", "UNTIL"]
    until = until_words(seconds(second["ends"]), time.time())
    assert table[2].split() == [NAME, "eu-west-1", "research", *until.split()]
    stored = json.loads(file().read_text())
    for each in stored["sessions"]:
        each["since"] -= 43200
        each["ends"] -= 43200
    file().write_text(json.dumps(stored))
    assert imported("sessions", "--json").json["sessions"] == []


def test_nothing_secret_is_kept_and_nothing_asked(imported: Run, cloud: SampleCloud) -> None:
    imported("open", NAME)
    said = file().read_text()
    assert "authToken" not in said
    assert "://" not in said
    if sys.platform != "win32":
        assert file().stat().st_mode & 0o777 == 0o600
    cloud.endpoint.recorder.clear()
    imported("sessions")
    assert not cloud.endpoint.recorder.calls()


def test_what_was_not_opened_begins_no_session(imported: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise TrayError("no-browser", kind=Kind.DESKTOP)

    assert imported("open", NAME, "--print-url").status == 0
    monkeypatch.setattr(handoff, "hand_off", fail)
    assert imported("open", NAME).status != 0
    assert imported("sessions", "--json").json["sessions"] == []


def test_what_is_stopped_has_no_session_any_more(imported: Run) -> None:
    imported("open", NAME)
    imported("open", "demand-forecast")
    assert imported("stop", NAME, "--yes", "--no-look").status == 0
    assert [each["name"] for each in imported("sessions", "--json").json["sessions"]] == ["demand-forecast"]
    assert imported("stop", "--all-i-opened", "--yes", "--no-look").status == 0
    assert imported("sessions", "--json").json["sessions"] == []


def test_uninstall_takes_it_away(imported: Run) -> None:
    imported("open", NAME)
    assert imported("uninstall", "--yes").status == 0
    assert not state_folder().exists()


@pytest.mark.only_on("linux", reason="jsonschema is not installed for the tests on Windows")
def test_json_is_of_the_form_that_is_documented(imported: Run) -> None:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    form: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(form)
    imported("open", NAME)
    found = imported("sessions", "--json").json
    Draft202012Validator(form).validate(found)
    assert list(form["properties"]) == list(found)
    assert list(form["properties"]["sessions"]["items"]["properties"]) == list(found["sessions"][0])
