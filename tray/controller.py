"""The entry to the services: every choice of the user, on any surface, comes here as a command."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, assert_never

from tray.model import commands as c

if TYPE_CHECKING:
    from tray.fleet.choices.keeping import Keeping
    from tray.fleet.choices.login_start import LoginStart
    from tray.fleet.choices.look_choice import LookChoice
    from tray.fleet.choices.notification_choices import NotificationChoices
    from tray.fleet.choices.owner_choice import OwnerChoice
    from tray.fleet.opening.opener import Opener
    from tray.fleet.opening.sessions import SessionEnds
    from tray.fleet.planned_stops.later_stops import LaterStops
    from tray.fleet.power.starting import Starting
    from tray.fleet.power.stopping import Stopping
    from tray.fleet.power.stopping_all import StoppingAll
    from tray.fleet.profiles.adding import Adding
    from tray.fleet.profiles.finding import Finding
    from tray.fleet.profiles.policing import Policing
    from tray.fleet.profiles.profile_choices import ProfileChoices
    from tray.fleet.profiles.signing_in import SigningIn
    from tray.fleet.profiles.trials import Trials
    from tray.fleet.refreshing.refresh import Refresher
    from tray.fleet.tasks import TaskRunner
    from tray.fleet.upkeep.help import Help
    from tray.fleet.upkeep.updates import UpdateCheck
    from tray.model.activation import Activation


class Controller:
    """Carries out commands; safe to use from any thread, and returns at once.

    What an administrator has forbidden is refused here, whichever surface sends it.

    :param load_schedules: takes what another program has taken away in EventBridge Scheduler; returns at once
    :param show_page: opens a page that stays open
    :param leave_running: tells nothing of what is left running for a day; returns at once
    :param follow_choices: takes what another program has chosen; returns at once
    :param leave: ends the program
    """

    def __init__(
        self,
        *,
        policing: Policing,
        opener: Opener,
        starting: Starting,
        sessions: SessionEnds,
        stopping: Stopping,
        stopping_all: StoppingAll,
        stop_plans: LaterStops,
        leave_running: Callable[[c.LeaveRunning], object],
        load_schedules: Callable[[], object],
        looks: LookChoice,
        sign_ins: SigningIn,
        profiles: ProfileChoices,
        adding: Adding,
        finding: Finding,
        trials: Trials,
        login_start: LoginStart,
        notifications: NotificationChoices,
        owner_tag: OwnerChoice,
        updates: UpdateCheck,
        keeping: Keeping,
        refresher: Refresher,
        tasks: TaskRunner,
        assistance: Help,
        show_page: Callable[[c.StayingPage, Activation | None], object],
        follow_choices: Callable[[], object],
        leave: Callable[[], object],
    ) -> None:
        self._policing = policing
        self._opener = opener
        self._starting = starting
        self._sessions = sessions
        self._stopping = stopping
        self._stopping_all = stopping_all
        self._stop_plans = stop_plans
        self._leave_running = leave_running
        self._load_schedules = load_schedules
        self._looks = looks
        self._sign_ins = sign_ins
        self._profiles = profiles
        self._adding = adding
        self._finding = finding
        self._trials = trials
        self._login_start = login_start
        self._notifications = notifications
        self._owner_tag = owner_tag
        self._updates = updates
        self._keeping = keeping
        self._refresher = refresher
        self._tasks = tasks
        self._help = assistance
        self._show_page = show_page
        self._follow_choices = follow_choices
        self._leave = leave

    def do(self, command: c.Command, activation: Activation | None = None) -> None:
        """Carry out a command, or begin to.

        :param activation: the desktop's permission to come to the front, for a command that opens the browser
        """
        allowed = self._policing.ruled(command, activation)
        if allowed is not None:
            self._carry_out(allowed, activation)

    def _carry_out(self, command: c.Command, activation: Activation | None) -> None:
        match command:
            case c.OpenNotebook():
                self._opener.open(command, activation)
            case c.CopyLink():
                self._opener.copy_link(command)
            case c.StartNotebook():
                self._starting.start(command)
            case c.KeepClosed():
                self._starting.keep_closed(command)
            case c.QuietSession():
                self._sessions.quiet(command)
            case c.AskToStop():
                self._stopping.ask(command)
            case c.StopNotebook():
                self._stopping.stop(command)
            case c.KeepRunning():
                self._stopping.keep_running(command)
            case c.PlanStop():
                self._stop_plans.plan(command)
            case c.CancelStopPlan():
                self._stop_plans.cancel(command)
            case c.StopEvenIfBusy():
                self._stop_plans.even_if_busy(command)
            case c.KeepRunningOnce():
                self._stop_plans.keep_running(command)
            case c.StopIfIdle():
                self._stopping.stop_if_idle(command)
            case c.LeaveRunning():
                self._leave_running(command)
            case c.AskToStopAll():
                self._stopping_all.ask(command)
            case c.StopAll():
                self._stopping_all.stop(command)
            case c.KeepAllRunning():
                self._stopping_all.keep_running(command)
            case c.SetLooks():
                self._looks.set(command)
            case c.Refresh():
                self._tasks.forget_notice()
                self._refresher.refresh(ask=True)
            case c.Dismiss():
                self._tasks.forget_notice()
            case c.FollowProfiles():
                self._refresher.refresh()
            case c.BeginSignIn():
                self._sign_ins.begin(command, activation)
            case c.CancelSignIn():
                self._sign_ins.cancel(command.sign_in)
            case c.SetSessionLength():
                self._profiles.set_session_length(command)
            case c.SetView():
                self._profiles.set_view(command)
            case c.SetLeftRunning():
                self._profiles.set_left_running(command)
            case c.SetStopAt() | c.SetStopWhenIdle() | c.SetStopAtLogout():
                self._profiles.set_stop_habit(command)
            case c.SetScheduleRole():
                self._profiles.set_schedule_role(command)
            case c.AddProfiles():
                self._adding.add(command)
            case c.AddWithKey():
                self._adding.add_with_key(command)
            case c.WriteAwsConfig():
                self._adding.write_config(command)
            case c.CheckProfile():
                self._profiles.check(command)
            case c.UncheckProfile():
                self._profiles.uncheck(command)
            case c.FindNotebooks():
                self._finding.find(command)
            case c.ForgetFound():
                self._finding.forget(command)
            case c.SetRegions():
                self._profiles.set_regions(command)
            case c.RenameProfile():
                self._profiles.rename(command)
            case c.SignWithAwsProfile():
                self._profiles.sign_with_aws_profile(command)
            case c.SignWithAccessKey():
                self._profiles.sign_with_access_key(command)
            case c.RemoveProfile():
                self._profiles.remove(command)
            case c.TryProfile():
                self._trials.begin(command)
            case c.SetAutostart():
                self._login_start.set(command)
            case c.SetOwnerTag():
                self._owner_tag.set(command)
            case c.SetUpdateCheck():
                self._updates.set(command)
            case c.SetNotifications():
                self._notifications.set(command)
            case c.KeepAtTop():
                self._keeping.set(command)
            case c.FollowChoices():
                self._keeping.follow()
                self._notifications.follow()
                self._looks.follow()
                self._updates.follow()
                self._sessions.load()
                self._stop_plans.load()
                self._load_schedules()
                self._follow_choices()
            case c.CopyDetails() | c.OpenLog() | c.CheckComputer():
                self._help.do(command)
            case c.ShowPage():
                self._help.show(command, activation)
            case c.ShowNotebooks() | c.ShowSettings() | c.ShowSetUp():
                self._show_page(command, activation)
            case c.Quit():
                self._leave()
            case _:
                assert_never(command)
