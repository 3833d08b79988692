r"""Windows: `Software\Policies\NotebookTray` in the registry, that of the computer before that of the user.

Users may read these keys, and only administrators and the Group Policy may write to them; the key of
HKEY_CURRENT_USER has the same protection (https://learn.microsoft.com/previous-versions/windows/desktop/policy/
implementing-registry-based-policy).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tray.model.policy import NAMES, POLICY_SETTINGS, REGISTRY_KEY, Form, Given, given_name, profile_value, switch
from tray.model.problems import Kind, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

if sys.platform != "win32":
    raise ImportError("the registry is Windows' own")

import winreg

# More values and profiles than any policy has.
_MOST = 600
_MOST_CHARACTERS = 64 * 1024
_PROFILES = given_name("profiles")
_KEYS = {given_name(name).lower(): name for name in NAMES}
_SWITCHES = frozenset(each.name for each in POLICY_SETTINGS if each.form is Form.SWITCH)
_ROOTS = (("HKEY_LOCAL_MACHINE", winreg.HKEY_LOCAL_MACHINE), ("HKEY_CURRENT_USER", winreg.HKEY_CURRENT_USER))


def sources(path: str = REGISTRY_KEY) -> Sequence[Given]:
    """Return what the keys give; nothing of a key that isn't there. `path` is for tests."""
    found = (_given(rf"{name}\{path}", root, path) for name, root in _ROOTS)
    return tuple(each for each in found if each is not None)


def _given(where: str, root: int, path: str) -> Given | None:
    try:
        # The 64-bit view: a 32-bit Python would else be shown another key.
        with winreg.OpenKey(root, path, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as key:
            values: dict[str, object] = {}
            for name, value in _values(key):
                known = _KEYS.get(name.lower(), name)
                values[known] = switch(value) if known in _SWITCHES else value
            if tables := _profiles(key):
                values["profiles"] = tables
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Given(where, problem=Problem.of("policy-unreadable", Kind.CONFIGURATION, path=where, reason=reason))
    return Given(where, values)


def _profiles(key: Any) -> list[object]:
    """Return the profiles, a key each, by the order of their names."""
    tables: list[object] = []
    try:
        with winreg.OpenKey(key, _PROFILES) as listed:
            for at in range(min(winreg.QueryInfoKey(listed)[0], _MOST)):
                name = winreg.EnumKey(listed, at)
                with winreg.OpenKey(listed, name) as one:
                    tables.append({"name": name, **dict(profile_value(*each) for each in _values(one))})
    except FileNotFoundError:
        pass
    return sorted(tables, key=lambda each: str(each["name"]).casefold() if isinstance(each, dict) else "")


def _values(key: Any) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for at in range(min(winreg.QueryInfoKey(key)[1], _MOST)):
        name, value, _ = winreg.EnumValue(key, at)
        if isinstance(value, str) and len(value) > _MOST_CHARACTERS:
            value = value[:_MOST_CHARACTERS]
        found.append((name, value))
    return found
