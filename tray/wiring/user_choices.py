"""What the user has chosen on this computer, and tests of what was set: the services that keep and carry that out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.fleet.choices.keeping import FILE_NAME as KEPT_AT_TOP
from tray.fleet.choices.keeping import Keeping
from tray.fleet.choices.look_choice import FILE_NAME as LOOKS
from tray.fleet.choices.look_choice import LookChoice
from tray.fleet.choices.notification_choices import FILE_NAME as NOTIFICATIONS
from tray.fleet.choices.notification_choices import NotificationChoices
from tray.fleet.profiles.policed_profiles import policy_of
from tray.fleet.profiles.policing import Policing
from tray.fleet.profiles.region_search import MOST_REGIONS_AT_ONCE
from tray.fleet.profiles.trials import Trials
from tray.fleet.upkeep.updates import UpdateCheck
from tray.wiring.outside import open_page_about

if TYPE_CHECKING:
    from tray.model.activation import Activation
    from tray.model.commands import Page
    from tray.settings.profiles.store import ProfileStore
    from tray.wiring.parts import Parts

# Tests of profiles: each takes some seconds, and asks with workers that all share.
_MOST_TRIALS = 2


class UserChoices:
    """Joins these services to the state.

    :param store: the profiles; also tells what an administrator has set, which counts more
    """

    def __init__(self, parts: Parts, store: ProfileStore) -> None:
        state, tasks, workers, kept = parts.state, parts.tasks, parts.workers, parts.kept
        # First: all that follows may be forbidden.
        self.policing = Policing(policy_of(store), state.policy, tasks, workers=workers("policy", 1))
        self.looks = LookChoice(state.looks_off, tasks, workers=workers("looks", 1), path=kept(LOOKS))
        self.notifications = NotificationChoices(
            state.notifications_off, tasks, workers=workers("notifications", 1), path=kept(NOTIFICATIONS)
        )
        self.keeping = Keeping(state, tasks, workers=workers("keeping", 1), path=kept(KEPT_AT_TOP))
        self.trials = Trials(
            state,
            tasks,
            parts.cloud,
            workers=workers("trials", _MOST_TRIALS),
            askers=workers("tried", MOST_REGIONS_AT_ONCE),
            list_now=parts.refresher.list_now,
        )
        state.listen(self.trials.follow)
        self.updates = UpdateCheck(state, tasks, workers=workers("updates", 1), kept=kept, look=parts.agenda.look)
        parts.agenda.add("look for a newer release", self.updates.due_in, self.updates.begin)
        state.listen(self.updates.follow_policy)

    def load(self) -> None:
        """Take what earlier runs have stored. Reads files."""
        self.notifications.load()
        self.looks.load()
        self.keeping.load()
        self.updates.load()

    def open_page(self, page: Page, activation: Activation | None) -> None:
        """Open a page about the program in the browser: the administrator's, if there is one.

        :raises TrayError: there is none, or no browser
        """
        open_page_about(page, activation, self.policing.address(page))
