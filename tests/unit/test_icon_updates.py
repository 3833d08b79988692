"""Which changes make a new menu, and which wait until it opens or the next refresh."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.samples import notebook
from tray.fleet.snapshot import Listing, Phase, ScopeState
from tray.fleet.state import State
from tray.model.problems import Problem
from tray.wiring.icon_updates import IconUpdates

if TYPE_CHECKING:
    from collections.abc import Callable

CHURN, FRAUD = notebook("churn"), notebook("fraud", region="us-east-1")


class CountingIcon:
    """Counts the menus that are asked for."""

    icon: object = None
    attention = False
    title = ""
    menus = 0

    def update_menu(self) -> None:
        self.menus += 1


class Shown:
    """What lists of two scopes make of the icon."""

    def __init__(self) -> None:
        self.icon = CountingIcon()
        icon: Any = self.icon
        self.state = State()
        self.told = 0
        updates = IconUpdates(
            icon, self.state, on_change=self._tell, on_begun=lambda: None, on_refreshed=lambda _: None
        )
        scopes = tuple(ScopeState(each.scope, (each,), 1000.0, asked_at=999.0) for each in (CHURN, FRAUD))
        self.state.listing.set(Listing(phase=Phase.RESTING, scopes=scopes))
        self.updates = updates
        updates.show()
        self.state.listen(updates.follow)
        self.icon.menus = self.told = 0

    def _tell(self) -> None:
        self.told += 1

    def lists(self, change: Callable[[ScopeState], ScopeState]) -> None:
        """Have the first scope be listed."""
        self.state.listing.update(
            lambda listing: replace(listing, scopes=(change(listing.scopes[0]), *listing.scopes[1:]))
        )


@pytest.fixture
def shown() -> Shown:
    return Shown()


def test_what_was_only_listed_again_makes_no_menu(shown: Shown) -> None:
    for at in range(40):
        shown.lists(lambda scope, at=at: replace(scope, listed_at=2000.0 + at, asked_at=1999.0 + at))
    assert (shown.icon.menus, shown.told) == (0, 40)


@pytest.mark.parametrize(
    "change",
    [
        lambda scope: replace(scope, notebooks=(notebook("churn", "Stopped"),)),
        lambda scope: replace(scope, problem=Problem.of("listing-failed", profile="research", region="eu-west-1")),
        lambda scope: replace(scope, listed_at=None),
        lambda scope: replace(scope, scope=FRAUD.scope),
    ],
)
def test_what_is_new_makes_one(shown: Shown, change: Callable[[ScopeState], ScopeState]) -> None:
    shown.lists(change)
    assert shown.icon.menus == 1


def test_another_scope_a_phase_and_all_else_make_one(shown: Shown) -> None:
    shown.state.listing.update(lambda listing: replace(listing, scopes=listing.scopes[:1]))
    shown.state.listing.update(lambda listing: replace(listing, phase=Phase.LISTING))
    shown.state.kept.set(("arn",))
    assert shown.icon.menus == 3


def test_what_came_with_a_mere_list_is_in_the_next_menu(shown: Shown) -> None:
    shown.lists(lambda scope: replace(scope, listed_at=2000.0))
    shown.state.kept.set(("arn",))
    shown.lists(lambda scope: replace(scope, listed_at=3000.0))
    assert shown.icon.menus == 1
    shown.updates.show()
    assert shown.icon.menus == 2
