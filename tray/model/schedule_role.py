"""The IAM role with which EventBridge Scheduler stops the notebook instances of a profile."""

from __future__ import annotations

import re

from tray.model.problems import ExitStatus, Kind, TrayError
from tray.model.short_text import short_text

# RoleArn of a Target in botocore's service model (scheduler/2021-06-30); the length is that of the longest path and the
# longest name that IAM gives a role (IAM and STS quotas: 512 and 64 characters), behind the longest prefix. It is
# compiled where a profile has a role: that takes 3 ms of each command.
_ROLE = r"(?a:arn:(aws[a-z-]*):iam::(\d{12}):role/[\w+=,.@/-]{1,576})"


def is_schedule_role(arn: str) -> bool:
    """Whether `arn` is that of an IAM role, or empty, which is for none."""
    return not arn or re.fullmatch(_ROLE, arn) is not None


def check_schedule_role(arn: str) -> str:
    """Return `arn` if it is that of an IAM role, or empty, which is for none.

    :raises TrayError: (usage) it is neither
    """
    if not is_schedule_role(arn):
        raise TrayError(
            "schedule-role-refused", kind=Kind.CONFIGURATION, status=ExitStatus.USAGE, given=short_text(arn)
        )
    return arn


def parse_schedule_role(text: str) -> str:
    """Return the ARN that the user gives: spaces around it are left out, and empty or `none` stands for no role.

    :raises TrayError: (usage) it is neither an ARN of a role nor one of these
    """
    given = text.strip()
    return "" if given.casefold() == "none" else check_schedule_role(given)


def account_of(arn: str) -> tuple[str, str]:
    """Return the partition and the account of a role's ARN; two empty texts for anything else."""
    found = re.fullmatch(_ROLE, arn) if arn else None
    return (found[1], found[2]) if found else ("", "")
