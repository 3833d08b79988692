"""Signature Version 4: who signed a request, and did they sign what came.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from tray.demo.clock import utc_now
from tray.demo.protocol import ApiError

if TYPE_CHECKING:
    from tray.demo.web import Request
    from tray.demo.world import Principal, World

_ALGORITHM = "AWS4-HMAC-SHA256"
_CLOCK_SKEW = timedelta(minutes=5)
_DATE_FORMAT = "%Y%m%dT%H%M%SZ"
_INVALID_TOKEN = "The security token included in the request is invalid."


@dataclass(frozen=True, slots=True)
class Signature:
    """What the Authorization header says."""

    access_key_id: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    value: str

    @property
    def scope(self) -> str:
        """The credential scope: date, region and service."""
        return f"{self.date}/{self.region}/{self.service}/aws4_request"


def authenticate(request: Request, world: World, service: str) -> tuple[Principal, Signature]:
    """Return who signed a request to `service`, and the signature, whose region is the request's own.

    :raises ApiError: nobody did, or the key, the token, the time or the signature is not good; the codes
        and words are those with which AWS's JSON services answer
    """
    signature = _parse_authorization(request)
    if signature.service != service:
        raise _invalid(f"Credential should be scoped to correct service: '{service}'.")
    principal = world.principal(signature.access_key_id)
    if principal is None:
        raise ApiError("UnrecognizedClientException", _INVALID_TOKEN)
    # compare_digest takes ASCII text only, and a header can hold more.
    token = request.headers.get("x-amz-security-token", "").encode("latin-1", "replace")
    if not hmac.compare_digest(token, principal.session_token.encode()):
        raise ApiError("UnrecognizedClientException", _INVALID_TOKEN)
    if principal.expires is not None and world.clock() >= principal.expires:
        raise ApiError("ExpiredTokenException", "The security token included in the request is expired")
    # Who signs has the real clock, whatever clock the world was given.
    _check_time(request, signature, utc_now())
    expected = sign(request, signature, principal.secret_access_key)
    if not hmac.compare_digest(expected.encode(), signature.value.encode("latin-1", "replace")):
        raise _invalid(
            "The request signature we calculated does not match the signature you provided. Check your AWS "
            "Secret Access Key and signing method. Consult the service documentation for details."
        )
    return principal, signature


def sign(request: Request, signature: Signature, secret_access_key: str) -> str:
    """Return the signature that a request must carry under a secret access key, in hexadecimal."""
    canonical = "\n".join(
        (
            request.method,
            quote(request.path, safe="/-_.~"),  # a second time, as all services but S3 ask for
            "&".join(sorted(request.query.split("&"))),
            *(f"{name}:{_canonical_value(request, name)}" for name in signature.signed_headers),
            "",
            ";".join(signature.signed_headers),
            hashlib.sha256(request.body).hexdigest(),
        )
    )
    to_sign = "\n".join(
        (_ALGORITHM, request.headers["x-amz-date"], signature.scope, hashlib.sha256(canonical.encode()).hexdigest())
    )
    key = f"AWS4{secret_access_key}".encode()
    for part in signature.scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, to_sign.encode(), "sha256").hex()


def _canonical_value(request: Request, name: str) -> str:
    return " ".join(request.headers.get(name, "").split())


def _parse_authorization(request: Request) -> Signature:
    header = request.headers.get("authorization", "")
    if not header:
        raise ApiError("MissingAuthenticationTokenException", "Missing Authentication Token")
    fields = dict(re.findall(r"(Credential|SignedHeaders|Signature)=([^\s,]+)", header))
    scope = fields.get("Credential", "").split("/")
    if not header.startswith(_ALGORITHM) or len(fields) != 3 or len(scope) != 5 or scope[-1] != "aws4_request":
        raise _incomplete("Authorization header requires 'Credential', 'SignedHeaders' and 'Signature'.")
    if "x-amz-date" not in request.headers:
        raise _incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    signed = tuple(fields["SignedHeaders"].split(";"))
    needed = {"host", *(name for name in request.headers if name.startswith("x-amz-"))}
    if unsigned := sorted(needed.difference(signed)):
        raise _invalid(f"'{unsigned[0]}' must be a 'SignedHeader' in the AWS Authorization.")
    access_key_id, date, region, service, _ = scope
    return Signature(access_key_id, date, region, service, signed, fields["Signature"])


def _check_time(request: Request, signature: Signature, now: datetime) -> None:
    stamp = request.headers["x-amz-date"]
    try:
        signed_at = datetime.strptime(stamp, _DATE_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        raise _incomplete(f"Date must be in ISO-8601 'basic format'. Got '{stamp}'.") from None
    if not stamp.startswith(signature.date):
        raise _invalid("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.")
    if abs(now - signed_at) > _CLOCK_SKEW:
        word = "expired" if signed_at < now else "not yet current"
        raise _invalid(f"Signature {word}: {stamp} is not within 5 minutes of {now:{_DATE_FORMAT}}.")


def _incomplete(message: str) -> ApiError:
    return ApiError("IncompleteSignatureException", message)


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidSignatureException", message)
