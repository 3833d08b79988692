"""What is between this computer and AWS: the proxy, the certificate that answers, and the difference of the clocks."""

from __future__ import annotations

import base64
import ipaddress
import re
import socket
import ssl
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from fnmatch import fnmatchcase
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, getproxies_environment

from tray.aws.errors.certificates import issuer_of

# How long the second connection may take, which only reads who issued a certificate.
_ISSUER_SECONDS = 5.0
_HEAD_BYTES = 16384
_MOST_WAYS = 10
_MOST_EXCEPTIONS = 10_000
_LONGEST_EXCEPTION = 100


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy on the way to an address. `url` may have a user name and a password in it, and is secret; `address` has
    neither.

    `source` is the environment variable that names the proxy; empty if the system's settings do.
    """

    address: str
    source: str
    url: str = field(repr=False)

    @property
    def has_password(self) -> bool:
        """Whether the URL has a user name and a password."""
        parts = urlsplit(self.url)
        return bool(parts.username and parts.password)

    @property
    def fault(self) -> str:
        """Why botocore can't use the proxy in any network: `socks`, `scheme`, `capitals` or `address`; empty if it can.

        botocore reads the scheme of any other address as a host's name: `socks4://…` becomes the host “socks4”. urllib
        makes such an address of `socks=` in Windows' settings.
        """
        written = self.url.partition("://")[0]
        scheme = written.lower()
        if not re.fullmatch(r"[a-z][a-z0-9+.-]*", scheme):
            return "address"  # with a quotation mark before it, for example
        if scheme not in ("http", "https"):
            return "socks" if scheme.startswith("socks") else "scheme"
        if written != scheme:
            return "capitals"  # botocore writes http:// before it
        try:
            parts = urlsplit(self.url)
            # As urllib3 makes a host's name one for DNS: a label of none or of over 63 letters raises UnicodeError.
            name = (parts.hostname or "").encode("idna")
            usable = bool(name) and (parts.port is None or parts.port > 0)
        except ValueError:  # also UnicodeError
            usable = False
        # Readers disagree about what a backslash ends, as in a user name with a domain.
        return "" if usable and not re.search(r"[\s\\]", self.url) else "address"


def proxy_for(url: str) -> Proxy | None:
    """Return the proxy through which botocore asks `url`; None if it asks directly.

    botocore gets the proxy from urllib. urllib reads the environment (HTTPS_PROXY, NO_PROXY); if the environment names
    no proxy at all, urllib reads the system's settings on Windows and macOS, with their list of exceptions. Neither
    runs a script for automatic configuration (PAC). On Windows and macOS the call may wait for DNS, since exceptions
    can be addresses.
    """
    from tray.aws.botocore_patches.proxies import proxies_for

    scheme = urlsplit(url).scheme
    set_to: str | None = proxies_for(url).get(scheme)
    if not set_to:
        return None
    full = set_to if "://" in set_to else f"http://{set_to.removeprefix('//')}"
    source = f"{scheme.upper()}_PROXY" if getproxies_environment() else ""
    return Proxy(_without_user(full), source, full)


def exception_meant(url: str) -> tuple[str, str]:
    """Return the entry of NO_PROXY that is meant for the host of `url` and isn't understood, and one that would be.

    Both are empty if there is none. Other programs know entries such as `*.amazonaws.com`, `10.0.0.0/8`, an address
    with a scheme, or blanks in place of commas; Python, and so botocore and the AWS CLI, know names and their ends
    alone (urllib's `proxy_bypass_environment`).
    """
    listed = getproxies_environment().get("no", "")[:_MOST_EXCEPTIONS]
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        host = ""
    for entry in filter(None, (each.strip() for each in listed.split(","))) if host else ():
        words = re.split(r"[\s;]+", entry)
        if len(words) > 1:
            if any(f".{host}".endswith(f".{word.lower().lstrip('.')}") for word in words):
                return _shown(entry), _shown(",".join(words))
            continue
        named = entry.lower().partition("://")[2] or entry.lower()
        if named.startswith("*.") and (host == named[2:] or host.endswith(named[1:])):
            return _shown(entry), _shown(named[1:])
        if "*" in named and named != "*" and fnmatchcase(host, named):
            return _shown(entry), host
        if named != entry.lower() and named.rstrip("/") == host:
            return _shown(entry), host
        if "/" in named and _is_in(host, named):
            return _shown(entry), host
    return "", ""


def _is_in(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


def _shown(entry: str) -> str:
    return "".join(each if each.isprintable() else " " for each in entry[:_LONGEST_EXCEPTION])


def proxy_settings() -> dict[str, str]:
    """Return the proxies that are set now, by scheme, to compare with an earlier result. They may contain passwords."""
    return getproxies()


def certificate_issuer(host: str, port: int = 443) -> str | None:
    """Return who issued the certificate with which `host` answers, trusted or not; None if that is unknown.

    The connection is not verified, so nothing is sent over it. It goes through the proxy that botocore would use, but
    not through an https proxy: the proxy's password must not reach a server that was not verified. Blocks for at most
    5 s after DNS.
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


def proxy_asks_for(url: str) -> frozenset[str]:
    """Return the ways of signing in that the proxy before `url` asks for, in small letters (`negotiate`, `ntlm`).

    Empty if it asks for none, or can't be asked. urllib3 keeps nothing of such an answer but its status. Blocks for at
    most 5 s after DNS. Nothing secret is sent.
    """
    deadline = time.monotonic() + _ISSUER_SECONDS
    proxy, target = proxy_for(url), urlsplit(url)
    if proxy is None or urlsplit(proxy.url).scheme != "http":
        return frozenset()
    parts = urlsplit(proxy.url)
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 80), _left(deadline)) as connection:
            connection.sendall(_connect_request(target.hostname or "", target.port or 443, "", ""))
            head = _head(connection, deadline)
    except (OSError, ValueError):
        return frozenset()
    asked = re.findall(rb"^proxy-authenticate:[ \t]*([a-z]+)", head, re.IGNORECASE | re.MULTILINE)
    return frozenset(each.decode().lower() for each in asked[:_MOST_WAYS])


def clock_difference_seconds(date: str, now: datetime | None = None) -> float | None:
    """Return by how many seconds this computer's clock is ahead of an answer's `Date` header; negative if behind.

    Return None if the header is no date. The header has whole seconds, and is as old as the answer's way was long.
    """
    try:
        theirs = parsedate_to_datetime(date)
    except (ValueError, OverflowError):  # OverflowError: a number that is too large for a clock
        return None
    if theirs.tzinfo is None:  # RFC 5322's “-0000”
        theirs = theirs.replace(tzinfo=UTC)
    return ((now or datetime.now(UTC)) - theirs).total_seconds()


def _without_user(url: str) -> str:
    """Return only the scheme, the host and the port of a proxy's URL."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        from tray.texts.problems.connection import no_url  # with the words of all problems

        return no_url()
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}"


def _connected(host: str, port: int, proxy: Proxy | None, deadline: float) -> socket.socket:
    """Return a connection to `host`; with a `proxy`, by CONNECT through it.

    :raises OSError: there is no connection
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
        head = _head(connection, deadline)
        if head.split(maxsplit=2)[1:2] != [b"200"]:
            raise OSError("the proxy refused")
    except BaseException:
        connection.close()
        raise
    return connection


def _head(connection: socket.socket, deadline: float) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        connection.settimeout(_left(deadline))
        more = connection.recv(1)  # the bytes after the head belong to the handshake
        if not more or len(head) > _HEAD_BYTES:
            raise OSError("the proxy did not answer")
        head += more
    return head


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
