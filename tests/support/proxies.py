"""A company's proxy on loopback: CONNECT only, with a password if wanted, and with TLS inspection if wanted.

Whatever host it is asked for, it leads to one http server on loopback.
"""

from __future__ import annotations

import base64
import contextlib
import ipaddress
import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ISSUER = "Example Corp Inspection CA"


class Authority:
    """An authority of the test's own, which vouches for any host. `bundle` is its certificate (PEM)."""

    def __init__(self, folder: Path, *, valid_from: timedelta = timedelta(days=-1)) -> None:
        self._folder, self._valid_from = folder, valid_from
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example Corp"),
                x509.NameAttribute(NameOID.COMMON_NAME, ISSUER),
            ]
        )
        self._lock = threading.Lock()
        self._contexts: dict[str, ssl.SSLContext] = {}
        self.bundle = folder / "authority.pem"
        certificate = self._certificate(self._name, self._key, timedelta(days=-2), None)
        self.bundle.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def context(self, host: str) -> ssl.SSLContext:
        """Return a server's context with a certificate for `host`."""
        with self._lock:
            if host not in self._contexts:
                self._contexts[host] = self._made(host)
            return self._contexts[host]

    def _made(self, host: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
        leaf = self._certificate(name, key, self._valid_from, host)
        file = self._folder / f"{host}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + leaf.public_bytes(serialization.Encoding.PEM)
            # The whole chain, as such proxies send it: without its end, Wine takes it for trusted.
            + self.bundle.read_bytes()
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _certificate(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, begins: timedelta, host: str | None
    ) -> x509.Certificate:
        start = datetime.now(UTC) + begins
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        )
        if host is not None:
            try:
                name: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
            except ValueError:
                name = x509.DNSName(host)
            builder = builder.add_extension(x509.SubjectAlternativeName([name]), critical=False)
        return builder.sign(self._key, hashes.SHA256())


@dataclass
class CompanyProxy:
    """A running proxy: its address, and what it was asked for, by whom."""

    port: int
    asked: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def company_proxy(
    backend_port: int, *, authority: Authority | None = None, user: str = "", refuses_with: str = ""
) -> Iterator[CompanyProxy]:
    """Run one inside the block: it inspects with certificates of `authority`, and wants `user` (NAME:PASSWORD).

    `refuses_with` (503 Service Unavailable, say) is all that it answers to any CONNECT. With a `backend_port` of 0, it
    ends each connection after the handshake.
    """
    wanted = f"Basic {base64.b64encode(user.encode()).decode()}" if user else ""

    class Handler(socketserver.StreamRequestHandler):
        rbufsize = 0

        def handle(self) -> None:
            with contextlib.suppress(OSError):
                self.request.settimeout(60)
                self._serve()

        def _serve(self) -> None:
            method, target, _ = self.rfile.readline().decode().split(maxsplit=2)
            headers: dict[str, str] = {}
            while line := self.rfile.readline().decode().strip():
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            proxy.asked.append(f"{method} {target}")
            proxy.given.append(headers.get("proxy-authorization", ""))
            if wanted and proxy.given[-1] != wanted:
                self._say("407 Proxy Authentication Required")
            elif refuses_with:
                self._say(refuses_with)
            elif authority is None:
                self._say("200 Connection established")
            else:
                self._say("200 Connection established", length=False)
                context = authority.context(target.rpartition(":")[0])
                with context.wrap_socket(self.request, server_side=True) as front:
                    _join(front, backend_port)

        def _say(self, status: str, *, length: bool = True) -> None:
            self.wfile.write(
                f"HTTP/1.1 {status}\r\n{'Content-Length: 0' + chr(13) + chr(10) if length else ''}\r\n".encode()
            )

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 128

    with Server(("127.0.0.1", 0), Handler) as server:
        proxy = CompanyProxy(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()


def _join(front: ssl.SSLSocket, port: int) -> None:
    """Pass on what either side says, on one thread: OpenSSL lets no two threads use a connection at the same time.

    Of two, the one that reads takes the state of the one that writes for a broken connection, now and then.
    """
    if not port:
        return
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 60) as back:
        while True:
            ready = [front] if front.pending() else select.select([front, back], [], [], 60)[0]
            if not ready:
                return
            for source in ready:
                try:
                    # What came may be no data: then nothing is waited for.
                    front.settimeout(0)
                    data = source.recv(65536)
                except ssl.SSLWantReadError:
                    continue
                finally:
                    front.settimeout(60)
                if not data:
                    return
                (back if source is front else front).sendall(data)
