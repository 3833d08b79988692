"""Removes from the report what must not be in a ticket: secrets, and the user's identity.

Account ids, profile names, regions and hosts stay: they are not secret (AWS General Reference, "AWS account
identifiers"), and nobody could help without them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

_GONE = "…"

# Each takes time in proportion to the text: what may be long is tried from its beginning alone.
_PATTERNS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    # A user name and a password before a host.
    (re.compile(r"(\w://)[^/\s\"'<>“”]*@"), r"\1"),
    # What follows the question mark of an address: presigned URLs, codes, states.
    # An address without one is taken too, and stays: else each "://" in it would be tried anew.
    (
        re.compile(r"(\w://[^\s?\"'<>“”]*)(\?[^\s\"'<>“”]*)?"),
        lambda found: found[1] + (f"?{_GONE}" if found[2] else ""),
    ),
    (re.compile(r"\b((?:authToken|token|secret|password|code)=)[^&\s\"'<>“”]+", re.IGNORECASE), rf"\1{_GONE}"),
    # Unique identifiers of IAM: access keys (AKIA, ASIA), users, roles (IAM User Guide, "IAM identifiers").
    (re.compile(r"(?<![A-Z0-9])(AKIA|ASIA|ABIA|ACCA|AIDA|AROA|APKA|ASCA|ANPA|AGPA|AIPA)[A-Z0-9]{12,}"), rf"\1{_GONE}"),
    (re.compile(r"\beyJ[\w-]+(?:\.[\w-]*)*"), _GONE),  # a JSON Web Token
    # Keys and tokens as AWS makes them: long, and of capitals, small letters and digits.
    (re.compile(r"(?<![\w+/=-])(?=[\w+/=-]*[A-Z])(?=[\w+/=-]*[a-z])(?=[\w+/=-]*\d)[A-Za-z0-9+][\w+/=-]{39,}"), _GONE),
    (re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), f"{_GONE}@{_GONE}"),  # names sessions of roles
    (re.compile(r"(/home/|/Users/)[^/\s:;,”'\"]+"), rf"\1{_GONE}"),
    (re.compile(r"(\b[A-Za-z]:\\Users\\)(?:[^\\\n:;]{1,64}(?=\\)|[^\\\s:;,”'\"]+)"), rf"\1{_GONE}"),
)

# Environment variables with such a name have a secret value.
_SECRET_NAME = re.compile(r"SECRET|TOKEN|PASSW|ACCESS_KEY|API_?KEY|PRIVATE", re.IGNORECASE)
_SHORTEST_SECRET = 6


class Redaction:
    """Rewrites text for the report.

    :param secrets: values that must not be in the report, exactly as they are
    :param home: the user's home folder, which the report shows as `~`
    """

    def __init__(self, secrets: Iterable[str], home: PurePath) -> None:
        # The longest first: one secret may be a part of another.
        found = {each for each in secrets if len(each) >= _SHORTEST_SECRET}
        self._secrets = sorted(found, key=len, reverse=True)
        folder = str(home)
        # Not the home folder of the user "nobody", which is the root folder.
        self._home = re.compile(rf"{re.escape(folder)}(?![\w.-])") if len(folder) > 1 else None

    def __call__(self, text: str) -> str:
        """Return `text` fit for a ticket."""
        for secret in self._secrets:
            text = text.replace(secret, _GONE)
        if self._home is not None:
            text = self._home.sub("~", text)
        for pattern, instead in _PATTERNS:
            text = pattern.sub(instead, text)
        return text


def environment_secrets(environment: Mapping[str, str] = os.environ) -> set[str]:
    """Return the secrets that an environment holds: tokens, keys, and the user names and passwords of proxies."""
    secrets = {value for name, value in environment.items() if _SECRET_NAME.search(name) and "/" not in value[:1]}
    for name, value in environment.items():
        if name.lower().endswith("_proxy"):
            secrets |= _of_url(value)
    return secrets


def _of_url(url: str) -> set[str]:
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        found = {each for each in (parts.username, parts.password) if each}
    except ValueError:
        return {url}
    return found | {unquote(each) for each in found}


def file_secrets() -> set[str]:
    """Return the secrets in the AWS config and credentials files; none from a file that can't be parsed."""
    from tray.aws.config import read_aws_files

    try:
        profiles = read_aws_files().merged["profiles"].values()
    except Exception:  # noqa: BLE001 - a check tells what is wrong with them, and what can't be parsed isn't quoted
        return set()
    return {
        value
        for settings in profiles
        for name, value in settings.items()
        if isinstance(value, str) and _SECRET_NAME.search(name)
    }
