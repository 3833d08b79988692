"""What a fault is: how it begins, what is said of it while it lasts, and how it ends."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.injections.world import World

# Of what lasts so short, nobody can be told.
SHORTEST_SECONDS, BRIEF_SECONDS = 0.02, 0.6
# What is said of anything that lasts.
WAITING = "(Asking|Opening) .* [0-9]+ s"


class Fault:
    """One fault. `inject` and `heal` are called in turn, with the world that they are about.

    `says` is what the first line of the menu, the tooltip or a line of the menu says while it lasts, any of it; None
    where nothing is wrong that the user could see. `words_within` is how long after the user asked for a refresh it is
    said at the latest.
    """

    name = ""
    title = ""
    says: re.Pattern[str] | None = None
    words_within = 20.0
    # How long after the fault a refresh may take: what hangs ends by its limits.
    right_within = 35.0
    # The share of the injections that last until the fault is said.
    lasting = 0.5
    # How much longer such a one may go on then.
    goes_on_seconds = 0.5
    # Whether the menu has all profiles also while it lasts.
    keeps_profiles = True
    # Whether the tray ends with the fault, or is asleep, and nobody can ask it anything.
    ends_tray = False
    # Where the fault hits only a click that opens a page, and no refresh.
    needs_click = False
    # What an injection takes: lanes are filled by it.
    seconds = 1.0

    def prepare(self, world: World) -> None:
        """Do what is done once, before the first injection."""

    def inject(self, world: World, chance: random.Random) -> None:
        """Let it happen."""
        raise NotImplementedError

    def act(self, world: World) -> None:
        """Do what the user may do besides opening a page: ask for a refresh."""
        world.menu.click("Refresh")

    def heal(self, world: World) -> None:
        """Let all be well again."""
        raise NotImplementedError

    def put_back(self, world: World) -> None:
        """Undo `prepare`."""
