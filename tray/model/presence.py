"""Whether the user may be looking, and whether power is short: the desktop reports it, the refresher uses it.

One of the lowest modules, as neither of these two rooms may know the other.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Presence:
    """How the user and the computer are now; what can't be known is taken for the ordinary.

    `idle` means that nobody is at the session: no input for some minutes, or the screen is locked. `announced` means
    that the system tells of waking from sleep, and of what changes here; where it doesn't, one has to look.
    """

    on_battery: bool = False
    idle: bool = False
    announced: bool = False
