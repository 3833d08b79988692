"""A shorter way for the calls that a refresh is made of, over connections that botocore has opened.

Most of what an idle tray costs lies between a request that botocore has made and the answer that it reads: urllib3,
http.client, and the mail parser with which this reads headers. Here botocore makes the request and signs it, opens all
connections with its proxies, certificates and timeouts, and reads the answer. What is not a plain success it is given
as the answer to its own first attempt: errors, retries and their waits stay its own. Only where an answer has no plain
form is it asked for again, and all that follow go the long way.
"""

from __future__ import annotations

import io
import logging
import queue
import uuid
import weakref
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSRequest, AWSResponse, create_request_object
from botocore.exceptions import ConnectionClosedError, HTTPClientError, ReadTimeoutError
from urllib3 import HTTPConnectionPool, PoolManager
from urllib3.util.connection import is_connection_dropped

from tray.aws.exchange import Answer, NotPlainError, exchange, request_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.awsrequest import AWSPreparedRequest
    from botocore.model import OperationModel
    from botocore.parsers import ResponseParserFactory
    from types_boto3_sagemaker import SageMakerClient

log = logging.getLogger(__name__)

_OPERATION = "ListNotebookInstances"  # changes nothing: it may be asked again
_INVOCATION = "amz-sdk-invocation-id"
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What the first attempt at a call has come to; `invocation` is the number that AWS knows the call by."""

    invocation: str
    outcome: AWSResponse | HTTPClientError


# For the thread that makes the call, until botocore takes it for its own.
_attempt: ContextVar[_Attempt | None] = ContextVar("attempt", default=None)


class ShortWay:
    """Answers the list calls of a client wherever botocore keeps an open connection for them.

    botocore's events let one do so, as its Stubber and moto do: `before-call` for a call as a whole, `before-send` for
    an attempt at it. Of its connections it tells nobody: if they are not where they were, all calls go the long way. So
    do those through a proxy, whose connections are kept elsewhere, and those in `adaptive` retry mode, in which it
    paces what it sends.
    """

    def __init__(self, client: SageMakerClient, parsers: ResponseParserFactory) -> None:
        self._events = client.meta.events
        config: Any = client.meta.config  # of whose options the stubs know few
        self._read_timeout_seconds: float = config.read_timeout
        self._parser = parsers.create_parser(client.meta.service_model.resolved_protocol)
        self._pools = _pools_of(client) if config.retries.get("mode") != "adaptive" else None
        # urllib3 closes a pool when the last reference to it has gone: no other may be here.
        self._pool: weakref.ref[HTTPConnectionPool] | None = None

    def take(self) -> None:
        """Answer from now on."""
        # The stubs know of no handler that answers.
        before_call: Callable[..., Any] = self._before_call
        before_send: Callable[..., Any] = self._before_send
        # Last, as other handlers still add to the request.
        self._events.register_last(f"before-call.sagemaker.{_OPERATION}", before_call)
        self._events.register_first(f"before-send.sagemaker.{_OPERATION}", before_send)

    def _before_call(
        self, model: OperationModel, params: dict[str, Any], context: dict[str, Any], **_: Any
    ) -> tuple[AWSResponse, Any] | None:
        """Handle `before-call`: return the answer and what botocore's parser reads in it; None for the long way."""
        # One that was left behind is another call's.
        _attempt.set(None)
        answer = self._ask(params, context)
        if isinstance(answer, Answer) and answer.status == 200 and model.output_shape is not None:
            whole = {"status_code": answer.status, "headers": answer.headers, "body": answer.body}
            return _response(params["url"], answer), self._parser.parse(whole, model.output_shape)
        if answer is not None:
            outcome = _response(params["url"], answer) if isinstance(answer, Answer) else answer
            _attempt.set(_Attempt(context["retries"]["invocation-id"], outcome))
        return None

    def _before_send(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
        """Handle `before-send`: return or raise what the first attempt has come to, if there was one."""
        attempt = _attempt.get()
        _attempt.set(None)
        if attempt is None or _text(request.headers.get(_INVOCATION, "")) != attempt.invocation:
            return None
        if isinstance(attempt.outcome, HTTPClientError):
            raise attempt.outcome
        return attempt.outcome

    def _ask(self, params: dict[str, Any], context: dict[str, Any]) -> Answer | HTTPClientError | None:
        """Ask over a connection that is open; None if there is none, or what was asked or answered is not plain."""
        pool = self._open_pool(params["url"])
        if pool is None or pool.pool is None:
            return None
        try:
            connection = pool.pool.get_nowait()
        except queue.Empty:
            return None
        # pool._get_conn would make one, before botocore has told the pool whose certificates to trust.
        try:
            if connection is None or connection.sock is None or is_connection_dropped(connection):
                return None
            # As botocore's Endpoint has it, which goes on from there.
            context["retries"] = {"attempt": 1, "invocation-id": str(uuid.uuid4())}
            request = create_request_object(params)
            # More headers, and the signature.
            self._events.emit(f"request-created.sagemaker.{_OPERATION}", request=request, operation_name=_OPERATION)
            return self._exchanged(params["url"], request, connection)
        finally:
            pool._put_conn(connection)  # one that was closed is opened anew at its next use

    def _exchanged(self, url: str, request: AWSRequest, connection: Any) -> Answer | HTTPClientError | None:
        keeps_open = False
        try:
            connection.sock.settimeout(self._read_timeout_seconds)
            answer = exchange(connection.sock, _bytes(url, request))
            keeps_open = answer.keeps_open
        except TimeoutError as error:
            return ReadTimeoutError(endpoint_url=url, error=error)
        except NotPlainError as error:
            log.info("%s: all calls go the long way: %s", urlsplit(url).hostname, error)
            self._pools = None  # so would be the next
            return None
        except OSError as error:
            return ConnectionClosedError(endpoint_url=url, error=error)
        except ValueError:
            return None  # for botocore to say
        finally:
            if not keeps_open:
                connection.close()
        return answer

    def _open_pool(self, url: str) -> HTTPConnectionPool | None:
        if self._pools is None:
            return None
        pool = self._pool() if self._pool is not None else None
        if pool is None:
            pool = self._pools.connection_from_url(url)
            self._pool = weakref.ref(pool)
        return pool


def _pools_of(client: SageMakerClient) -> PoolManager | None:
    """Return the pools of the connections that a client opens directly; None if they are not where they were.

    That was so in botocore 1.44.
    """
    pools = getattr(getattr(getattr(client, "_endpoint", None), "http_session", None), "_manager", None)
    if isinstance(pools, PoolManager):
        return pools
    log.warning("botocore keeps its connections elsewhere now: refreshes take the long way")
    return None


def _bytes(url: str, request: AWSRequest) -> bytes:
    """Return a request as urllib3 would send it.

    :raises ValueError: it has something about it that list calls don't
    """
    parts = urlsplit(url)
    plain = request.method == "POST" and request.url == url and not request.params and not parts.query
    if not plain or parts.hostname is None or not isinstance(request.data, bytes):
        raise ValueError("not a list call")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if parts.port not in (None, _DEFAULT_PORTS.get(parts.scheme)):
        host = f"{host}:{parts.port}"
    headers = [(name, _text(value)) for name, value in request.headers.items()]
    there = {name.lower() for name, _ in headers}  # AWS's Common Runtime, where it signs, puts Host there
    headers += (each for each in (("Host", host), ("Accept-Encoding", "identity")) if each[0].lower() not in there)
    return request_bytes("POST", parts.path or "/", headers, request.data)


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode()


def _response(url: str, answer: Answer) -> AWSResponse:
    return AWSResponse(url, answer.status, answer.headers, _Body(answer.body))  # type: ignore[arg-type] # takes any


class _Body(io.BytesIO):
    """What botocore reads of a response of urllib3's."""

    def stream(self) -> Iterator[bytes]:
        """Yield all of it."""
        yield self.read()
