"""The way to a notebook instance's host: whom to trust, and through which proxy."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from tray.jupyter.errors import CannotAskError
from tray.model.activity import Reason


@dataclass(frozen=True, slots=True)
class HttpProxy:
    """An http proxy. `user` is NAME:PASSWORD, or empty."""

    host: str
    port: int
    user: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Network:
    """What the user has set for the way to AWS, which is also the way to the notebook instances.

    `ca_bundle` is the path of a file of certificates that replaces the system's store; empty for the store. `proxies`
    are those for the notebook instance's host, by scheme, without exceptions still to be made: an address may have a
    password in it, and is secret.
    """

    ca_bundle: str = ""
    proxies: Mapping[str, str] = field(default_factory=dict, repr=False)

    def proxy(self) -> HttpProxy | None:
        """Return the proxy for https; None if there is none.

        :raises CannotAskError: it is no http proxy; SOCKS and TLS to the proxy itself are not spoken here
        """
        address = self.proxies.get("https", "")
        if not address:
            return None
        try:
            parts = urlsplit(address if "://" in address else f"http://{address.removeprefix('//')}")
            host, port = parts.hostname, parts.port or 80
            usable = parts.scheme.lower() == "http" and bool(host)
        except ValueError:
            usable = False
        if not usable or not host:
            raise CannotAskError(Reason.PROXY)
        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else ""
        return HttpProxy(host, port, user)

    def context(self) -> ssl.SSLContext:
        """Return a TLS context that trusts what the user trusts.

        :raises CannotAskError: the file of certificates can't be read
        """
        import truststore

        try:
            if self.ca_bundle:
                return ssl.create_default_context(cafile=self.ca_bundle)
            return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        except OSError:
            pass
        raise CannotAskError(Reason.CERTIFICATE)
