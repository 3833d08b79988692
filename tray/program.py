"""Everything behind the icon: makes the parts and joins them. Only this module and `app.py` know all parts.

Threads: the icon's thread (the main one) only reads the snapshot and passes commands on; one thread refreshes; workers
call AWS, the keyring and the browser. The threads share `State`, whose snapshot is swapped whole.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from tray.aws.cloud import Cloud
from tray.aws.credentials.token_store import tell_of_unsaved
from tray.controller import Controller
from tray.desktop.presence import presence_watch
from tray.fleet.choices.login_start import LoginStart
from tray.fleet.choices.owner_choice import OwnerChoice
from tray.fleet.facts.owner_files import TAG_FILE_NAME as OWNER_TAG
from tray.fleet.opening.opened_here import FILE_NAME as OPENED_HERE
from tray.fleet.opening.opened_here import OpenedFile, OpenedHere
from tray.fleet.opening.opener import Opener
from tray.fleet.opening.recent import Recent
from tray.fleet.profiles.adding import Adding
from tray.fleet.profiles.finding import Finding
from tray.fleet.profiles.first_start import FirstStart
from tray.fleet.profiles.profile_choices import ProfileChoices
from tray.fleet.profiles.region_search import MOST_REGIONS_AT_ONCE
from tray.fleet.profiles.signing_in import SigningIn
from tray.fleet.refreshing.listing import MOST_AT_ONCE
from tray.fleet.refreshing.refresh import Refresher
from tray.fleet.refreshing.warming import Warming
from tray.fleet.state import State
from tray.fleet.tasks import TaskRunner
from tray.fleet.telling.notifier import Notifier
from tray.fleet.upkeep.help import Help
from tray.fleet.upkeep.upgrade import UpgradeWatch
from tray.menu.layout import menu
from tray.menu.notebooks import last_opened
from tray.model import commands as c
from tray.runtime.heap import give_back
from tray.runtime.own_program import doctor_report
from tray.runtime.workers import Workers
from tray.wiring import outside
from tray.wiring.browser_sessions import follow_sessions
from tray.wiring.cloud_stops import follow_cloud_stops
from tray.wiring.icon_updates import IconUpdates
from tray.wiring.items import MenuItems
from tray.wiring.left_running_notices import follow_left_running
from tray.wiring.menu_facts import MenuFacts
from tray.wiring.page_facts import PageFacts
from tray.wiring.parts import Parts
from tray.wiring.showing import OpenPages
from tray.wiring.starts_and_stops import StartsAndStops
from tray.wiring.stop_later import follow_stop_plans
from tray.wiring.stops_at_logout import follow_leaving
from tray.wiring.telling import Telling
from tray.wiring.user_choices import UserChoices

if TYPE_CHECKING:
    from pathlib import Path

    from tray.desktop.icon import MenuItem, TrayIcon
    from tray.fleet.profiles.set_up_forms import Forms
    from tray.fleet.profiles.signing_in import CancellablePrompts
    from tray.fleet.snapshot import Listing, Outcome, Task
    from tray.model.activation import Activation
    from tray.model.problems import Problem
    from tray.runtime.own_files import OwnFiles
    from tray.settings.profiles.store import ProfileStore


# How many more objects are made than freed before Python collects garbage: a menu alone has tens of thousands.
_NEW_OBJECTS = 50_000

# How long after a login the network may take to come up: laptops look for their WLAN, and then for their VPN.
_PATIENT_SECONDS_AT_LOGIN = 120

# An opening hangs for a minute and a half at most: no user clicks more often in that time.
_MOST_OPENINGS = 24

# Searches in all regions: each takes some seconds, and asks with workers that all searches share.
_MOST_SEARCHES = 2

# Each sign-in waits for the user for up to 10 minutes: enough for those of several sessions and devices at once.
_MOST_SIGN_INS = 8


class Program:
    """The menu and actions of the icon. The icon's thread may call its methods: none of them waits.

    Without `autostart`, the menu doesn't offer the start at login: the demo never starts so. Started `at_login`, the
    program waits for the network and the keyring, and asks the user for nothing. `state_folder` is where it keeps what
    it needs in the next run; None to keep nothing. `leave` ends the program; without it, the icon is stopped. When
    `own_files` have been replaced by an upgrade, `start_anew` is called once nothing is under way.
    """

    def __init__(
        self,
        icon: TrayIcon,
        store: ProfileStore,
        *,
        state_folder: Path | None = None,
        autostart: bool = True,
        at_login: bool = False,
        leave: Callable[[], object] | None = None,
        own_files: OwnFiles | None = None,
        start_anew: Callable[[OwnFiles], object] = lambda _: None,
    ) -> None:
        self._icon = icon

        def kept(name: str) -> Path | None:
            return state_folder / name if state_folder is not None else None

        self._recent = recent = Recent(kept("last-opened.json"))
        # Opening has separate workers, so that a click never queues behind the lists of a slow refresh.
        self._opening = self._workers("opening", _MOST_OPENINGS)
        self._state = state = State()
        self._cloud = cloud = Cloud(lambda name: store.access_key(name, ask=False))
        self.notifier = Notifier(
            lambda: state.snapshot.notifications_off,
            show=icon.notify,
            withdraw=icon.withdraw,
            on_wait=lambda: self._refresher.agenda.look(),
        )
        # After a start at login, only the icon shows that a sign-in is needed; there is no notification.
        self.telling = telling = Telling(self.notifier, state, quiet_once=at_login)
        self._presence = presence_watch()
        self._opened = opened = OpenedHere(
            state, workers=self._workers("opened", 1), file=OpenedFile(kept(OPENED_HERE))
        )

        def ended(task: Task, outcome: Outcome, problem: Problem | None) -> None:
            opened.ended(task, outcome, problem)
            telling.ended(task, outcome, problem)

        tasks = TaskRunner(state.tasks, ended)
        self._refresher = refresher = Refresher(
            state.listing,
            store,
            cloud,
            aws=self._workers("aws", MOST_AT_ONCE),
            presence=self._presence.now,
            patient_seconds=_PATIENT_SECONDS_AT_LOGIN if at_login else 0,
            on_error=telling.error,
        )
        self._login_start = LoginStart(
            state.starts_at_login,
            tasks,
            workers=self._workers("autostart", 1),
            starts=outside.starts_at_login if autostart else lambda: None,
            set_starts=outside.set_starts_at_login,
            kept=kept,
        )
        parts = Parts(state, tasks, cloud, refresher, workers=self._workers, kept=kept)
        self._sessions = sessions = follow_sessions(parts, telling)
        opener = Opener(
            state,
            tasks,
            cloud,
            refresher,
            workers=self._opening,
            hand_off=outside.open_notebook_url,
            copy=outside.copy_link,
            keep_last=recent.keep,
            begun=sessions.begin,
        )
        self._menu_facts = MenuFacts(parts)
        self._facts = facts = PageFacts(parts)
        power = StartsAndStops(
            parts,
            opener,
            telling,
            opened=opened,
            presence=self._presence.now,
            menu_facts=self._menu_facts,
            page_facts=facts,
        )
        self._starting, stopping = power.starting, power.stopping
        self._stop_plans = follow_stop_plans(parts, stopping, telling)
        aws = follow_cloud_stops(parts, telling, self._stop_plans)
        self.leaving = follow_leaving(parts, stopping, telling.left)
        left = follow_left_running(parts, stopping, self.notifier)
        self._choices = choices = UserChoices(parts, store)
        finding = Finding(
            state,
            tasks,
            cloud,
            workers=self._workers("searches", _MOST_SEARCHES),
            askers=self._workers("regions", MOST_REGIONS_AT_ONCE),
            tell_found=telling.found,
        )
        self._pages = OpenPages(
            tasks,
            lambda: state.snapshot,
            lambda command: self.controller.do(command),
            forms=self._forms,
            workers=self._workers("pages", 2),
            open_page=outside.open_page,
            facts=facts,
            set_up_seen=lambda: self._first.seen(),
        )
        self._first = FirstStart(
            state, self._pages.show, folder=state_folder, by_hand=not at_login, workers=self._opening
        )
        keyring = self._workers("keyring", 1)
        self.controller = Controller(
            policing=choices.policing,
            opener=opener,
            starting=self._starting,
            sessions=sessions,
            stopping=stopping,
            stopping_all=power.stopping_all,
            stop_plans=self._stop_plans,
            load_schedules=aws.load,
            leave_running=left.leave,
            looks=choices.looks,
            sign_ins=SigningIn(
                tasks,
                cloud,
                refresher,
                workers=self._workers("sign-in", _MOST_SIGN_INS),
                make_prompts=self._sign_in_prompts,
            ),
            profiles=ProfileChoices(state, store, tasks, refresher, workers=keyring, release=aws.release),
            adding=Adding(state.additions, store, tasks, cloud, refresher, workers=keyring),
            finding=finding,
            trials=choices.trials,
            login_start=self._login_start,
            notifications=choices.notifications,
            updates=choices.updates,
            keeping=choices.keeping,
            refresher=refresher,
            tasks=tasks,
            assistance=Help(
                tasks,
                workers=self._workers("help", 2),
                copy=outside.copy_details,
                open_log=outside.open_log,
                report=doctor_report,
                open_page=choices.open_page,
            ),
            show_page=self._pages.show,
            follow_choices=facts.follow_choices,
            owner_tag=OwnerChoice(
                tasks, workers=self._workers("owner tag", 1), path=kept(OWNER_TAG), follow=facts.follow_choices
            ),
            leave=leave or icon.stop,
        )
        self._updates = updates = IconUpdates(
            icon,
            state,
            on_change=telling.changed,
            # The agenda's due times have changed: how long a task or a start takes is shown, and questions grow old.
            on_begun=refresher.agenda.look,
            on_refreshed=self._refreshed,
        )
        self._upgrade = upgrade = UpgradeWatch(
            state, own_files, pages_open=lambda: self._pages.is_open, start_anew=start_anew
        )
        refresher.agenda.add("look for an upgrade", upgrade.due_in, upgrade.look)
        refresher.agenda.add("forget how a task failed", lambda _: tasks.notice_due_in(), tasks.forget_notice)
        refresher.agenda.add("forget what was found", lambda _: finding.old_in(), finding.forget_old)
        refresher.agenda.add("tell how long it takes", lambda _: updates.due_in(), updates.show)
        refresher.agenda.add("show what waited", lambda _: self.notifier.due_in(), self.notifier.show_due)
        state.listen(updates.follow, first=True)
        state.listen(opened.follow)
        state.listen(finding.follow)
        state.listen(self._pages.changed)
        state.listen(self._first.follow)
        state.listen(lambda: tasks.forget_if_over(state.snapshot.listing))
        tell_of_unsaved(telling.unsaved)
        self._items = MenuItems(self._do)
        self._browsers_known = self._settled = False
        self._warming = Warming(state, cloud, workers=self._opening)

    def start(self) -> None:
        """Begin to list notebook instances."""
        gc.freeze()  # objects of the imported modules stay, too
        gc.set_threshold(_NEW_OBJECTS)
        self._state.recent.set(self._recent.load())
        self._choices.load()
        self._opened.load()
        self._sessions.load()
        self._stop_plans.load()
        self.leaving.load()
        self._menu_facts.load()
        self._facts.load()
        self._first.load()
        self._updates.show()
        self._refresher.start()
        self._starting.resume()
        self._presence.start(self._refresher.presence_changed, self._refresher.woke)
        self._login_start.begin(self._state.snapshot.policy.start_at_login)

    def items(self) -> Iterable[MenuItem]:
        """Return the menu as it is now."""
        icon = self._icon
        shown = menu(self._state.snapshot, time.time(), inline=icon.inline_submenus, lasting=not icon.hears_openings)
        return self._items.of(shown)

    def names(self) -> dict[str, tuple[str, ...]]:
        """Return the names of the notebook instances and of the profiles that are known."""
        listing = self._state.snapshot.listing
        return {
            "notebooks": tuple(dict.fromkeys(notebook.name for notebook in listing.notebooks)),
            "profiles": tuple(profile.name for profile in listing.profiles),
        }

    def menu_opened(self) -> None:
        """Update the menu that the user is about to see, and prepare for the likely click."""
        self._upgrade.menu_opened()
        self._refresher.refresh_if_old()
        self._warming.warm()
        self._menu_facts.wanted()
        self._login_start.read()
        self._icon.update_menu()  # the ages in the menu date from its last change
        if not self._browsers_known:
            self._browsers_known = True
            self._opening.start(outside.look_for_browsers)

    def act(self, command: c.Command, activation: Activation | None) -> None:
        """Carry out the command of a notification's button; `activation` is ended in any case."""
        if activation is not None and not c.opens_the_browser(command):
            activation.end()
            activation = None
        self.controller.do(command, activation)

    def open_last(self) -> None:
        """Do what the menu's line for the notebook instance opened last does, if there is one that can be done."""
        for entry in last_opened(self._state.snapshot):
            if entry.command is not None:
                self._do(entry.command)

    def _refreshed(self, listing: Listing) -> None:
        """Tell of a refresh, and collect its garbage, on the worker that ended it."""
        self.telling.refreshed(listing)
        self._opened.load()  # commands open and start, too
        self._sessions.load()
        gc.collect()
        if not self._settled:
            # Objects of the first refresh stay, above all boto3's: later collections need not check them.
            self._settled = True
            gc.freeze()
        # The imports and the first answers leave much of the heap free, and so does a long answer that was refused.
        give_back()

    def _forms(self) -> Forms:
        from tray.fleet.profiles.set_up_forms import Forms  # few runs open such a page

        return Forms(self._cloud, workers=self._workers("forms", 4), askers=self._workers("centers", 6))

    def _do(self, command: c.Command) -> None:
        # Only a command that opens the browser takes the host's permission; otherwise the icon ends it by itself.
        activation = self._icon.take_activation() if c.opens_the_browser(command) else None
        self.controller.do(command, activation)

    def _workers(self, name: str, most: int) -> Workers:
        return Workers(name, most, lambda error: self.telling.error(error))

    def _sign_in_prompts(self, activation: Activation | None) -> CancellablePrompts:
        from tray.pages.prompts import BrowserPrompts

        return BrowserPrompts(lambda url: outside.open_page(url, activation), show_code=self.telling.code)
