"""The files in which botocore, the AWS CLI and every AWS SDK keep a sign-in of IAM Identity Center.

The folder, the file names and the members are those of `SSOTokenLoader` and `SSOTokenProvider` in botocore (`utils.py`,
`tokens.py`) and of `SSOTokenFetcher` in the AWS CLI's own botocore (aws-cli v2, `awscli/botocore/utils.py`). All these
programs can use a sign-in that the tray writes, and the tray can use theirs. Only the owner can read the files, and
each file is replaced whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tray.aws.config import expanded
from tray.aws.credentials.browser_settings import spellings
from tray.runtime.whole_files import read_beginning, write_whole

if TYPE_CHECKING:
    from tray.aws.botocore_patches.sso import TokenCache
    from tray.aws.credentials.browser_settings import BrowserSettings

log = logging.getLogger(__name__)

AUTHORIZATION_CODE = "authorization_code"

# Like the AWS CLI, the program takes a registration as expired this long before its end.
_REGISTRATION_MARGIN = timedelta(minutes=15)
# Far more than these files have: a foreign file of gigabytes is not read.
_MOST_BYTES = 1 << 20
_LONGEST_TIME = 64
# A token's time lies in these years. Clocks and other programs can't calculate with some times outside them.
_YEARS = range(2000, 2100)
# The characters that a header can carry: a line break would begin another header.
_HEADER = re.compile(r"[\x20-\x7e]+")

Folder = Callable[[], Path]
Check = Callable[[Mapping[str, Any]], "dict[str, Any] | None"]


def default_token_folder() -> Path:
    """Return botocore's folder: `~/.aws/sso/cache`, which no variable moves."""
    return expanded("~/.aws/sso/cache")


_folder: Folder = default_token_folder
# Tokens that could not be written, by their file.
_unsaved: dict[Path, dict[str, Any]] = {}
_on_unsaved: Callable[[Path, OSError], object] = lambda _path, _error: None  # noqa: E731


def token_folder() -> Path:
    """Return the folder of the token and registration files; it may not exist yet."""
    return _folder()


def keep_tokens_in(folder: Folder | None) -> None:
    """Have this process, and botocore's loaders in it, keep sign-ins in `folder`; for None, in botocore's own folder.

    This holds for identities that are made from now on.
    """
    global _folder
    _folder = folder or default_token_folder


class TokenStanding(Enum):
    """Whether the user is signed in."""

    MISSING = "missing"
    EXPIRED = "expired"
    VALID = "valid"


@dataclass(frozen=True, slots=True)
class TokenState:
    """The state of a sign-in. `until` is the time at which its token expires; `refreshable`: botocore may renew it."""

    standing: TokenStanding
    until: datetime | None = None
    refreshable: bool = False


@dataclass(frozen=True, slots=True)
class Registration:
    """A client that IAM Identity Center knows: this program, or the AWS CLI on this computer."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    expires: datetime
    scopes: tuple[str, ...] = ()
    grant_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Token:
    """The token that AWS gives after the user's consent; `refresh_token` is empty if there is none."""

    access_token: str = field(repr=False)
    expires: datetime
    refresh_token: str = field(default="", repr=False)


def token_path(settings: BrowserSettings) -> Path:
    """Return the path of a sign-in's token file."""
    return _path(settings.session_name or settings.start_url)


def _token_paths(settings: BrowserSettings) -> tuple[Path, ...]:
    """Return the paths at which botocore looks for the token: one for each spelling of the start URL."""
    return (token_path(settings), *(_path(url) for url in settings.spellings))


def registration_path(settings: BrowserSettings) -> Path:
    """Return the path of the registration file for a sign-in."""
    scopes = None if settings.own_scopes is None else list(settings.own_scopes)
    made_from = {
        "tool": "botocore",
        "startUrl": settings.start_url,
        "region": settings.region,
        "scopes": scopes,
        "session_name": settings.session_name or None,
    }
    return _path(json.dumps(made_from, sort_keys=True))


def token_state(settings: BrowserSettings, now: datetime | None = None) -> TokenState:
    """Return the state of a sign-in by its token file; a file that can't be used counts as missing."""
    now = now or datetime.now(UTC)
    found = _best(usable_token(path) for path in _token_paths(settings))
    expires = token_time(found["expiresAt"]) if found is not None else None
    if found is None or expires is None:
        return TokenState(TokenStanding.MISSING)
    registered = token_time(found.get("registrationExpiresAt"))
    refreshable = bool(settings.session_name and registered and registered > now)
    return TokenState(TokenStanding.VALID if expires > now else TokenStanding.EXPIRED, expires, refreshable)


