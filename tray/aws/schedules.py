"""Makes, changes, lists and deletes the schedules of EventBridge Scheduler that stop notebook instances.

https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from tray.aws.answers import acknowledged, checked
from tray.aws.calls.visits import visit
from tray.aws.service_model import SCHEDULER
from tray.model.cloud_schedules import NAME_PREFIX, is_own_name
from tray.model.notebooks import check_notebook_name
from tray.model.problems import Kind, TrayError

if TYPE_CHECKING:
    from tray.aws.calls.sessions import Sessions
    from tray.model.notebooks import Scope

T = TypeVar("T")

GROUP = "default"
"""The group of all schedules: every account has it, and it needs no permission to be made."""

_PAGE = 100
_MOST_PAGES = 5
# Schedules are looked at one by one, those of which this computer knows nothing: other computers' and other users'.
_MOST_LOOKED_AT = 50
_LONGEST_INPUT = 1000
# The year 5138. Near the year 9999 a time has no local one, and no table could show it.
_LATEST = 1e11
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)", re.ASCII)
# A stop that is refused is tried again for as long: beyond that, the notebook instance may have been started anew. AWS'
# own defaults are a day and 185 attempts.
_RETRIED_SECONDS = 300
_RETRIES = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A schedule as AWS has it: the name of the notebook instance, and when it is stopped; empty and None if unclear.

    `at` is in seconds since the epoch.
    """

    name: str
    notebook: str = ""
    at: float | None = None
    description: str = ""


