"""The AWS query protocol: forms in, XML out. STS speaks it.

https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from tray.demo.protocol import ApiError
from tray.demo.web import Request, Response

Output = Mapping[str, "str | int | datetime | Output"]

_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"


def parse_form(request: Request) -> dict[str, str]:
    """Return the parameters of a call.

    :raises ApiError: it is no form
    """
    try:
        return dict(parse_qsl(request.body.decode("utf-8"), keep_blank_values=True, strict_parsing=True))
    except ValueError:
        raise ApiError("MalformedInput", "The body is no form") from None


def query_answer(operation: str, output: Output) -> Response:
    """Return the answer to a call that went well."""
    result = f"<{operation}Result>{_elements(output)}</{operation}Result>"
    request_id = str(uuid.uuid4())
    return _xml(
        200,
        request_id,
        f'<{operation}Response xmlns="{_NAMESPACE}">{result}'
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{operation}Response>",
    )


def query_refusal(error: ApiError) -> Response:
    """Return the answer to a call that did not go well."""
    request_id = str(uuid.uuid4())
    blame = "Sender" if error.status < 500 else "Receiver"
    words = _elements({"Type": blame, "Code": error.code, "Message": error.message})
    return _xml(
        error.status,
        request_id,
        f'<ErrorResponse xmlns="{_NAMESPACE}"><Error>{words}</Error>'
        f"<RequestId>{request_id}</RequestId></ErrorResponse>",
    )


def _elements(output: Output) -> str:
    return "".join(f"<{name}>{_content(value)}</{name}>" for name, value in output.items())


def _content(value: str | int | datetime | Output) -> str:
    if isinstance(value, Mapping):
        return _elements(value)
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return escape(str(value))


def _xml(status: int, request_id: str, body: str) -> Response:
    headers = {"Content-Type": "text/xml", "Cache-Control": "no-store", "x-amzn-RequestId": request_id}
    return Response(status, headers, body.encode())
