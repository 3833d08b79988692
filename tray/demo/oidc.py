"""The `sso-oidc` API: registers clients, starts device authorizations, and gives tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode, urlsplit

from tray.demo.attempt import Attempt, Desk
from tray.demo.grants import AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN, Client, Tokens
from tray.demo.oidc_protocol import oidc_answer, oidc_error, oidc_refusal
from tray.demo.protocol import ApiError, parse_body
from tray.demo.web import LOOPBACK, Request, Response

_OPERATIONS: Mapping[str, str] = MappingProxyType(
    {
        "/client/register": "RegisterClient",
        "/device_authorization": "StartDeviceAuthorization",
        "/token": "CreateToken",
    }
)
# The parameters of a call that the record may hold.
_TELLABLE = ("clientName", "clientType", "scopes", "grantTypes", "redirectUris", "issuerUrl", "startUrl", "grantType")

# https://docs.aws.amazon.com/singlesignon/latest/userguide/customermanagedapps-saml2-oauth2.html, and the AWS CLI's.
_SCOPES = frozenset({"sso:account:access", "openid", "aws"})
_GRANT_TYPES = frozenset({AUTHORIZATION_CODE, REFRESH_TOKEN, DEVICE_CODE})
_LISTS = ("scopes", "grantTypes", "redirectUris", "scope")


class SsoOidc:
    """The service behind RegisterClient, StartDeviceAuthorization and CreateToken.

    `base_url` is the address under which the consent pages answer.
    """

    def __init__(self, desk: Desk, base_url: str) -> None:
        self._desk = desk
        self._grants = desk.world.grants
        self._base_url = base_url
        self._do: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "RegisterClient": self._register,
            "StartDeviceAuthorization": self._start_device,
            "CreateToken": self._create_token,
        }

    def claims(self, request: Request) -> bool:
        """Return whether this is an sso-oidc call."""
        return request.method == "POST" and request.path in _OPERATIONS

    def answer(self, request: Request) -> Response:
        """Do what a call asks, and record it without its secrets."""
        operation = _OPERATIONS[request.path]
        attempt = Attempt(operation)
        given: dict[str, Any] = {}

        def identify() -> None:
            given.update(_parse(request.body))
            attempt.parameters = {name: given[name] for name in _TELLABLE if name in given}
            center = self._desk.world.identity_centers.at(given.get("issuerUrl") or given.get("startUrl") or "")
            attempt.region = center.region if center else ""

        return self._desk.serve(attempt, lambda: oidc_answer(self._do[operation](given)), oidc_refusal, identify)

    def _register(self, given: Mapping[str, Any]) -> dict[str, Any]:
        name, client_type = _needed(given, "clientName"), _needed(given, "clientType")
        if client_type != "public":
            raise oidc_error("InvalidClientMetadataException", "The client type must be public")
        scopes, redirect_uris = given.get("scopes", []), given.get("redirectUris", [])
        grant_types = given.get("grantTypes") or [DEVICE_CODE, REFRESH_TOKEN]
        if unknown := set(grant_types) - _GRANT_TYPES:
            raise oidc_error("UnsupportedGrantTypeException", f"Unsupported grant type: {min(unknown)}")
        if unknown := set(scopes) - _SCOPES:
            raise oidc_error("InvalidScopeException", f"Invalid scope: {min(unknown)}")
        if AUTHORIZATION_CODE in grant_types and not (redirect_uris and given.get("issuerUrl")):
            raise oidc_error("InvalidRequestException", "authorization_code needs redirectUris and issuerUrl")
        for uri in redirect_uris:
            _check_redirect_uri(uri)
        client = self._grants.register(name, scopes, redirect_uris, grant_types, given.get("issuerUrl", ""))
        return {
            "clientId": client.client_id,
            "clientSecret": client.secret,
            "clientIdIssuedAt": int(client.issued.timestamp()),
            "clientSecretExpiresAt": int(client.expires.timestamp()),
        }

    def _start_device(self, given: Mapping[str, Any]) -> dict[str, Any]:
        client = self._client(given)
        device = self._grants.ask_for_device(client, _needed(given, "startUrl"))
        page = f"{self._base_url}/device"
        return {
            "deviceCode": device.device_code,
            "userCode": device.user_code,
            "verificationUri": page,
            "verificationUriComplete": f"{page}?{urlencode({'user_code': device.user_code})}",
            "expiresIn": int((device.expires - self._desk.world.clock()).total_seconds() + 0.5),
            "interval": int(device.poll_seconds),
        }

    def _create_token(self, given: Mapping[str, Any]) -> dict[str, Any]:
        grant_type = _needed(given, "grantType")
        if grant_type not in _GRANT_TYPES:
            raise oidc_error("UnsupportedGrantTypeException", "Unsupported grant type")
        client = self._client(given)
        if grant_type not in client.grant_types:
            raise oidc_error("UnauthorizedClientException", "The client isn't registered for this grant type")
        if grant_type == AUTHORIZATION_CODE:
            code, redirect_uri = _needed(given, "code"), _needed(given, "redirectUri")
            return _output(self._grants.redeem(client, code, redirect_uri, _needed(given, "codeVerifier")))
        if grant_type == DEVICE_CODE:
            return _output(self._grants.poll(client, _needed(given, "deviceCode")))
        return _output(self._grants.refresh(client, _needed(given, "refreshToken")))

    def _client(self, given: Mapping[str, Any]) -> Client:
        return self._grants.client(_needed(given, "clientId"), _needed(given, "clientSecret"))


def _output(tokens: Tokens) -> dict[str, Any]:
    output = {
        "accessToken": tokens.access_token,
        "tokenType": "Bearer",
        "expiresIn": tokens.expires_in_seconds,
    }
    return output | ({"refreshToken": tokens.refresh_token} if tokens.refresh_token else {})


def _parse(body: bytes) -> dict[str, Any]:
    try:
        given = parse_body(body)
    except ApiError as refusal:
        raise oidc_error("InvalidRequestException", refusal.message) from None
    for name, value in given.items():
        texts = value if name in _LISTS else [value]
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise oidc_error("InvalidRequestException", f"{name} is not of its type")
    return given


def _needed(given: Mapping[str, Any], name: str) -> str:
    if not given.get(name):
        raise oidc_error("InvalidRequestException", f"Missing required parameter: {name}")
    return str(given[name])


def _check_redirect_uri(uri: str) -> None:
    """Accept only a loopback address: only that is sure to be the user's own machine."""
    try:
        parts = urlsplit(uri)
        good = parts.scheme == "http" and parts.hostname == LOOPBACK and not parts.fragment and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise oidc_error("InvalidRedirectUriException", "A redirect URI must be http on 127.0.0.1")
