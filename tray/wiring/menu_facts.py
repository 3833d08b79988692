"""What the menu says of notebook instances that their list doesn't tell, and what it takes to know that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.fleet.platforms import Platforms
from tray.fleet.platforms_file import FILE_NAME as PLATFORMS
from tray.fleet.platforms_file import PlatformsFile
from tray.fleet.price_files import FILE_NAME as PRICES
from tray.fleet.price_files import PriceFile
from tray.fleet.prices import PriceAsking
from tray.menu.groups import choose

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tray.aws.cloud import Cloud
    from tray.fleet.refresh import Refresher
    from tray.fleet.snapshot import Listing
    from tray.fleet.state import State
    from tray.model.notebooks import Notebook
    from tray.runtime.workers import Workers


class MenuFacts:
    """Joins the platforms and the prices to the state and the agenda. No method waits.

    :param workers: makes workers of a name and a number
    :param kept: returns where a file of this name is kept; None to keep it in memory alone
    """

    def __init__(
        self,
        state: State,
        cloud: Cloud,
        refresher: Refresher,
        *,
        workers: Callable[[str, int], Workers],
        kept: Callable[[str], Path | None],
    ) -> None:
        def shown(listing: Listing) -> Sequence[Notebook]:
            return choose(listing.notebooks, frozenset(state.snapshot.kept))

        agenda = refresher.agenda
        self.platforms = Platforms(
            state,
            cloud,
            calls=refresher.unasked_calls,
            workers=workers("platforms", 1),
            file=PlatformsFile(kept(PLATFORMS)),
            shown=shown,
            on_end=agenda.look,
        )
        self._prices = PriceAsking(
            state,
            cloud,
            calls=refresher.unasked_calls,
            workers=workers("prices", 1),
            file=PriceFile(kept(PRICES)),
            shown=shown,
            on_end=agenda.look,
        )
        agenda.add("learn platforms", self.platforms.due_in, self.platforms.ask_next)
        agenda.add("ask for prices", self._prices.due_in, self._prices.ask_next)

    def load(self) -> None:
        """Read what earlier runs have kept."""
        self.platforms.load()
        self._prices.load()

    def wanted(self) -> None:
        """Learn some more: the user looks at the menu."""
        self.platforms.wanted()
        self._prices.wanted()
