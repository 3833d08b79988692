"""Which schedules EventBridge Scheduler should have for which plans, and what their names and their role are."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tray.aws.schedules import found_in
from tray.fleet.planned_stops.cloud_schedules_file import CloudSchedulesFile
from tray.model.cloud_schedules import LATER_MINUTES, CloudSchedule, Standing, is_own_name, schedule_name, wanted
from tray.model.problems import TrayError
from tray.model.schedule_role import check_schedule_role, parse_schedule_role
from tray.model.stop_plans import MOST_PLANS, WARN_SECONDS, StopPlan, Trigger
from tray.texts import cloud_schedules as texts

DOC = Path(__file__).parents[2] / "docs" / "cloud-schedules.md"
ARN = "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model"
ROLE = "arn:aws:iam::111122223333:role/StopNotebooks"
ROLES = {"research": ROLE}
AT = 1_800_000_000.0
PLAN = StopPlan("research", ARN, Trigger.AT, AT - 7200, at=AT)
LATER = LATER_MINUTES * 60


def names(plan: StopPlan, now: float, roles: dict[str, str] = ROLES) -> list[float]:
    """Return when AWS would stop it: no time if it wouldn't."""
    found, _ = wanted([plan], roles, "me", now)
    return [each.at for each in found.values()]


@pytest.mark.parametrize(
    ("what", "plan", "now", "expected"),
    [
        ("planned", PLAN, AT - 7200, True),
        ("warned in time", replace(PLAN, warned=AT - WARN_SECONDS), AT - 300, True),
        ("the program stops it now", PLAN, AT + 60, True),
        ("the program should have stopped it", PLAN, AT + 121, False),
        ("stopped", replace(PLAN, begun=AT), AT + 1, False),
        ("a busy kernel was seen", replace(PLAN, again=AT + 600), AT + 1, False),
        ("woken before, warned late", replace(PLAN, warned=AT - 120), AT - 100, True),
        ("woken late", replace(PLAN, warned=AT + 500), AT + 501, False),
        ("woken shortly before AWS stops it", PLAN, AT + LATER - 30, False),
        ("long over", PLAN, AT + 86_400, False),
        ("when idle", replace(PLAN, trigger=Trigger.IDLE), AT - 7200, False),
        ("when the user leaves", replace(PLAN, trigger=Trigger.LEAVING), AT - 7200, False),
        ("of a habit", replace(PLAN, habit="19:00"), AT - 7200, True),
        ("even if busy", replace(PLAN, even_if_busy=True), AT - 7200, True),
    ],
)
def test_what_aws_is_to_stop(what: str, plan: StopPlan, now: float, expected: bool) -> None:
    assert names(plan, now) == ([AT + LATER] if expected else []), what


def test_it_changes_without_a_new_plan_once_the_program_has_had_its_time() -> None:
    _, until = wanted([PLAN], ROLES, "me", AT - 100)
    assert names(PLAN, until - 1)
    assert not names(PLAN, until)
    assert wanted([], ROLES, "me", AT)[1] == math.inf


@pytest.mark.parametrize(
    ("role", "fits"),
    [
        (ROLE, True),
        ("", False),
        ("arn:aws:iam::999999999999:role/StopNotebooks", False),
        ("arn:aws-cn:iam::111122223333:role/StopNotebooks", False),
    ],
)
def test_only_a_role_of_the_account_and_the_partition_is_used(role: str, fits: bool) -> None:
    assert bool(names(PLAN, AT - 7200, {"research": role})) is fits
    assert not names(PLAN, AT - 7200, {"other": role})


@pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov"])
def test_other_partitions(partition: str) -> None:
    plan = replace(PLAN, arn=ARN.replace("arn:aws:", f"arn:{partition}:"))
    assert names(plan, AT - 7200, {"research": ROLE.replace("arn:aws:", f"arn:{partition}:")})


def test_a_name_is_the_same_each_time_and_nobody_elses() -> None:
    name = schedule_name(ARN, Trigger.AT, "ana")
    assert name == schedule_name(ARN, Trigger.AT, "ana")
    assert is_own_name(name)
    assert re.fullmatch(r"[0-9a-zA-Z-_.]{1,64}", name), "what the service model allows"
    assert len({name, schedule_name(ARN, Trigger.AT, "ben"), schedule_name(ARN + "2", Trigger.AT, "ana")}) == 3


@pytest.mark.parametrize("name", ["", "notebook-tray-", "notebook-tray-" + "g" * 32, "x" + "notebook-tray-" + "0" * 32])
def test_other_names_are_not_taken_for_its_own(name: str) -> None:
    assert not is_own_name(name)


@pytest.mark.parametrize(
    "arn",
    [
        ROLE,
        "",
        "arn:aws-us-gov:iam::111122223333:role/service-role/with+odd=,.@-_characters",
        f"arn:aws:iam::111122223333:role/{'p' * 511}/{'n' * 64}",
    ],
)
def test_roles(arn: str) -> None:
    assert check_schedule_role(arn) == arn
    assert parse_schedule_role(f" {arn}\n") == arn


