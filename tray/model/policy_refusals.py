"""How what an administrator's policy forbids is refused. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.model.policy import locked_of_profile
from tray.model.problems import ExitStatus, Kind, TrayError

if TYPE_CHECKING:
    from tray.model.policy import Policy


def too_long(longest_seconds: int) -> TrayError:
    """Return the refusal of a session length that is longer than the longest."""
    return TrayError(
        "policy-session-too-long", kind=Kind.CONFIGURATION, status=ExitStatus.REFUSED, longest_seconds=longest_seconds
    )


def fixed(profile: str) -> TrayError:
    """Return the refusal to change what the administrator has set of a profile."""
    return TrayError("policy-profile-fixed", kind=Kind.CONFIGURATION, status=ExitStatus.REFUSED, profile=profile)


def check_allowed(policy: Policy, what: str) -> None:
    """Refuse what the member of `Limits` with this name forbids.

    :raises TrayError: (refused) it does
    """
    check(bool(getattr(policy.limits, what)), what)


def check(allowed: bool, what: str) -> None:
    """Refuse what isn't allowed: `what` is the member of `Limits`.

    :raises TrayError: (refused) it isn't
    """
    if not allowed:
        raise forbidden(what)


def check_setting(policy: Policy, profile: str, setting: str) -> None:
    """Refuse to change a setting of a profile that the administrator has set.

    :raises TrayError: (refused) it is one
    """
    # Without a profile, it is about every profile: those whose value is fixed keep it.
    if profile and policy.profile(profile) is not None and setting in locked_of_profile(policy, profile):
        raise fixed(profile)


def forbidden(what: str) -> TrayError:
    """Return the refusal of what the member of `Limits` with this name forbids."""
    return TrayError("policy-forbids", kind=Kind.CONFIGURATION, status=ExitStatus.REFUSED, what=what)
