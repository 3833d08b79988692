"""How long a notebook instance may be on its way from one status to another. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tray.model.notebooks import NotebookStatus

if TYPE_CHECKING:
    from tray.model.notebooks import Notebook

# A start takes 2 to 5 minutes, a stop a minute or two, and both have been seen to take many hours.
# Sources: https://github.com/aws/amazon-sagemaker-examples/issues/207 and /issues/1798
START_STUCK_SECONDS = 30 * 60.0
STUCK_SECONDS = 60 * 60.0
_STUCK_AFTER: Mapping[str, float] = {
    NotebookStatus.PENDING: START_STUCK_SECONDS,
    NotebookStatus.STOPPING: STUCK_SECONDS,
    NotebookStatus.UPDATING: STUCK_SECONDS,
    NotebookStatus.DELETING: STUCK_SECONDS,
}


def stuck_seconds(notebook: Notebook, now: float) -> float:
    """Return for how long a notebook instance has been on its way, if that is far longer than it takes; else 0.

    :param now: seconds since the epoch
    """
    longest = _STUCK_AFTER.get(notebook.status)
    if longest is None or notebook.modified is None:
        return 0.0
    seconds = now - notebook.modified.timestamp()
    return seconds if seconds >= longest else 0.0
