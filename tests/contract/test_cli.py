"""The command line against the embedded endpoint, with a keyring in memory."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keyring
import keyring.backends.null
import pytest

from tests.support.cloud import SampleCloud, sample_cloud
from tests.support.endpoint.faults import Fault, Trouble
from tray.cli import main
from tray.model.notebooks import Notebook, Scope
from tray.model.sightings import sightings
from tray.model.signer import AwsProfile
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.store import ProfileStore


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


def piped(text: str | bytes) -> io.TextIOWrapper:
    """Return standard input as it is where something is piped into it."""
    return io.TextIOWrapper(io.BytesIO(text.encode() if isinstance(text, str) else text))


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with sample_cloud(tmp_path) as cloud:
        cloud.into(monkeypatch)
        yield cloud


@pytest.fixture
def run(
    cloud: SampleCloud, memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    def run(*args: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["notebook-tray", *args])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
        said = capsys.readouterr()
        return Ran(status, said.out, said.err)

    return run


@pytest.fixture
def imported(run: Run) -> Run:
    assert run("profiles", "import", "research", "--region", "eu-west-1", "--region", "us-east-1").status == 0
    assert run("profiles", "import", "forecasting").status == 0
    return run


def test_profiles_from_discovery_to_removal(run: Run, memory: MemoryKeyring) -> None:
    assert run("profiles", "list").out == ""
    assert run("profiles", "discover", "--json").json == {
        "version": 1,
        "profiles": [
            {"name": "research", "region": "eu-west-1", "configured_as": []},
            {"name": "forecasting", "region": "ap-southeast-2", "configured_as": []},
        ],
        "problems": [],
    }
    assert run("profiles", "import", "--all").out == "research: imported\nforecasting: imported\n"
    assert run("profiles", "import", "research").out == "research: was configured already, left as it is\n"
    assert run("profiles", "add", "mine", "--aws-profile", "research", "--session-length", "90m").status == 0
    assert run("profiles", "set", "mine", "--region", "us-east-1", "--region", "eu-west-1").status == 0
    assert run("profiles", "set", "mine", "--view", "classic").status == 0
    listed = run("profiles", "list", "--json").json["profiles"]
    assert [profile["name"] for profile in listed] == ["research", "forecasting", "mine"]
    assert listed[2] == {
        "name": "mine",
        "credentials": "aws profile",
        "access_key": None,
        "identity_center": None,
        "aws_profile": "research",
        "regions": ["us-east-1", "eu-west-1"],
        "session_seconds": 5400,
        "view": "classic",
        "left_running_hours": 10,
        "set_by_administrator": False,
        "stop_at": None,
        "stop_when_idle_hours": 0,
        "stop_at_logout": False,
        "schedule_role": None,
    }
    assert run("profiles", "set", "mine", "--own-region").status == 0
    assert run("profiles", "list", "--json").json["profiles"][2]["regions"] == []
    assert run("profiles", "discover", "--json").json["profiles"][0]["configured_as"] == ["research", "mine"]
    assert run("profiles", "remove", "mine", "forecasting").out == "mine: removed\nforecasting: removed\n"
    table = run("profiles", "list").out.splitlines()
    assert re.split(r"  +", table[0]) == ["NAME", "AWS PROFILE", "REGIONS", "SESSION", "VIEW"]
    assert re.split(r"  +", table[1]) == ["research", "research", "(its own)", "4 h", "JupyterLab"]
    assert len(table) == 2
    assert memory.usernames("notebook-tray")


def test_a_profile_unchecked_in_the_menu_is_said_and_comes_back(run: Run, memory: MemoryKeyring) -> None:
    assert run("profiles", "add", "mine", "--aws-profile", "research", "--region", "us-east-1").status == 0
    ProfileStore(memory).uncheck("mine")
    listed = run("profiles", "list")
    assert (listed.status, listed.out) == (0, "")
    assert "mine" in listed.err
    assert run("profiles", "list", "--json").json["unchecked"] == ["mine"]
    assert run("list", "--json").json["notebooks"] == []
    said = run("list").err
    assert "mine" in said
    assert "No profiles" not in said
    assert run("list", "--json", "--profile", "mine").json["notebooks"]
    assert run("profiles", "set", "mine", "--session-length", "1h").status == 0
    assert run("profiles", "add", "mine", "--aws-profile", "research").status == 0
    (mine,) = run("profiles", "list", "--json").json["profiles"]
    assert (mine["regions"], mine["session_seconds"]) == (["us-east-1"], 3600)
    ProfileStore(memory).uncheck("mine")
    assert run("profiles", "remove", "mine").out == "mine: removed\n"
    assert ProfileStore(memory).load().unchecked == ()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("profiles", "import", "nobody"), "nobody"),
        (("profiles", "import"), "--all"),
        (("profiles", "import", "--all", "research"), "--all"),
        (("profiles", "add", "research"), "research"),
        (("profiles", "set", "nobody", "--view", "lab"), "nobody"),
        (("profiles", "set", "research"), "--region"),
        (("profiles", "set", "research", "--session-length", "29m"), "30 minutes to 12 hours"),
        (("profiles", "set", "research", "--region", "not a region"), "not a region"),
        (("profiles", "add", "x" * 2000), "x"),
        (("list", "--profile", "nobody"), "nobody"),
        (("open", "a", "--for", "13h"), "30 minutes to 12 hours"),
        (("open", "not_a_name"), "not_a_name"),
        (("open", "a", "--view", "tree"), "tree"),
        (("nonsense",), "nonsense"),
    ],
)
def test_wrong_usage_exits_with_2_and_changes_nothing(imported: Run, args: tuple[str, ...], words: str) -> None:
    before = imported("profiles", "list", "--json").json
    ran = imported(*args)
    assert ran.status == 2
    assert words in ran.err
    assert ran.out == ""
    assert imported("profiles", "list", "--json").json == before


def test_the_list_as_json(imported: Run) -> None:
    listed = imported("list", "--json")
    assert listed.status == 0
    assert listed.json["problems"] == []
    assert len(listed.json["notebooks"]) == 8
    first = listed.json["notebooks"][0]
    members = ["profile", "region", "name", "arn", "status", "instance_type", "created", "modified", "other_profiles"]
    members += ["platform", "stop_plans"]
    assert list(first) == members
    assert (first["name"], first["region"], first["status"]) == ("churn-model", "eu-west-1", "InService")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", first["created"])


def test_the_list_for_people_is_aligned(imported: Run) -> None:
    lines = imported("list", "--profile", "research").out.splitlines()
    assert re.split(r"  +", lines[0]) == ["NAME", "STATUS", "TYPE", "REGION", "PROFILE"]
    assert len(lines) == 6
    assert (
        len({line.index(word) for line, word in zip(lines[1:4], ["InService", "Stopped", "Stopping"], strict=True)})
        == 1
    )


def test_one_region_that_fails_hides_no_other(imported: Run, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", region="us-east-1"))
    listed = imported("list", "--json")
    assert listed.status == 1
    assert {notebook["region"] for notebook in listed.json["notebooks"]} == {"eu-west-1", "ap-southeast-2"}
    (problem,) = listed.json["problems"]
    assert (problem["profile"], problem["region"], problem["title"]) == ("research", "us-east-1", "Access denied")
    assert "sagemaker:ListNotebookInstances" in problem["remedy"]
    people = imported("list")
    assert people.status == 1
    assert "churn-model" in people.out
    assert "research, us-east-1: Access denied" in people.err


def test_open_prints_the_url_and_nothing_else(imported: Run, cloud: SampleCloud) -> None:
    ran = imported("open", "churn-model", "--for", "90m", "--print-url")
    assert ran.status == 0
    assert ran.err == ""
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\S+authToken=\S+&view=lab\n", ran.out)
    (call,) = cloud.endpoint.recorder.calls("CreatePresignedNotebookInstanceUrl")
    assert call.parameters["SessionExpirationDurationInSeconds"] == 5400
    assert "view=" not in imported("open", "churn-model", "--view", "classic", "--print-url").out


def test_without_a_length_the_profiles_own_counts(imported: Run, cloud: SampleCloud) -> None:
    imported("profiles", "set", "research", "--session-length", "8h", "--view", "classic")
    assert "view=" not in imported("open", "churn-model", "--print-url").out
    (call,) = cloud.endpoint.recorder.calls("CreatePresignedNotebookInstanceUrl")
    assert call.parameters["SessionExpirationDurationInSeconds"] == 8 * 3600


def test_a_wrong_length_is_refused_before_any_call(imported: Run, cloud: SampleCloud) -> None:
    assert imported("open", "churn-model", "--for", "29m").status == 2
    assert cloud.endpoint.recorder.calls() == ()


@pytest.mark.parametrize(
    ("name", "words"),
    [("customer-segments", "Stopped"), ("image-labels", "Failed"), ("price-elasticity", "Pending")],
)
def test_one_that_is_not_running_is_refused_with_its_status(imported: Run, name: str, words: str) -> None:
    ran = imported("open", name)
    assert ran.status == 1
    assert words in ran.err
    assert "→" in ran.err


def test_one_notebook_seen_through_several_profiles_is_one(imported: Run) -> None:
    imported("profiles", "add", "twin", "--aws-profile", "research", "--region", "eu-west-1", "--region", "eu-west-1")
    listed = imported("list", "--json").json["notebooks"]
    assert len({each["arn"] for each in listed}) == len(listed)
    (churn,) = [each for each in listed if each["name"] == "churn-model"]
    assert (churn["profile"], churn["other_profiles"]) == ("research", ["twin"])
    assert len([line for line in imported("list").out.splitlines() if line.startswith("churn-model ")]) == 1
    assert imported("open", "churn-model", "--print-url").status == 0
    assert imported("open", "churn-model", "--profile", "twin", "--print-url").status == 0


def test_one_notebook_opens_with_the_first_profile_that_may(imported: Run, cloud: SampleCloud) -> None:
    imported("profiles", "add", "twin", "--aws-profile", "research")
    refusal = Fault(Trouble.ERROR, "AccessDeniedException", operation="CreatePresignedNotebookInstanceUrl", times=1)
    cloud.endpoint.faults.add(refusal)
    ran = imported("open", "churn-model", "--print-url")
    assert (ran.status, ran.err) == (0, "")
    cloud.endpoint.faults.add(replace(refusal, times=2))
    ran = imported("open", "churn-model", "--print-url")
    assert ran.status == 1
    assert "research" in ran.err


def test_one_name_in_two_places_is_refused_with_the_list(imported: Run, cloud: SampleCloud) -> None:
    found = Notebook(
        Scope("other", "us-east-1", AwsProfile("other")),
        "churn-model",
        "arn:aws:sagemaker:us-east-1:999999999999:notebook-instance/churn-model",
        "InService",
        "",
        None,
        None,
    )
    here = replace(found, arn=found.arn.replace("9" * 12, "1" * 12), scope=replace(found.scope, profile="one"))
    assert sightings([found, here, found]) == ((found,), (here,))


def test_equal_problems_of_many_profiles_are_said_once(imported: Run, cloud: SampleCloud) -> None:
    for number in range(8):
        imported("profiles", "add", f"more-{number}", "--aws-profile", "research")
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", operation="ListNotebookInstances"))
    ran = imported("list")
    assert ran.status == 1
    assert ran.err.count("\n") == 4
    assert "11 places: Access denied" in ran.err
    assert "--details" in ran.err
    assert imported("list", "--details").err.count("Access denied") == 11
    assert len(imported("list", "--json").json["problems"]) == 11
    doctor = imported("doctor").out
    assert doctor.count("Access denied") == 1
    assert "other checks found the same" in doctor


@pytest.fixture
def writes(memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is written to the keyring, by user name."""
    written: list[str] = []
    write = memory.set_password

    def set_password(service: str, username: str, password: str) -> None:
        written.append(username)
        write(service, username, password)

    monkeypatch.setattr(memory, "set_password", set_password)
    return written


