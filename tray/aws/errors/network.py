"""What lies between this computer and AWS: the proxy, whose certificate answers, and how far apart the clocks are."""

from __future__ import annotations

import base64
import re
import socket
import ssl
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, getproxies_environment

from tray.aws.errors.certificates import issuer_of
from tray.texts.problems.connection import no_url

# The whole of a second connection that does nothing but read who issued a certificate.
_ISSUER_SECONDS = 5.0
_HEAD_BYTES = 16384


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy on the way to an address. `address` has no user name and no password in it; `url` may, and is secret.

    `source` says where it is set: a variable of the environment, or the system's settings.
    """

    address: str
    source: str  # the variable that names it, empty where the system's settings do
    url: str = field(repr=False)

    @property
    def has_password(self) -> bool:
        """Whether a user name and a password are given for it."""
        parts = urlsplit(self.url)
        return bool(parts.username and parts.password)

    @property
    def fault(self) -> str:
        """Why botocore can't use it whatever answers: `socks`, `scheme` or `address`; empty if it can.

        botocore takes any address without http: or https: for a host of that name, so `socks4://…` for the host
        “socks4”. urllib makes such an address of `socks=` in Windows' settings.
        """
        scheme = self.url.partition("://")[0].lower()
        if scheme not in ("http", "https"):
            return "socks" if scheme.startswith("socks") else "scheme"
        try:
            parts = urlsplit(self.url)
            usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
        except ValueError:
            usable = False
        return "" if usable and not re.search(r"\s", self.url) else "address"


def proxy_for(url: str) -> Proxy | None:
    """Return the proxy through which botocore asks `url`; None if it asks directly.

    botocore takes it from urllib: from the environment (HTTPS_PROXY, NO_PROXY), and only where that names none at all,
    on Windows and macOS from the system's settings with their list of exceptions. None of them runs a script for
    automatic configuration (PAC). May wait for DNS on Windows and macOS, whose exceptions can be addresses.
    """
    from tray.aws.botocore_patches.proxies import proxies_for

    scheme = urlsplit(url).scheme
    set_to: str | None = proxies_for(url).get(scheme)
    if not set_to:
        return None
    full = set_to if "://" in set_to else f"http://{set_to.removeprefix('//')}"
    source = f"{scheme.upper()}_PROXY" if getproxies_environment() else ""
    return Proxy(_without_user(full), source, full)


def proxy_settings() -> dict[str, str]:
    """Return what is set now, by scheme: it tells whether anything has changed. Its values may hold passwords."""
    return getproxies()


def certificate_issuer(host: str, port: int = 443) -> str | None:
    """Return who issued the certificate with which `host` answers, whether it is trusted or not; None if unknown.

    Nothing is sent over the connection, which is unverified. It goes through the proxy that botocore would use, unless
    that is an https one: its password must not go to who wasn't verified. Blocks for at most 5 s after DNS.
    """
    deadline = time.monotonic() + _ISSUER_SECONDS
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    proxy = proxy_for(f"https://{host}:{port}")
    try:
        with _connected(host, port, proxy, deadline) as connection:
            connection.settimeout(_left(deadline))
            with context.wrap_socket(connection, server_hostname=host) as secured:
                certificate = secured.getpeercert(binary_form=True)
    except (OSError, ValueError):
        return None
    return issuer_of(certificate) if certificate else None


def clock_difference_seconds(date: str, now: datetime | None = None) -> float | None:
    """Return by how many seconds this computer's clock is ahead of an answer's `Date` header; negative if behind.

    None if the header is no date. It has whole seconds, and is older by the time that the answer was on its way.
    """
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return None
    if theirs.tzinfo is None:  # RFC 5322's “-0000”
        theirs = theirs.replace(tzinfo=UTC)
    return ((now or datetime.now(UTC)) - theirs).total_seconds()


def _without_user(url: str) -> str:
    """Return scheme, host and port of a proxy's URL, and nothing else that is in it."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return no_url()
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}"


def _connected(host: str, port: int, proxy: Proxy | None, deadline: float) -> socket.socket:
    """Return a connection to `host`, through `proxy` by CONNECT.

    :raises OSError: it can't be had
    :raises ValueError: the proxy's address is no URL
    """
    if proxy is None:
        return socket.create_connection((host, port), _left(deadline))
    parts = urlsplit(proxy.url)
    if parts.scheme != "http":
        raise OSError("only through http proxies")
    connection = socket.create_connection((parts.hostname or "", parts.port or 80), _left(deadline))
    try:
        connection.sendall(_connect_request(host, port, unquote(parts.username or ""), unquote(parts.password or "")))
        head = b""
        while b"\r\n\r\n" not in head:
            connection.settimeout(_left(deadline))
            more = connection.recv(1)  # what follows the head is the handshake's
            if not more or len(head) > _HEAD_BYTES:
                raise OSError("the proxy did not answer")
            head += more
        if head.split(maxsplit=2)[1:2] != [b"200"]:
            raise OSError("the proxy refused")
    except BaseException:
        connection.close()
        raise
    return connection


def _connect_request(host: str, port: int, user: str, password: str) -> bytes:
    lines = [f"CONNECT {host}:{port} HTTP/1.1", f"Host: {host}:{port}"]
    if user and password:
        lines.append(f"Proxy-Authorization: Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}")
    return "\r\n".join([*lines, "", ""]).encode()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
