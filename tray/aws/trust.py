"""Certificates of the authorities that are trusted, read once for many connections.

urllib3 loads the whole bundle anew for each connection that botocore opens, into the same context: 30 ms of CPU time
each, and AWS closes connections between two refreshes. 64 of them took 2 s of every refresh.
"""

from __future__ import annotations

import logging
import os
import ssl
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_sagemaker import SageMakerClient

log = logging.getLogger(__name__)


class OnceContext(ssl.SSLContext):
    """A TLS context that loads a file of certificates at its first connection, and again when the file has changed."""

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
        """Load certificates as `ssl.SSLContext` does, unless they were already."""
        if cafile is None or capath is not None or cadata is not None:
            super().load_verify_locations(cafile, capath, cadata)
            return
        stat = os.stat(cafile)  # noqa: PTH116 - raises what loading a missing file would
        state = (os.fspath(cafile), stat.st_ino, stat.st_mtime_ns, stat.st_size)
        with self._reading:
            if state not in self._read:
                super().load_verify_locations(cafile)
                self._read.add(state)


def read_certificates_once(client: SageMakerClient, context: OnceContext | None) -> OnceContext | None:
    """Have `client` use `context`, or its own as a `OnceContext`, and return that; None if it can't be done.

    botocore has no public way to its TLS context. Where a version keeps it elsewhere, all is as without this.
    """
    try:
        http = client._endpoint.http_session  # type: ignore[attr-defined]
        settings, new_context = http._manager.connection_pool_kw, http._get_ssl_context
        context = context or OnceContext.of(settings["ssl_context"])
        settings["ssl_context"] = context
        # Connections through a proxy; never shared, since botocore changes a proxy's own.
        http._get_ssl_context = lambda: OnceContext.of(new_context())
    except (AttributeError, KeyError, TypeError) as error:
        log.info("certificates are read for each connection: %r", error)
        return None
    return context
