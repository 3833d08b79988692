"""A profile as the text of one keyring item, and back: pure functions.

The text is compact JSON. Its `format` is [major, minor]. A program that adds members raises the minor number:
older programs read what they know and keep the rest when they write the item again. A program that changes the
meaning of a member raises the major number: older programs refuse the item and leave it alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from tray.model.access_keys import AccessKey
from tray.model.center import Center
from tray.model.identity_center import CenterRole
from tray.model.lengths import DEFAULT_LEFT_RUNNING_HOURS, View
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.settings.profiles.model import Profile

# Minor 5 adds `stop_at`, `stop_when_idle_hours` and `stop_at_logout`, which only profiles with such a habit have. A
# program that only knows an earlier minor keeps the members.
# Minor 5 adds `schedule_role`, which is left out where it is empty. Programs of earlier minors keep the member.
# Minor 4 adds `left_running_hours`. A program that only knows an earlier minor keeps the member.
# Minor 3 adds `identity_center`. A program that only knows an earlier minor takes such a profile for one of a newer
# version, as it has no AWS profile.
# Minor 2 adds `unchecked`. A program that only knows minor 1 lists such a profile, and keeps the member.
# Minor 1 adds `access_key`. A program that only knows minor 0 takes a profile with an access key for one of a newer
# version, as it has no AWS profile. All other items are the same in these versions.
MAJOR, MINOR = 1, 5

# Windows' CredWrite takes CRED_MAX_CREDENTIAL_BLOB_SIZE = 5 * 512 bytes, and keyring hands it UTF-16:
# https://learn.microsoft.com/windows/win32/api/wincred/ns-wincred-credentialw
# The limit holds on every system, so that every profile can be made on every system.
MAXIMUM_CHARACTERS = 1280

_Value = TypeVar("_Value")

# The exceptions that reading a wrong text can raise.
_FAULTS = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)

_KNOWN = frozenset(
    {
        "format",
        "name",
        "aws_profile",
        "regions",
        "session_seconds",
        "view",
        "access_key",
        "identity_center",
        "unchecked",
        "left_running_hours",
        "stop_at",
        "stop_when_idle_hours",
        "stop_at_logout",
        "schedule_role",
    }
)
_KEY_MEMBERS = ("id", "secret", "token")
_ROLE_MEMBERS = ("start_url", "region", "account", "role")


@dataclass(frozen=True, slots=True)
class ItemRest:
    """The rest of an item beside the profile: the access key with its secret, and what a newer program stored.

    Both are kept when the item is written again. This program never reads the members of a newer program, which are
    `members` and the unknown members of the access key and of the role.

    `unchecked`: the user keeps the profile, but the program doesn't list it.
    """

    minor: int = MINOR
    members: Mapping[str, Any] = field(default_factory=dict, repr=False)
    access_key: AccessKey | None = None
    key_members: Mapping[str, Any] = field(default_factory=dict, repr=False)
    unchecked: bool = False
    role_members: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def with_key(self, access_key: AccessKey) -> ItemRest:
        """Return the same with another access key."""
        return replace(self, access_key=access_key)


def characters(text: str) -> int:
    """Return the length of `text` as Windows counts it: in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def encode(profile: Profile, kept: ItemRest | None = None) -> str:
    """Return the item's text for `profile`, with what was `kept` from its previous item.

    :raises TrayError: (usage) the text is over 1,280 characters; the error names the profile and what is too long
    :raises ValueError: the profile signs with another access key than the kept one
    """
    kept = kept or ItemRest()
    key = kept.access_key if profile.access_key_id else None
    if profile.access_key_id != (key.key_id if key else ""):
        raise ValueError(f"there is no secret for the access key of {profile.name!r}")
    known: dict[str, Any] = {
        "format": [MAJOR, max(MINOR, kept.minor)],
        "name": profile.name,
        "aws_profile": profile.aws_profile,
        "regions": list(profile.regions),
        "session_seconds": profile.session_seconds,
        "view": profile.view.value,
    }
    if key is not None:
        token = {"token": key.session_token} if key.session_token else {}
        known["access_key"] = {"id": key.key_id, "secret": key.secret, **token, **kept.key_members}
    if (role := profile.center_role) is not None:
        known["identity_center"] = {
            "start_url": role.center.start_url,
            "region": role.center.region,
            "account": role.account,
            "role": role.role,
            **kept.role_members,
        }
    if kept.unchecked:
        known["unchecked"] = True
    if profile.stop_at:
        known["stop_at"] = profile.stop_at
    if profile.stop_when_idle_hours:
        known["stop_when_idle_hours"] = profile.stop_when_idle_hours
    if profile.stop_at_logout:
        known["stop_at_logout"] = True
    if profile.schedule_role:
        known["schedule_role"] = profile.schedule_role
    text = _compact({**known, "left_running_hours": profile.left_running_hours, **kept.members})
    if characters(text) > MAXIMUM_CHARACTERS and profile.left_running_hours == DEFAULT_LEFT_RUNNING_HOURS:
        # An item that earlier programs have filled up can still be changed.
        text = _compact({**known, **kept.members})
    if characters(text) > MAXIMUM_CHARACTERS:
        raise _too_long(profile, kept, characters(text))
    return text


