"""The AWS JSON 1.1 protocol: how its services answer, and how they refuse.

https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from tray.demo.web import Response

CONTENT_TYPE = "application/x-amz-json-1.1"


class ApiError(Exception):
    """An error as an AWS service answers it: its code, its words and the HTTP status that goes with it."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def validation_error(message: str) -> ApiError:
    """Return the error with which SageMaker refuses nearly everything that it refuses."""
    return ApiError("ValidationException", message)


def answer(output: Mapping[str, Any] | None) -> Response:
    """Return the answer to a successful call; an operation without output has an empty body."""
    body = b"" if output is None else json.dumps(output).encode()
    return Response(200, _headers(), body)


def error_answer(error: ApiError) -> Response:
    """Return the answer to a failed call."""
    body = json.dumps({"__type": error.code, "message": error.message}).encode()
    return Response(error.status, {**_headers(), "x-amzn-ErrorType": error.code}, body)


def parse_body(body: bytes) -> dict[str, Any]:
    """Return the JSON object that a request carries; an empty body is an empty object.

    :raises ApiError: it is no JSON object
    """
    try:
        parsed = json.loads(body or b"{}")
    except ValueError:
        raise ApiError("SerializationException", "Unable to parse the request body as JSON.") from None
    if not isinstance(parsed, dict):
        raise ApiError("SerializationException", "Start of structure or map found where not expected.")
    return parsed


def _headers() -> dict[str, str]:
    return {"Content-Type": CONTENT_TYPE, "x-amzn-RequestId": str(uuid.uuid4())}
