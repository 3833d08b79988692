"""OAuth as IAM Identity Center does it: clients, what they ask a user for, and the tokens that they get.

RFC 6749 (codes, refreshing), RFC 7636 (PKCE), RFC 8628 (device codes); the errors are those of the `sso-oidc` API.
The time is the world's, and nothing runs in the background.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tray.demo.oidc_protocol import oidc_error

if TYPE_CHECKING:
    from tray.demo.clock import Clock
    from tray.demo.identity_center import IdentityCenter, IdentityCenters

AUTHORIZATION_CODE = "authorization_code"
REFRESH_TOKEN = "refresh_token"  # noqa: S105 # nosec B105 # the name of a grant
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"

# No vowels, so that codes form no words, and no letters that look alike (RFC 8628, 6.1).
_USER_CODE_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
# A client that sleeps for the interval can wake a tick too early.
_POLL_SLACK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Client:
    """A registered client; `start_url` is empty if the client named no instance."""

    client_id: str
    secret: str = field(repr=False)
    name: str
    scopes: tuple[str, ...]
    redirect_uris: tuple[str, ...]
    grant_types: tuple[str, ...]
    start_url: str
    issued: datetime
    expires: datetime

    def may_return_to(self, uri: str) -> bool:
        """Return whether a redirect URI is registered; a URI registered without a port allows any port (RFC 8252)."""
        try:
            asked = urlsplit(uri)
            portless = asked._replace(netloc=asked.hostname or "").geturl() if asked.port else uri
        except ValueError:
            return False
        return bool(asked.netloc) and not asked.fragment and ({uri, portless} & set(self.redirect_uris)) != set()


@dataclass(frozen=True, slots=True)
class Consent:
    """What a client asks a user for at /authorize; the code that the client then gets stands for it."""

    client: Client
    redirect_uri: str
    state: str = field(repr=False)
    challenge: str = field(repr=False)
    expires: datetime


@dataclass(frozen=True, slots=True)
class Device:
    """What a client without a browser asks a user for. `allowed` is None until the user has decided."""

    device_code: str = field(repr=False)
    user_code: str
    client: Client
    start_url: str
    expires: datetime
    poll_seconds: float
    polled: datetime | None = None
    allowed: bool | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A user's sign-in, which refresh tokens prolong until it ends."""

    start_url: str
    client_id: str
    refreshable: bool
    ends: datetime


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a client gets; `refresh_token` is empty where there is none."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in_seconds: int


