"""Has an administrator's policy hold: refuses the commands that it forbids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.model.commands import Page
from tray.model.policy_rules import ruled
from tray.model.problems import TrayError

if TYPE_CHECKING:
    from tray.fleet.profiles.policy_watch import PolicyWatch
    from tray.fleet.state import Slice
    from tray.fleet.tasks import TaskRunner
    from tray.model.activation import Activation
    from tray.model.commands import Command
    from tray.model.policy import Policy
    from tray.runtime.workers import Workers


class Policing:
    """Owns the snapshot's slice of the policy. Every method returns at once but `load`.

    :param watch: where the policy is read
    :param workers: one worker, on which refusals are told
    """

    def __init__(self, watch: PolicyWatch, known: Slice[Policy], tasks: TaskRunner, *, workers: Workers) -> None:
        self._watch = watch
        self._tasks = tasks
        self._workers = workers
        watch.tell(known.set)
        known.set(watch.look())

    def ruled(self, command: Command, activation: Activation | None = None) -> Command | None:
        """Return a command as it is to be carried out; None if it is refused, which the user is told as a failure.

        :param activation: of the command; ended where it is refused
        """
        try:
            return ruled(self._watch.now, command)
        except TrayError as error:
            refusal = error

        def act(_: object) -> None:
            raise refusal.again()

        self._tasks.begin(command, act, workers=self._workers, activation=activation, again=True)
        return None

    def address(self, page: Page) -> str:
        """Return the address that the administrator has set for a page; empty where none is."""
        match page:
            case Page.DOCUMENTATION:
                return self._watch.now.documentation_url
            case Page.ISSUES:
                return self._watch.now.help_url
        return ""
