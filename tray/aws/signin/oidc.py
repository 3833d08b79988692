"""The calls of the `sso-oidc` API for a sign-in: they register this program and turn the user's consent into a token.

https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/Welcome.html
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from tray import __version__
from tray.aws.credentials.token_store import (
    AUTHORIZATION_CODE,
    Registration,
    Token,
    forget_registration,
    read_registration,
    write_registration,
)
from tray.aws.errors.garbled import GarbledAnswerError
from tray.aws.errors.network import clock_difference_seconds
from tray.aws.signin.problems import CodeNotOffered, clock_is_wrong, translated
from tray.aws.urls import is_plain
from tray.model.problems import Kind, TrayError

if TYPE_CHECKING:
    from tray.aws.credentials.browser_settings import BrowserSettings
    from tray.model.sign_in import SignIn

log = logging.getLogger(__name__)

# Registered without a port, this address stands for any port (RFC 8252, 7.3).
REDIRECT_URI = "http://127.0.0.1/oauth/callback"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"

_CONNECT_TIMEOUT_SECONDS = 10
_READ_TIMEOUT_SECONDS = 20
# RFC 8628, 3.5: the interval if the answer names none.
_POLL_SECONDS = 5
# What makes sense of an answer: AWS's codes are good for ten minutes.
_MOST_POLL_SECONDS, _LONGEST_CODE_SECONDS = 60, 3600
# The user reads it.
_USER_CODE = re.compile(r"[A-Za-z0-9-]{1,64}")
# What a header, a form and a file can carry.
_SENDABLE = re.compile(r"[ -~]+")
# Tokens are valid for an hour, and AWS accepts no signature if the clock is five minutes off.
_MOST_SKEW_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True)
class DeviceAuthorization:
    """The code with which the program asks for the token, and the page on which the user confirms `user_code`."""

    device_code: str = field(repr=False)
    user_code: str
    url: str
    complete_url: str
    expires_in_seconds: int
    poll_seconds: int


class Oidc:
    """The calls of one sign-in. Each may block on the network, and raises a `TrayError` in the user's words."""

    def __init__(self, session: botocore.session.Session, sign_in: SignIn, settings: BrowserSettings) -> None:
        """`session` belongs to the `aws_profile` of `settings`, whose proxy, certificates and endpoint are used.

        :raises TrayError: the client can't be made
        """
        self._sign_in = sign_in
        self._settings = settings
        with translated(sign_in, settings):
            self._client = session.create_client(
                "sso-oidc",
                region_name=settings.region,
                config=Config(
                    signature_version=UNSIGNED,
                    connect_timeout=_CONNECT_TIMEOUT_SECONDS,
                    read_timeout=_READ_TIMEOUT_SECONDS,
                    user_agent_extra=f"notebook-tray/{__version__}",
                ),
            )

    def registration(self, *, for_code: bool, anew: bool = False) -> tuple[Registration, bool]:
        """Return the client's registration, and whether it is a stored one; with `anew`, always register.

        :raises CodeNotOffered: AWS refuses to register a client for authorization codes
        :raises TrayError: AWS can't be reached or refuses, or this computer's clock is off
        """
        kept = None if anew else read_registration(self._settings, for_code=for_code)
        if kept is not None:
            return kept, True
        settings = self._settings
        asked: dict[str, Any] = {
            "clientName": f"notebook-tray-{settings.client_name}",
            "clientType": "public",
        }
        if settings.scopes:
            asked["scopes"] = list(settings.scopes)
        if for_code:
            asked |= {
                "grantTypes": [AUTHORIZATION_CODE, "refresh_token"],
                "redirectUris": [REDIRECT_URI],
                "issuerUrl": settings.start_url,
            }
        try:
            answer = self._call("register_client", asked, clientId=str, clientSecret=str, clientSecretExpiresAt=int)
        except TrayError as error:
            if for_code and isinstance(error.__cause__, ClientError) and error.problem.kind is not Kind.THROTTLED:
                raise CodeNotOffered from error
            raise
        self._check_clock(answer)
        self._check(_SENDABLE, answer["clientId"], answer["clientSecret"])
        registration = Registration(
            answer["clientId"],
            answer["clientSecret"],
            self._time(lambda: datetime.fromtimestamp(answer["clientSecretExpiresAt"], UTC)),
            settings.scopes,
            tuple(asked.get("grantTypes", ())),
        )
        try:
            write_registration(settings, registration)
        except OSError as error:
            log.info("the registration can't be kept: %s", error.strerror or type(error).__name__)
        return registration, False

    def forget_registration(self) -> None:
        """Have the next sign-in register anew."""
        forget_registration(self._settings)

    def authorize_url(self, registration: Registration, redirect_uri: str, state: str, challenge: str) -> str:
        """Return the address of the sign-in page, which is at the client's own endpoint."""
        query = urlencode(
            {
                "response_type": "code",
                "client_id": registration.client_id,
                "redirect_uri": redirect_uri,
                "state": state,
                "code_challenge_method": "S256",
                "scopes": " ".join(self._settings.scopes),
                "code_challenge": challenge,
            },
            quote_via=quote,
        )
        return f"{self._client.meta.endpoint_url.rstrip('/')}/authorize?{query}"

    def token_for_code(self, registration: Registration, code: str, verifier: str, redirect_uri: str) -> Token:
        """Exchange the code that the browser came back with for a token.

        :raises RegistrationRefused: AWS doesn't know the client any more
        :raises TrayError: AWS can't be asked, or refuses
        """
        return self._token(
            registration, AUTHORIZATION_CODE, {"code": code, "codeVerifier": verifier, "redirectUri": redirect_uri}
        )

    def start_device(self, registration: Registration) -> DeviceAuthorization:
        """Ask for a code that the user confirms on any device.

        :raises RegistrationRefused: AWS doesn't know the client any more
        :raises TrayError: AWS can't be asked, or refuses
        """
        asked = {
            "clientId": registration.client_id,
            "clientSecret": registration.client_secret,
            "startUrl": self._settings.start_url,
        }
        answer = self._call(
            "start_device_authorization", asked, deviceCode=str, userCode=str, verificationUri=str, expiresIn=int
        )
        self._check_clock(answer)
        url, interval = answer["verificationUri"], answer.get("interval")
        complete_url = answer.get("verificationUriComplete") or url
        with translated(self._sign_in, self._settings):
            for each in (url, complete_url):
                if not (isinstance(each, str) and is_plain(each) and each.startswith(("https://", "http://"))):
                    raise GarbledAnswerError
        self._check(_USER_CODE, answer["userCode"])
        return DeviceAuthorization(
            answer["deviceCode"],
            answer["userCode"],
            url,
            complete_url,
            max(1, min(answer["expiresIn"], _LONGEST_CODE_SECONDS)),
            max(1, min(interval, _MOST_POLL_SECONDS)) if type(interval) is int else _POLL_SECONDS,
        )

    def token_for_device(self, registration: Registration, device_code: str) -> Token:
        """Exchange a device code that the user has confirmed for a token.

        :raises StillPending: the user has not decided yet
        :raises RegistrationRefused: AWS doesn't know the client any more
        :raises TrayError: AWS can't be asked, or refuses
        """
        return self._token(registration, DEVICE_CODE, {"deviceCode": device_code})

    def _token(self, registration: Registration, grant_type: str, given: Mapping[str, str]) -> Token:
        asked = {
            "clientId": registration.client_id,
            "clientSecret": registration.client_secret,
            "grantType": grant_type,
            **given,
        }
        answer = self._call("create_token", asked, accessToken=str, expiresIn=int)
        refresh_token = answer.get("refreshToken") or ""
        self._check(_SENDABLE, answer["accessToken"], *([refresh_token] if refresh_token else []))
        expires = self._time(lambda: datetime.now(UTC) + timedelta(seconds=answer["expiresIn"]))
        return Token(answer["accessToken"], expires, refresh_token)

    def _check(self, form: re.Pattern[str], *values: object) -> None:
        with translated(self._sign_in, self._settings):
            if not all(isinstance(value, str) and form.fullmatch(value) for value in values):
                raise GarbledAnswerError

    def _time(self, made: Callable[[], datetime]) -> datetime:
        with translated(self._sign_in, self._settings):
            try:
                return made()
            except (OverflowError, OSError, ValueError):
                raise GarbledAnswerError from None

    def _call(self, operation: str, asked: Mapping[str, Any], **needed: type[Any]) -> dict[str, Any]:
        with translated(self._sign_in, self._settings):
            answer: dict[str, Any] = getattr(self._client, operation)(**asked)
            if any(type(answer.get(name)) is not kind or not answer[name] for name, kind in needed.items()):
                raise GarbledAnswerError
            return answer

    def _check_clock(self, answer: Mapping[str, Any]) -> None:
        headers: Mapping[str, str] = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        difference = clock_difference_seconds(headers.get("date", ""))
        if difference is not None and abs(difference) > _MOST_SKEW_SECONDS:
            raise clock_is_wrong(self._sign_in, difference)
