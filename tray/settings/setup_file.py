"""An administrator's file, which says what profiles to configure: TOML, read and checked. Pure.

docs/setup-file.md describes it, and docs/schema/setup-file.json is its schema.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from tray.model.identity_center import CenterRole, center_at
from tray.model.lengths import View, check_left_running_hours, check_stop_when_idle_hours, parse_session_length
from tray.model.new_profiles import FromFile, NewProfile, SetUpFile
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.model.schedule_role import check_schedule_role
from tray.model.short_text import short_text
from tray.model.times_of_day import parse_time_of_day
from tray.settings.profiles.model import Profile

# 64 KiB have room for more profiles than an analyst has.
MOST_BYTES = 64 * 1024
MOST_PROFILES = 500
# tomllib's time for one key grows with the square of its length: 16 s for a key of 64 KiB.
MOST_IN_LINE = 1000
# What this release reads; what is in a newer form may mean something else.
VERSION = 1

OF_FILE = frozenset({"version", "defaults", "profiles"})
OF_DEFAULTS = frozenset(
    {
        *("regions", "session_length", "view", "left_running_hours", "sso_start_url", "sso_region"),
        *("stop_at", "stop_when_idle_hours", "stop_at_logout", "schedule_role"),
    }
)
OF_PROFILE = frozenset({"name", "aws_profile", "sso_account_id", "sso_role_name", *OF_DEFAULTS})

_MOST_IGNORED = 10
# Of those that lead to a value, the last are named.
_MOST_KEYS = 8
# Such keys are refused whatever they hold: a file that goes to many must hold no secret.
_SECRET_KEY = re.compile(r"secret|token|passw|passphrase|credential|accesskey|privatekey|apikey")
# The form of an access key's id (IAM User Guide, "Unique identifiers": AKIA for long-term keys, ASIA for temporary).
_KEY_ID = re.compile(r"(?<![A-Za-z0-9])A(?:KI|SI)A[A-Z0-9]{16}(?![A-Za-z0-9])")
_AT = re.compile(r"at line (\d{1,6}), column (\d{1,6})")


def read_setup_file(data: bytes) -> SetUpFile:
    """Return what a file asks for. A profile with a wrong value has its problem, and stops no other.

    :raises TrayError: (usage) it is too long, no TOML, of a newer form, empty, or holds what looks like a secret
    """
    if len(data) > MOST_BYTES:
        raise _refused("setup-file-too-long", most=MOST_BYTES // 1024)
    tables = parsed(data)
    refuse_secrets(tables)
    version = tables.get("version", VERSION)
    if type(version) is not int or version < 1:
        raise _refused("setup-file-wrong", key="version", wanted="number")
    if version > VERSION:
        raise _refused("setup-file-newer", version=version)
    defaults, listed = tables.get("defaults", {}), tables.get("profiles", [])
    if not isinstance(defaults, dict):
        raise _refused("setup-file-wrong", key="defaults", wanted="table")
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise _refused("setup-file-wrong", key="profiles", wanted="tables")
    if not listed:
        raise _refused("setup-file-empty")
    if len(listed) > MOST_PROFILES:
        raise _refused("setup-file-many", number=len(listed), most=MOST_PROFILES)
    usual = {name: value for name, value in defaults.items() if name in OF_DEFAULTS}
    return SetUpFile(_profiles(listed, usual), _ignored(tables, defaults, listed))


def refuse_secrets(tables: Mapping[str, Any]) -> None:
    """Refuse what looks like a secret: what an administrator hands out goes to many.

    :raises TrayError: (usage) a key or a value looks like one; it is not shown
    """
    waiting: list[tuple[tuple[str, ...], Any]] = [((), tables)]
    while waiting:
        keys, value = waiting.pop()
        if isinstance(value, dict):
            for key, below in value.items():
                # Each key once: a list may hold thousands of values under a long one.
                if _SECRET_KEY.search(re.sub(r"[^a-z]", "", key.lower())):
                    raise _has_secret((*keys, key))
                waiting.append(((*keys, key)[-_MOST_KEYS:], below))
        elif isinstance(value, list):
            waiting += [(keys, below) for below in value]
        elif _KEY_ID.search(str(value)):
            raise _has_secret(keys)


def _has_secret(keys: tuple[str, ...]) -> TrayError:
    return _refused("setup-file-has-secret", key=short_text(".".join(map(short_text, keys[-_MOST_KEYS:]))))


def parsed(data: bytes) -> dict[str, Any]:
    """Return the tables of an administrator's TOML, parsed within bounds.

    :raises TrayError: (usage) it is no TOML, or has lines that are too long
    """
    try:
        text = data.decode("utf-8-sig")  # Windows' editors write a byte order mark
    except UnicodeDecodeError:
        raise _refused("setup-file-not-toml", line=0, column=0) from None
    # Only what TOML takes for the end of a line: str.splitlines() has others, such as U+2028, which a key may hold.
    for number, of_text in enumerate(text.split("\n"), 1):
        if len(of_text) > MOST_IN_LINE:
            raise _refused("setup-file-long-line", line=number, most=MOST_IN_LINE)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = _AT.search(str(error))
        line, column = map(int, found.groups()) if found else (0, 0)
        raise _refused("setup-file-not-toml", line=line, column=column) from None


def _profiles(listed: list[dict[str, Any]], usual: Mapping[str, Any]) -> tuple[FromFile, ...]:
    found: list[FromFile] = []
    names: set[str] = set()
    for at, table in enumerate(listed, 1):
        name = table.get("name")
        shown = short_text(name) if isinstance(name, str) and name else f"{at}"
        try:
            profile = profile_in({**usual, **table})
            if profile.name in names:
                raise _refused("setup-file-twice", profile=profile.name)
        except TrayError as error:
            found.append(FromFile(shown, problem=error.problem))
        else:
            names.add(profile.name)
            found.append(FromFile(profile.name, profile))
    return tuple(found)


def profile_in(table: Mapping[str, Any]) -> NewProfile:
    """Return the profile that a table asks for.

    :raises TrayError: (usage) a value can't be right; the error names its key or the value
    """
    name = _text(table, "name")
    regions = table.get("regions", [])
    if not isinstance(regions, list) or not all(isinstance(each, str) for each in regions):
        raise _refused("setup-file-wrong", key="regions", wanted="texts")
    view = _text(table, "view")
    if view and view not in [each.value for each in View]:
        raise _refused("setup-file-wrong", key="view", wanted="view")
    length = _text(table, "session_length")
    role = _center_role(table)
    new = NewProfile(
        name,
        _text(table, "aws_profile") or ("" if role else name),
        tuple(dict.fromkeys(regions or ([role.center.region] if role else []))),
        parse_session_length(length) if length else 0,
        View(view) if view else None,
        role,
        _left_running(table.get("left_running_hours")),
        parse_time_of_day(_text(table, "stop_at")),
        _stop_when_idle(table.get("stop_when_idle_hours", 0)),
        _switch(table, "stop_at_logout"),
        check_schedule_role(_text(table, "schedule_role")),
    )
    # Refuses wrong names and regions, and two kinds of credentials.
    Profile(name=new.name, aws_profile=new.aws_profile, regions=new.regions, center_role=role)
    return new


def _left_running(hours: Any) -> int | None:
    if hours is None:
        return None
    if type(hours) is not int:
        raise _refused("setup-file-wrong", key="left_running_hours", wanted="number")
    return check_left_running_hours(hours)


def _stop_when_idle(hours: Any) -> int:
    if type(hours) is not int:
        raise _refused("setup-file-wrong", key="stop_when_idle_hours", wanted="number")
    return check_stop_when_idle_hours(hours)


def _switch(table: Mapping[str, Any], key: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise _refused("setup-file-wrong", key=key, wanted="switch")
    return value


def _center_role(table: Mapping[str, Any]) -> CenterRole | None:
    """Return the role of IAM Identity Center of a profile; None if it names neither an account nor a role."""
    account, role = _text(table, "sso_account_id"), _text(table, "sso_role_name")
    start_url, region = _text(table, "sso_start_url"), _text(table, "sso_region")
    if not account and not role:
        return None
    given = {"sso_account_id": account, "sso_role_name": role, "sso_start_url": start_url, "sso_region": region}
    for key, value in given.items():
        if not value:
            raise _refused("setup-file-role-incomplete", key=key)
    return CenterRole(center_at(start_url, region), account, role)


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise _refused("setup-file-wrong", key=key, wanted="text")
    return value


def _ignored(tables: Mapping[str, Any], defaults: Mapping[str, Any], listed: list[dict[str, Any]]) -> tuple[str, ...]:
    unknown = [*(key for key in tables if key not in OF_FILE), *(key for key in defaults if key not in OF_DEFAULTS)]
    unknown += [key for table in listed for key in table if key not in OF_PROFILE]
    return tuple(map(short_text, dict.fromkeys(unknown)))[:_MOST_IGNORED]


def _refused(code: str, **places: Any) -> TrayError:
    return TrayError(code, kind=Kind.CONFIGURATION, status=ExitStatus.USAGE, **places)
