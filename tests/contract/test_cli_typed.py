"""What is typed: nothing where a value belongs, what a remedy repeats of it, and where nothing is found."""

from __future__ import annotations

import importlib
import inspect
import io
import json
import pkgutil
import re
import shlex
import sys

import pytest

import tray.cli
from tests.contract.test_cli import Run
from tests.contract.test_cli import cloud as cloud
from tests.contract.test_cli import imported as imported
from tests.contract.test_cli import run as run
from tests.contract.test_cli_output import SCHEMAS
from tests.support.cloud import SampleCloud
from tray.cli import power, stop_all
from tray.model.problems import ExitStatus

RUNNING, STOPPED = "churn-model", "customer-segments"
EMPTY = [
    ("list", "--profile", ""),
    ("list", "--region="),
    ("open", ""),
    ("open", RUNNING, "--profile", "", "--print-url"),
    ("start", STOPPED, "--region", ""),
    ("stop", "--all-i-opened", "--profile", "", "--yes"),
    ("keep", RUNNING, "--profile="),
    ("profiles", "set", "research", "--stop-at", ""),
    ("profiles", "set", "research", "--schedule-role="),
    ("profiles", "add", "mine", "--sso-start-url", ""),
    ("profiles", "add", "mine", "--aws-profile", ""),
    ("setup", ""),
]


@pytest.mark.parametrize("args", EMPTY)
def test_nothing_is_no_value(imported: Run, cloud: SampleCloud, args: tuple[str, ...]) -> None:
    before = imported("profiles", "list", "--json").json
    asked = len(cloud.endpoint.recorder.calls())
    refused = imported(*args)
    word = args[args.index("") - 1] if "" in args else args[-1].rstrip("=")
    assert (refused.status, refused.out) == (ExitStatus.USAGE, "")
    assert f"What stands after “{word}” is empty." in refused.err
    assert imported("profiles", "list", "--json").json == before
    assert len(cloud.endpoint.recorder.calls()) == asked


def remedy(said: str) -> list[str]:
    """The words of the command that a remedy names."""
    (line,) = re.findall(r"(notebook-tray [^\n]+)", said.partition("→")[2])
    return shlex.split(line.rstrip("."))


