"""What the user configured: a profile.

Every start of the program imports this module, so it needs nothing but the standard library.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tray.model.access_keys import check_key_id
from tray.model.lengths import (
    DEFAULT_LEFT_RUNNING_HOURS,
    DEFAULT_SESSION_SECONDS,
    View,
    check_left_running_hours,
    check_session_seconds,
    check_stop_when_idle_hours,
)
from tray.model.problems import ExitStatus, Kind, Problem, TrayError
from tray.model.profile_names import MAXIMUM_NAME_LENGTH, fault_of
from tray.model.schedule_role import check_schedule_role
from tray.model.short_text import short_text
from tray.model.signer import AwsProfile, Signer, StoredKey
from tray.model.times_of_day import check_time_of_day

if TYPE_CHECKING:
    from tray.model.identity_center import CenterRole


# A region's name is a host label (botocore.utils.validate_region_name), and all of botocore's endpoints.json
# have this shape: us-east-1, us-gov-west-1, eusc-de-east-1.
_REGION = re.compile(r"[a-z]{2,}(-[a-z0-9]+)+-[0-9]+")
_MAXIMUM_HOST_LABEL = 63


@dataclass(frozen=True, slots=True)
class Profile:
    """One way to sign in, and where to look for notebook instances with it.

    `aws_profile` is a name in the AWS config and credentials files. No `regions` means that AWS profile's own region.
    `session_seconds` and `view` apply when the user chooses neither. With an `access_key_id`, that access key signs in
    place of an AWS profile: `aws_profile` is empty, and there is at least one region. The key's secret is only in the
    keyring. The same holds for a `center_role`, with whose credentials IAM Identity Center has the profile sign.
    `left_running_hours` is the limit of left-running: a notebook instance that has been running for longer is said to
    be, in whole hours from 1 to 168; 0 for never. Its line in the menu and its row on the page of all notebook
    instances say so (`model.left_running`).
    The habits of stopping later: what runs is stopped each day at the local time `stop_at` (`HH:MM`, empty for never),
    when there has been no sign of work for `stop_when_idle_hours` (1 to 168, 0 for never), and when the user logs out
    or shuts the computer down, if `stop_at_logout`. `fleet.planned_stops` carries them out.
    `schedule_role` is the ARN of the IAM role with which EventBridge Scheduler stops them at a planned time, also with
    this computer off; empty: nothing is created there.

    :raises TrayError: (usage) a value can't be right; the error names the value
    """

    name: str
    aws_profile: str
    regions: tuple[str, ...] = ()
    session_seconds: int = DEFAULT_SESSION_SECONDS
    view: View = View.LAB
    access_key_id: str = ""
    center_role: CenterRole | None = None
    left_running_hours: int = DEFAULT_LEFT_RUNNING_HOURS
    stop_at: str = ""
    stop_when_idle_hours: int = 0
    stop_at_logout: bool = False
    schedule_role: str = ""

    def __post_init__(self) -> None:
        _check_name(self.name)
        if self.access_key_id:
            check_key_id(self.access_key_id)
            self._check_alone("no-region-for-key", self.center_role)
        elif self.center_role is not None:
            check_region(self.center_role.center.region)
            self._check_alone("no-region-for-role")
        else:
            _check_name(self.aws_profile, of_aws_profile=True)
        # A frozen dataclass is set up through object; the first of two equal regions keeps its place.
        object.__setattr__(self, "regions", tuple(dict.fromkeys(map(check_region, self.regions))))
        check_session_seconds(self.session_seconds)
        check_left_running_hours(self.left_running_hours)
        check_time_of_day(self.stop_at)
        check_stop_when_idle_hours(self.stop_when_idle_hours)
        check_schedule_role(self.schedule_role)

    @property
    def signer(self) -> Signer:
        """The signer: the AWS profile, the access key that the keyring holds for this profile, or its role."""
        if self.center_role is not None:
            return self.center_role
        return StoredKey(self.name, self.access_key_id) if self.access_key_id else AwsProfile(self.aws_profile)

    def signed_by(self, *, aws_profile: str = "", access_key_id: str = "") -> Profile:
        """Return the same profile with another signer, in place of whatever signs now.

        :raises TrayError: (usage) both are given, or it would have no region
        """
        return replace(self, aws_profile=aws_profile, access_key_id=access_key_id, center_role=None)

    def _check_alone(self, without_region: str, other: object = None) -> None:
        if self.aws_profile or other is not None:
            raise _refused("two-kinds-of-credentials", profile=short_text(self.name))
        if not self.regions:
            raise _refused(without_region, profile=short_text(self.name))


@dataclass(frozen=True, slots=True)
class ProfileProblem:
    """A profile of the index that can't be read, and why; without a name, a problem of the index itself."""

    name: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class StoredProfiles:
    """All profiles at one moment, in the order in which they were added. A bad one hides no other.

    `unchecked` are profiles that the user keeps configured, but doesn't list.
    `generation` is 0 until a profile is first stored, and grows with every change.
    """

    profiles: tuple[Profile, ...] = ()
    unchecked: tuple[Profile, ...] = ()
    problems: tuple[ProfileProblem, ...] = ()
    generation: int = 0


def check_region(region: str) -> str:
    """Return `region` if it has the form of an AWS region's name; only AWS knows whether the region exists.

    :raises TrayError: (usage) it has another form
    """
    if len(region) > _MAXIMUM_HOST_LABEL or not _REGION.fullmatch(region):
        raise _refused("region-refused", region=short_text(region))
    return region


def _check_name(name: str, *, of_aws_profile: bool = False) -> None:
    fault = fault_of(name)
    if fault:
        raise _refused(
            "name-refused",
            fault=fault,
            of_aws_profile=of_aws_profile,
            # A name that begins or ends with a space is short and printable, and is shown as it is.
            name=short_text(name),
            length=len(name),
            most=MAXIMUM_NAME_LENGTH,
        )


def _refused(code: str, **places: Any) -> TrayError:
    return TrayError(code, kind=Kind.CONFIGURATION, status=ExitStatus.USAGE, **places)