def decode(text: str, name: str) -> tuple[Profile, ItemRest]:
    """Return the profile in the text of the item that the index lists as `name`, and what to keep with it.

    :raises TrayError: (keyring) the text is of a newer format, damaged, or another profile's
    """
    try:
        stored = json.loads(text)
        major, minor = (_typed(number, int) for number in stored["format"])
    except _FAULTS:
        # `from None`, because a JSONDecodeError carries the item's text.
        raise _damaged(name) from None
    if major > MAJOR:
        raise _newer(name)
    try:
        key, key_members = _access_key(stored.get("access_key"))
        role, role_members = _center_role(stored.get("identity_center"))
        profile = Profile(
            name=_typed(stored["name"], str),
            aws_profile=_typed(stored["aws_profile"], str),
            regions=tuple(_typed(region, str) for region in _typed(stored["regions"], list)),
            session_seconds=_typed(stored["session_seconds"], int),
            view=View(stored["view"]),
            access_key_id=key.key_id if key else "",
            center_role=role,
            left_running_hours=_typed(stored.get("left_running_hours", DEFAULT_LEFT_RUNNING_HOURS), int),
            stop_at=_typed(stored.get("stop_at", ""), str),
            stop_when_idle_hours=_typed(stored.get("stop_when_idle_hours", 0), int),
            stop_at_logout=_switch(stored.get("stop_at_logout", False)),
            schedule_role=_typed(stored.get("schedule_role", ""), str),
        )
        members = {member: stored[member] for member in stored if member not in _KNOWN}
        _compact(
            [members, key_members, role_members]
        ).encode()  # half a surrogate pair can be read, and never written again
    except (*_FAULTS, TrayError):
        raise (_damaged if minor <= MINOR else _newer)(name) from None
    if profile.name != name:
        raise _damaged(name)
    unchecked = stored.get("unchecked") is True
    return profile, ItemRest(minor, members, key, key_members, unchecked=unchecked, role_members=role_members)


def name_in(text: str) -> str | None:
    """Return the name of the profile in an item's text, None where it can't be read."""
    try:
        name = json.loads(text)["name"]
    except _FAULTS:
        return None
    return name if isinstance(name, str) and name else None


def _access_key(stored: Any) -> tuple[AccessKey | None, Mapping[str, Any]]:
    if stored is None:
        return None, {}
    members = _typed(stored, dict)
    key = AccessKey(_typed(members["id"], str), _typed(members["secret"], str), _typed(members.get("token", ""), str))
    return key, {name: value for name, value in members.items() if name not in _KEY_MEMBERS}


def _center_role(stored: Any) -> tuple[CenterRole | None, Mapping[str, Any]]:
    if stored is None:
        return None, {}
    members = _typed(stored, dict)
    start_url, region, account, role = (_typed(members[name], str) for name in _ROLE_MEMBERS)
    made = CenterRole(Center(start_url, region), account, role)
    return made, {name: value for name, value in members.items() if name not in _ROLE_MEMBERS}


def _typed(value: Any, kind: type[_Value]) -> _Value:
    # isinstance takes a bool for an int, but a bool is not a session length.
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(kind.__name__)
    return value


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(bool.__name__)
    return value


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _too_long(profile: Profile, kept: ItemRest, length: int) -> TrayError:
    parts: tuple[tuple[str, object], ...] = (
        ("name", profile.name),
        ("aws-profile", profile.aws_profile),
        ("regions", list(profile.regions)),
        ("start-url", profile.center_role.center.start_url if profile.center_role else ""),
        ("secret", kept.access_key.secret if kept.access_key else ""),
        ("token", kept.access_key.session_token if kept.access_key else ""),
        ("schedule-role", profile.schedule_role),
        ("newer", dict(kept.members)),
    )
    longest, share = max(((part, characters(_compact(value))) for part, value in parts), key=lambda part: part[1])
    return TrayError(
        "profile-too-long",
        kind=Kind.CONFIGURATION,
        status=ExitStatus.USAGE,
        profile=profile.name,
        needs=length,
        most=MAXIMUM_CHARACTERS,
        part=longest,
        share=share,
        start=(profile.aws_profile if longest == "aws-profile" else profile.name)[:20],
        regions=len(profile.regions),
    )


def _newer(name: str) -> TrayError:
    return TrayError("profile-newer", kind=Kind.KEYRING, status=ExitStatus.KEYRING, profile=name)


def _damaged(name: str) -> TrayError:
    return TrayError("profile-damaged", kind=Kind.KEYRING, status=ExitStatus.KEYRING, profile=name)
