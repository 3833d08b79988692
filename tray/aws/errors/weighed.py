"""The errors for what a region's refusal means once it is weighed against what else is known of the signer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.model.access_keys import cut
from tray.model.problems import Kind, TrayError
from tray.model.signer import StoredKey

if TYPE_CHECKING:
    from tray.model.notebooks import Scope


def region_not_enabled(scope: Scope, refused: TrayError) -> TrayError:
    """Return the error for a region that refuses credentials which others accept."""
    key = cut(scope.signer.key_id) if isinstance(scope.signer, StoredKey) else ""
    error = TrayError(
        "region-disabled",
        kind=Kind.CONFIGURATION,
        aws_profile=scope.aws_profile,
        key=key,
        profile=scope.profile,
        region=scope.region,
    )
    return error.of_request(refused.problem.request_id)


def access_key_refused(signer: StoredKey) -> TrayError:
    """Return the error for an access key in the keyring that AWS doesn't accept."""
    return TrayError("stored-key-refused", kind=Kind.SIGN_IN, key=cut(signer.key_id), profile=signer.profile)