@pytest.mark.parametrize(
    ("typed", "repeated"),
    [
        (("stop", RUNNING), ("--yes",)),
        (("stop", RUNNING, "--profile", "my team", "--region", "eu-west-1"), ("--yes",)),
        (("stop", RUNNING, "--even-if-it-may-never-start-again"), ("--yes",)),
        (("open", STOPPED, "--for", "30m", "--view", "classic", "--profile", "my team"), ("--start",)),
        (("stop", RUNNING, "--if-idle", "45m", "--no-look", "--region", "eu-west-1", "--yes"), ("--look",)),
        (("stop", "--all-i-opened", "--if-idle", "45m", "--no-look", "--yes"), ("--look",)),
        (
            ("move-platform", STOPPED, "--to", "notebook-al2023-v2", "--profile", "my team"),
            ("--yes", "--without-a-way-back"),
        ),
    ],
)
def test_what_mends_it_is_what_was_typed_and_one_more(
    imported: Run, monkeypatch: pytest.MonkeyPatch, typed: tuple[str, ...], repeated: tuple[str, ...]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert imported("profiles", "add", "my team", "--aws-profile", "research", "--region", "eu-west-1").status == 0
    refused = imported(*typed)
    assert refused.status in (ExitStatus.USAGE, ExitStatus.REFUSED)
    program, verb, *rest = remedy(refused.err)
    assert (program, verb) == ("notebook-tray", typed[0])
    assert sorted(rest) == sorted([*(word for word in typed[1:] if word != "--no-look"), *repeated])


def test_only_what_is_idle_stays_only_what_is_idle(
    imported: Run, monkeypatch: pytest.MonkeyPatch, cloud: SampleCloud
) -> None:
    """Without the option, the command that the refusal names would stop what somebody works in."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(power, "is_idle", lambda *_: True)
    monkeypatch.setattr(stop_all, "is_idle", lambda *_: True)
    assert imported("start", STOPPED).status == 0  # which notes it among what was opened here
    for args in (("stop", STOPPED, "--if-idle", "2h"), ("stop", "--all-i-opened", "--if-idle", "2h")):
        refused = imported(*args)
        assert refused.status == ExitStatus.USAGE
        assert remedy(refused.err) == ["notebook-tray", *args, "--yes"]


def test_a_command_says_nothing_of_what_another_was_typed_with(imported: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    imported("open", STOPPED, "--profile", "research", "--for", "30m")
    assert remedy(imported("open", STOPPED).err) == ["notebook-tray", "open", STOPPED, "--start"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--region", "eu-central-1"), "No profile lists eu-central-1: nothing was asked.\n"),
        (("--profile", "elsewhere"), "No notebook instances in elsewhere, eu-north-1.\n"),
        (("--profile", "elsewhere", "--running"), "No notebook instance runs in elsewhere, eu-north-1.\n"),
    ],
)
def test_an_empty_list_says_where_it_looked(imported: Run, args: tuple[str, ...], said: str) -> None:
    imported("profiles", "add", "elsewhere", "--aws-profile", "research", "--region", "eu-north-1")
    listed = imported("list", *args)
    assert (listed.status, listed.out, listed.err) == (0, "", said)
    assert imported("list", *args, "--json").err == ""


def test_a_profile_that_can_be_imported_is_one_that_aws_files_have(imported: Run) -> None:
    wrong = imported("list", "--profile", "reserch")
    assert "profiles import" not in wrong.err
    assert remedy(wrong.err)[:3] == ["notebook-tray", "profiles", "discover"]
    assert imported("profiles", "remove", "research").status == 0
    there = remedy(imported("list", "--profile", "research").err)
    assert there == ["notebook-tray", "profiles", "import", "research"]
    assert imported(*there[1:]).status == 0


def test_names_that_aws_files_do_not_have_are_told_apart(imported: Run) -> None:
    assert ": “a, b”, “c”." in imported("profiles", "import", "a, b", "c").err


def test_what_is_kept_elsewhere_is_not_said_to_be_kept_and_not(imported: Run) -> None:
    assert imported("keep", RUNNING).status == 0
    refused = imported("keep", RUNNING, "--off", "--region", "us-east-1")
    assert refused.status == ExitStatus.USAGE
    assert f"“{RUNNING}” in us-east-1 is not kept at the top.\n" in refused.err
    assert "not the name of an AWS region" in imported("keep", RUNNING, "--off", "--region", "nosuch").err
    assert imported("keep", RUNNING, "--off", "--region", "eu-west-1").status == 0


def test_what_runs_has_not_started_now(imported: Run) -> None:
    assert imported("start", RUNNING).out == f"{RUNNING} is running already.\n"


@pytest.mark.only_on("linux", reason="jsonschema is not installed for the tests on Windows")
def test_json_with_a_link_is_json(imported: Run) -> None:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    opened = imported("open", RUNNING, "--print-url", "--json", "--for", "30m")
    Draft202012Validator(json.loads((SCHEMAS / "open.json").read_text("utf-8"))).validate(opened.json)
    assert opened.json["url"].startswith("http://127.0.0.1:")
    assert opened.json["session_seconds"] == 1800


def test_what_may_be_chosen_has_no_escapes_in_it(imported: Run) -> None:
    for args in (("completion",), ("move-platform", STOPPED)):
        said = imported(*args)
        assert said.status == ExitStatus.USAGE
        assert "Choose from:\n    " in said.err
        assert "\\x" not in said.err


def test_what_is_said_of_wrong_usage_is_a_sentence() -> None:
    said = []
    for module in pkgutil.iter_modules(tray.cli.__path__, "tray.cli."):
        found = importlib.import_module(module.name)
        for where, name in re.findall(r"UsageError\((\w+)\.(\w+)\(\)\)", inspect.getsource(found)):
            said.append(getattr(vars(found)[where], name)())
    assert len(said) > 15
    for each in said:
        assert each.endswith("."), each
        assert each[0].isupper() or each.startswith("--"), each
