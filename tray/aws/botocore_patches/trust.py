"""Has botocore's connections trust the certificates of the system's own store.

Relies on a client's `_endpoint.http_session` (botocore/endpoint.py) and, of that `URLLib3Session`
(botocore/httpsession.py), on `_verify`, `_manager.connection_pool_kw` (urllib3's PoolManager), `_get_ssl_context`,
`_get_pool_manager_kwargs` and `_setup_proxy_ssl_context`: there is no public way to the TLS context. Without them
botocore's own bundle is trusted.
"""

from __future__ import annotations

import ssl
import threading
from typing import TYPE_CHECKING, Any

from tray.aws.botocore_patches.contexts import OnceContext, new_context
from tray.aws.botocore_patches.limits import limit_answers
from tray.aws.botocore_patches.release import tell_once

if TYPE_CHECKING:
    from botocore.client import BaseClient


# The contexts of all connections, by bundle; None stands for the system's own store.
contexts: dict[str | None, ssl.SSLContext] = {}
_making = threading.Lock()  # functools.cache makes two where two threads ask at once


def trust_the_system(client: BaseClient) -> None:
    """Have `client` trust the system's own store, or the file that AWS_CA_BUNDLE, `ca_bundle` or REQUESTS_CA_BUNDLE
    names.

    All clients share one context per bundle. It serves direct connections, connections through a proxy, and connections
    to an https proxy that has no certificates of its own in the AWS config (`proxy_ca_bundle`, `proxy_client_cert`). A
    client that verifies nothing is left alone.
    """
    limit_answers()
    try:
        http: Any = client._endpoint.http_session  # type: ignore[attr-defined]
        if not http._verify:
            return
        bundle = None if http._verify is True else str(http._verify)
        settings, new = http._manager.connection_pool_kw, http._get_ssl_context
        of_pools, of_proxies = http._get_pool_manager_kwargs, http._setup_proxy_ssl_context
    except (AttributeError, TypeError):
        tell_once("where its TLS context is", "botocore's own certificates are trusted, and not the system's")
        return
    with _making:
        if bundle not in contexts:
            contexts[bundle] = new_context(bundle)
        context = contexts[bundle]
    settings["ssl_context"] = context
    http._get_pool_manager_kwargs = lambda **more: {**of_pools(**more), "ssl_context": context}
    # This context is never shared: for a proxy with its own certificates, botocore changes the context.
    http._get_ssl_context = lambda: OnceContext.of(new())
    http._setup_proxy_ssl_context = lambda url: of_proxies(url) or context