@pytest.fixture
def reads(memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is read from the keyring, by user name."""
    asked: list[str] = []
    read = memory.get_password

    def get_password(service: str, username: str) -> str | None:
        asked.append(username)
        return read(service, username)

    monkeypatch.setattr(memory, "get_password", get_password)
    return asked


def config_of(names: list[str]) -> None:
    Path(os.environ["AWS_CONFIG_FILE"]).write_text(
        "".join(f"[profile {name}]\nregion = eu-west-1\n" for name in names), "utf-8"
    )
    Path(os.environ["AWS_SHARED_CREDENTIALS_FILE"]).write_text("", "utf-8")


def test_many_are_imported_changed_and_removed_in_one_change_each(
    run: Run, cloud: SampleCloud, writes: list[str], reads: list[str]
) -> None:
    names = [f"team-{number:03}" for number in range(60)]
    config_of(names)
    assert run("profiles", "import", "--all").out.count(": imported\n") == 60
    assert sum(name in ("index/a", "index/b") for name in writes) == 1
    writes.clear()
    assert run("profiles", "set", *names[:50], "--view", "classic").out.count(": changed\n") == 50
    assert sum(name in ("index/a", "index/b") for name in writes) == 1
    writes.clear()
    reads.clear()
    assert run("profiles", "set", names[0], "--session-length", "1h").status == 0
    assert len({name for name in reads if name.startswith("profile/")}) < 5, "the others are not read"
    assert sum(name.startswith("profile/") for name in writes) == 1
    writes.clear()
    assert run("profiles", "remove", *names[:50]).out.count(": removed\n") == 50
    assert sum(name in ("index/a", "index/b") for name in writes) == 1
    assert sum(name.startswith("profile/") for name in writes) <= 1, "what shared an item with those that are gone"
    assert len(run("profiles", "list", "--json").json["profiles"]) == 10


@pytest.mark.parametrize("bad", ["x" * 129, "non\u00a0breaking"])
def test_a_name_that_is_refused_spoils_no_other_import(run: Run, cloud: SampleCloud, bad: str) -> None:
    config_of(["one", bad, "two"])
    ran = run("profiles", "import", "--all")
    assert ran.status == 2
    assert ran.out == "one: imported\ntwo: imported\n"
    assert ran.err.count("→") == 1


def test_names_that_are_refused_for_different_reasons_are_told_apart(run: Run, cloud: SampleCloud) -> None:
    config_of(["one", "x" * 129, "a\u00adb", "y" * 130])  # a hyphen that is in Windows' code pages, too
    ran = run("profiles", "import", "--all")
    assert (ran.status, ran.out) == (2, "one: imported\n")
    assert "has 129 characters" in ran.err
    assert "can't be seen (a" in ran.err
    assert ran.err.count("→") == 2, "of equal ones, one line"


def test_a_name_that_is_unknown_spoils_no_other(imported: Run) -> None:
    ran = imported("profiles", "import", "nobody", "research")
    assert (ran.status, ran.out) == (2, "research: was configured already, left as it is\n")
    assert "nobody" in ran.err
    ran = imported("profiles", "set", "nobody", "research", "--view", "classic")
    assert (ran.status, ran.out) == (2, "research: changed\n")
    ran = imported("profiles", "remove", "nobody", "research", "nothing")
    assert (ran.status, ran.out) == (2, "research: removed\n")
    assert "nothing" in ran.err
    assert [each["name"] for each in imported("profiles", "list", "--json").json["profiles"]] == ["forecasting"]


def test_names_gone_from_the_aws_config_are_one_line_and_are_pruned(run: Run, cloud: SampleCloud) -> None:
    names = [f"team-{number:03}" for number in range(30)]
    config_of(names)
    assert run("profiles", "import", "--all").status == 0
    config_of(names[:2])
    listed = run("list")
    assert listed.err.count("AWS profile") < 10
    assert "profiles prune" in listed.err
    said = run("profiles", "prune").out
    assert "28 profiles are not in" in said
    assert "--yes" in said
    assert len(run("profiles", "list", "--json").json["profiles"]) == 30
    assert run("profiles", "prune", "--yes").out.startswith("28 profiles removed")
    assert [each["name"] for each in run("profiles", "list", "--json").json["profiles"]] == names[:2]
    assert run("profiles", "prune", "--yes").out.startswith("Every configured profile")


@pytest.mark.parametrize(
    ("command", "said", "remedy"),
    [
        (("refresh",), "no icon to bring up to date", "Start it with"),
        (("show",), "done by the running tray", "Start it with"),
        (("settings",), "done by the running tray", "Start it with"),
        (("quit",), "nothing to end here", "another session"),
    ],
)
def test_without_a_running_tray_each_command_says_what_it_can_not_do(
    run: Run, command: tuple[str, ...], said: str, remedy: str
) -> None:
    ran = run(*command)
    assert (ran.status, ran.out) == (3, "")
    assert said in ran.err
    assert remedy in ran.err


def test_a_name_that_is_nowhere_says_where_it_looked(imported: Run) -> None:
    ran = imported("open", "churn")
    assert ran.status == 1
    assert "research eu-west-1, research us-east-1, forecasting ap-southeast-2" in ran.err


def test_what_aws_refuses_exits_with_1(imported: Run, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(
        Fault(Trouble.ERROR, "AccessDeniedException", operation="CreatePresignedNotebookInstanceUrl")
    )
    ran = imported("open", "churn-model")
    assert ran.status == 1
    assert "sagemaker:CreatePresignedNotebookInstanceUrl" in ran.err
    assert "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model" in ran.err


def test_one_that_stops_between_listing_and_opening(imported: Run, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(
        Fault(Trouble.ERROR, "ValidationException", operation="CreatePresignedNotebookInstanceUrl")
    )
    ran = imported("open", "churn-model")
    assert ran.status == 1
    assert "churn-model" in ran.err


def test_the_null_keyring_is_refused_with_4(run: Run) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.null.Keyring())  # type: ignore[no-untyped-call]
    try:
        for args in (("profiles", "list"), ("list",), ("open", "a"), ("profiles", "import", "--all")):
            ran = run(*args)
            assert ran.status == 4, ran
            assert "→" in ran.err
            assert ran.out == ""
    finally:
        keyring.set_keyring(before)


def test_the_lock_is_all_that_is_on_disk(imported: Run, tmp_path: Path) -> None:
    files = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
    assert all(path.stat().st_size == 0 for path in files)
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)


def test_version_and_help(run: Run) -> None:
    said = run("--version").out
    assert re.fullmatch(r"notebook-tray \d+\.\d+\.\d+ \(from a checkout\)\n", said)
    assert run("--version", "--help").out == said, "and as click says it"
    assert "Exit status" in run("--help").out


def test_a_status_changes_what_is_listed(imported: Run, cloud: SampleCloud) -> None:
    cloud.endpoint.world.stop("111122223333", "eu-west-1", "churn-model")
    found = imported("list", "--json").json["notebooks"]
    assert next(n["status"] for n in found if n["name"] == "churn-model") == "Stopping"


KEY_ID, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def stored_text(memory: MemoryKeyring) -> str:
    return "".join(memory.get_password("notebook-tray", name) or "" for name in memory.usernames("notebook-tray"))


def test_an_access_key_from_standard_input(
    run: Run, memory: MemoryKeyring, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    principal = cloud.profiles[0].principal
    monkeypatch.setattr(sys, "stdin", piped(f"{principal.secret_access_key}\n"))
    key = ("--access-key", principal.access_key_id, "--secret-stdin")
    assert run("profiles", "add", "lab", *key, "--region", "eu-west-1").out == "lab: added\n"
    listed = run("profiles", "list", "--json")
    assert listed.json["profiles"][0]["credentials"] == "access key"
    assert listed.json["profiles"][0]["access_key"] == f"AKIA…{principal.access_key_id[-4:]}"
    shown = listed.out + run("profiles", "list").out
    assert principal.secret_access_key not in shown
    assert principal.access_key_id not in shown
    assert run("list", "--json").json["notebooks"]
    assert principal.secret_access_key in stored_text(memory)
    run("profiles", "remove", "lab")
    assert principal.secret_access_key not in stored_text(memory)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom"])
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_secret_that_is_piped_in_whatever_encoding(
    run: Run, memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, encoding: str, end: str
) -> None:
    text = f"{SECRET}{end or chr(10)}a-session-token{end}"
    if encoding.endswith("-bom"):
        encoding, text = encoding.removesuffix("-bom"), f"\ufeff{text}"
    monkeypatch.setattr(sys, "stdin", piped(text.encode(encoding)))
    add = ("profiles", "add", "lab", "--access-key", KEY_ID, "--secret-stdin", "--session-token")
    ran = run(*add, "--region", "eu-west-1")
    assert (ran.status, ran.err) == (0, "")
    stored = stored_text(memory)
    assert f'"{SECRET}"' in stored
    assert '"a-session-token"' in stored


def test_a_temporary_key_without_its_session_token_is_refused_before_it_is_stored(
    run: Run, memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", piped(SECRET.encode()))
    ran = run("profiles", "add", "lab", "--access-key", f"ASIA{KEY_ID[4:]}", "--secret-stdin", "--region", "eu-west-1")
    assert ran.status == 2
    assert "--session-token" in ran.err
    assert SECRET not in stored_text(memory)


@pytest.mark.parametrize("command", [("add", "lab"), ("set", "research"), ("import", "research")])
def test_a_region_that_nobody_knows(imported: Run, command: tuple[str, ...]) -> None:
    asked = ("profiles", *command, "--region", "us-east-1", "--region", "us-esat-1")
    ran = imported(*asked)
    assert ran.status == 2
    assert "“us-esat-1” is no AWS region that Notebook Tray knows. Did you mean us-east-1?" in ran.err
    assert "--allow-unknown-region" in ran.err
    before = imported("profiles", "list", "--json").json["profiles"]
    assert not any("us-esat-1" in each["regions"] for each in before)
    assert imported(*asked, "--allow-unknown-region").status == 0
    if command[0] != "import":  # which leaves what is there
        after = imported("profiles", "list", "--json").json["profiles"]
        assert any("us-esat-1" in each["regions"] for each in after)


@pytest.mark.parametrize(
    ("region", "near"),
    [
        *(
            ("EU-WEST-1", "eu-west-1"),
            ("eu_west_1", "eu-west-1"),
            (" eu-west-1 ", "eu-west-1"),
            ("eu-west-1a", "eu-west-1"),
        ),
        *(("Ireland", "eu-west-1"), ("us-west-2-lax-1a", "us-west-2"), ("eu-west-1,us-east-1", "eu-west-1")),
        *(("fips-us-east-1", "us-east-1"), ("", ""), ("x" * 5000, "")),
    ],
)
def test_what_is_no_region_is_refused_with_the_one_that_may_be_meant(imported: Run, region: str, near: str) -> None:
    for command in (("profiles", "add", "lab"), ("profiles", "set", "research"), ("list",)):
        ran = imported(*command, "--region", region)
        assert ran.status == 2
        assert (f"Did you mean {near}?" in ran.err) if near else ("Did you mean" not in ran.err)
        assert len(ran.err) < 500


@pytest.mark.parametrize("command", [("list",), ("open", "churn-model", "--print-url")])
def test_a_region_that_nobody_knows_is_not_looked_in(imported: Run, command: tuple[str, ...]) -> None:
    ran = imported(*command, "--region", "eu-wets-1")
    assert ran.status == 2
    assert "Did you mean eu-west-1?" in ran.err
    assert "profiles set NAME --region eu-wets-1 --allow-unknown-region" in ran.err
    imported("profiles", "set", "research", "--region", "eu-wets-1", "--allow-unknown-region")
    assert imported(*command, "--region", "eu-wets-1").status != 2


def test_a_wrong_setting_is_said_by_list_and_open(imported: Run, cloud: SampleCloud) -> None:
    text = cloud.files.config.read_text()
    cloud.files.config.write_text(text.replace("[profile research]\n", "[profile research]\nretry_mode = many\n"))
    words = f"retry_mode of [profile research] is “many” ({cloud.files.config}, line 2)"
    listed = imported("list")
    assert listed.status == 1
    assert words in listed.err
    assert words in imported("open", "churn-model", "--print-url").err
    (problem,) = [each for each in imported("list", "--json").json["problems"] if each["region"] == "eu-west-1"]
    assert problem["code"] == "aws-setting-wrong"


def test_sections_that_are_not_read_are_said(run: Run, cloud: SampleCloud) -> None:
    with cloud.files.config.open("a") as file:
        file.write("[analyst]\nregion = eu-west-1\n[profile my team]\n")
    found = run("profiles", "discover")
    assert found.status == 0
    assert "[analyst] is not read" in found.err
    assert '[profile "my team"]' in found.err
    codes = [problem["code"] for problem in run("profiles", "discover", "--json").json["problems"]]
    assert codes == ["aws-section-not-read", "aws-section-not-read"]
    ran = run("profiles", "import", "analyst")
    assert ran.status == 2
    assert "write [profile analyst]" in ran.err
    assert run("profiles", "add", "analyst").status == 0
    assert "write [profile analyst]" in run("list").err


@pytest.mark.only_on("linux", "darwin", reason="links in folders")
def test_a_config_that_may_not_be_read_is_not_empty(run: Run, cloud: SampleCloud, tmp_path: Path) -> None:
    run("profiles", "import", "--all")
    cloud.files.config.unlink()
    cloud.files.config.symlink_to(cloud.files.config)  # the system refuses it to root too
    found = run("profiles", "discover")
    assert found.status == 1
    assert f"The file {cloud.files.config} can't be read" in found.err
    assert "can't be read" in run("list").err
    assert "can't be read" in run("profiles", "import", "nobody").err


def test_an_access_key_is_replaced_and_left_for_an_aws_profile(
    run: Run, memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", piped(f"{SECRET}\nfirst-token\nanother-secret\n"))
    add = ("profiles", "add", "lab", "--access-key", KEY_ID, "--secret-stdin", "--session-token")
    assert run(*add, "--region", "eu-west-1").status == 0
    assert "first-token" in stored_text(memory)
    assert run("profiles", "set", "lab", "--region", "us-east-1").status == 0
    assert SECRET in stored_text(memory)
    assert run("profiles", "set", "lab", "--access-key", KEY_ID, "--secret-stdin").status == 0
    assert "another-secret" in stored_text(memory)
    assert "first-token" not in stored_text(memory)
    assert run("profiles", "set", "lab", "--aws-profile", "research").status == 0
    assert "another-secret" not in stored_text(memory)
    assert run("profiles", "list", "--json").json["profiles"][0]["aws_profile"] == "research"


@pytest.mark.parametrize(
    ("args", "stdin", "words"),
    [
        (("--access-key", KEY_ID), "", "--secret-stdin"),
        (("--access-key", "--secret-stdin"), SECRET, "name the key"),
        (("--secret-stdin",), SECRET, "go with --access-key"),
        (("--access-key", SECRET, "--secret-stdin", "--region", "eu-west-1"), "x", "16 to 128"),
        (("--access-key", KEY_ID, "--secret-stdin"), SECRET, "No region"),
        (("--access-key", KEY_ID, "--secret-stdin", "--region", "eu-west-1"), "\n", "secret access key is empty"),
        (
            ("--access-key", KEY_ID, "--secret-stdin", "--session-token", "--region", "eu-west-1"),
            f"{SECRET}\n{'T0ken' * 300}\n",
            "session token: 1,5",
        ),
        (
            ("--access-key", KEY_ID, "--aws-profile", "x", "--secret-stdin", "--region", "eu-west-1"),
            SECRET,
            "one of them",
        ),
    ],
)
def test_access_keys_that_are_refused(
    run: Run, memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], stdin: str, words: str
) -> None:
    monkeypatch.setattr(sys, "stdin", piped(stdin))
    ran = run("profiles", "add", "lab", *args)
    assert ran.status == 2
    assert words in ran.err
    assert SECRET not in ran.err
    assert "T0ken" not in ran.err
    assert stored_text(memory) == ""


@pytest.mark.only_on("linux", "darwin", reason="Windows has no pseudo-terminals that a test could read")
def test_a_secret_is_asked_for_without_echo(tmp_path: Path) -> None:
    """A real terminal, which would show what is typed; the keyring is one that refuses, after the questions."""
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
        os.environ["XDG_STATE_HOME"] = str(tmp_path)
        command = [sys.executable, "-m", "tray", "profiles", "add", "lab", "--access-key", "--region", "eu-west-1"]
        os.execv(command[0], command)  # noqa: S606 - a process of its own, on a terminal of its own
    shown = ""

    def read_until(words: str) -> None:
        nonlocal shown
        while words not in shown:
            shown += os.read(terminal, 1000).decode()

    read_until("Access key ID: ")
    os.write(terminal, f"{KEY_ID}\n".encode())
    read_until("Secret access key: ")
    os.write(terminal, f"{SECRET}\n".encode())
    with contextlib.suppress(OSError):  # EIO: the other side is gone
        while more := os.read(terminal, 1000):
            shown += more.decode()
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    assert KEY_ID in shown
    assert SECRET not in shown
    assert os.waitstatus_to_exitcode(status) == 4, shown  # no keyring: after the secret was taken
