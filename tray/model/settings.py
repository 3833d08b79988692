"""All that a user can set, in one table: the settings page and the command line both offer exactly this.

`tests/unit/test_settings_table.py` holds the two to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from tray.model.notification_kinds import NotificationKind


class Of(Enum):
    """What a setting belongs to."""

    PROFILE = auto()
    PROGRAM = auto()


class Keeper(Enum):
    """What keeps a setting."""

    KEYRING = auto()
    STATE_FOLDER = auto()  # a file of this computer's, without secrets
    SYSTEM = auto()  # what the system starts at login


class Value(Enum):
    """What a setting's value is, and so how it is checked."""

    NAME = auto()  # a profile's: `settings.profiles.model.Profile`, and no other profile has it
    CREDENTIALS = auto()  # an AWS profile's name, or an access key with its secret: `model.access_keys.AccessKey`
    REGIONS = auto()  # known ones, or those that the user has confirmed: `fleet.profiles.region_checks`
    LENGTH = auto()  # seconds, as AWS takes them: `model.lengths.check_session_seconds`
    HOURS = auto()  # whole hours, 0 for never: `model.lengths`
    TIME = auto()  # a local time of the day, or none: `model.times_of_day`
    ROLE = auto()  # the ARN of an IAM role, or none: `model.schedule_role`
    VIEW = auto()  # one of `model.lengths.View`
    SWITCH = auto()  # on or off
    TAG = auto()  # the key of a tag, or none: `fleet.facts.owner_files.check_tag_key`


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting: its `name` is that of its field on the page, and of its words in `texts.settings`.

    `command` is the command that sets it, and `options` are those of its options that do; without options, the command
    takes a setting's name and a value.
    """

    name: str
    of: Of
    keeper: Keeper
    value: Value
    command: tuple[str, ...]
    options: tuple[str, ...] = ()


_PROFILE = (Of.PROFILE, Keeper.KEYRING)
_SET = ("profiles", "set")

PROFILE_SETTINGS = (
    Setting("name", *_PROFILE, Value.NAME, _SET, ("--rename",)),
    Setting("shown", *_PROFILE, Value.SWITCH, _SET, ("--shown", "--hidden")),
    Setting(
        "credentials",
        *_PROFILE,
        Value.CREDENTIALS,
        _SET,
        ("--aws-profile", "--access-key", "--secret-stdin", "--session-token"),
    ),
    Setting("regions", *_PROFILE, Value.REGIONS, _SET, ("--region", "--own-region", "--allow-unknown-region")),
    Setting("session_seconds", *_PROFILE, Value.LENGTH, _SET, ("--session-length",)),
    Setting("view", *_PROFILE, Value.VIEW, _SET, ("--view",)),
    Setting("left_running_hours", *_PROFILE, Value.HOURS, _SET, ("--left-running",)),
    Setting("stop_at", *_PROFILE, Value.TIME, _SET, ("--stop-at",)),
    Setting("stop_when_idle_hours", *_PROFILE, Value.HOURS, _SET, ("--stop-when-idle",)),
    Setting("stop_at_logout", *_PROFILE, Value.SWITCH, _SET, ("--stop-at-logout", "--no-stop-at-logout")),
    Setting("schedule_role", *_PROFILE, Value.ROLE, _SET, ("--schedule-role",)),
)

_PROGRAM = ("settings", "set")
_NOTIFY = "notify-"

PROGRAM_SETTINGS = (
    Setting("autostart", Of.PROGRAM, Keeper.SYSTEM, Value.SWITCH, _PROGRAM),
    Setting("look-before-stop", Of.PROGRAM, Keeper.STATE_FOLDER, Value.SWITCH, _PROGRAM),
    Setting("check-updates", Of.PROGRAM, Keeper.STATE_FOLDER, Value.SWITCH, _PROGRAM),
    Setting("owner-tag", Of.PROGRAM, Keeper.STATE_FOLDER, Value.TAG, ("owner-tag",), ("--off",)),
    *(
        Setting(f"{_NOTIFY}{kind.value}", Of.PROGRAM, Keeper.STATE_FOLDER, Value.SWITCH, _PROGRAM)
        for kind in NotificationKind
    ),
)

SETTINGS = (*PROFILE_SETTINGS, *PROGRAM_SETTINGS)


def kind_of(name: str) -> NotificationKind | None:
    """Return the kind of notifications that a setting turns on or off; None if it is another setting."""
    return next((kind for kind in NotificationKind if name == f"{_NOTIFY}{kind.value}"), None)
