"""How `sso-oidc` answers and refuses: REST with JSON, and OAuth's error names beside AWS' own.

The errors and their statuses are those of botocore's service model (sso-oidc/2019-06-10).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from tray.demo.protocol import ApiError
from tray.demo.web import Response

# For each AWS error name: OAuth's name of the error, and the HTTP status.
_ERRORS: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "AccessDeniedException": ("access_denied", 400),
        "AuthorizationPendingException": ("authorization_pending", 400),
        "ExpiredTokenException": ("expired_token", 400),
        "InternalServerException": ("server_error", 500),
        "InvalidClientException": ("invalid_client", 401),
        "InvalidClientMetadataException": ("invalid_client_metadata", 400),
        "InvalidGrantException": ("invalid_grant", 400),
        "InvalidRedirectUriException": ("invalid_redirect_uri", 400),
        "InvalidRequestException": ("invalid_request", 400),
        "InvalidScopeException": ("invalid_scope", 400),
        "SlowDownException": ("slow_down", 400),
        "UnauthorizedClientException": ("unauthorized_client", 400),
        "UnsupportedGrantTypeException": ("unsupported_grant_type", 400),
    }
)


def oidc_error(code: str, words: str) -> ApiError:
    """Return an error with the status that the service model gives it."""
    return ApiError(code, words, _ERRORS[code][1])


def oidc_answer(output: Mapping[str, Any]) -> Response:
    """Return the answer to a successful call. It holds secrets, so no cache may keep it."""
    return Response(200, _headers(), json.dumps(output).encode())


def oidc_refusal(error: ApiError) -> Response:
    """Return the answer to a failed call, with the status of the model unless the error has another."""
    name, status = _ERRORS.get(error.code, ("server_error", error.status))
    body = json.dumps({"error": name, "error_description": error.message}).encode()
    return Response(status, {**_headers(), "x-amzn-ErrorType": error.code}, body)


def _headers() -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
        "x-amzn-RequestId": str(uuid.uuid4()),
    }
