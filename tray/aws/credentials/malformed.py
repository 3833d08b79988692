"""Refuses credentials that no request can carry, because they were cut or pasted wrongly, from any source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tray.model.problems import Kind, TrayError
from tray.model.signer import AwsProfile, StoredKey

if TYPE_CHECKING:
    from tray.model.signer import Signer

# As for access keys of the keyring (tray/model/access_keys.py). A line break would end a request's header: http.client
# then refuses the request and quotes the header, which looks like a failed connection.
_USABLE = re.compile(r"[!-~]+")


def check_usable(access_key: object, secret_key: object, token: object, signer: Signer) -> None:
    """Check that all parts of credentials can be sent. Empty parts are left to botocore.

    :raises TrayError: (configuration) a part can't be sent; the message names the part and never shows its value
    """
    for part, value in (
        ("access-key", access_key),
        ("secret", secret_key),
        ("session-token", token),
    ):
        if value and not (isinstance(value, str) and _USABLE.fullmatch(value)):
            aws_profile = signer.name if isinstance(signer, AwsProfile) else ""
            profile = signer.profile if isinstance(signer, StoredKey) else ""
            raise TrayError(
                "credentials-malformed", kind=Kind.CONFIGURATION, aws_profile=aws_profile, profile=profile, part=part
            )
