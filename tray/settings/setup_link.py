"""Fetches an administrator's file from a link: over https alone, within bounds, and sends nothing of the user's."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from tray.model.problems import ExitStatus, Kind, TrayError
from tray.runtime.bounded_wire import BoundedWire, TooLongError, seconds_until
from tray.settings.setup_file import MOST_BYTES

# For the whole answer. Looking up the host's name has no limit of ours: whoever waits has one.
FETCH_SECONDS = 20.0
_CALL_SECONDS = 10.0
_MOST_REDIRECTS = 3
_LONGEST_LINK = 2048
_AT_ONCE = 16 * 1024
# Of one answer, its lines that come before the file, and the framing of pieces.
_MOST_OF_HEADS = 128 * 1024


def is_link(text: str) -> bool:
    """Whether a text is meant as a link, and not as a file's name."""
    return text.strip().lower().startswith(("https://", "http://"))


def fetch(link: str, *, trusted: ssl.SSLContext | None = None, most_bytes: int = MOST_BYTES) -> bytes:
    """Return what a link leads to. Blocks, for 20 s once the host's name is known.

    The system's proxies are used. A link may be a secret: no error holds more of it than its host.

    :param trusted: what to trust in place of the system's store
    :raises TrayError: it is no https link, leads to none, can't be fetched, or is longer than `most_bytes`
    """
    host = _host_of(link.strip())
    until = time.monotonic() + FETCH_SECONDS
    try:
        # What leads elsewhere is followed by `_Redirects`; no cookies, no files, no ftp.
        opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            _Https(trusted or _system_store(), until, most_bytes + _MOST_OF_HEADS),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
            _Redirects(),
        ):
            opener.add_handler(handler)
        # `_host_of` has refused all schemes but https.
        request = urllib.request.Request(link.strip(), headers={"User-Agent": "notebook-tray"})  # noqa: S310 - https
        with opener.open(request, timeout=_CALL_SECONDS) as answer:
            return _read(answer, most_bytes)
    except urllib.error.HTTPError as error:
        error.close()
        raise _failed(host, "status", status=error.code) from None
    except urllib.error.URLError as error:
        raise _failed(host, _why(error.reason)) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _failed(host, _why(error)) from None
    except TooLongError:
        raise _too_long(most_bytes) from None


class _Https(urllib.request.HTTPSHandler):
    """Reads within what is left of the time and of the bytes, whatever is read.

    urllib's timeout begins anew with each byte, and urllib reads the whole body of an answer that leads elsewhere.
    """

    def __init__(self, trusted: ssl.SSLContext, until: float, most_bytes: int) -> None:
        super().__init__(context=trusted)
        self._most_bytes = most_bytes
        self._trusted = trusted
        self._until = until

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Open a connection of its own for each request."""

        def opened(host: str, **given: Any) -> _Connection:
            return _Connection(host, self._until, self._most_bytes, context=self._trusted, timeout=given["timeout"])

        return self.do_open(opened, req)


class _Connection(http.client.HTTPSConnection):
    def __init__(self, host: str, until: float, most_bytes: int, *, context: ssl.SSLContext, timeout: float) -> None:
        super().__init__(host, context=context, timeout=timeout)
        self._create_connection = self._connected  # http.client's own name for it
        self._most_bytes = most_bytes
        self._until = until

    def connect(self) -> None:
        super().connect()
        self.sock = self._bounded(kept=False)

    def _connected(self, address: tuple[str, int], timeout: float, _source: object) -> socket.socket:
        """Return a connection to one of the host's addresses, all of them tried within the time.

        :raises OSError: there is none
        """
        failure = OSError("a name without an address")
        for family, kind, protocol, _, found in socket.getaddrinfo(*address, type=socket.SOCK_STREAM):
            direct = socket.socket(family, kind, protocol)
            try:
                direct.settimeout(min(timeout, seconds_until(self._until)))
                direct.connect(found)
                direct.settimeout(min(timeout, seconds_until(self._until)))  # of the handshake as a whole
            except OSError as error:
                direct.close()
                failure = error
            else:
                return direct
        raise failure

    def _tunnel(self) -> None:
        """Ask a proxy for the way: http.client reads the answer line by line, and each may trickle or have no end."""
        direct = self.sock
        self.sock = self._bounded(kept=True)
        try:
            super()._tunnel()  # type: ignore[misc] # not in the stubs
        except TooLongError:
            raise OSError("a proxy's answer without an end") from None
        finally:
            self.sock = direct

    def _bounded(self, *, kept: bool) -> Any:
        return BoundedWire(self.sock, self._until, self._most_bytes, kept=kept, wait_seconds=_CALL_SECONDS)


class _Redirects(urllib.request.HTTPRedirectHandler):
    max_redirections = _MOST_REDIRECTS

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        _host_of(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _host_of(link: str) -> str:
    try:
        parts = urlsplit(link)
        host, _ = parts.hostname or "", parts.port  # a port that is none raises ValueError
        fits = parts.scheme == "https" and bool(host) and "@" not in parts.netloc and len(link) <= _LONGEST_LINK
        fits = fits and link.isascii() and link.isprintable() and " " not in link
    except ValueError:
        fits, host = False, ""
    if not fits:
        raise TrayError("setup-link-refused", kind=Kind.CONFIGURATION, status=ExitStatus.USAGE)
    return host


def _read(answer: Any, most_bytes: int) -> bytes:
    found = b""
    while len(found) <= most_bytes:
        piece = answer.read1(_AT_ONCE)
        if not piece:
            if answer.length:  # less came than was announced: read1 doesn't say so, as read does
                raise http.client.IncompleteRead(found, answer.length)
            return found
        found += piece
    raise _too_long(most_bytes)


def _system_store() -> ssl.SSLContext:
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _why(error: object) -> str:
    if isinstance(error, TimeoutError):
        return "slow"
    return "certificate" if isinstance(error, ssl.SSLCertVerificationError) else "unreachable"


def _too_long(most_bytes: int) -> TrayError:
    return TrayError("setup-file-too-long", kind=Kind.CONFIGURATION, status=ExitStatus.USAGE, most=most_bytes // 1024)


def _failed(host: str, why: str, **places: Any) -> TrayError:
    return TrayError(
        "setup-link-failed", kind=Kind.UNREACHABLE, host=host, why=why, status_code=places.get("status", 0)
    )
