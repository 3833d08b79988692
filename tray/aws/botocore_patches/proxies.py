"""The proxies that botocore takes from the environment and the system.

Relies on `get_environ_proxies` (botocore/utils.py). Without it, urllib's functions are used, on which it is built.
"""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import botocore.utils


def proxies_for(url: str) -> dict[str, str]:
    """Return the proxies for `url` by scheme; none if `url` is excepted. A proxy's address may hold a password."""
    botocores = getattr(botocore.utils, "get_environ_proxies", None)
    if botocores is not None:
        return dict(botocores(url))
    return {} if proxy_bypass(urlsplit(url).netloc) else getproxies()
