"""The files in which `aws login` and every AWS SDK keep a sign-in; files that can't be used are left out.

The members are those that `LoginCredentialFetcher` reads (botocore/credentials.py). botocore takes any file's content
for a sign-in: a file that is cut off, or has members of wrong types, raises one of Python's own exceptions there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tray.aws.credentials.token_store import keep_token, read_json, token_time, unsaved

if TYPE_CHECKING:
    from tray.aws.botocore_patches.sso import TokenCache

_KEYS = ("accessKeyId", "secretAccessKey", "sessionToken")
_RENEWING = ("clientId", "refreshToken", "dpopKey")


def login_cache() -> TokenCache:
    """Return botocore's cache of the sign-ins of `aws login`, limited to those that can be used."""
    from tray.aws.botocore_patches.sso import TokenCache, login_folder

    return TokenCache(
        login_folder(),
        _usable,
        lambda path, content: keep_token(path, content, _checked),
    )


def _usable(path: Path) -> dict[str, Any] | None:
    there = [found for found in (_checked(read_json(path)), unsaved(path)) if found is not None]
    return max(there, key=_expires, default=None)


def _expires(found: Mapping[str, Any]) -> datetime:
    return token_time(found["accessToken"]["expiresAt"]) or datetime.min.replace(tzinfo=UTC)


def _checked(found: Mapping[str, Any]) -> dict[str, Any] | None:
    token = found.get("accessToken")
    if not isinstance(token, dict) or token_time(token.get("expiresAt")) is None:
        return None
    if not all(isinstance(token.get(name), str) for name in _KEYS) or not token["accessKeyId"]:
        return None
    if not isinstance(token.get("accountId", ""), str | None):
        return None
    if not all(isinstance(found.get(name), str) and found[name] for name in _RENEWING):
        return None
    return dict(found)
