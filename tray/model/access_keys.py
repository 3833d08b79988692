"""Access keys that a user keeps in the keyring, as values. Every start imports this: the standard library only."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tray.model.problems import ExitStatus, Kind, TrayError

# accessKeyIdType of the IAM API: [\w]+, 16 to 128 characters.
_KEY_ID = re.compile(r"[A-Za-z0-9_]{16,128}")
# AWS specifies neither form. A text with a space or a character beyond printable ASCII was pasted wrongly.
_SECRET = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class AccessKey:
    """An access key with its secret; temporary keys have a session token too. Only the shortened id is ever printed.

    :raises TrayError: (usage) a part can't be right; the message names the part and never shows its value
    """

    key_id: str
    secret: str = field(repr=False)
    session_token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        check_key_id(self.key_id)
        if not _SECRET.fullmatch(self.secret):
            raise _refused("secret-refused")
        if self.session_token and not _SECRET.fullmatch(self.session_token):
            raise _refused("session-token-refused")


class SealedKey:
    """An access key on its way to the keyring: taken once, and then kept nowhere.

    A command that holds one can be kept, compared and printed like any other.
    """

    def __init__(self, key: AccessKey) -> None:
        self._held = [key]

    def take(self) -> AccessKey | None:
        """Return the access key; None after the first time. Safe to use from any thread."""
        try:
            return self._held.pop()
        except IndexError:
            return None


def check_key_id(key_id: str) -> str:
    """Return `key_id` if it can be the id of an access key.

    :raises TrayError: (usage) it can't
    """
    if not _KEY_ID.fullmatch(key_id):
        # The value is not shown: the likeliest mistake is that the user gave the secret in its place.
        raise _refused("key-id-refused", length=len(key_id))
    return key_id


def check_given(key: AccessKey) -> AccessKey:
    """Return an access key that the user gives, if it can be one: whole, and without what was copied around it.

    ASIA begins the ids of temporary keys alone (IAM User Guide, "Unique identifiers"), and AWS takes none without its
    token. No secret and no token begins or ends with a quotation mark. An access key that is stored already isn't
    checked: it is the user's, and AWS says what it is worth.

    :raises TrayError: (usage) it can't
    """
    if key.key_id.startswith("ASIA") and not key.session_token:
        raise _refused("session-token-missing")
    if key.secret.strip("\"'") != key.secret:
        raise _refused("secret-refused")
    if key.session_token.strip("\"'") != key.session_token:
        raise _refused("session-token-refused")
    return key


def cut(key_id: str) -> str:
    """Return an id in a short form that tells it from others and can't be copied: AKIA…WXYZ."""
    return f"{key_id[:4]}…{key_id[-4:]}"


def _refused(code: str, **places: Any) -> TrayError:
    return TrayError(code, kind=Kind.CONFIGURATION, status=ExitStatus.USAGE, **places)
