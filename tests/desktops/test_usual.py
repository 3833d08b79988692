"""What is kept at the top, and what was opened lately, in both layouts of the menu: seen and chosen.

The screen has 1366 x 768 pixels. The other desktops show the same lines as Plasma.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.desktops.test_reach import fleet, opening, reach
from tests.support.desktops.base import RealDesktop
from tests.support.desktops.program_menu import ProgramMenu, open_top, shown
from tests.support.desktops.user import User
from tests.support.person import beginning
from tray.fleet.snapshot import LastOpened, Snapshot
from tray.model import commands

pytestmark = pytest.mark.desktops("gnome-x11", "plasma-x11")


def with_usual(known: Snapshot, *kept: str) -> Snapshot:
    """Return `known` with these kept at the top, and the last five that run as those opened lately."""
    notebooks = known.listing.notebooks
    running = [each for each in notebooks if each.running][-5:]
    return replace(
        known,
        kept=tuple(each.arn for each in notebooks if each.name in kept),
        recent=tuple(LastOpened(each.scope.profile, each.arn) for each in reversed(running)),
    )


@pytest.fixture(scope="module")
def program(desktop: RealDesktop) -> Iterator[ProgramMenu]:
    with shown(desktop, fleet(3)) as program:
        yield program


@pytest.mark.parametrize(("count", "profiles"), [(30, 3), (36, 1)])
def test_with_some_kept_at_the_top_all_that_run_are_in_reach(
    program: ProgramMenu, user: User, count: int, profiles: int
) -> None:
    known = with_usual(fleet(count, profiles), "model-001", "model-004", "model-007")
    reach(program, user, known, -1, f"kept-{profiles}")


def test_what_is_kept_at_the_top_is_chosen_there(program: ProgramMenu, user: User) -> None:
    program.show(with_usual(fleet(50), "model-046", "model-001"))
    program.wait_until_known()
    menu = open_top(user, program)
    labels = [row.label for row in menu.rows]
    kept = [label for label in labels if label.startswith(("model-001 —", "model-046 —"))]
    assert len(kept) == 2
    assert labels.index(kept[1]) == labels.index(kept[0]) + 1
    assert labels.index(kept[0]) == next(at for at, label in enumerate(labels) if label.startswith("model-"))
    stopped = next(each for each in program.snapshot.listing.notebooks if each.name == "model-046")
    inside = () if program.icon.inline_submenus else (beginning("Start and open"),)
    user.choose(beginning("model-046"), *inside)
    program.wait_for(commands.StartNotebook("research", stopped.arn, opening(stopped)))


def test_what_was_opened_lately_is_opened(program: ProgramMenu, user: User) -> None:
    program.show(with_usual(fleet(50)))
    program.wait_until_known()
    lately = program.snapshot.listing.find("research", program.snapshot.recent[2].arn)
    assert lately is not None
    open_top(user, program)
    where = "Start, stop, copy link" if program.icon.inline_submenus else "Opened lately"
    user.choose(where, beginning(f"Open {lately.name}"))
    program.wait_for(opening(lately))


def test_one_is_kept_at_the_top_from_the_menu(program: ProgramMenu, user: User) -> None:
    program.show(fleet(3))
    program.wait_until_known()
    stopped = program.snapshot.listing.notebooks[-1]
    open_top(user, program)
    if program.icon.inline_submenus:
        user.choose("Start, stop, copy link", f"Keep {stopped.name} at the top")
    else:
        user.choose(beginning(stopped.name), "Keep at the top")
    program.wait_for(commands.KeepAtTop(stopped.arn, True))