def usable_token(path: Path) -> dict[str, Any] | None:
    """Return the token in a file, or the token that could not be written to it: the one that is valid for longer.

    None if there is no usable token: the file is missing, damaged or unreadable, or holds something else. The token and
    its expiry have botocore's form. The members for refreshing a token are either all there, or all left out.
    """
    return _best((_checked(read_json(path)), _unsaved.get(path)))


def _best(tokens: Iterable[dict[str, Any] | None]) -> dict[str, Any] | None:
    there = [token for token in tokens if token is not None]
    return max(there, key=lambda token: token["expiresAt"], default=None)


def keep_token(path: Path, content: dict[str, Any], check: Check | None = None) -> None:
    """Write a token file. If that fails, keep the token in memory, because the old refresh token is used up.

    :param check: turns the content into what `unsaved` returns; None for content that can't be used
    """
    try:
        _write(path, content)
    except OSError as error:
        log.warning("a sign-in can't be written to %s: %s", path, error.strerror or type(error).__name__)
        if (usable := (check or _checked)(content)) is not None:
            _unsaved[path] = usable
        _on_unsaved(path, error)
    else:
        _unsaved.pop(path, None)


def unsaved(path: Path) -> dict[str, Any] | None:
    """Return the token that could not be written to a file, if there is one."""
    return _unsaved.get(path)


def token_cache(profiles: Mapping[str, Mapping[str, Any]] | None = None) -> TokenCache:
    """Return botocore's cache of sign-ins, with the tokens that this process can use.

    A sign-in under one spelling of a start URL also serves those `profiles` that spell the URL differently.
    """
    from tray.aws.botocore_patches.sso import TokenCache

    same = {_path(url): tuple(map(_path, urls)) for url, urls in spellings(profiles or {}).items()}
    return TokenCache(
        token_folder(), lambda path: _best(usable_token(each) for each in same.get(path, (path,))), keep_token
    )


def tell_of_unsaved(listener: Callable[[Path, OSError], object] | None) -> None:
    """Call `listener` for each token that could not be written, on the thread that refreshed it."""
    global _on_unsaved
    _on_unsaved = listener or (lambda _path, _error: None)


def write_token(settings: BrowserSettings, token: Token, registration: Registration) -> None:
    """Keep a token for this and every other program of the user.

    :raises OSError: the file can't be written; this process uses the token all the same
    """
    content: dict[str, Any] = {
        "startUrl": settings.start_url,
        "region": settings.region,
        "accessToken": token.access_token,
        "expiresAt": _written(token.expires),
        "clientId": registration.client_id,
        "clientSecret": registration.client_secret,
        "registrationExpiresAt": _written(registration.expires),
    }
    if token.refresh_token:
        content["refreshToken"] = token.refresh_token
    paths = _token_paths(settings)
    for path in paths:
        if (usable := _checked(content)) is not None:
            _unsaved[path] = usable
    for path, url in zip(paths, (settings.start_url, *settings.spellings), strict=True):
        _write(path, {**content, "startUrl": url})
        _unsaved.pop(path, None)


def copy_sign_in(here: BrowserSettings, there: BrowserSettings) -> None:
    """Keep a sign-in also where other settings of the same sign-in look for it, and refresh it there from now on.

    A file that can't be written is no failure: the user signs in once more.
    """
    content = read_json(token_path(here))
    if token_path(here) == token_path(there) or _checked(content) is None:
        return
    try:
        _write(token_path(there), {**content, "startUrl": there.start_url, "region": there.region})
        # A refresh token may be good for one refresh only: it stays in one place.
        _write(token_path(here), {name: value for name, value in content.items() if name != "refreshToken"})
    except OSError as error:
        log.info("a sign-in can't be kept for the AWS config: %s", error.strerror or type(error).__name__)


