"""macOS: what a configuration profile forces on the application's preferences; what a user writes there doesn't count.

https://developer.apple.com/documentation/foundation/userdefaults/objectisforced(forkey:indomain:)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from Foundation import NSUserDefaults

from tray.model.policy import (
    NAMES,
    POLICY_SETTINGS,
    PREFERENCES_DOMAIN,
    Form,
    Given,
    given_name,
    profile_value,
    switch,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHERE = f"managed preferences {PREFERENCES_DOMAIN}"
_SWITCHES = frozenset(each.name for each in POLICY_SETTINGS if each.form is Form.SWITCH)
# Deeper than any of the values; an object of Foundation's may contain itself.
_DEEPEST = 4
_MOST = 600


def sources() -> Sequence[Given]:
    """Return what is forced; nothing where nothing is."""
    defaults = NSUserDefaults.alloc().initWithSuiteName_(PREFERENCES_DOMAIN) or NSUserDefaults.standardUserDefaults()
    values: dict[str, object] = {}
    for name in NAMES:
        key = given_name(name)
        if not defaults.objectIsForcedForKey_inDomain_(key, PREFERENCES_DOMAIN):
            continue
        value = _plain(defaults.objectForKey_(key), _DEEPEST)
        values[name] = switch(value) if name in _SWITCHES else value
    return (Given(_WHERE, values),) if values else ()


def _plain(value: object, deepest: int) -> object:
    """Return an object of Foundation's as a value of Python's; None for what is neither."""
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    if deepest <= 0:
        return None
    if hasattr(value, "items"):
        items = list(value.items())[:_MOST]
        return dict(profile_value(str(key), _plain(each, deepest - 1)) for key, each in items)
    if hasattr(value, "__iter__"):
        return [_plain(each, deepest - 1) for each in list(value)[:_MOST]]
    return None
