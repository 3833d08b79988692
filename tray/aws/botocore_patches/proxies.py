"""The proxies that botocore takes from the environment and the system.

Relies on `get_environ_proxies` (botocore/utils.py). Without it: urllib's, which botocore's go by.
"""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import botocore.utils


def proxies_for(url: str) -> dict[str, str]:
    """Return the proxies for `url` by scheme; none where it is excepted. Their addresses may hold passwords."""
    botocores = getattr(botocore.utils, "get_environ_proxies", None)
    if botocores is not None:
        return dict(botocores(url))
    return {} if proxy_bypass(urlsplit(url).netloc) else getproxies()
