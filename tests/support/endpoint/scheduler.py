"""EventBridge Scheduler, as far as it stops notebook instances once: five operations on schedules, and their firing.

https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html. Schedules fire by the world's clock,
as soon as any request comes in after their time. The words of refusals are AWS' where a source is named, else ours.
"""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from tray.demo.attempt import Attempt
from tray.demo.protocol import ApiError, parse_body
from tray.demo.web import Response
from tray.demo.world import UnknownNotebookError, World, WrongStatusError, partition_of

if TYPE_CHECKING:
    from tests.support.endpoint.desk import StrictDesk
    from tests.support.endpoint.iam import Iam
    from tray.demo.web import Request

_PATH = re.compile(r"/schedules(?:/([^/]*))?")
_OPERATIONS = {"POST": "CreateSchedule", "PUT": "UpdateSchedule", "GET": "GetSchedule", "DELETE": "DeleteSchedule"}
# Statuses of the service model (scheduler/2021-06-30).
_STATUS = {
    "ConflictException": 409,
    "ResourceNotFoundException": 404,
    "ServiceQuotaExceededException": 402,
    "ThrottlingException": 429,
    "InternalServerException": 500,
    "AccessDeniedException": 403,
}
_NAME = re.compile(r"[0-9a-zA-Z-_.]{1,64}", re.ASCII)
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)", re.ASCII)
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+", re.ASCII)
_MOST = 100

TRUSTED = "scheduler.amazonaws.com"
"""What a role has to trust, for schedules to assume it."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule of one account in one region: its members as they were given, and when it fires."""

    account_id: str
    region: str
    name: str
    at: datetime
    given: Mapping[str, Any] = field(repr=False)

    @property
    def arn(self) -> str:
        """The ARN of a schedule in the default group."""
        prefix = f"arn:{partition_of(self.region)}:scheduler:{self.region}:{self.account_id}"
        return f"{prefix}:schedule/default/{self.name}"

    @property
    def notebook(self) -> str:
        """The name of the notebook instance that it stops."""
        return str(json.loads(self.given["Target"]["Input"])["NotebookInstanceName"])


