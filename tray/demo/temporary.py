"""Temporary credentials: principals with a session token, valid until they expire."""

from __future__ import annotations

import secrets
from datetime import datetime

from tray.demo.world import Principal

_KEY_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def temporary_principal(account_id: str, arn: str, expires: datetime) -> Principal:
    """Return a principal with new keys that are valid until `expires`; temporary access keys begin with ASIA.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
    """
    return Principal(
        access_key_id="ASIA" + "".join(secrets.choice(_KEY_ALPHABET) for _ in range(16)),
        account_id=account_id,
        arn=arn,
        secret_access_key=secrets.token_urlsafe(30),
        session_token=secrets.token_urlsafe(96),
        expires=expires,
    )