class Grants:
    """All clients, consents and tokens, safe to use from many threads. Refusals are `ApiError`s of sso-oidc."""

    def __init__(self, clock: Clock, centers: IdentityCenters) -> None:
        self._clock = clock
        self._centers = centers
        self._lock = threading.Lock()
        self._clients: dict[str, Client] = {}
        self._consents: dict[str, Consent] = {}
        self._codes: dict[str, Consent] = {}
        self._devices: dict[str, Device] = {}
        self._access: dict[str, tuple[Session, datetime]] = {}
        self._refresh: dict[str, Session] = {}

    def register(
        self, name: str, scopes: Sequence[str], redirect_uris: Sequence[str], grant_types: Sequence[str], start_url: str
    ) -> Client:
        """Register a client; `start_url` may be empty.

        :raises ApiError: there is no such instance
        """
        now = self._clock()
        seconds = self._center(start_url).lifetimes.registration_seconds if start_url else None
        lasting = timedelta(seconds=self._centers.registration_seconds() if seconds is None else seconds)
        client = Client(
            client_id=secrets.token_urlsafe(16),
            secret=secrets.token_urlsafe(32),
            name=name,
            scopes=tuple(scopes),
            redirect_uris=tuple(redirect_uris),
            grant_types=tuple(grant_types),
            start_url=start_url,
            issued=now,
            expires=now + lasting,
        )
        with self._lock:
            self._clients[client.client_id] = client
        return client

    def client(self, client_id: str, secret: str | None = None) -> Client:
        """Return a client that is still registered; if a `secret` is given, it must be the client's.

        :raises ApiError: the client is unknown or no longer registered, or the secret is wrong
        """
        with self._lock:
            client = self._clients.get(client_id)
        if client is None or (secret is not None and not hmac.compare_digest(client.secret.encode(), secret.encode())):
            raise oidc_error("InvalidClientException", "Invalid client provided")
        if self._clock() >= client.expires:
            raise oidc_error("InvalidClientException", "Client registration has expired")
        return client

    def ask(self, client: Client, redirect_uri: str, state: str, challenge: str) -> str:
        """Return the ticket that must come with the user's decision.

        :raises ApiError: the client may not ask for a code, or the redirect URI or the challenge is not good
        """
        if AUTHORIZATION_CODE not in client.grant_types:
            raise oidc_error("UnauthorizedClientException", "The client isn't registered for authorization_code")
        if not client.may_return_to(redirect_uri):
            raise oidc_error("InvalidRedirectUriException", "The redirect URI isn't one that the client registered")
        if not _CHALLENGE.fullmatch(challenge):
            raise oidc_error("InvalidRequestException", "The code challenge isn't one of S256")
        ticket = secrets.token_urlsafe(24)
        ends = self._clock() + timedelta(seconds=600)
        with self._lock:
            now = self._clock()
            self._consents = {known: consent for known, consent in self._consents.items() if now < consent.expires}
            self._codes = {known: consent for known, consent in self._codes.items() if now < consent.expires}
            self._consents[ticket] = Consent(client, redirect_uri, state, challenge, ends)
        return ticket

    def decide(self, ticket: str, *, allow: bool) -> tuple[Consent, str]:
        """Take a user's decision; return what was asked for and the code, which is empty if the user refused.

        :raises ApiError: nothing is asked for with this ticket, or the user has decided already
        """
        now = self._clock()
        with self._lock:
            consent = self._consents.pop(ticket, None)
            if consent is None or now >= consent.expires:
                raise oidc_error("InvalidRequestException", "This request is decided already, or too old")
            if not allow:
                return consent, ""
            code = secrets.token_urlsafe(32)
            seconds = self._center(consent.client.start_url).lifetimes.code_seconds
            self._codes[code] = replace(consent, expires=now + timedelta(seconds=seconds))
            return consent, code

    def redeem(self, client: Client, code: str, redirect_uri: str, verifier: str) -> Tokens:
        """Exchange a code for tokens. The code is used up even if the exchange fails.

        :raises ApiError: the code, the redirect URI or the verifier is not good
        """
        now = self._clock()
        with self._lock:
            consent = self._codes.pop(code, None)
            if consent is None or consent.client.client_id != client.client_id or now >= consent.expires:
                raise oidc_error("InvalidGrantException", "Invalid authorization code provided")
            if redirect_uri != consent.redirect_uri:
                raise oidc_error("InvalidGrantException", "The redirect URI isn't the one that the code was asked for")
            if not _VERIFIER.fullmatch(verifier) or not hmac.compare_digest(_challenge(verifier), consent.challenge):
                raise oidc_error("InvalidGrantException", "The code verifier doesn't fit the code challenge")
            return self._begin(client, client.start_url)

    def ask_for_device(self, client: Client, start_url: str) -> Device:
        """Return a new device code, and the code that the user confirms.

        :raises ApiError: the client may not have one, or there is no such instance
        """
        if DEVICE_CODE not in client.grant_types:
            raise oidc_error("UnauthorizedClientException", "The client isn't registered for device codes")
        lifetimes = self._center(start_url).lifetimes
        letters = [secrets.choice(_USER_CODE_ALPHABET) for _ in range(8)]
        device = Device(
            device_code=secrets.token_urlsafe(32),
            user_code=f"{''.join(letters[:4])}-{''.join(letters[4:])}",
            client=client,
            start_url=start_url,
            expires=self._clock() + timedelta(seconds=lifetimes.device_code_seconds),
            poll_seconds=lifetimes.poll_seconds,
        )
        # Expired device codes stay for a while, so that their clients can be told.
        forgotten = self._clock() - timedelta(days=1)
        with self._lock:
            self._devices = {code: known for code, known in self._devices.items() if known.expires > forgotten}
            self._devices[device.device_code] = device
        return device

    def device(self, user_code: str) -> Device | None:
        """Return what waits for a user's decision under a code, as users type it; None if nothing does."""
        plain = re.sub(r"[^A-Z]", "", user_code.upper())
        with self._lock:
            for device in self._devices.values():
                if device.user_code.replace("-", "") == plain:
                    return device if device.allowed is None and self._clock() < device.expires else None
        return None

    def decide_device(self, user_code: str, *, allow: bool) -> None:
        """Take a user's decision.

        :raises ApiError: nothing waits under this code
        """
        device = self.device(user_code)
        if device is None:
            raise oidc_error("InvalidRequestException", "Nothing waits under this code: it is decided, or too old")
        with self._lock:
            self._devices[device.device_code] = replace(self._devices[device.device_code], allowed=allow)

    def poll(self, client: Client, device_code: str) -> Tokens:
        """Exchange a device code for tokens, once the user has allowed it.

        :raises ApiError: the user has not decided yet or has refused, the client polls too often, the code has expired,
            or there is no such code
        """
        now = self._clock()
        with self._lock:
            device = self._devices.get(device_code)
            if device is None or device.client.client_id != client.client_id:
                raise oidc_error("InvalidGrantException", "Invalid device code provided")
            if now >= device.expires:
                raise oidc_error("ExpiredTokenException", "Device code has expired")
            if device.allowed is None:
                early = device.polled is not None and (now - device.polled).total_seconds() < (
                    device.poll_seconds - _POLL_SLACK_SECONDS
                )
                slower = device.poll_seconds + 5 if early else device.poll_seconds
                self._devices[device_code] = replace(device, polled=now, poll_seconds=slower)
                if early:
                    raise oidc_error("SlowDownException", "Polling too often")
                raise oidc_error("AuthorizationPendingException", "The user has not decided yet")
            if not device.allowed:
                raise oidc_error("AccessDeniedException", "The user refused")
            del self._devices[device_code]
            return self._begin(client, device.start_url)

    def refresh(self, client: Client, refresh_token: str) -> Tokens:
        """Exchange a refresh token for new tokens; it is used up, as the answer has a new one.

        :raises ApiError: the token is unknown or another client's, or the session has ended
        """
        with self._lock:
            session = self._refresh.get(refresh_token)
            if session is None or session.client_id != client.client_id or self._clock() >= session.ends:
                raise oidc_error("InvalidGrantException", "Invalid refresh token provided")
            del self._refresh[refresh_token]
            return self._issue(session)

    def signed_in(self, access_token: str) -> IdentityCenter | None:
        """Return the instance for which an access token is valid now; None if there is none."""
        with self._lock:
            found = self._access.get(access_token)
        if found is None or self._clock() >= found[1]:
            return None
        return self._centers.at(found[0].start_url)

    def sign_out(self, access_token: str) -> None:
        """End the session to which an access token belongs."""
        with self._lock:
            found = self._access.get(access_token)
            if found is not None:
                self._end(lambda session: session is found[0])

    def end_sessions(self, start_url: str) -> None:
        """End all sessions of an instance, as its administrator can."""
        with self._lock:
            self._end(lambda session: self._centers.at(session.start_url) is self._centers.at(start_url))

    def _end(self, meant: Callable[[Session], bool]) -> None:
        self._access = {token: found for token, found in self._access.items() if not meant(found[0])}
        self._refresh = {token: session for token, session in self._refresh.items() if not meant(session)}

    def _begin(self, client: Client, start_url: str) -> Tokens:
        center = self._center(start_url)
        refreshable = center.refresh_tokens and REFRESH_TOKEN in client.grant_types and bool(client.scopes)
        ends = self._clock() + timedelta(seconds=center.lifetimes.session_seconds)
        return self._issue(Session(start_url, client.client_id, refreshable, ends))

    def _issue(self, session: Session) -> Tokens:
        now = self._clock()
        left = (session.ends - now).total_seconds()
        seconds = min(self._center(session.start_url).lifetimes.token_seconds, left)
        tokens = Tokens(
            access_token=secrets.token_urlsafe(48),
            refresh_token=secrets.token_urlsafe(48) if session.refreshable else "",
            expires_in_seconds=int(seconds),
        )
        self._access = {token: known for token, known in self._access.items() if now < known[1]}
        self._access[tokens.access_token] = (session, now + timedelta(seconds=seconds))
        if tokens.refresh_token:
            self._refresh[tokens.refresh_token] = session
        return tokens

    def _center(self, start_url: str) -> IdentityCenter:
        center = self._centers.at(start_url)
        if center is None:
            raise oidc_error("InvalidRequestException", "There is no IAM Identity Center at this start URL")
        return center


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