@pytest.mark.parametrize(
    "arn",
    [
        "StopNotebooks",
        "arn:aws:iam::111122223333:user/ana",
        "arn:aws:iam::1111:role/StopNotebooks",
        "arn:aws:iam::111122223333:role/",
        ROLE + "\n",
        ROLE + " ",
        ROLE + "\u00e9",
        f"arn:aws:iam::111122223333:role/{'n' * 577}",
    ],
)
def test_what_is_no_role_is_refused(arn: str) -> None:
    with pytest.raises(TrayError) as raised:
        check_schedule_role(arn)
    assert raised.value.problem.code == "schedule-role-refused"
    assert raised.value.problem.remedy


def test_none_stands_for_no_role() -> None:
    assert parse_schedule_role("none") == parse_schedule_role(" None ") == parse_schedule_role("") == ""


def test_the_setting_says_how_much_later_aws_stops() -> None:
    assert LATER_MINUTES == 15
    assert "a quarter of an hour after the time" in texts.setting_hint()


MADE = CloudSchedule("research", ARN, schedule_name(ARN, Trigger.AT, "me"), ROLE, AT, Standing.MADE)


def test_what_was_made_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    file = CloudSchedulesFile(path)
    assert file.put(MADE) == CloudSchedulesFile(path).load() == (MADE,)
    changed = replace(MADE, at=AT + 60)
    assert file.put(changed) == (changed,)
    assert file.drop(MADE.name) == CloudSchedulesFile(path).load() == ()


def test_all_plans_have_room_also_with_the_longest_names(tmp_path: Path) -> None:
    file, role = CloudSchedulesFile(tmp_path / "file.json"), f"arn:aws:iam::111122223333:role/{'p' * 511}/{'n' * 64}"
    made = tuple(
        CloudSchedule("\u00fc" * 256, arn, schedule_name(arn, Trigger.AT, "me"), role, AT, Standing.MADE)
        for arn in (f"{ARN[: -len('churn-model')]}{'n' * 59}{number}" for number in range(MOST_PLANS))
    )
    file.change(lambda _: made)
    assert file.load() == made


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("arn", "arn:aws:s3:::bucket"),
        ("name", "somebody-elses"),
        ("role", "root"),
        ("at", True),
        ("at", float("nan")),
        ("at", float("inf")),
        ("at", -1),
        ("at", 10**400),
        ("standing", "sitting"),
        ("profile", "p" * 300),
        ("profile", None),
    ],
)
def test_foreign_entries_hide_no_others(tmp_path: Path, member: str, value: Any) -> None:
    path = tmp_path / "file.json"
    CloudSchedulesFile(path).put(MADE)
    (noted,) = json.loads(path.read_text())["schedules"]
    path.write_text(json.dumps({"schedules": [{**noted, member: value}, 7, None, {}]}))
    assert CloudSchedulesFile(path).load() == ()
    path.write_text(json.dumps({"schedules": [{**noted, member: value}, noted]}))
    assert CloudSchedulesFile(path).load() == (MADE,)


@pytest.mark.parametrize(
    ("answer", "notebook", "at"),
    [
        ({"Target": {"Input": '{"NotebookInstanceName": "Churn"}'}, "ScheduleExpression": "at(2027-01-15T08:00:00)"},
         "Churn", AT),
        ({"Target": {"Input": "[" * 900}, "ScheduleExpression": "at(2027-13-15T08:00:00)"}, "", None),
        ({"Target": {"Input": '{"NotebookInstanceName": "a b"}'}, "ScheduleExpression": "rate(1 hour)"}, "", None),
        ({"Target": 7, "ScheduleExpression": 7, "Description": 7}, "", None),
        ({"ScheduleExpression": "at(2027-01-15T08:00:00)", "ScheduleExpressionTimezone": "Asia/Tokyo"}, "", None),
        ({}, "", None),
    ],
)  # fmt: skip
def test_what_aws_tells_of_a_schedule(answer: dict[str, Any], notebook: str, at: float | None) -> None:
    found = found_in("name", answer)
    assert (found.notebook, found.at) == (notebook, at)


def policies() -> list[dict[str, Any]]:
    return [json.loads(each) for each in re.findall(r"```json\n(.*?)```", DOC.read_text("utf-8"), re.DOTALL)]


def actions(policy: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    for each in policy["Statement"]:
        found |= {each["Action"]} if isinstance(each["Action"], str) else set(each["Action"])
    return found


def test_the_policies_of_the_document_allow_what_the_program_calls_and_no_more() -> None:
    trust, role, users = policies()
    source = Path(__file__).parents[2].joinpath("tray/aws/schedules.py").read_text("utf-8")
    called = set(re.findall(r'"((?:Create|Update|Get|Delete|List)Schedules?)"', source))
    assert len(called) == 5
    assert actions(users) == {f"scheduler:{each}" for each in called} | {"iam:PassRole"}
    assert actions(role) == {"sagemaker:StopNotebookInstance"}
    assert actions(trust) == {"sts:AssumeRole"}
    (statement,) = trust["Statement"]
    assert statement["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": "111122223333"}
    assert ":schedule-group/" in statement["Condition"]["ArnLike"]["aws:SourceArn"], "AWS: never that of a schedule"
    for each in (trust, role, users):
        assert each["Version"] == "2012-10-17"
        assert {one["Effect"] for one in each["Statement"]} == {"Allow"}
    (on_schedules,) = [each for each in users["Statement"] if "scheduler:CreateSchedule" in each["Action"]]
    assert on_schedules["Resource"].endswith(":schedule/default/notebook-tray-*")
    (passes,) = [each for each in users["Statement"] if each["Action"] == "iam:PassRole"]
    assert passes["Resource"] == ROLE
