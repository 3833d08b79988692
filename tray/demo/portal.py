"""The `sso` API, the portal of IAM Identity Center: accounts, roles, and credentials for a role."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from tray.demo.attempt import Attempt, Desk
from tray.demo.identity_center import IdentityCenter
from tray.demo.protocol import ApiError
from tray.demo.temporary import temporary_principal
from tray.demo.web import Request, Response

_OPERATIONS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("GET", "/federation/credentials"): "GetRoleCredentials",
        ("GET", "/assignment/accounts"): "ListAccounts",
        ("GET", "/assignment/roles"): "ListAccountRoles",
        ("POST", "/logout"): "Logout",
    }
)
_TELLABLE = ("role_name", "account_id", "max_result")
_PAGE_SIZE = 20

# Statuses of the service model (sso/2019-06-10); ForbiddenException is not in it, but AWS answers with it.
_STATUS = {
    "InvalidRequestException": 400,
    "UnauthorizedException": 401,
    "ForbiddenException": 403,
    "ResourceNotFoundException": 404,
    "TooManyRequestsException": 429,
}


class SsoPortal:
    """The service behind GetRoleCredentials, ListAccounts, ListAccountRoles and Logout."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._world = desk.world
        self._do: Mapping[str, Callable[[IdentityCenter, Mapping[str, str]], dict[str, Any]]] = {
            "GetRoleCredentials": self._get_role_credentials,
            "ListAccounts": self._list_accounts,
            "ListAccountRoles": self._list_account_roles,
        }

    def claims(self, request: Request) -> bool:
        """Return whether this is a call of the portal."""
        return (request.method, request.path) in _OPERATIONS

    def answer(self, request: Request) -> Response:
        """Do what a call asks, and record it without its token."""
        given = dict(parse_qsl(request.query))
        token = request.headers.get("x-amz-sso_bearer_token", "")
        attempt = Attempt(
            _OPERATIONS[request.method, request.path],
            {name: given[name] for name in _TELLABLE if name in given},
            account_id=given.get("account_id", ""),
        )
        found: list[IdentityCenter] = []

        def identify() -> None:
            center = self._world.grants.signed_in(token)
            if center is None:
                raise _error("UnauthorizedException", "Session token not found or invalid")
            found.append(center)
            attempt.region, attempt.caller = center.region, center.user

        def do() -> Response:
            if attempt.operation == "Logout":
                self._world.grants.sign_out(token)
                return Response(200, _headers())
            return Response(200, _headers(), json.dumps(self._do[attempt.operation](found[0], given)).encode())

        return self._desk.serve(attempt, do, _refuse, identify)

    def _get_role_credentials(self, center: IdentityCenter, given: Mapping[str, str]) -> dict[str, Any]:
        role_name, account_id = _needed(given, "role_name"), _needed(given, "account_id")
        for assignment in center.assignments:
            if (assignment.account_id, assignment.role_name) == (account_id, role_name):
                break
        else:
            raise _error("ForbiddenException", "No access")
        expires = self._world.clock() + timedelta(seconds=center.lifetimes.role_seconds)
        principal = temporary_principal(account_id, assignment.arn(center.user), expires)
        self._world.admit(principal)
        return {
            "roleCredentials": {
                "accessKeyId": principal.access_key_id,
                "secretAccessKey": principal.secret_access_key,
                "sessionToken": principal.session_token,
                "expiration": int(expires.timestamp() * 1000),
            }
        }

    def _list_accounts(self, center: IdentityCenter, given: Mapping[str, str]) -> dict[str, Any]:
        accounts = {
            assignment.account_id: {
                "accountId": assignment.account_id,
                "accountName": assignment.account_name,
                "emailAddress": assignment.email,
            }
            for assignment in center.assignments
        }
        return _list_page("accountList", accounts.values(), given)

    def _list_account_roles(self, center: IdentityCenter, given: Mapping[str, str]) -> dict[str, Any]:
        account_id = _needed(given, "account_id")
        roles = [
            {"accountId": account_id, "roleName": assignment.role_name}
            for assignment in center.assignments
            if assignment.account_id == account_id
        ]
        if not roles:
            raise _error("ResourceNotFoundException", "Account not found")
        return _list_page("roleList", roles, given)


def _list_page(name: str, all_items: Iterable[Mapping[str, str]], given: Mapping[str, str]) -> dict[str, Any]:
    """Return one page; the token of the next is where it begins."""
    items = list(all_items)
    size, start = given.get("max_result", str(_PAGE_SIZE)), given.get("next_token", "0")
    if not size.isdecimal() or not 1 <= int(size) <= 100 or not start.isdecimal():
        raise _error("InvalidRequestException", "max_result or next_token is not good")
    end = int(start) + int(size)
    return {name: items[int(start) : end]} | ({"nextToken": str(end)} if end < len(items) else {})


def _needed(given: Mapping[str, str], name: str) -> str:
    if name not in given:
        raise _error("InvalidRequestException", f"Missing parameter: {name}")
    return given[name]


def _error(code: str, words: str) -> ApiError:
    return ApiError(code, words, _STATUS[code])


def _refuse(error: ApiError) -> Response:
    body = json.dumps({"message": error.message, "__type": f"com.amazonaws.switchboard.portal#{error.code}"}).encode()
    status = _STATUS.get(error.code, error.status)
    return Response(status, {**_headers(), "x-amzn-ErrorType": error.code}, body)


def _headers() -> dict[str, str]:
    return {"Content-Type": "application/json", "Cache-Control": "no-store", "x-amzn-RequestId": str(uuid.uuid4())}
