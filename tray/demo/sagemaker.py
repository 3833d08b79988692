"""The SageMaker API: it identifies the caller, and carries out the call."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from tray.demo.attempt import Attempt, Desk
from tray.demo.listing import list_page
from tray.demo.protocol import ApiError, answer, error_answer, parse_body, validation_error
from tray.demo.shapes import INPUTS
from tray.demo.starts import StartRefusedError
from tray.demo.world import NotebookInstance, Principal, Status, UnknownNotebookError, WrongStatusError
from tray.model.lengths import MAXIMUM_SESSION_SECONDS

if TYPE_CHECKING:
    from tray.demo.links import PresignedLinks
    from tray.demo.web import Request, Response

_TARGET_PREFIX = "SageMaker."
# What the tray may change. AWS takes the other members of the input too; a client of ours has no reason to send them.
_CHANGEABLE = frozenset({"NotebookInstanceName", "InstanceType", "PlatformIdentifier"})


@dataclass(frozen=True, slots=True)
class _Caller:
    principal: Principal
    region: str


class SageMaker:
    """The service behind `POST /` with an X-Amz-Target of `SageMaker.…`.

    `base_url` is the address under which the notebook hosts answer: presigned URLs begin with it.
    """

    def __init__(self, desk: Desk, links: PresignedLinks, base_url: str) -> None:
        self._desk = desk
        self._world = desk.world
        self._links = links
        self._base_url = base_url
        self._page_key = secrets.token_bytes(32)
        self._operations: Mapping[str, Callable[[_Caller, Mapping[str, Any]], dict[str, Any] | None]] = {
            "ListNotebookInstances": self._list,
            "DescribeNotebookInstance": self._describe,
            "StartNotebookInstance": self._start,
            "StopNotebookInstance": self._stop,
            "UpdateNotebookInstance": self._update,
            "CreatePresignedNotebookInstanceUrl": self._create_presigned_url,
            "ListTags": self._list_tags,
        }

    def claims(self, request: Request) -> bool:
        """Return whether this is a SageMaker call."""
        target = request.headers.get("x-amz-target", "")
        return request.method == "POST" and request.path == "/" and target.startswith(_TARGET_PREFIX)

    def answer(self, request: Request) -> Response:
        """Do what a call asks."""
        operation = request.headers["x-amz-target"].removeprefix(_TARGET_PREFIX)
        attempt = Attempt(operation, service="sagemaker")
        callers: list[_Caller] = []
        given: dict[str, Any] = {}

        def identify() -> None:
            principal, attempt.region = self._desk.caller(request, "sagemaker")
            callers.append(_Caller(principal, attempt.region))
            attempt.account_id, attempt.caller = principal.account_id, principal.arn
            given.update(parse_body(request.body))
            attempt.parameters = {name: "…" if name == "NextToken" else value for name, value in given.items()}

        return self._desk.serve(attempt, lambda: self._do(operation, callers[0], given), error_answer, identify)

    def _do(self, operation: str, caller: _Caller, given: Mapping[str, Any]) -> Response:
        if operation not in self._operations:
            raise ApiError("UnknownOperationException", f"The operation {operation} is unknown here.")
        INPUTS[operation].check(given)
        try:
            return answer(self._operations[operation](caller, given))
        except UnknownNotebookError:
            # SageMaker has no error code for a missing one: hashicorp/terraform-provider-aws looks for this word.
            raise validation_error("RecordNotFound") from None
        except WrongStatusError as refusal:
            raise validation_error(str(refusal)) from None
        except StartRefusedError as refusal:
            raise ApiError(refusal.code, str(refusal)) from None

    def _list(self, caller: _Caller, given: Mapping[str, Any]) -> dict[str, Any]:
        notebooks = self._world.notebooks(caller.principal.account_id, caller.region)
        page, next_token = list_page(notebooks, given, self._page_key)
        output: dict[str, Any] = {"NotebookInstances": [_summary(notebook) for notebook in page]}
        if next_token:
            output["NextToken"] = next_token
        return output

    def _describe(self, caller: _Caller, given: Mapping[str, Any]) -> dict[str, Any]:
        return _description(self._notebook(caller, given))

    def _start(self, caller: _Caller, given: Mapping[str, Any]) -> None:
        self._world.start(caller.principal.account_id, caller.region, given["NotebookInstanceName"])

    def _stop(self, caller: _Caller, given: Mapping[str, Any]) -> None:
        self._world.stop(caller.principal.account_id, caller.region, given["NotebookInstanceName"])

    def _update(self, caller: _Caller, given: Mapping[str, Any]) -> dict[str, Any]:
        if others := sorted(given.keys() - _CHANGEABLE):
            raise validation_error(f"This endpoint doesn't change {', '.join(others)}.")
        self._world.update(
            caller.principal.account_id,
            caller.region,
            given["NotebookInstanceName"],
            given.get("InstanceType") or "",
            given.get("PlatformIdentifier") or "",
        )
        return {}

    def _list_tags(self, caller: _Caller, given: Mapping[str, Any]) -> dict[str, Any]:
        owned = self._world.notebooks(caller.principal.account_id, caller.region)
        found = next((each for each in owned if each.arn == given["ResourceArn"]), None)
        if found is None:
            raise UnknownNotebookError
        return {"Tags": [{"Key": key, "Value": value} for key, value in found.tags]}

    def _create_presigned_url(self, caller: _Caller, given: Mapping[str, Any]) -> dict[str, Any]:
        notebook = self._notebook(caller, given)
        if notebook.status is not Status.IN_SERVICE:
            # The words are ours, modelled on those of Start and Stop: AWS' own words are not published.
            raise validation_error(
                f"Status ({notebook.status}) not in ([{Status.IN_SERVICE}]). Unable to create a presigned URL "
                f"for Notebook Instance ({notebook.arn})."
            )
        seconds = given.get("SessionExpirationDurationInSeconds") or MAXIMUM_SESSION_SECONDS
        query = urlencode({"authToken": self._links.create(notebook, seconds)})
        path = f"/notebook/{quote(notebook.region)}/{quote(notebook.name)}"
        return {"AuthorizedUrl": f"{self._base_url}{path}?{query}"}

    def _notebook(self, caller: _Caller, given: Mapping[str, Any]) -> NotebookInstance:
        name = given["NotebookInstanceName"]
        return self._world.notebook(caller.principal.account_id, caller.region, name)


def _summary(notebook: NotebookInstance) -> dict[str, Any]:
    """Return the members that a list and a description share."""
    summary: dict[str, Any] = {
        "NotebookInstanceName": notebook.name,
        "NotebookInstanceArn": notebook.arn,
        "NotebookInstanceStatus": notebook.status,
        "Url": notebook.host,
        "InstanceType": notebook.instance_type,
        "CreationTime": round(notebook.created.timestamp(), 3),
        "LastModifiedTime": round(notebook.modified.timestamp(), 3),
    }
    if notebook.lifecycle_config:
        summary["NotebookInstanceLifecycleConfigName"] = notebook.lifecycle_config
    if notebook.default_code_repository:
        summary["DefaultCodeRepository"] = notebook.default_code_repository
    if notebook.additional_code_repositories:
        summary["AdditionalCodeRepositories"] = list(notebook.additional_code_repositories)
    return summary


def _description(notebook: NotebookInstance) -> dict[str, Any]:
    description = _summary(notebook) | {
        "RoleArn": notebook.role_arn,
        "DirectInternetAccess": "Enabled",
        "RootAccess": "Enabled",
        "VolumeSizeInGB": notebook.volume_gb,
        "PlatformIdentifier": notebook.platform,
        "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "2"},
    }
    if notebook.status is Status.FAILED and notebook.failure_reason:
        description["FailureReason"] = notebook.failure_reason
    return description
