"""TLS contexts that trust the system's own store of certificates, or the bundle that the user set instead.

Relies on `create_urllib3_context` and `where`, which finds botocore's own bundle (botocore/httpsession.py). Without
the first, the options are those of Python's default context; without the second, no bundle stands in for a missing
store.

Certificates are read once for many connections. urllib3 loads the bundle again, into the same context, for each
connection that botocore opens. Each load takes 30 ms of CPU time, and AWS closes connections between two refreshes:
64 connections took 2 s of every refresh.
"""

from __future__ import annotations

import logging
import os
import ssl
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import botocore.httpsession
import truststore

log = logging.getLogger(__name__)


class OnceContext(ssl.SSLContext):
    """A TLS context that loads a file of certificates for its first connection, and again when the file has changed."""

    _reading: threading.Lock
    _read: set[Any]

    @classmethod
    def of(cls, context: ssl.SSLContext) -> OnceContext:
        """Return `context` itself, with the options that whoever made it gave it, as one of this kind."""
        context.__class__ = cls
        assert isinstance(context, cls)  # noqa: S101 - for the type checker
        context._reading, context._read = threading.Lock(), set()
        return context

    def load_verify_locations(self, cafile: Any = None, capath: Any = None, cadata: Any = None) -> None:
        """Load certificates as `ssl.SSLContext` does, unless they are already loaded."""
        if cafile is None or capath is not None or cadata is not None:
            super().load_verify_locations(cafile, capath, cadata)
            return
        stat = os.stat(cafile)  # noqa: PTH116 - raises what loading a missing file would
        state = (os.fspath(cafile), stat.st_ino, stat.st_mtime_ns, stat.st_size)
        with self._reading:
            if state not in self._read:
                super().load_verify_locations(cafile)
                self._read.add(state)


class SystemContext(ssl.SSLContext):
    """A TLS context whose connections trust the system's own store as it is now: a change of the store is noticed.

    truststore's context holds a lock throughout a handshake, and on Linux it reads the store for each handshake. One
    such context therefore can't serve two connections at a time. On Linux, one OpenSSL context for all connections
    holds the store that truststore finds. On other systems, the system itself verifies and nothing is read, so each
    connection gets a separate context of truststore.
    """

    _making: threading.Lock
    _made: tuple[object, ssl.SSLContext] | None
    _chains: list[tuple[Any, ...]]
    _protocols: list[str]

    @classmethod
    def of(cls, context: ssl.SSLContext) -> SystemContext:
        """Return `context` itself, with the options that whoever made it gave it, as one of this kind."""
        context.__class__ = cls
        assert isinstance(context, cls)  # noqa: S101 - for the type checker
        context._making, context._made, context._chains, context._protocols = threading.Lock(), None, [], []
        # Otherwise urllib3 would check host names itself; except on Linux it is shown no certificate to check.
        context.check_hostname = True
        return context

    def load_verify_locations(self, cafile: Any = None, capath: Any = None, cadata: Any = None) -> None:
        """Load nothing: botocore passes its own bundle for every connection, and the system's store replaces it."""

    def load_cert_chain(self, certfile: Any, keyfile: Any = None, password: Any = None) -> None:
        """Show this client certificate to a server that asks for one."""
        with self._making:
            self._chains.append((certfile, keyfile, password))
            self._made = None

    def set_alpn_protocols(self, alpn_protocols: Any) -> None:
        """Offer these protocols in the handshake."""
        protocols = list(alpn_protocols)
        with self._making:
            if protocols != self._protocols:
                self._protocols, self._made = protocols, None

    def wrap_socket(self, sock: Any, *args: Any, **options: Any) -> ssl.SSLSocket:
        """Do the handshake on a connection as `ssl.SSLContext` does."""
        return self._context().wrap_socket(sock, *args, **options)

    def wrap_bio(self, incoming: Any, outgoing: Any, *args: Any, **options: Any) -> ssl.SSLObject:
        """Prepare a handshake as `ssl.SSLContext` does: TLS within TLS, through https proxies."""
        return self._context().wrap_bio(incoming, outgoing, *args, **options)

    def _context(self) -> ssl.SSLContext:
        if sys.platform in ("win32", "darwin"):
            return self._alike(truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        state = _store_state()
        with self._making:
            if self._made is None or self._made[0] != state:
                self._made = state, self._alike(system_store())
            return self._made[1]

    def _alike(self, context: ssl.SSLContext) -> ssl.SSLContext:
        context.options = self.options
        context.minimum_version = self.minimum_version
        if self.keylog_filename:
            context.keylog_filename = self.keylog_filename
        if self._protocols:
            context.set_alpn_protocols(self._protocols)
        for chain in self._chains:
            context.load_cert_chain(*chain)
        return context


def system_store() -> ssl.SSLContext:
    """Return an OpenSSL context that trusts the system's store, as truststore finds it; for Linux.

    SSL_CERT_FILE and SSL_CERT_DIR, OpenSSL's own variables, move the store. Without a store, botocore's bundle is used.
    """
    found = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = found.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="localhost").context
    context.sslsocket_class, context.sslobject_class = ssl.SSLSocket, ssl.SSLObject  # truststore's hold its lock
    # OpenSSL reads a folder's certificates only when it needs one, and doesn't count them before.
    folder = ssl.get_default_verify_paths().capath
    if not context.cert_store_stats()["x509"] and not (folder and any(Path(folder).glob("*.0"))):
        log.warning("this system has no store of certificates; using botocore's own")
        bundle = getattr(botocore.httpsession, "where", None)
        if bundle is not None:
            context.load_verify_locations(bundle())
    return context


def new_context(bundle: str | None) -> ssl.SSLContext:
    """Return a context with botocore's options that trusts the file `bundle`; for None, the system's own store."""
    make = getattr(botocore.httpsession, "create_urllib3_context", None)
    made = make() if make is not None else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return SystemContext.of(made) if bundle is None else OnceContext.of(made)


def _store_state() -> object:
    """Return a value that changes when the system's store changes."""
    paths = ssl.get_default_verify_paths()
    return tuple(_state(each) for each in (paths.cafile, paths.capath) if each)


def _state(path: str) -> Sequence[object]:
    try:
        stat = os.stat(path)  # noqa: PTH116 - called for each connection
    except OSError:
        return (path,)
    return path, stat.st_ino, stat.st_mtime_ns, stat.st_size
