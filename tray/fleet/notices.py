"""When the failure of a user's choice no longer holds: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.model.commands import CopyLink, OpenNotebook, StartNotebook
from tray.model.problems import Kind

if TYPE_CHECKING:
    from tray.fleet.snapshot import Listing, Notice

# Problems that are over once the notebook instance runs.
_NOT_RUNNING = frozenset(
    {"not-running", "not-running-any-more", "cannot-start-now", "start-failed", "start-ended", "start-stuck"}
)
# Problems that are over once the scope can be listed again.
_OF_THE_SCOPE = frozenset({Kind.UNREACHABLE, Kind.THROTTLED, Kind.SIGN_IN})


def is_over(notice: Notice, listing: Listing) -> bool:
    """Whether a list that is newer than a failure shows that it no longer holds."""
    command = notice.command
    if not isinstance(command, OpenNotebook | CopyLink | StartNotebook):
        return False
    notebook = listing.find(command.profile, command.arn)
    state = listing.scope_of(command.profile, command.arn)
    if notebook is None or state is None or state.problem or (state.listed_at or 0) <= notice.since:
        return False
    return (notice.problem.code in _NOT_RUNNING and notebook.running) or notice.problem.kind in _OF_THE_SCOPE
