"""What the menu says of notebook instances that their list doesn't tell, and what it takes to know that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.fleet.facts.platforms import Platforms
from tray.fleet.facts.platforms_file import FILE_NAME as PLATFORMS
from tray.fleet.facts.platforms_file import PlatformsFile
from tray.fleet.facts.price_files import FILE_NAME as PRICES
from tray.fleet.facts.price_files import PriceFile
from tray.fleet.facts.prices import PriceAsking
from tray.menu.groups import choose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.fleet.snapshot import Listing
    from tray.model.notebooks import Notebook
    from tray.wiring.parts import Parts


class MenuFacts:
    """Joins the platforms and the prices to the state and the agenda. No method waits."""

    def __init__(self, parts: Parts) -> None:
        def shown(listing: Listing) -> Sequence[Notebook]:
            return choose(listing.notebooks, frozenset(parts.state.snapshot.kept))

        self.platforms = Platforms(
            parts.state,
            parts.cloud,
            calls=parts.refresher.unasked_calls,
            workers=parts.workers("platforms", 1),
            file=PlatformsFile(parts.kept(PLATFORMS)),
            shown=shown,
            on_end=parts.agenda.look,
        )
        self._prices = PriceAsking(
            parts.state,
            parts.cloud,
            calls=parts.refresher.unasked_calls,
            workers=parts.workers("prices", 1),
            file=PriceFile(parts.kept(PRICES)),
            shown=shown,
            on_end=parts.agenda.look,
        )
        parts.agenda.add("learn platforms", self.platforms.due_in, self.platforms.ask_next)
        parts.agenda.add("ask for prices", self._prices.due_in, self._prices.ask_next)

    def load(self) -> None:
        """Read what earlier runs have kept."""
        self.platforms.load()
        self._prices.load()

    def wanted(self) -> None:
        """Learn some more: the user looks at the menu."""
        self.platforms.wanted()
        self._prices.wanted()
