"""Whether the user may be looking, and whether power is short: the desktop reports it, the refresher uses it.

This is one of the lowest modules, because `desktop` and `fleet` may not import each other.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Presence:
    """The present state of the user and the computer; a value that can't be known has its ordinary default.

    `idle` means that the user is away: no input for some minutes, or the screen is locked. `announced` means that the
    system reports waking from sleep and changes of these values; if it doesn't, the program has to check.
    """

    on_battery: bool = False
    idle: bool = False
    announced: bool = False
