"""Refreshing credentials earlier than botocore does.

Relies on `RefreshableCredentials._seconds_remaining()` and `._advisory_refresh_timeout` (botocore/credentials.py):
there is no public way to refresh before botocore thinks it necessary. Without them, botocore refreshes credentials at
their next use if they expire within 15 minutes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.aws.botocore_patches.release import has, tell_once

if TYPE_CHECKING:
    from botocore.credentials import RefreshableCredentials


def seconds_left(credentials: RefreshableCredentials) -> float | None:
    """Return how long the credentials stay valid.

    None if they have expired, were never fetched, come from a source that names no end, or botocore doesn't tell.
    """
    refreshable: Any = credentials
    if not has(refreshable, "_seconds_remaining", "_advisory_refresh_timeout"):
        tell_once("when credentials expire", "they are refreshed as botocore does it")
        return None
    if refreshable.refresh_needed(0):
        return None
    try:
        return float(refreshable._seconds_remaining())
    except TypeError:
        return None  # botocore keeps None as the end where the source names none


def refresh_ahead(credentials: RefreshableCredentials, seconds: float) -> None:
    """Refresh the credentials if they expire within `seconds`. Other threads meanwhile use the present ones.

    :raises Exception: any exception of botocore's; the present credentials stay in use
    """
    refreshable: Any = credentials
    botocores = refreshable._advisory_refresh_timeout
    refreshable._advisory_refresh_timeout = seconds
    try:
        credentials.get_frozen_credentials()
    finally:
        refreshable._advisory_refresh_timeout = botocores
