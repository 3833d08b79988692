"""AWS Account Management, as far as it tells which regions an account has enabled: ListRegions.

https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tray.demo.attempt import Attempt, Desk
from tray.demo.protocol import ApiError, parse_body
from tray.demo.regions import ENABLED_BY_DEFAULT, OPT_IN
from tray.demo.web import Response

if TYPE_CHECKING:
    from tray.demo.web import Request

_PATH = "/listRegions"
_MOST = 50
# Statuses of the service model (account/2021-02-01).
_STATUS = {"AccessDeniedException": 403, "TooManyRequestsException": 429, "InternalServerException": 500}
_OPT_STATUSES = ("ENABLED", "ENABLING", "DISABLING", "DISABLED", "ENABLED_BY_DEFAULT")


class AccountManagement:
    """The service behind `POST /listRegions`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def claims(self, request: Request) -> bool:
        """Return whether this is a call of it."""
        return request.method == "POST" and request.path == _PATH

    def answer(self, request: Request) -> Response:
        """Do what a call asks."""
        attempt = Attempt("ListRegions", service="account")
        given: dict[str, Any] = {}

        def identify() -> None:
            principal, attempt.region = self._desk.caller(request, "account")
            attempt.account_id, attempt.caller = principal.account_id, principal.arn
            given.update(parse_body(request.body))
            attempt.parameters = dict(given)

        return self._desk.serve(attempt, lambda: self._list(attempt.account_id, given), _refuse, identify)

    def _list(self, account_id: str, given: Mapping[str, Any]) -> Response:
        wanted = given.get("RegionOptStatusContains") or _OPT_STATUSES
        size, token = given.get("MaxResults", _MOST), str(given.get("NextToken", "0"))
        if not isinstance(size, int) or not 1 <= size <= _MOST or not token.isdecimal():
            raise ApiError("ValidationException", "The input fails to satisfy the constraints.")
        if unknown := [status for status in wanted if status not in _OPT_STATUSES]:
            raise ApiError("ValidationException", f"{unknown[0]} is no status of a region.")
        found = [
            {"RegionName": name, "RegionOptStatus": status}
            for name, status in self._regions(account_id)
            if status in wanted
        ]
        end = int(token) + size
        output: dict[str, Any] = {"Regions": found[int(token) : end]}
        return Response(
            200, _headers(), json.dumps(output | ({"NextToken": str(end)} if end < len(found) else {})).encode()
        )

    def _regions(self, account_id: str) -> list[tuple[str, str]]:
        world = self._desk.world
        found = [(name, "ENABLED_BY_DEFAULT") for name in ENABLED_BY_DEFAULT]
        found += [(name, "ENABLED" if world.is_enabled(account_id, name) else "DISABLED") for name in OPT_IN]
        return sorted(found)


def _refuse(error: ApiError) -> Response:
    body = json.dumps({"message": error.message}).encode()
    return Response(_STATUS.get(error.code, error.status), {**_headers(), "x-amzn-ErrorType": error.code}, body)


def _headers() -> dict[str, str]:
    return {"Content-Type": "application/json", "x-amzn-RequestId": str(uuid.uuid4())}
