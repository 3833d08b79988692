"""One GET after another to one host, over one connection, within limits of time and bytes that nothing stretches.

http.client, over a socket of ours, and not urllib3: urllib3's timeouts hold for a single read, its pools log each
address with its query, and its exceptions carry the address. Here each read gets only the time that is left.
"""

from __future__ import annotations

import base64
import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from typing import TYPE_CHECKING, Any

from tray.jupyter.errors import CannotAskError, NotYetError
from tray.model.activity import Reason
from tray.runtime.bounded_wire import BoundedWire, TooLongError, seconds_until

if TYPE_CHECKING:
    from tray.jupyter.network import HttpProxy, Network

# From the request to the last byte of its answer, the connection and its handshake included; DNS comes on top.
REQUEST_SECONDS = 10.0
# An answer with its head. That of a server with 500 kernels has 120 KB.
MOST_BYTES = 256 * 1024

_PART_BYTES = 64 * 1024
_MOST_ADDRESSES = 4
# Errors of the first kind: the name doesn't exist. Others (EAI_AGAIN) come and go with the network.
_NO_SUCH_NAME = {getattr(socket, name, None) for name in ("EAI_NONAME", "EAI_NODATA")}


@dataclass(frozen=True, slots=True)
class Origin:
    """Whom a connection leads to."""

    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """The origin as the `Host` header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"https": 443, "http": 80}[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a GET; `body` is empty where it was not asked for."""

    status: int
    headers: Message = field(repr=False)
    body: bytes = field(repr=False)


class Connection:
    """A connection to an origin, opened with the first request and again after it was closed. For one thread."""

    def __init__(self, origin: Origin, network: Network) -> None:
        self._origin = origin
        self._network = network
        self._socket: socket.socket | None = None

    def get(self, target: str, headers: Mapping[str, str], *, whole: bool = True) -> Answer:
        """Return the answer to a GET. Without `whole`, a body that is not soon read is left, and is not returned.

        :raises CannotAskError: this host can't be asked from here
        :raises NotYetError: no answer, or none within the limits
        """
        # Raised outside of the handlers: an exception that is being handled knows the address, and would stay attached.
        failure: CannotAskError | NotYetError
        try:
            return self._get(target, headers, whole)
        except (CannotAskError, NotYetError) as error:
            failure = type(error)(error.reason)
        except TooLongError:
            failure = NotYetError(Reason.TOO_LONG)
        except TimeoutError:
            # A host that doesn't even take the connection: a rule drops what this computer sends.
            failure = NotYetError(Reason.SLOW) if self._socket else CannotAskError(Reason.UNREACHABLE)
        except ssl.SSLCertVerificationError:
            failure = CannotAskError(Reason.CERTIFICATE)
        except socket.gaierror as error:
            failure = (CannotAskError if error.errno in _NO_SUCH_NAME else NotYetError)(Reason.UNREACHABLE)
        except OSError:
            failure = NotYetError(Reason.UNREACHABLE)
        except (http.client.HTTPException, ValueError):
            failure = NotYetError(Reason.NOT_JUPYTER)
        self.close()
        raise failure

    def close(self) -> None:
        """Close the connection. The next request opens another."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.close()
            self._socket = None

    def _get(self, target: str, headers: Mapping[str, str], whole: bool) -> Answer:
        deadline = time.monotonic() + REQUEST_SECONDS
        if self._socket is None:
            self._socket = self._opened(deadline)
        wire = BoundedWire(self._socket, deadline, MOST_BYTES, kept=True)
        http_connection = http.client.HTTPConnection(self._origin.host, self._origin.port)
        http_connection.sock = wire
        http_connection.putrequest("GET", target, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": self._origin.authority, "Accept-Encoding": "identity", **headers}.items():
            http_connection.putheader(name, value)
        http_connection.endheaders()
        with http_connection.getresponse() as response:
            # getresponse has let go of the connection where no other answer may follow.
            last = http_connection.sock is None
            length = response.length
            short = length is not None and length <= MOST_BYTES
            # In parts: http.client makes room for the whole of a length or chunk before the first byte of it is there.
            body = b"".join(iter(lambda: response.read(_PART_BYTES), b"")) if whole or (short and not last) else b""
            if whole and length is not None and len(body) != length:
                raise http.client.IncompleteRead(b"")
            if last or not (whole or short):
                self.close()
            return Answer(response.status, response.headers, body if whole else b"")

    def _opened(self, deadline: float) -> socket.socket:
        origin = self._origin
        if origin.scheme == "http":  # loopback, to which no proxy leads
            return _connected(origin.host, origin.port, deadline)
        proxy = self._network.proxy()
        context = self._network.context()
        raw = _through(proxy, origin, deadline) if proxy else _connected(origin.host, origin.port, deadline)
        try:
            raw.settimeout(seconds_until(deadline))  # of the handshake as a whole
            return context.wrap_socket(raw, server_hostname=origin.host)
        except BaseException:
            raw.close()
            raise


def _connected(host: str, port: int, deadline: float) -> socket.socket:
    """Return a connection to one of the host's addresses, all of them tried within the time.

    :raises OSError: there is none
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[:_MOST_ADDRESSES]
    for at, (family, kind, protocol, _, address) in enumerate(found, 1):
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(seconds_until(deadline) / (len(found) - at + 1))
            connection.connect(address)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            connection.close()
            if at == len(found):
                raise
        else:
            return connection
    raise OSError("a name without an address")


def _through(proxy: HttpProxy, origin: Origin, deadline: float) -> socket.socket:
    """Return a connection to `origin` that the proxy makes.

    :raises CannotAskError: the proxy refuses
    :raises NotYetError: there is no way to the proxy, or from it to the host
    """
    refused = False
    connection: socket.socket | None = None
    try:
        connection = _connected(proxy.host, proxy.port, deadline)
        target = f"{'[' + origin.host + ']' if ':' in origin.host else origin.host}:{origin.port}"
        lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
        if proxy.user:
            lines.append(f"Proxy-Authorization: Basic {base64.b64encode(proxy.user.encode()).decode()}")
        wire: Any = BoundedWire(connection, deadline, MOST_BYTES, kept=True)
        wire.sendall("\r\n".join([*lines, "", ""]).encode())
        response = http.client.HTTPResponse(wire, method="CONNECT")
        response.begin()
        if response.status == 200:
            return connection
        # What the proxy says of the host, 502 or 504, may be over; what it says of who asks is not.
        refused = response.status < 500
    except (OSError, http.client.HTTPException, ValueError, TooLongError):
        pass
    if connection is not None:
        connection.close()
    raise CannotAskError(Reason.PROXY) if refused else NotYetError(Reason.PROXY)
