"""Sign-in tokens of Identity Center: where botocore keeps them, and how all AWS profiles share their refreshing.

Relies on `SSOTokenProvider` (botocore/tokens.py): `load_token` gives a token that calls `_refresher`, and `_refresher`
calls `_refresh_access_token` for a token that expires within `_REFRESH_WINDOW` seconds. In a release with other names,
nothing calls the methods here: botocore then refreshes a token by itself, once for each AWS profile, 15 minutes ahead.
`JSONFileCache` (botocore/utils.py) takes a folder; botocore uses `in`, and reads and writes by key.
"""

from __future__ import annotations

import json
import os
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
    """What all providers share about tokens."""

    def refreshed(
        self, session_name: str, token: TokenContent, refresh: Callable[[TokenContent], TokenContent | None]
    ) -> TokenContent | None:
        """Return the token that `refresh` gives for `token`, or just gave for another provider."""
        ...

    def refuse(self, access_token: str) -> None:
        """Note that AWS doesn't accept a token."""
        ...

    def is_refused(self, access_token: str) -> bool:
        """Whether AWS refused a token lately."""
        ...


class SharedTokenProvider(SSOTokenProvider):
    """botocore's token provider of one AWS profile, with the memory that all profiles share.

    It refreshes a token `ahead_seconds` before the token expires.
    """

    def __init__(
        self, session: Session, cache: JSONFileCache, aws_profile: str, memory: TokenMemory, ahead_seconds: float
    ):
        super().__init__(session, cache=cache, profile_name=aws_profile)
        if not has(SSOTokenProvider, "_refresher", "_refresh_access_token", "_REFRESH_WINDOW"):
            tell_once("how sign-ins are refreshed", "each AWS profile refreshes its own")
        self._REFRESH_WINDOW = ahead_seconds
        settings: Mapping[str, Any] = session.full_config.get("profiles", {}).get(aws_profile, {})
        # The sso-session's name; empty for a profile without one.
        self.session_name = str(settings.get("sso_session") or "")
        self.cache = cache
        self._memory = memory
        self._given = ""

    def refused(self) -> None:
        """Note that AWS didn't accept the token that this provider last gave."""
        if self._given:
            self._memory.refuse(self._given)

    def token(self) -> str:
        """Return the token, refreshed if it is due.

        :raises botocore.exceptions.BotoCoreError: there is no token, or it can't be refreshed
        """
        found = self.load_token()
        if found is None:
            raise UnauthorizedSSOTokenError
        return str(found.get_frozen_token().token)

    def keep_fresh(self) -> None:
        """Refresh the token if it expires soon.

        :raises botocore.exceptions.BotoCoreError: there is no token, or it can't be refreshed
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
    found = folder() if folder is not None else "~/.aws/login/cache"
    # Path.expanduser() raises for “~name” of an unknown user, which botocore leaves as it is.
    return Path(os.path.expanduser(found))  # noqa: PTH111


class TokenCache(JSONFileCache):
    """botocore's cache of sign-ins in a folder, which shows only the sign-ins that can be used.

    botocore takes any file's content for a token. A member of a wrong type, or a time that can't be read, raises one of
    Python's own exceptions there. A file that can't be written loses the new token, while the old refresh token is
    already used up.
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
    """Have botocore refresh the sign-in of a profile with an sso-session, if it is due. Never asks the user.

    :raises botocore.exceptions.BotoCoreError: the profile is not signed in, or its sign-in can't be refreshed
    """
    token = SSOTokenProvider(session, cache=cache, profile_name=aws_profile).load_token()
    if token is not None:
        token.get_frozen_token()


def _written(value: object) -> str:
    """Return a time as `_serialize_utc_timestamp` of botocore/tokens.py writes it."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    raise TypeError(f"{type(value).__name__} is not written as JSON")