class Scheduler:
    """The service behind `/schedules`. `fired` has each schedule that has fired, and the refusal that it met if any."""

    def __init__(self, desk: StrictDesk, world: World, iam: Iam) -> None:
        self._desk = desk
        self._world = world
        self._iam = iam
        self._lock = threading.Lock()
        self._schedules: dict[tuple[str, str, str], Schedule] = {}
        self.fired: list[tuple[Schedule, str]] = []

    def schedules(self) -> tuple[Schedule, ...]:
        """Return all schedules that have not fired, in no particular order."""
        self.fire()
        with self._lock:
            return tuple(self._schedules.values())

    def fire(self) -> None:
        """Stop what is due by the world's clock; a schedule that has fired is deleted."""
        now = self._world.clock()
        with self._lock:
            due = [key for key, each in self._schedules.items() if each.at <= now]
            fired = [self._schedules.pop(key) for key in due]
        for each in fired:
            refusal = ""
            try:
                self._world.stop(each.account_id, each.region, each.notebook)
            except (UnknownNotebookError, WrongStatusError) as error:
                refusal = str(error)
            self.fired.append((each, refusal))

    def claims(self, request: Request) -> bool:
        """Return whether this is a call of it; every request of the endpoint is asked about, and fires what is due."""
        self.fire()
        return _PATH.fullmatch(request.path) is not None

    def answer(self, request: Request) -> Response:
        """Do what a call asks."""
        found = _PATH.fullmatch(request.path)
        name = unquote(found[1]) if found and found[1] else ""
        operation = _OPERATIONS.get(request.method, "") if name else "ListSchedules"
        attempt = Attempt(operation, service="scheduler")
        given: dict[str, Any] = {}

        def identify() -> None:
            principal, attempt.region = self._desk.caller(request, "scheduler")
            attempt.account_id, attempt.caller = principal.account_id, principal.arn
            given.update(parse_body(request.body))
            given.update(parse_qsl(request.query))
            if name:
                given["Name"] = name
            attempt.parameters = dict(given)

        return self._desk.serve(attempt, lambda: self._do(attempt, given), _refuse, identify)

    def _do(self, attempt: Attempt, given: Mapping[str, Any]) -> Response:
        does: dict[str, Callable[[Attempt, Mapping[str, Any]], dict[str, Any]]] = {
            "CreateSchedule": self._create,
            "UpdateSchedule": self._update,
            "GetSchedule": self._get,
            "DeleteSchedule": self._delete,
            "ListSchedules": self._list,
        }
        if attempt.operation not in does:
            raise ApiError("ValidationException", "There is no such operation.")
        output = does[attempt.operation](attempt, given)
        return Response(200, _headers(), json.dumps(output).encode())

    def _create(self, attempt: Attempt, given: Mapping[str, Any]) -> dict[str, Any]:
        made = self._made(attempt, given)
        with self._lock:
            key = (made.account_id, made.region, made.name)
            if key in self._schedules:
                raise ApiError("ConflictException", f"Schedule {made.name} already exists.")
            self._schedules[key] = made
        return {"ScheduleArn": made.arn}

    def _update(self, attempt: Attempt, given: Mapping[str, Any]) -> dict[str, Any]:
        self._known(attempt, given)
        made = self._made(attempt, given)
        with self._lock:
            self._schedules[made.account_id, made.region, made.name] = made
        return {"ScheduleArn": made.arn}

    def _get(self, attempt: Attempt, given: Mapping[str, Any]) -> dict[str, Any]:
        found = self._known(attempt, given)
        shown = {name: value for name, value in found.given.items() if name not in ("ClientToken", "clientToken")}
        return {"State": "ENABLED", "GroupName": "default", **shown, "Arn": found.arn}

    def _delete(self, attempt: Attempt, given: Mapping[str, Any]) -> dict[str, Any]:
        found = self._known(attempt, given)
        with self._lock:
            self._schedules.pop((found.account_id, found.region, found.name), None)
        return {}

    def _list(self, attempt: Attempt, given: Mapping[str, Any]) -> dict[str, Any]:
        prefix, token = str(given.get("NamePrefix", "")), str(given.get("NextToken", "0"))
        size = int(given.get("MaxResults", _MOST))
        if not 1 <= size <= _MOST or not token.isdecimal() or given.get("ScheduleGroup", "default") != "default":
            raise ApiError("ValidationException", "The input fails to satisfy the constraints.")
        there = sorted(
            (
                each
                for each in self.schedules()
                if (each.account_id, each.region) == (attempt.account_id, attempt.region)
                and each.name.startswith(prefix)
            ),
            key=lambda each: each.name,
        )
        end = int(token) + size
        shown = [
            {
                "Arn": each.arn,
                "Name": each.name,
                "GroupName": "default",
                "State": "ENABLED",
                "Target": {"Arn": each.given["Target"]["Arn"]},
            }
            for each in there[int(token) : end]
        ]
        return {"Schedules": shown, **({"NextToken": str(end)} if end < len(there) else {})}

    def _known(self, attempt: Attempt, given: Mapping[str, Any]) -> Schedule:
        with self._lock:
            found = self._schedules.get((attempt.account_id, attempt.region, str(given["Name"])))
        group = given.get("GroupName", given.get("groupName", "default"))
        if found is None or group != "default":
            raise ApiError("ResourceNotFoundException", f"Schedule {given['Name']} does not exist.")
        return found

    def _made(self, attempt: Attempt, given: Mapping[str, Any]) -> Schedule:
        """Return the schedule that is asked for.

        :raises ApiError: it is none that stops a notebook instance once, or its role can't be used
        """
        target, name = given.get("Target"), str(given["Name"])
        expression = _AT.fullmatch(str(given.get("ScheduleExpression", "")))
        if not _NAME.fullmatch(name) or expression is None or not isinstance(target, dict):
            raise ApiError("ValidationException", "Invalid Schedule Expression.")
        if given.get("FlexibleTimeWindow") != {"Mode": "OFF"} or given.get("ScheduleExpressionTimezone") != "UTC":
            raise ApiError("ValidationException", "Only schedules without a window, in UTC, are known here.")
        partition, role = partition_of(attempt.region), str(target.get("RoleArn"))
        if target.get("Arn") != f"arn:{partition}:scheduler:::aws-sdk:sagemaker:stopNotebookInstance":
            raise ApiError("ValidationException", "Provided Arn is not in correct format.")
        if not _ROLE.fullmatch(role):
            raise ApiError("ValidationException", "RoleArn fails to satisfy the constraint.")
        if self._iam.denies("iam:PassRole", attempt.caller) or role.split(":")[4] != attempt.account_id:
            raise ApiError(
                "AccessDeniedException",
                f"User: {attempt.caller} is not authorized to perform: iam:PassRole on resource: {role} because no "
                "identity-based policy allows the iam:PassRole action",
            )
        known = self._iam.role(role)
        if known is None or TRUSTED not in known.trusts:
            # aws/aws-sdk-js-v3#6494
            words = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
            raise ApiError("ValidationException", words)
        try:
            at = datetime.fromisoformat(expression[1]).replace(tzinfo=UTC)
            made = Schedule(attempt.account_id, attempt.region, name, at, dict(given))
            _ = made.notebook  # refused where it names none
        except (ValueError, KeyError, TypeError):
            raise ApiError("ValidationException", "Invalid Schedule Expression.") from None
        return made


def _refuse(error: ApiError) -> Response:
    body = json.dumps({"Message": error.message}).encode()
    return Response(_STATUS.get(error.code, error.status), {**_headers(), "x-amzn-ErrorType": error.code}, body)


def _headers() -> dict[str, str]:
    return {"Content-Type": "application/json", "x-amzn-RequestId": str(uuid.uuid4())}
