"""Opens notebook instances in the browser, or puts their links on the clipboard, for the user's own click."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from tray.fleet.opening.hand_off import open_notebook, presigned_url, through_any
from tray.fleet.opening.recent import with_latest
from tray.fleet.snapshot import LastOpened, Notebook, Outcome
from tray.model.problems import TrayError

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.refreshing.refresh import Refresher
    from tray.fleet.state import State
    from tray.fleet.tasks import Cancelling, TaskRunner
    from tray.model.activation import Activation
    from tray.model.commands import CopyLink, OpenNotebook
    from tray.model.open_sessions import OpenSession
    from tray.runtime.workers import Workers


class Opener:
    """Owns the snapshot's slice for the notebook instances opened last. Both methods return at once.

    `hand_off` gives a URL to the browser, with the click's activation if there is one, and `copy` puts a URL on the
    clipboard: both may block and raise TrayError. `keep_last` stores the notebook instance opened last for the next run
    of the program, and `begun` is told of each session in the browser; both may block.
    """

    def __init__(
        self,
        state: State,
        tasks: TaskRunner,
        cloud: Cloud,
        refresher: Refresher,
        *,
        workers: Workers,
        hand_off: Callable[[str, Activation | None], None],
        copy: Callable[[str], None],
        keep_last: Callable[[LastOpened], None] = lambda _: None,
        begun: Callable[[OpenSession], None] = lambda _: None,
    ) -> None:
        self._state = state
        self._recent = state.recent
        self._tasks = tasks
        self._cloud = cloud
        self._refresher = refresher
        self._workers = workers
        self._hand_off = hand_off
        self._copy = copy
        self._keep_last = keep_last
        self._begun = begun

    def open(self, command: OpenNotebook, activation: Activation | None = None) -> None:
        """Open a notebook instance in the browser. The same command that is already under way is not carried out twice.

        `activation` brings the browser to the front; it is ended in any case.
        """
        seen = self._state.snapshot.listing.seen_by(command.profile, command.arn)
        last = LastOpened(command.profile, command.arn)
        if seen:
            self._recent.update(lambda recent: with_latest(recent, last))

        def hand_off(url: str) -> None:
            self._hand_off(url, activation)

        def act(_: Cancelling) -> None:
            session = through_any(
                _there(seen),
                lambda each: open_notebook(self._cloud, each, command.view, command.session_seconds, hand_off),
            )
            self._begun(session)
            self._keep_last(last)

        self._begin(command, act, activation)

    def copy_link(self, command: CopyLink) -> None:
        """Put a presigned URL of a notebook instance on the clipboard."""
        seen = self._state.snapshot.listing.seen_by(command.profile, command.arn)

        def act(_: Cancelling) -> None:
            url = through_any(
                _there(seen),
                lambda each: presigned_url(self._cloud, each, command.view, command.session_seconds),
            )
            self._copy(url.reveal())

        self._begin(command, act)

    def _begin(
        self,
        command: OpenNotebook | CopyLink,
        act: Callable[[Cancelling], None],
        activation: Activation | None = None,
    ) -> None:
        begin = partial(self._tasks.begin, workers=self._workers, activation=activation, then=self._ended)
        begin(command, act)

    def _ended(self, outcome: Outcome) -> None:
        if outcome is Outcome.FAILED:
            # The menu may be out of date: the notebook instance may have been stopped meanwhile, for example.
            self._refresher.refresh()


def _there(seen: tuple[Notebook, ...]) -> tuple[Notebook, ...]:
    if not seen:
        raise TrayError("no-longer-there")
    return seen
