"""Where a user allows or refuses a sign-in: `/authorize` of sso-oidc, and `/device` for codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode

from tray.demo.attempt import Attempt, Desk
from tray.demo.consent_pages import (
    CONSENT_HEADERS,
    broken_request_page,
    consent_page,
    decided_page,
    device_code_page,
    device_question_page,
)
from tray.demo.oidc_protocol import oidc_error
from tray.demo.web import Request, Response

if TYPE_CHECKING:
    from tray.demo.protocol import ApiError

_PATHS = ("/authorize", "/device")


class ConsentPages:
    """The pages on which the user decides. Only a form of these pages can bring a decision."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._grants = desk.world.grants

    def claims(self, request: Request) -> bool:
        """Return whether this is one of the pages, or a form that was sent from one."""
        return request.method in ("GET", "POST") and request.path in _PATHS

    def answer(self, request: Request) -> Response:
        """Show a page, or take a decision."""
        posted = request.method == "POST"
        given = dict(parse_qsl(request.body.decode("ascii", "replace") if posted else request.query))
        attempt = Attempt(("Decide" if posted else "Show") + ("Device" if request.path == "/device" else "Consent"))
        if posted:
            attempt.parameters = {"decision": given.get("decision", "")}
        pages: Mapping[str, Callable[[Mapping[str, str]], Response]] = {
            "ShowConsent": self._ask,
            "DecideConsent": self._decide,
            "ShowDevice": self._ask_for_device,
            "DecideDevice": self._decide_device,
        }

        def do() -> Response:
            # A page of another site can send a form here, but the browser says that the form came from there.
            if posted and request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
                raise oidc_error("InvalidRequestException", "The decision came from another site")
            return pages[attempt.operation](given)

        return self._desk.serve(attempt, do, _refuse)

    def _ask(self, given: Mapping[str, str]) -> Response:
        client = self._grants.client(given.get("client_id", ""))
        if given.get("response_type") != "code":
            raise oidc_error("InvalidRequestException", "The response type must be code")
        if given.get("code_challenge_method") != "S256":
            raise oidc_error("InvalidRequestException", "The code challenge method must be S256")
        if not set(given.get("scopes", given.get("scope", "")).split()) <= set(client.scopes):
            raise oidc_error("InvalidScopeException", "The client isn't registered for these scopes")
        ticket = self._grants.ask(
            client, given.get("redirect_uri", ""), given.get("state", ""), given.get("code_challenge", "")
        )
        center = self._desk.world.identity_centers.at(client.start_url)
        return _page(consent_page(client.name, center.user if center else "", client.start_url, ticket))

    def _decide(self, given: Mapping[str, str]) -> Response:
        consent, code = self._grants.decide(given.get("ticket", ""), allow=_allows(given))
        answer = {"code": code} if code else {"error": "access_denied", "error_description": "The user refused"}
        if consent.state:
            answer["state"] = consent.state
        joint = "&" if "?" in consent.redirect_uri else "?"
        location = f"{consent.redirect_uri}{joint}{urlencode(answer, quote_via=quote)}"
        return Response(303, {"Location": location, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})

    def _ask_for_device(self, given: Mapping[str, str]) -> Response:
        if "user_code" not in given:
            return _page(device_code_page())
        device = self._grants.device(given["user_code"])
        if device is None:
            return _page(device_code_page("Nothing waits under this code. Compare it, or begin again."), 400)
        return _page(device_question_page(device.client.name, device.user_code))

    def _decide_device(self, given: Mapping[str, str]) -> Response:
        allowed = _allows(given)
        self._grants.decide_device(given.get("user_code", ""), allow=allowed)
        return _page(decided_page(allowed=allowed))


def _allows(given: Mapping[str, str]) -> bool:
    if given.get("decision") not in ("allow", "deny"):
        raise oidc_error("InvalidRequestException", "The form says neither allow nor deny")
    return given["decision"] == "allow"


def _refuse(error: ApiError) -> Response:
    return _page(broken_request_page(error.message or error.code), max(400, error.status))


def _page(text: str, status: int = 200) -> Response:
    return Response(status, CONSENT_HEADERS, text.encode())
