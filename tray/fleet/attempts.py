"""What a person asked for, tried on a worker: however it fails, it ends in words."""

from __future__ import annotations

import logging
from collections.abc import Callable

from tray.errors import Problem, TrayError
from tray.fleet.values import Notice

log = logging.getLogger(__name__)


def attempt(subject: str, act: Callable[[], object]) -> Notice | None:
    """Do `act`; return None, or why it failed. `subject` says what was tried, as the person reads it."""
    try:
        act()
    except TrayError as error:
        log.warning("%s: %s", subject, error)
        return Notice(subject, error.problem)
    except Exception:
        log.exception("%s failed", subject)
        return Notice(
            subject,
            Problem(
                "That did not work",
                f"{subject} failed because of an error in Notebook Tray.",
                "The log has the details; please report it.",
            ),
        )
    return None
