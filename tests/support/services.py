"""The services behind the icon, joined as the program joins them, with what they do and tell recorded."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.waiting import wait_until
from tray.aws.cloud import Cloud
from tray.controller import Controller
from tray.fleet.choices.keeping import Keeping
from tray.fleet.choices.login_start import LoginStart
from tray.fleet.choices.look_choice import LookChoice
from tray.fleet.choices.notification_choices import NotificationChoices
from tray.fleet.choices.owner_choice import OwnerChoice
from tray.fleet.facts.platforms import Platforms
from tray.fleet.facts.platforms_file import PlatformsFile
from tray.fleet.left_running.reminders import LeftRunning
from tray.fleet.opening import jupyter_asking
from tray.fleet.opening.opened_here import OpenedFile, OpenedHere
from tray.fleet.opening.opener import Opener
from tray.fleet.opening.sessions import SessionEnds
from tray.fleet.planned_stops.cloud_schedules import CloudSchedules
from tray.fleet.planned_stops.later_stops import LaterStops
from tray.fleet.planned_stops.plans import StopPlans
from tray.fleet.power.start_notes import StartNotes
from tray.fleet.power.start_times import StartTimes
from tray.fleet.power.starting import Starting
from tray.fleet.power.stopping import Stopping
from tray.fleet.power.stopping_all import StoppingAll
from tray.fleet.profiles.adding import Adding
from tray.fleet.profiles.finding import Finding
from tray.fleet.profiles.policed_profiles import PolicedStore
from tray.fleet.profiles.policing import Policing
from tray.fleet.profiles.policy_watch import PolicyWatch
from tray.fleet.profiles.profile_choices import ProfileChoices
from tray.fleet.profiles.signing_in import CancellablePrompts, SigningIn
from tray.fleet.profiles.trials import Trials
from tray.fleet.refreshing.refresh import Refresher
from tray.fleet.snapshot import LastOpened, Listing, Notebook, Outcome, Phase, Snapshot, Source, Task
from tray.fleet.state import State
from tray.fleet.tasks import TaskRunner
from tray.fleet.upkeep.help import Help
from tray.fleet.upkeep.updates import UpdateCheck
from tray.menu.groups import choose
from tray.menu.subjects import subject_of
from tray.model.activity import Activity
from tray.model.commands import Command, notebook_name_of
from tray.model.open_sessions import Meanwhile, OpenSession
from tray.model.policy import Given
from tray.model.power import Start, StopAllQuestion, StopQuestion
from tray.model.presence import Presence
from tray.model.problems import Problem
from tray.model.searches import RegionSearch
from tray.model.stop_plans import StopPlan, StopResult
from tray.runtime.workers import Workers
from tray.settings.profiles.store import ProfileStore

if TYPE_CHECKING:
    from tray.model.activation import Activation


class LeftTold:
    """Of what it is told that it is left running."""

    def __init__(self) -> None:
        self.found: tuple[StopQuestion, ...] = ()

    def left_running(self, found: tuple[StopQuestion, ...], _now: float) -> None:
        self.found += found

    def not_left_running(self, arns: frozenset[str]) -> None:
        self.found = tuple(each for each in self.found if each.notebook.arn not in arns)


def _no_prompts(_: Activation | None) -> CancellablePrompts:
    raise AssertionError("nothing of this test signs in")


class Services:
    """What `program.py` makes, without an icon. `now` is what the clock says; `gate` holds up the browser."""

    def __init__(
        self,
        store: ProfileStore,
        *,
        presence: Callable[[], Presence] = Presence,
        patient_seconds: float = 0,
        clock: Callable[[], float] | None = None,
        make_prompts: Callable[[Activation | None], CancellablePrompts] = _no_prompts,
        starts: Callable[[], bool | None] = lambda: None,
        set_starts: Callable[[bool], None] = lambda _: None,
        notes: StartNotes | None = None,
        times: StartTimes | None = None,
        wait_for_jupyter: Callable[[Notebook], None] | None = None,
        choices_path: Path | None = None,
        opened_path: Path | None = None,
        looks_path: Path | None = None,
        platforms_path: Path | None = None,
        look: Callable[[Notebook], Activity | None] | None = None,
        workers: int = 8,
        kept_path: Path | None = None,
        plans_path: Path | None = None,
        schedules_path: Path | None = None,
    ) -> None:
        self.store = store
        self.now = 1_800_000_000.0
        self.seen: list[Snapshot] = []
        self.handed: list[str] = []
        self.tokens: list[str] = []
        self.copied: list[str] = []
        self.shown: list[str] = []
        self.kept: list[LastOpened] = []
        self.told: list[tuple[str, Problem]] = []
        self.ended: list[tuple[Command, Outcome]] = []
        self.errors: list[Exception] = []
        self.ready: list[Start] = []
        self.questions: list[StopQuestion] = []
        self.questions_of_all: list[StopAllQuestion] = []
        self.searched: list[RegionSearch] = []
        self.said: list[tuple[str, tuple[OpenSession, ...]]] = []
        self.stops_told: list[tuple[StopPlan, ...]] = []
        self.schedules_told: list[tuple[str, Problem]] = []
        self.schedules_over: list[str] = []
        self.came: list[StopResult] = []
        self.left = LeftTold()
        self.gate = threading.Event()
        self.gate.set()
        self.state = state = State()
        state.listen(lambda: self.seen.append(state.snapshot))
        self.cloud = cloud = Cloud()
        self.opened_here = OpenedHere(
            state,
            workers=self._workers("opened", 1),
            file=OpenedFile(opened_path),
            clock=clock or (lambda: self.now),
        )
        self.tasks = tasks = TaskRunner(state.tasks, self._ended)
        self.refresher = refresher = Refresher(
            state.listing,
            store,
            cloud,
            aws=self._workers("aws", 16),
            presence=presence,
            patient_seconds=patient_seconds,
            clock=clock or (lambda: self.now),
            on_error=self.errors.append,
        )
        self.sessions = SessionEnds(
            state,
            workers=self._workers("sessions", 1),
            path=None,
            tell=self,
            look=refresher.agenda.look,
        )
        self.opener = Opener(
            state,
            tasks,
            cloud,
            refresher,
            workers=self._workers("opening", 2),
            hand_off=self._hand_off,
            copy=self.copied.append,
            keep_last=self.kept.append,
            begun=self.sessions.begin,
        )
        self.sign_ins = SigningIn(
            tasks, cloud, refresher, workers=self._workers("sign-in", 8), make_prompts=make_prompts
        )
        self.login_start = LoginStart(
            state.starts_at_login,
            tasks,
            workers=self._workers("autostart", 1),
            starts=starts,
            set_starts=set_starts,
        )
        self.starting = Starting(
            state,
            tasks,
            cloud,
            refresher,
            self.opener,
            workers=self._workers("power", workers),
            waiters=self._workers("waiting", 32),
            notes=notes or StartNotes(None),
            times=times or StartTimes(None),
            wait_for_jupyter=wait_for_jupyter or partial(jupyter_asking.wait_for_jupyter, cloud),
            presence=presence,
            tell_ready=self.ready.append,
            tell_stuck=lambda start, problem: self.told.append((notebook_name_of(start.command), problem)),
            note_started=self.opened_here.started,
            clock=clock or (lambda: self.now),
        )
        refresher.agenda.add("look for starts", lambda _: self.starting.look_in(), self.starting.look)
        state.listen(self.starting.follow)
        state.listen(self.opened_here.follow)
        state.listen(lambda: tasks.forget_if_over(state.snapshot.listing))
        self.platforms = Platforms(
            state,
            cloud,
            calls=refresher.unasked_calls,
            workers=self._workers("platforms", 1),
            file=PlatformsFile(platforms_path),
            shown=lambda listing: choose(listing.notebooks),
            on_end=refresher.agenda.look,
            clock=clock or (lambda: self.now),
        )
        self.stopping = Stopping(
            state,
            tasks,
            cloud,
            refresher,
            workers=self._workers("power", workers),
            lookers=self._workers("looking", 32),
            look=look or partial(jupyter_asking.look_at, cloud),
            describe=self.platforms.describe,
            tell_asked=self.questions.append,
            on_stop=self.starting.forget,
            clock=clock or (lambda: self.now),
        )
        state.listen(self.stopping.forget_old)
        self.stopping_all = StoppingAll(
            state,
            tasks,
            self.stopping,
            workers=self._workers("power", 8),
            lookers=self._workers("looking", 8),
            tell_asked=self.questions_of_all.append,
            clock=clock or (lambda: self.now),
        )
        state.listen(self.stopping_all.forget_old)
        self.stop_plans = LaterStops(
            state,
            lambda: StopPlans(
                state,
                tasks,
                self.stopping,
                workers=self._workers("stop plans", 1),
                lookers=self._workers("planned stops", 8),
                path=plans_path,
                tell=self,
                look=refresher.agenda.look,
                clock=clock or (lambda: self.now),
            ),
            plans_path,
        )
        refresher.agenda.add("stop as planned", self.stop_plans.due_in, self.stop_plans.act)
        state.listen(self.stop_plans.follow)
        self.schedules = CloudSchedules(
            state,
            lambda: cloud.schedules,
            workers=self._workers("schedules", 1),
            path=schedules_path,
            tell=self,
            plans=lambda: self.stop_plans.noted,
            look=refresher.agenda.look,
            clock=clock or (lambda: self.now),
        )
        refresher.agenda.add("ask for schedules", self.schedules.due_in, self.schedules.act)
        state.listen(self.schedules.follow)
        self.left_running = LeftRunning(
            state,
            workers=self._workers("left running", 1),
            lookers=self._workers("looking", 8),
            path=None,
            found=self.stopping.found,
            list_now=refresher.list_now,
            tell=self.left,
            look=refresher.agenda.look,
            clock=clock or (lambda: self.now),
            pause=lambda _: None,
        )
        state.listen(self.left_running.follow)
        self.look_choice = LookChoice(state.looks_off, tasks, workers=self._workers("looks", 1), path=looks_path)
        self.finding = Finding(
            state,
            tasks,
            cloud,
            workers=self._workers("searches", 2),
            askers=self._workers("regions", 16),
            tell_found=self.searched.append,
            clock=clock or (lambda: self.now),
        )
        state.listen(self.finding.follow)
        self.trials = Trials(
            state,
            tasks,
            cloud,
            workers=self._workers("trials", 2),
            askers=self._workers("tried", 16),
            list_now=refresher.list_now,
            clock=clock or (lambda: self.now),
        )
        state.listen(self.trials.follow)
        self.notifications = NotificationChoices(
            state.notifications_off, tasks, workers=self._workers("notifications", 1), path=choices_path
        )
        self.keeping = Keeping(state, tasks, workers=self._workers("keeping", 1), path=kept_path)
        keyring = self._workers("keyring", 1)
        self.policy: Sequence[Given] = ()
        self.watch = store.policy if isinstance(store, PolicedStore) else PolicyWatch(lambda: self.policy, lambda: None)
        self.policing = Policing(self.watch, state.policy, tasks, workers=self._workers("policy", 1))
        self.updates = UpdateCheck(
            state, tasks, workers=self._workers("updates", 1), kept=lambda _: None, look=lambda: None
        )
        self.controller = Controller(
            policing=self.policing,
            updates=self.updates,
            opener=self.opener,
            starting=self.starting,
            sessions=self.sessions,
            stopping=self.stopping,
            stopping_all=self.stopping_all,
            stop_plans=self.stop_plans,
            load_schedules=self.schedules.load,
            leave_running=self.left_running.leave,
            looks=self.look_choice,
            sign_ins=self.sign_ins,
            profiles=ProfileChoices(state, store, tasks, refresher, workers=keyring, release=self.schedules.release),
            adding=Adding(state.additions, store, tasks, cloud, refresher, workers=keyring),
            finding=self.finding,
            trials=self.trials,
            login_start=self.login_start,
            notifications=self.notifications,
            keeping=self.keeping,
            refresher=refresher,
            tasks=tasks,
            assistance=Help(
                tasks,
                workers=self._workers("help", 1),
                copy=self.copied.append,
                open_log=lambda: self.shown.append("log"),
                report=lambda: "the report",
                open_page=lambda page, _: self.shown.append(page),
            ),
            show_page=lambda command, _: self.shown.append(type(command).__name__),
            follow_choices=lambda: None,
            owner_tag=OwnerChoice(tasks, workers=self._workers("owner tag", 1), path=None, follow=lambda: None),
            leave=lambda: None,
        )
        self.do = self.controller.do

    def session_ends(self, sessions: tuple[OpenSession, ...], _now: float) -> None:
        self.said.append(("ends", sessions))

    def session_ended(self, sessions: tuple[OpenSession, ...], meanwhile: Meanwhile, _now: float) -> None:
        self.said.append((f"ended {meanwhile.name}", sessions))

    def session_over(self, arn: str) -> None:
        self.said.append((f"over {arn}", ()))

    def stops_soon(self, plans: tuple[StopPlan, ...], _now: float) -> None:
        self.stops_told.append(plans)

    def stops_no_more(self) -> None:
        self.stops_told.append(())

    def schedule_failed(self, arn: str, problem: Problem, _stops: float | None) -> None:
        self.schedules_told.append((arn, problem))

    def schedule_over(self, arn: str) -> None:
        self.schedules_over.append(arn)

    def stop_results(self, results: tuple[StopResult, ...], _now: float) -> None:
        self.came.extend(results)

    def _workers(self, name: str, most: int) -> Workers:
        return Workers(name, most, self.errors.append)

    def _ended(self, task: Task, outcome: Outcome, problem: Problem | None) -> None:
        self.opened_here.ended(task, outcome, problem)
        self.ended.append((task.command, outcome))
        if problem is not None:
            self.told.append((subject_of(task.command), problem))

    def _hand_off(self, url: str, activation: Activation | None) -> None:
        if activation is not None:
            self.tokens.append(activation.token)
        assert self.gate.wait(30)
        self.handed.append(url)

    def policed(self, **values: object) -> None:
        """Have an administrator set these values."""
        self.policy = (Given("policy", values),)
        assert not self.watch.look().errors

    @property
    def snapshot(self) -> Snapshot:
        return self.state.snapshot

    @property
    def listing(self) -> Listing:
        return self.state.snapshot.listing

    def done(self) -> list[Command]:
        """Return the commands that were carried out."""
        return [command for command, outcome in self.ended if outcome is Outcome.DONE]

    def idle(self) -> bool:
        """Whether nothing that was asked for is under way."""
        return not self.snapshot.tasks.under_way

    def rested(self) -> Listing:
        wait_until(lambda: self.listing.phase is Phase.RESTING and self._looked(), "a refresh")
        return self.listing

    def _looked(self) -> bool:
        return self.listing.keyring_read or any(about is Source.KEYRING for about, _ in self.listing.problems)

    def notebook(self, name: str) -> Notebook:
        return next(notebook for notebook in self.listing.notebooks if notebook.name == name)
