"""Sign-in tokens of Identity Center: where botocore keeps them, and its refreshing of them, shared by all AWS profiles.

Relies on `SSOTokenProvider` (botocore/tokens.py): that `load_token` gives a token which calls `_refresher`, that this
calls `_refresh_access_token` for a token which expires within `_REFRESH_WINDOW` seconds. Where a release calls other
names, the methods here are called by nobody: botocore then refreshes a token for each AWS profile by itself, 15
minutes ahead. `JSONFileCache` (botocore/utils.py) takes a folder, and is asked by `in`, by key, and told by key.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import botocore.utils
from botocore.exceptions import UnauthorizedSSOTokenError
from botocore.tokens import FrozenAuthToken, SSOTokenProvider
from botocore.utils import JSONFileCache

from tray.aws.botocore_patches.release import has, tell_once

if TYPE_CHECKING:
    from botocore.session import Session

TokenContent = Mapping[str, Any]
ReadToken = Callable[[Path], TokenContent | None]
WriteToken = Callable[[Path, dict[str, Any]], None]


class TokenMemory(Protocol):
    """What all providers know of tokens in common."""

    def refreshed(
        self, session_name: str, token: TokenContent, refresh: Callable[[TokenContent], TokenContent | None]
    ) -> TokenContent | None:
        """Return what `refresh` makes of `token`, or what it just made of it for another provider."""
        ...

    def refuse(self, access_token: str) -> None:
        """Note that AWS doesn't accept a token."""
        ...

    def is_refused(self, access_token: str) -> bool:
        """Whether AWS refused a token lately."""
        ...


class SharedTokenProvider(SSOTokenProvider):
    """botocore's, for one AWS profile, with what all profiles know. It refreshes `ahead_seconds` before the expiry."""

    def __init__(
        self, session: Session, cache: JSONFileCache, aws_profile: str, memory: TokenMemory, ahead_seconds: float
    ):
        super().__init__(session, cache=cache, profile_name=aws_profile)
        if not has(SSOTokenProvider, "_refresher", "_refresh_access_token", "_REFRESH_WINDOW"):
            tell_once("how sign-ins are refreshed", "each AWS profile refreshes its own")
        self._REFRESH_WINDOW = ahead_seconds
        settings: Mapping[str, Any] = session.full_config.get("profiles", {}).get(aws_profile, {})
        # The sso-session's name; nothing for a profile without one.
        self.session_name = str(settings.get("sso_session") or "")
        self.cache = cache
        self._memory = memory
        self._given = ""

    def refused(self) -> None:
        """Note that AWS didn't accept the token that was last given."""
        if self._given:
            self._memory.refuse(self._given)

    def keep_fresh(self) -> None:
        """Refresh the token if it expires soon.

        :raises botocore.exceptions.BotoCoreError: there is none, or it can't be refreshed
        """
        token = self.load_token()
        if token is not None:
            token.get_frozen_token()

    def _refresh_access_token(self, token: TokenContent) -> TokenContent | None:
        return self._memory.refreshed(self.session_name, token, super()._refresh_access_token)  # type: ignore[misc]

    def _refresher(self) -> FrozenAuthToken:
        found: FrozenAuthToken = super()._refresher()  # type: ignore[misc]
        if self._memory.is_refused(found.token):
            raise UnauthorizedSSOTokenError
        self._given = found.token
        return found


def login_folder() -> Path:
    """Return where `aws login` keeps its sign-ins: AWS_LOGIN_CACHE_DIRECTORY, or botocore's own folder."""
    folder = getattr(botocore.utils, "get_login_token_cache_directory", None)  # new in botocore 1.41
    return Path(folder() if folder is not None else "~/.aws/login/cache").expanduser()


class TokenCache(JSONFileCache):
    """botocore's cache of sign-ins in a folder, of which only those are there that can be used.

    botocore takes what is in a file for a token: one with other types, or with a time that is none, is an exception of
    Python's there, and one that can't be written loses the refresh token that was just used up.
    """

    def __init__(self, folder: Path, read: ReadToken, write: WriteToken) -> None:
        super().__init__(str(folder))
        self._folder, self._read, self._write = folder, read, write

    def __contains__(self, cache_key: str) -> bool:
        return self._read(self._path(cache_key)) is not None

    def __getitem__(self, cache_key: str) -> dict[str, Any]:
        found = self._read(self._path(cache_key))
        if found is None:
            raise KeyError(cache_key)
        return dict(found)

    def __setitem__(self, cache_key: str, value: Any) -> None:
        self._write(self._path(cache_key), json.loads(json.dumps(value, default=_written)))

    def _path(self, cache_key: str) -> Path:
        return self._folder / f"{cache_key}.json"


def refresh_token(session: Session, cache: JSONFileCache, aws_profile: str) -> None:
    """Have botocore refresh the sign-in of a profile with an sso-session, if it is due. Asks nobody anything.

    :raises botocore.exceptions.BotoCoreError: it is not signed in, or can't be refreshed
    """
    token = SSOTokenProvider(session, cache=cache, profile_name=aws_profile).load_token()
    if token is not None:
        token.get_frozen_token()


def _written(value: object) -> str:
    """Return a time as `_serialize_utc_timestamp` of botocore/tokens.py writes it."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    raise TypeError(f"{type(value).__name__} is not written as JSON")
