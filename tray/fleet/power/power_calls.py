"""Starts and stops notebook instances; what has just been started or stopped by someone else counts as done."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from tray.fleet.opening.hand_off import through_any
from tray.fleet.power.start_steps import start_problem
from tray.model.notebooks import Notebook, NotebookStatus
from tray.model.problems import TrayError
from tray.model.transitions import stuck_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from tray.aws.cloud import Cloud

log = logging.getLogger(__name__)

_STARTED = frozenset({NotebookStatus.PENDING, NotebookStatus.IN_SERVICE})
_STOPPED = frozenset({NotebookStatus.STOPPING, NotebookStatus.STOPPED})


def start_it(cloud: Cloud, seen: Sequence[Notebook]) -> tuple[Notebook, bool]:
    """Start a notebook instance, unless it is starting or running already. Blocks.

    Between the list and the click, another click, the command line or another user may have started it.

    :param seen: the notebook instance as each profile sees it; that of the profile which may start it is returned, and
        whether this call has started it
    :raises TrayError: AWS can't be reached or refuses
    """
    return _done(seen, cloud.start, "cannot-start-now", _STARTED)


def stop_it(cloud: Cloud, seen: Sequence[Notebook]) -> tuple[Notebook, bool]:
    """Stop a notebook instance, unless it is stopping or stopped already. Blocks.

    :param seen: the notebook instance as each profile sees it; that of the profile which may stop it is returned, and
        whether this call has stopped it
    :raises TrayError: AWS can't be reached or refuses
    """
    return _done(seen, cloud.stop, "cannot-stop-now", _STOPPED)


def _done(
    seen: Sequence[Notebook], act: Callable[[Notebook], None], refusal: str, wanted: Collection[str]
) -> tuple[Notebook, bool]:
    def done(notebook: Notebook) -> tuple[Notebook, bool]:
        try:
            act(notebook)
        except TrayError as error:
            state = dict(error.problem.places).get("state")
            if error.problem.code != refusal or state not in wanted:
                stuck = stuck_seconds(notebook, time.time()) if state == notebook.status else 0.0
                if error.problem.code != refusal or not stuck:
                    raise
                raise TrayError.of(start_problem(refusal, notebook, state=state, stuck_seconds=stuck)) from error
            log.info("%s: it is %s already", notebook.name, state)
            return notebook, False
        return notebook, True

    return through_any(seen, done)
