"""The way to a notebook instance's host: by the certificates and the proxy that botocore takes to AWS."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tray.aws.config import profile_settings
from tray.model.signer import AwsProfile, Signer

if TYPE_CHECKING:
    from tray.model.notebooks import AuthorizedUrl


def way_to(url: AuthorizedUrl, signer: Signer) -> tuple[str, dict[str, str]]:
    """Return the file of certificates that replaces the system's store, or "", and the proxies for `url` by scheme.

    The same as for the signer's calls to AWS, but that exceptions (NO_PROXY) are those for this host. A proxy's address
    may hold a password. May wait for DNS on Windows and macOS, since exceptions can be addresses.
    """
    from tray.aws.botocore_patches.proxies import proxies_for

    # The order is botocore's: `ca_bundle` in botocore/configprovider.py, then botocore/httpsession.py.
    settings = profile_settings(signer.name if isinstance(signer, AwsProfile) else "default")
    bundle = os.environ.get("AWS_CA_BUNDLE") or settings.get("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE")
    parts = urlsplit(url.reveal())
    return str(bundle or ""), proxies_for(f"{parts.scheme}://{parts.netloc}")
