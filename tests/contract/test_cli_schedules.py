"""`notebook-tray schedules`, and what `profiles remove` and `uninstall` do with what was made in AWS."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.contract.test_cli import Run
from tests.contract.test_cli import cloud as cloud
from tests.contract.test_cli import imported as imported
from tests.contract.test_cli import run as run
from tests.contract.test_cli_policy import Policed
from tests.contract.test_cli_policy import policed as policed
from tests.support.cloud import SampleCloud
from tests.support.endpoint.iam import Role
from tests.support.endpoint.scheduler import TRUSTED
from tray.aws import schedules
from tray.aws.cloud import Cloud
from tray.fleet.files.state_file import state_folder
from tray.fleet.planned_stops.cloud_schedules_file import FILE_NAME, CloudSchedulesFile
from tray.model.cloud_schedules import CloudSchedule, Standing, schedule_name
from tray.model.notebooks import Scope
from tray.model.problems import ExitStatus
from tray.model.signer import AwsProfile
from tray.model.stop_plans import Trigger
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.store import ProfileStore

REGION = "eu-west-1"
ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/StopNotebooks"
NAME, OTHER = "churn-model", "weekly-report"
SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "schedules.json"


def arn(name: str) -> str:
    return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:notebook-instance/{name}"


def file() -> CloudSchedulesFile:
    return CloudSchedulesFile(state_folder() / FILE_NAME)


def make(name: str, *, whose: str = "me", hours: float = 2, noted: bool = True) -> CloudSchedule:
    """Make a schedule as the tray does."""
    at = float(round(time.time() + hours * 3600))
    made = CloudSchedule("research", arn(name), schedule_name(arn(name), Trigger.AT, whose), ROLE, at, Standing.MADE)
    scope = Scope("research", REGION, AwsProfile("research"))
    Cloud().schedules.put(scope, made.name, notebook=name, role=ROLE, at=at, description=f"Made for {whose}")
    if noted:
        file().put(made)
    return made


@pytest.fixture
def made(imported: Run, cloud: SampleCloud) -> tuple[CloudSchedule, CloudSchedule]:
    cloud.endpoint.iam.put(Role(ROLE, frozenset({TRUSTED})))
    assert imported("profiles", "set", "research", "--schedule-role", ROLE).status == 0
    return make(NAME), make(OTHER, hours=1)


def names(cloud: SampleCloud) -> set[str]:
    return {each.notebook for each in cloud.endpoint.scheduler.schedules()}


def test_none_is_said_and_aws_is_not_asked(imported: Run, cloud: SampleCloud) -> None:
    cloud.endpoint.recorder.clear()
    assert imported("schedules").out == "No schedule in EventBridge Scheduler was made here.\n"
    assert imported("schedules", "--json").json["schedules"] == []
    assert imported("schedules", "remove", "--all").out == "No schedule in EventBridge Scheduler was made here.\n"
    assert not cloud.endpoint.recorder.calls()


def test_what_was_made_is_listed_until_it_is_over(imported: Run, made: tuple[CloudSchedule, ...]) -> None:
    churn, weekly = made
    listed = imported("schedules", "--json").json["schedules"]
    assert [each["name"] for each in listed] == [OTHER, NAME], "the first to stop comes first"
    assert listed[1] == {
        "profile": "research",
        "region": REGION,
        "name": NAME,
        "arn": arn(NAME),
        "schedule": churn.name,
        "stops": listed[1]["stops"],
        "made_here": True,
        "in_aws": None,
    }
    lines = imported("schedules").out.splitlines()
    assert lines[0].split() == ["NAME", "STOPS", "REGION", "PROFILE", "STATE", "SCHEDULE"]
    assert lines[1].startswith(OTHER)
    file().put(replace(weekly, at=time.time() - 4000))
    assert [each["name"] for each in imported("schedules", "--json").json["schedules"]] == [NAME]


def test_asked_aws_tells_what_is_there_of_others_and_what_is_gone(
    imported: Run, cloud: SampleCloud, made: tuple[CloudSchedule, ...]
) -> None:
    foreign = make("image-labels", whose="somebody else", noted=False)
    scope = Scope("research", REGION, AwsProfile("research"))
    Cloud().schedules.delete(scope, made[1].name, ACCOUNT)
    listed = {each["name"]: each for each in imported("schedules", "--ask", "--json").json["schedules"]}
    assert {name: (each["made_here"], each["in_aws"]) for name, each in listed.items()} == {
        NAME: (True, True),
        OTHER: (True, False),
        "image-labels": (False, True),
    }
    assert listed["image-labels"]["schedule"] == foreign.name
    assert "Made for somebody else" in imported("schedules", "--ask").out
    cloud.endpoint.iam.deny("scheduler:ListSchedules")
    ran = imported("schedules", "--ask", "--json")
    assert ran.status == ExitStatus.REFUSED
    assert {each["in_aws"] for each in ran.json["schedules"]} == {None}
    assert "scheduler:ListSchedules" in ran.json["problems"][0]["remedy"]


def test_what_a_list_does_not_reach_is_not_said_to_be_gone(
    imported: Run, made: tuple[CloudSchedule, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "_PAGE", 1)
    monkeypatch.setattr(schedules, "_MOST_PAGES", 1)
    listed = imported("schedules", "--ask", "--json").json["schedules"]
    assert [each["in_aws"] for each in listed] == [True] * len(made)


def test_another_account_does_not_say_that_one_is_gone(imported: Run, made: tuple[CloudSchedule, ...]) -> None:
    """The profile of this name signs for another account by now."""
    assert imported("profiles", "set", "research", "--schedule-role", "none").status == 0
    file().drop(made[1].name)
    file().put(replace(made[0], profile="forecasting"))
    listed = {each["name"]: each["in_aws"] for each in imported("schedules", "--ask", "--json").json["schedules"]}
    assert listed == {NAME: None}


def test_one_is_taken_away_by_its_name_or_that_of_its_notebook_instance(
    imported: Run, cloud: SampleCloud, made: tuple[CloudSchedule, ...]
) -> None:
    assert imported("schedules", "remove", NAME).status == 0
    assert names(cloud) == {OTHER}
    assert imported("schedules", "remove", made[1].name).status == 0
    assert names(cloud) == set()
    assert {each.standing for each in file().load()} == {Standing.OFF}, "the tray makes it not again"
    assert imported("schedules", "--json").json["schedules"] == []
    ran = imported("schedules", "remove", NAME)
    assert (ran.status, "No such schedule" in ran.err) == (ExitStatus.USAGE, True)
    assert imported("schedules", "remove").status == ExitStatus.USAGE
    assert imported("schedules", "remove", NAME, "--all").status == ExitStatus.USAGE


def test_all_are_taken_away_with_a_yes(imported: Run, cloud: SampleCloud, made: tuple[CloudSchedule, ...]) -> None:
    ran = imported("schedules", "remove", "--all")
    assert ran.status == ExitStatus.REFUSED
    assert "nobody confirmed it" in ran.err
    assert names(cloud) == {NAME, OTHER}
    assert imported("schedules", "remove", "--all", "--yes").status == 0
    assert names(cloud) == set()


def test_what_can_not_be_taken_away_stays_listed_unless_it_is_left_to_aws(
    imported: Run, cloud: SampleCloud, made: tuple[CloudSchedule, ...]
) -> None:
    cloud.endpoint.iam.deny("scheduler:DeleteSchedule")
    ran = imported("schedules", "remove", NAME)
    assert ran.status == ExitStatus.REFUSED
    assert "scheduler:DeleteSchedule" in ran.err
    assert len(imported("schedules", "--json").json["schedules"]) == 2
    ran = imported("schedules", "remove", "--all", "--yes", "--forget")
    assert ran.status == 0
    assert "AWS may still stop it" in ran.err
    assert imported("schedules", "--json").json["schedules"] == []
    assert names(cloud) == {NAME, OTHER}


def test_a_profile_goes_with_its_schedules_or_stays(
    imported: Run, cloud: SampleCloud, made: tuple[CloudSchedule, ...], memory: MemoryKeyring
) -> None:
    cloud.endpoint.iam.deny("scheduler:DeleteSchedule")
    ran = imported("profiles", "remove", "research", "forecasting")
    assert ran.status == ExitStatus.REFUSED
    assert "schedules remove --all --forget" in ran.err
    assert [each.name for each in ProfileStore(memory).load().profiles] == ["research"]
    cloud.endpoint.iam.allow("scheduler:DeleteSchedule")
    assert imported("profiles", "remove", "research").status == 0
    assert ProfileStore(memory).load().profiles == ()
    assert names(cloud) == set()


def test_an_administrators_profile_stays_with_its_schedules(
    imported: Run, policed: Policed, cloud: SampleCloud, made: tuple[CloudSchedule, ...]
) -> None:
    policed(f'[[profiles]]\nname = "research"\nregions = ["{REGION}"]\nschedule_role = "{ROLE}"\n')
    ran = imported("profiles", "remove", "research")
    assert ran.status == 1
    assert "Set by your administrator" in ran.err
    assert names(cloud) == {NAME, OTHER}
    assert len(imported("schedules", "--json").json["schedules"]) == 2


def test_uninstall_names_them_and_takes_them_away(
    imported: Run, cloud: SampleCloud, made: tuple[CloudSchedule, ...]
) -> None:
    ran = imported("uninstall", "--yes")
    assert ran.status == 0
    assert "2 schedules in EventBridge Scheduler, which stop: churn-model, weekly-report" in ran.out
    assert names(cloud) == set()
    assert not state_folder().exists()


def test_uninstall_keeps_what_another_try_needs_and_says_so(
    imported: Run, cloud: SampleCloud, made: tuple[CloudSchedule, ...], memory: MemoryKeyring
) -> None:
    (state_folder() / "opened.json").write_text("{}")
    cloud.endpoint.iam.deny("scheduler:DeleteSchedule")
    ran = imported("uninstall", "--yes")
    assert ran.status == ExitStatus.REFUSED
    assert "Schedules stay in AWS" in ran.err
    assert NAME in ran.err
    assert "scheduler:DeleteSchedule" in ran.err, "why they stay"
    assert "1 profile in the keyring: forecasting: removed" in ran.out
    assert "1 profile in the keyring: research: kept" in ran.out
    assert f"{state_folder() / FILE_NAME}: kept" in ran.out
    assert [path.name for path in state_folder().iterdir()] == [FILE_NAME]
    assert [each.name for each in ProfileStore(memory).load().profiles] == ["research"]
    cloud.endpoint.iam.allow("scheduler:DeleteSchedule")
    assert imported("uninstall", "--yes").status == 0
    assert names(cloud) == set()
    assert not state_folder().exists()
    assert not memory.usernames("notebook-tray")


def test_what_is_left_to_aws_keeps_no_profile_from_being_removed(
    imported: Run, cloud: SampleCloud, made: tuple[CloudSchedule, ...], memory: MemoryKeyring
) -> None:
    cloud.endpoint.iam.deny("scheduler:DeleteSchedule")
    assert imported("uninstall", "--yes").status == ExitStatus.REFUSED
    assert imported("schedules", "remove", "--all", "--yes", "--forget").status == 0
    assert imported("uninstall", "--yes").status == 0
    assert not state_folder().exists()
    assert not memory.usernames("notebook-tray")


def test_uninstall_keeps_the_list_where_the_profiles_can_not_be_read(
    imported: Run, cloud: SampleCloud, made: tuple[CloudSchedule, ...], memory: MemoryKeyring
) -> None:
    items = {name: memory.get_password("notebook-tray", name) for name in memory.usernames("notebook-tray")}
    for name in items:
        memory.set_password("notebook-tray", name, '{"index": 999}')
    ran = imported("uninstall", "--yes")
    assert ran.status == ExitStatus.REFUSED
    assert "Schedules stay in AWS" in ran.err
    assert len(file().load()) == 2
    assert memory.usernames("notebook-tray") == set(items)
    for name, text in items.items():
        memory.set_password("notebook-tray", name, text or "")
    assert imported("uninstall", "--yes").status == 0
    assert names(cloud) == set()


def test_schedules_are_left_to_aws_where_the_keyring_can_not_be_read(
    imported: Run, made: tuple[CloudSchedule, ...], memory: MemoryKeyring
) -> None:
    for name in memory.usernames("notebook-tray"):
        memory.set_password("notebook-tray", name, '{"index": 999}')
    ran = imported("schedules", "remove", "--all", "--yes")
    assert ran.status == ExitStatus.REFUSED
    assert len(file().load()) == 2
    ran = imported("schedules", "remove", "--all", "--yes", "--forget")
    assert ran.status == 0, ran.err
    assert imported("schedules", "--json").json["schedules"] == []


def test_an_administrators_profile_takes_its_schedules_away_without_the_keyring(
    imported: Run, policed: Policed, cloud: SampleCloud, made: tuple[CloudSchedule, ...], memory: MemoryKeyring
) -> None:
    file().put(replace(made[1], profile="hidden"))
    for name in memory.usernames("notebook-tray"):
        memory.set_password("notebook-tray", name, '{"index": 999}')
    policed(f'allow_own_profiles = false\n[[profiles]]\nname = "research"\nregions = ["{REGION}"]\n')
    ran = imported("schedules", "remove", "--all", "--yes")
    assert ran.status == ExitStatus.REFUSED
    assert "Profiles made by a newer version" in ran.err
    assert names(cloud) == {OTHER}


@pytest.mark.parametrize("args", [("schedules", "remove", "--all", "--yes"), ("uninstall", "--yes")])
def test_schedules_of_profiles_that_a_policy_hides_are_taken_away(
    imported: Run, policed: Policed, cloud: SampleCloud, made: tuple[CloudSchedule, ...], args: tuple[str, ...]
) -> None:
    policed('allow_own_profiles = false\n[[profiles]]\nname = "team"\nregions = ["us-east-1"]\n')
    ran = imported(*args)
    assert ran.status == 0, ran.err
    assert names(cloud) == set()


@pytest.mark.parametrize("given", ["StopNotebooks", "arn:aws:iam::1:role/a"])
def test_what_is_no_role_is_refused(imported: Run, given: str) -> None:
    ran = imported("profiles", "set", "research", "--schedule-role", given)
    assert ran.status == ExitStatus.USAGE
    assert "is not the ARN of an IAM role" in ran.err


def test_a_role_is_set_listed_and_taken_back(imported: Run) -> None:
    assert imported("profiles", "set", "research", "--schedule-role", ROLE).status == 0
    assert imported("profiles", "list", "--json").json["profiles"][0]["schedule_role"] == ROLE
    assert imported("profiles", "set", "research", "--schedule-role", "none").status == 0
    assert imported("profiles", "list", "--json").json["profiles"][0]["schedule_role"] is None


def test_a_set_up_file_says_the_role_before_it_is_added(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "team.toml"
    path.write_text(f'[[profiles]]\nname = "research"\nschedule_role = "{ROLE}"\n')
    asked = run("setup", str(path))
    assert f"research: AWS stops at planned times as {ROLE}" in asked.out
    assert run("setup", str(path), "--yes").status == 0
    assert run("profiles", "list", "--json").json["profiles"][0]["schedule_role"] == ROLE


@pytest.mark.only_on("linux", reason="jsonschema is not installed for the tests on Windows")
def test_json_is_of_the_form_that_is_documented(imported: Run, made: tuple[CloudSchedule, ...]) -> None:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    form: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(form)
    for args in ((), ("--ask",)):
        found = imported("schedules", *args, "--json").json
        Draft202012Validator(form).validate(found)
        assert list(form["properties"]) == list(found)
        assert list(form["properties"]["schedules"]["items"]["properties"]) == list(found["schedules"][0])
    if sys.platform != "win32":
        assert (state_folder() / FILE_NAME).stat().st_mode & 0o777 == 0o600
