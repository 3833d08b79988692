"""Moves a notebook instance to another platform, for the command line: nothing else does, and nothing undoes it."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from tray.fleet.opening.hand_off import through_any
from tray.fleet.power.start_steps import start_problem, updated
from tray.model.problems import TrayError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.aws.cloud import Cloud
    from tray.model.notebooks import Notebook

# AWS may tell the platform from before the move for some seconds more.
SETTLING_SECONDS = 60.0


def platform_of(cloud: Cloud, seen: Sequence[Notebook]) -> str:
    """Return a notebook instance's platform as AWS names it, empty if it names none. Blocks.

    :param seen: the notebook instance as each profile sees it
    :raises TrayError: AWS can't be reached, or refuses
    """
    return through_any(seen, cloud.describe).platform


def moved(cloud: Cloud, seen: Sequence[Notebook], platform: str) -> str:
    """Move a stopped notebook instance to a platform, wait until that is done, and return which it is on then. Blocks.

    :param seen: the notebook instance as each profile sees it
    :raises TrayError: AWS can't be reached or refuses, or it takes longer than 5 minutes
    """

    def move(notebook: Notebook) -> None:
        try:
            cloud.move_platform(notebook, platform)
        except TrayError as error:
            places = dict(error.problem.places)
            if error.problem.code == "cannot-start-now":  # the words for a change of the type, before a start
                raise TrayError.of(start_problem("cannot-move-now", notebook, state=places["state"])) from error
            raise

    give_up = time.monotonic() + SETTLING_SECONDS

    def is_done(notebook: Notebook) -> bool:
        return platform_of(cloud, (notebook,)) == platform or time.monotonic() >= give_up

    late = partial(start_problem, "still-moving", to=platform)
    notebook = updated(cloud, seen, move, is_done=is_done, late=late)
    return platform_of(cloud, (notebook,))