def read_registration(settings: BrowserSettings, *, for_code: bool, now: datetime | None = None) -> Registration | None:
    """Return a stored registration that has not expired and covers all scopes that are asked for; None without one.

    `for_code` asks for a registration for authorization codes; otherwise it is for device codes. Neither serves for
    the other.
    """
    found = read_json(registration_path(settings))
    client_id, secret, expires = found.get("clientId"), found.get("clientSecret"), token_time(found.get("expiresAt"))
    if not (isinstance(client_id, str) and client_id and isinstance(secret, str) and secret and expires):
        return None
    scopes, grant_types = _texts(found.get("scopes")), _texts(found.get("grantTypes"))
    if expires - (now or datetime.now(UTC)) < _REGISTRATION_MARGIN:
        return None
    if (AUTHORIZATION_CODE in grant_types) != for_code or not set(settings.scopes) <= set(scopes):
        return None
    return Registration(client_id, secret, expires, scopes, grant_types)


def write_registration(settings: BrowserSettings, registration: Registration) -> None:
    """Keep a registration for the next sign-in.

    :raises OSError: it can't be written
    """
    content: dict[str, Any] = {
        "clientId": registration.client_id,
        "clientSecret": registration.client_secret,
        "expiresAt": _written(registration.expires),
    }
    # As the AWS CLI does: to it, a registration that names no grant types is for device codes.
    if registration.scopes:
        content["scopes"] = list(registration.scopes)
    if registration.grant_types:
        content["grantTypes"] = list(registration.grant_types)
    _write(registration_path(settings), content)


def forget_registration(settings: BrowserSettings) -> None:
    """Have the next sign-in register anew."""
    with contextlib.suppress(OSError):
        registration_path(settings).unlink(missing_ok=True)


def sign_in_fingerprint() -> object:
    """Return a value that changes when any program has signed in, through IAM Identity Center or `aws login`.

    Makes one `stat` call per file, and reads no file.
    """
    login = os.environ.get("AWS_LOGIN_CACHE_DIRECTORY") or "~/.aws/login/cache"
    return tuple(_states(folder) for folder in (token_folder(), expanded(login)))


def _states(folder: Path) -> tuple[tuple[str, int, int, int], ...]:
    try:
        with os.scandir(folder) as entries:
            files = [entry for entry in entries if entry.name.endswith(".json")]
    except OSError:
        return ()
    states = []
    for entry in files:
        with contextlib.suppress(OSError):  # replaced meanwhile
            found = os.stat(entry.path)  # noqa: PTH116 - on Windows, entry.stat() is not up to date
            states.append((entry.name, found.st_ino, found.st_mtime_ns, found.st_size))
    return tuple(sorted(states))


def _path(made_from: str) -> Path:
    name = hashlib.sha1(made_from.encode(), usedforsecurity=False).hexdigest()
    return token_folder() / f"{name}.json"


def _checked(found: Mapping[str, Any]) -> dict[str, Any] | None:
    expires, access_token = token_time(found.get("expiresAt")), found.get("accessToken")
    if expires is None or not isinstance(access_token, str) or not _HEADER.fullmatch(access_token):
        return None
    token: dict[str, Any] = {"accessToken": access_token, "expiresAt": _written(expires)}
    registered = token_time(found.get("registrationExpiresAt"))
    renewing = {name: found.get(name) for name in ("refreshToken", "clientId", "clientSecret")}
    if registered is not None and all(isinstance(value, str) and value for value in renewing.values()):
        token |= {**renewing, "registrationExpiresAt": _written(registered)}
    return {**{name: found[name] for name in ("startUrl", "region") if isinstance(found.get(name), str)}, **token}


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file; empty if the file can't be read, is not JSON, or holds another value."""
    try:
        content = json.loads(read_beginning(path, _MOST_BYTES).decode("utf-8"))  # botocore accepts no other encoding
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _write(path: Path, content: dict[str, Any]) -> None:
    write_whole(path, json.dumps(content).encode())


def _written(time: datetime) -> str:
    """Return a time as botocore writes it. As texts, times of one century sort in their order."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def token_time(text: object) -> datetime | None:
    """Return a time as botocore and older AWS CLIs write it: with Z, UTC or an offset at its end."""
    if not isinstance(text, str):
        return None
    try:
        time = datetime.fromisoformat(text[:_LONGEST_TIME].strip().removesuffix("UTC"))
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return time if time.year in _YEARS else None


def _texts(found: object) -> tuple[str, ...]:
    return tuple(found) if isinstance(found, list) and all(isinstance(text, str) for text in found) else ()
