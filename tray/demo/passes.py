"""Session passes: the cookie that lets a browser into JupyterLab until its session expires.

The notebook host gives out a pass for a presigned URL. JupyterLab, another process, checks the pass with the key that
both processes have. No URL, and so no browser history, ever holds more than the used-up presigned URL.
"""

from __future__ import annotations

import hmac
import re


def cookie_name(port: int) -> str:
    """Return the cookie's name; cookies don't tell ports apart, so the name has JupyterLab's port in it."""
    return f"notebook-tray-demo-{port}"


def issue_pass(key: bytes, expires: int) -> str:
    """Return a pass that is valid until `expires`, in seconds since the epoch."""
    return f"{expires}.{_seal(key, expires)}"


def pass_expiry(key: bytes, text: str) -> int:
    """Return when a pass expires, in seconds since the epoch; 0 for a text that is not a pass of this key."""
    found = re.fullmatch(r"(\d{1,12})\.([0-9a-f]{64})", text, re.ASCII)
    if not found or not hmac.compare_digest(found[2], _seal(key, int(found[1]))):
        return 0
    return int(found[1])


def _seal(key: bytes, expires: int) -> str:
    return hmac.digest(key, str(expires).encode(), "sha256").hex()