class Schedules:
    """All calls block. Safe to use from many threads."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def put(self, scope: Scope, name: str, *, notebook: str, role: str, at: float, description: str) -> None:
        """Make a schedule that stops a notebook instance once, and is deleted by AWS afterwards; or change it to that.

        :param notebook: the name of the notebook instance, which is at `scope`
        :param at: seconds since the epoch; AWS may be a minute late
        :raises TrayError: AWS refuses, or can't be reached: then it may have been made all the same
        """
        given = {
            "Name": name,
            "GroupName": GROUP,
            "Description": description[:512],
            "ScheduleExpression": f"at({datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%S})",
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE",
            "Target": {
                # “Using universal targets” in the User Guide; the form is the same in all partitions.
                "Arn": f"arn:{role.split(':', 2)[1]}:scheduler:::aws-sdk:sagemaker:stopNotebookInstance",
                "RoleArn": role,
                "Input": json.dumps({"NotebookInstanceName": notebook}),
                "RetryPolicy": {"MaximumEventAgeInSeconds": _RETRIED_SECONDS, "MaximumRetryAttempts": _RETRIES},
            },
        }
        check_notebook_name(notebook)
        made = self._unless(
            "ConflictException",
            scope,
            "CreateSchedule",
            lambda client: checked(client.create_schedule(**given), "ScheduleArn"),
            role,
        )
        if made is None:
            self._unless(
                "",
                scope,
                "UpdateSchedule",
                lambda client: checked(client.update_schedule(**given), "ScheduleArn"),
                role,
            )

    def delete(self, scope: Scope, name: str, account: str) -> bool:
        """Delete a schedule; return whether it was there.

        :param account: the account that it was made in
        :raises TrayError: AWS refuses, or can't be reached; or the profile signs for another account now, which can't
            tell whether it is there
        """
        deleted = self._unless(
            "ResourceNotFoundException",
            scope,
            "DeleteSchedule",
            partial(_delete, name),
        )
        if deleted is None and (found := self._account(scope)) not in ("", account):
            raise TrayError(
                "schedule-in-other-account",
                kind=Kind.CONFIGURATION,
                profile=scope.profile,
                account=account,
                found=found,
            )
        return deleted is not None

    def listed(self, scope: Scope) -> tuple[str, ...]:
        """Return the names of all schedules of this program at `scope`, other users' included; 500 at most.

        :raises TrayError: AWS refuses, or can't be reached
        """

        def names(client: Any) -> list[str]:
            asked: dict[str, Any] = {"GroupName": GROUP, "NamePrefix": NAME_PREFIX, "MaxResults": _PAGE}
            found: list[str] = []
            for _ in range(_MOST_PAGES):
                page = checked(client.list_schedules(**asked), "Schedules")
                listed = page["Schedules"] if isinstance(page["Schedules"], list) else []
                found += [str(each.get("Name", "")) for each in listed if isinstance(each, Mapping)]
                token = page.get("NextToken")
                if not token or not isinstance(token, str):
                    break
                asked["NextToken"] = token
            return found

        return tuple(
            name for name in visit(self._sessions, scope, "ListSchedules", names, SCHEDULER) if is_own_name(name)
        )

    def is_there(self, scope: Scope, name: str, account: str) -> bool | None:
        """Return whether AWS has a schedule; None if the profile signs for another account now, which can't tell.

        :param account: the account that it was made in
        :raises TrayError: AWS refuses, or can't be reached
        """
        if self._unless("ResourceNotFoundException", scope, "GetSchedule", partial(_get, name)) is not None:
            return True
        return False if self._account(scope) in ("", account) else None

    def look(self, scope: Scope, names: tuple[str, ...]) -> tuple[Found, ...]:
        """Return what schedules do; of more than 50 the first 50, and none that is gone.

        :raises TrayError: AWS refuses, or can't be reached
        """
        found: list[Found] = []
        for name in names[:_MOST_LOOKED_AT]:
            answer = self._unless(
                "ResourceNotFoundException",
                scope,
                "GetSchedule",
                partial(_get, name),
            )
            if answer is not None:
                found.append(found_in(name, answer))
        return tuple(found)

    def _account(self, scope: Scope) -> str:
        from tray.aws.looking import Looking

        return Looking(self._sessions).account(scope)

    def _unless(self, code: str, scope: Scope, operation: str, call: Callable[[Any], T], role: str = "") -> T | None:
        """Return what a call gives; None if AWS refuses it with `code`."""

        def attempt(client: Any) -> T | None:
            from botocore.exceptions import ClientError

            try:
                return call(client)
            except ClientError as error:
                refused = error.response.get("Error", {})
                if code and refused.get("Code") == code:
                    return None
                if role and _distrusts(refused):
                    raise TrayError(
                        "schedule-role-untrusted",
                        kind=Kind.CONFIGURATION,
                        role=role,
                        profile=scope.profile,
                        region=scope.region,
                    ) from error
                raise

        return visit(self._sessions, scope, operation, attempt, SCHEDULER)


def _delete(name: str, client: Any) -> bool:
    acknowledged(client.delete_schedule(Name=name, GroupName=GROUP))
    return True


def _get(name: str, client: Any) -> Mapping[str, Any]:
    answer: Mapping[str, Any] = client.get_schedule(Name=name, GroupName=GROUP)
    return checked(answer, "Name")


def found_in(name: str, answer: Mapping[str, Any]) -> Found:
    """Return what GetSchedule's answer tells of a schedule."""
    from tray.aws.errors.refusals import one_line

    target = answer.get("Target")
    given = target.get("Input") if isinstance(target, Mapping) else None
    notebook = ""
    if isinstance(given, str) and len(given) <= _LONGEST_INPUT:
        try:
            read = json.loads(given)
            notebook = check_notebook_name(str(read["NotebookInstanceName"]))
        except (ValueError, KeyError, TypeError, RecursionError, TrayError):
            notebook = ""
    found = _AT.fullmatch(str(answer.get("ScheduleExpression", "")))
    at = None
    if found is not None and str(answer.get("ScheduleExpressionTimezone", "UTC")) == "UTC":
        try:
            at = datetime.fromisoformat(found[1]).replace(tzinfo=UTC).timestamp()
        except (ValueError, OverflowError):
            at = None
        if at is not None and not 0 <= at <= _LATEST:
            at = None
    return Found(name, notebook, at, one_line(str(answer.get("Description") or "")))


def _distrusts(refused: Mapping[str, Any]) -> bool:
    """Whether AWS says that the role can't be assumed by Scheduler.

    Its words are known from others' reports: `The execution role you provide must allow AWS EventBridge Scheduler to
    assume the role.` (aws/aws-sdk-js-v3#6494)
    """
    said = str(refused.get("Message", ""))
    return refused.get("Code") == "ValidationException" and "assume the role" in said
