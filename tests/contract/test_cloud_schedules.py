"""Planned stops in EventBridge Scheduler: the service, its file and the embedded endpoint, by a clock that is set."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.support.cloud import SampleCloud, impatient_cloud
from tests.support.demo import SteppedClock
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.endpoint.iam import Role
from tests.support.endpoint.scheduler import TRUSTED, Schedule
from tests.support.services import Services
from tests.support.waiting import wait_until
from tray.aws.cloud import Cloud
from tray.fleet.planned_stops import cloud_schedules, cloud_schedules_file
from tray.fleet.planned_stops.cloud_schedules import CloudSchedules
from tray.fleet.planned_stops.cloud_schedules_file import CloudSchedulesFile
from tray.fleet.snapshot import Listing
from tray.fleet.state import State
from tray.menu.stop_plans import running_words, stops_in_aws
from tray.model.arns import name_in
from tray.model.cloud_schedules import LATER_MINUTES, Standing
from tray.model.commands import CancelStopPlan, PlanStop, RemoveProfile, RenameProfile
from tray.model.notebooks import Scope
from tray.model.presence import Presence
from tray.model.problems import Kind, Problem, TrayError
from tray.model.signer import AwsProfile
from tray.model.stop_plans import StopPlan, Trigger
from tray.runtime.workers import Workers
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.model import Profile
from tray.settings.profiles.store import ProfileStore
from tray.wiring.cloud_stops import FILE_NAME, CloudStops

ACCOUNT, REGION = "111122223333", "eu-west-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/StopNotebooks"
NAME = "churn-model"
ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:notebook-instance/{NAME}"
LATER = LATER_MINUTES * 60


@dataclass
class Tray:
    """A run of the program, as far as it follows plans: killed by being dropped."""

    cloud: SampleCloud
    clock: SteppedClock
    fleet: Services
    path: Path
    plans: tuple[StopPlan, ...] | None = ()
    told: list[tuple[str, Problem]] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    stops: list[float | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.service = CloudSchedules(
            self.fleet.state,
            lambda: self.fleet.cloud.schedules,
            workers=Workers("schedules", 1, self.fleet.errors.append),
            path=self.path,
            tell=self,
            plans=lambda: self.plans,
            look=lambda: None,
            clock=self.now,
        )
        self.fleet.state.listen(self.service.follow)
        self.service.load()

    def schedule_failed(self, arn: str, problem: Problem, stops: float | None) -> None:
        self.told.append((arn, problem))
        self.stops.append(stops)

    def schedule_over(self, arn: str) -> None:
        self.over.append(arn)

    def now(self) -> float:
        return self.clock().timestamp()

    def plan(self, *plans: StopPlan) -> None:
        """Have these plans, as the service of plans does: the snapshot lacks those that were called."""
        self.plans = plans
        self.fleet.state.stop_plans.set(tuple(each for each in plans if each.begun is None))
        self.service.follow()
        self.tick()

    def at(self, minutes: float = 60) -> StopPlan:
        return StopPlan("research", ARN, Trigger.AT, self.now(), at=float(round(self.now() + minutes * 60)))

    def tick(self) -> None:
        """Do what the agenda does when something is due."""
        if self.service.due_in(Presence()) <= 0:
            self.service.act()

    def in_aws(self) -> list[Schedule]:
        return list(self.cloud.endpoint.scheduler.schedules())

    def times(self) -> list[float]:
        return [each.at.timestamp() for each in self.in_aws()]

    def standing(self) -> list[Standing]:
        return [each.standing for each in CloudSchedulesFile(self.path).load()]

    def until(self, true: object, what: str) -> None:
        def ticked() -> object:
            self.tick()
            return true()  # type: ignore[operator]

        wait_until(ticked, what)

    def settled(self) -> None:
        """Wait until all that was begun is done: the worker takes one job after the other."""
        self.service._workers.submit(lambda: None).result(30)


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    with impatient_cloud(tmp_path, monkeypatch) as cloud:
        cloud.endpoint.iam.put(Role(ROLE, frozenset({TRUSTED})))
        yield cloud


@pytest.fixture
def tray(cloud: SampleCloud, tmp_path: Path) -> Tray:
    clock = SteppedClock()
    cloud.endpoint.world.clock = clock
    store = ProfileStore(MemoryKeyring(), tmp_path / "lock")
    store.add(Profile("research", "research", (REGION,), schedule_role=ROLE))
    fleet = Services(store)
    fleet.refresher.start()
    fleet.rested()
    return Tray(cloud, clock, fleet, tmp_path / "cloud-schedules.json")


def again(tray: Tray) -> Tray:
    """Return the next run of the program, after this one was killed."""
    next_one = Tray(tray.cloud, tray.clock, tray.fleet, tray.path, plans=None)
    tray.plans = None  # the old one does nothing any more
    return next_one


def planned(tray: Tray, minutes: float = 60) -> StopPlan:
    plan = tray.at(minutes)
    tray.plan(plan)
    tray.until(lambda: tray.fleet.snapshot.cloud_schedules, "the schedule")
    assert tray.times() == [plan.at + LATER]
    return plan


def status(tray: Tray) -> str:
    return tray.cloud.endpoint.world.notebook(ACCOUNT, REGION, NAME).status


def test_a_plan_is_made_in_aws_and_aws_stops_it_with_the_computer_off(tray: Tray) -> None:
    plan = planned(tray)
    (made,) = tray.in_aws()
    assert made.region == REGION
    assert made.notebook == NAME
    target = made.given["Target"]
    assert target["RoleArn"] == ROLE
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 300, "MaximumRetryAttempts": 3}
    assert made.given["ActionAfterCompletion"] == "DELETE"
    assert "Made by Notebook Tray" in made.given["Description"]
    assert tray.fleet.snapshot.cloud_schedules[0].at == plan.at + LATER
    tray.plans = None  # the computer is off
    tray.clock.go(3600 + LATER - 120)
    assert status(tray) == "InService"
    tray.clock.go(240)
    assert not tray.in_aws()
    assert status(tray) == "Stopping"


def test_without_a_role_and_for_other_plans_aws_is_asked_nothing(tray: Tray) -> None:
    tray.plan(replace(tray.at(), trigger=Trigger.IDLE), replace(tray.at(), trigger=Trigger.LEAVING))
    tray.fleet.store.change("research", lambda it: replace(it, schedule_role=""))
    tray.fleet.refresher.refresh()
    tray.until(lambda: not tray.fleet.listing.profiles[0].schedule_role, "the profile")
    tray.plan(tray.at())
    tray.settled()
    asked = {call.operation for call in tray.cloud.endpoint.recorder.calls()}
    assert not any("Schedule" in each for each in asked)
    assert not tray.path.exists()


def test_another_time_changes_the_same_schedule_and_giving_it_up_deletes_it(tray: Tray) -> None:
    planned(tray)
    (before,) = tray.in_aws()
    plan = tray.at(90)
    tray.plan(plan)
    tray.until(lambda: tray.times() == [plan.at + LATER], "the other time")
    (after,) = tray.in_aws()
    assert after.name == before.name
    tray.plan()
    tray.until(lambda: not tray.in_aws() and not tray.standing(), "its end")
    assert tray.fleet.snapshot.cloud_schedules == ()
    assert tray.told == []


def test_the_program_that_is_awake_goes_first_and_keeps_what_it_called_until_it_is_stopped(tray: Tray) -> None:
    plan = planned(tray)
    tray.clock.go(3600 + 10)
    tray.plan(replace(plan, begun=tray.now()))
    tray.settled()
    assert tray.times() == [plan.at + LATER], "the call may fail: then AWS does it"
    tray.plan()  # it has failed, and the plan is over
    tray.settled()
    assert tray.times() == [plan.at + LATER]
    tray.cloud.endpoint.world.stop(ACCOUNT, REGION, NAME)
    tray.fleet.refresher.refresh()
    tray.until(lambda: not tray.in_aws() and not tray.standing(), "the end of what is of no use any more")


def test_a_busy_kernel_is_not_stopped_by_aws_once_it_was_seen(tray: Tray) -> None:
    plan = planned(tray)
    tray.clock.go(3600 + 10)
    tray.plan(replace(plan, again=plan.at + 600))
    tray.until(lambda: not tray.in_aws(), "the end of the schedule")
    tray.clock.go(LATER * 2)
    assert status(tray) == "InService"


def test_who_wakes_late_is_not_stopped_by_aws_without_a_word(tray: Tray) -> None:
    planned(tray)
    tray.clock.go(3600 + 300)
    tray.until(lambda: not tray.in_aws(), "the end of the schedule")
    assert tray.told == []


def test_killed_before_the_answer_it_is_still_taken_away(tray: Tray) -> None:
    """What was asked for and not answered is noted, and asked for again."""
    plan = tray.at()
    tray.cloud.endpoint.faults.add(Fault(Trouble.DROP, operation="CreateSchedule", times=3))
    tray.plan(plan)
    tray.until(lambda: tray.standing() == [Standing.ASKED], "the note")
    tray.settled()
    assert tray.told == [], "a network that comes and goes is no news at once"
    tray = again(tray)
    tray.settled()
    assert tray.standing() == [Standing.ASKED], "nothing is taken away before it is known which plans there are"
    tray.plan(plan)
    tray.until(lambda: tray.times() == [plan.at + LATER], "the second try")
    tray = again(tray)
    tray.plan()
    tray.service.load()
    tray.until(lambda: not tray.in_aws() and not tray.standing(), "its end")


@pytest.mark.parametrize("platform", ["", "notebook-al1-v1"])
def test_a_habit_has_aws_stop_nothing_that_may_never_start_again(tray: Tray, platform: str) -> None:
    """The program would look before it stops it, and not stop it."""
    if platform:
        tray.fleet.state.platforms.set({ARN: platform})
    plan = replace(tray.at(), habit="19:00")
    tray.plan(plan)
    tray.service._wake()
    tray.settled()
    assert tray.in_aws() == []
    tray.fleet.state.platforms.set({ARN: "notebook-al2023-v1"})
    tray.until(lambda: tray.times() == [plan.at + LATER], "the schedule, once the platform is known")


def test_none_is_made_that_would_have_another_forgotten(tray: Tray, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloud_schedules_file, "MOST_SCHEDULES", 1)
    monkeypatch.setattr(cloud_schedules, "MOST_SCHEDULES", 1)
    first = planned(tray)
    second = replace(first, arn=next(each.arn for each in tray.fleet.snapshot.listing.notebooks if each.arn != ARN))
    tray.plan(first, second)
    tray.settled()
    assert [each.notebook for each in tray.in_aws()] == [NAME]
    tray.plan(second)
    tray.until(lambda: not tray.in_aws(), "the end of the first")
    tray.service._wake()  # as the next list does
    tray.until(lambda: [each.notebook for each in tray.in_aws()] == [name_in(second.arn)], "room for the second")
    tray.plan()
    tray.until(lambda: not tray.in_aws() and not tray.standing(), "the end of all")


def test_an_answer_that_was_lost_makes_no_second_schedule(tray: Tray) -> None:
    plan = planned(tray)
    stored = json.loads(tray.path.read_text())
    stored["schedules"][0]["standing"] = "asked"
    tray.path.write_text(json.dumps(stored))
    tray = again(tray)
    tray.plan(plan)
    tray.until(lambda: tray.standing() == [Standing.MADE], "the second try")
    assert tray.times() == [plan.at + LATER]


@pytest.mark.parametrize("action", ["scheduler:CreateSchedule", "iam:PassRole"])
def test_a_missing_permission_is_said_once_and_that_the_plan_holds_here(tray: Tray, action: str) -> None:
    tray.cloud.endpoint.iam.deny(action)
    plan = tray.at()
    tray.plan(plan)
    tray.until(lambda: tray.told, "the refusal")
    ((arn, problem),) = tray.told
    assert (arn, problem.kind, tray.stops) == (ARN, Kind.DENIED, [None])
    assert action in problem.remedy
    assert "only while this computer is awake" in problem.remedy
    assert tray.standing() == []
    for _ in range(3):
        tray.plan(plan)
    tray.settled()
    assert len(tray.told) == 1
    assert len(tray.cloud.endpoint.recorder.calls("CreateSchedule")) == 1
    tray.cloud.endpoint.iam.allow(action)
    tray.clock.go(3000)
    tray.plan(replace(plan, at=plan.at + 7200))
    tray.until(lambda: tray.standing() == [Standing.MADE], "another plan, which is tried")


def test_a_clock_that_was_ahead_delays_no_next_try(tray: Tray) -> None:
    tray.clock.go(86_400)
    tray.cloud.endpoint.iam.deny("scheduler:CreateSchedule")
    tray.plan(tray.at(36 * 60))
    tray.until(lambda: tray.told, "the refusal")
    tray.cloud.endpoint.iam.allow("scheduler:CreateSchedule")
    tray.clock.go(-86_400)
    tray.until(lambda: tray.standing() == [Standing.MADE], "the next try")


def test_a_role_that_scheduler_may_not_take_and_one_of_another_account(tray: Tray) -> None:
    tray.cloud.endpoint.iam.put(Role(ROLE, frozenset({"ec2.amazonaws.com"})))
    tray.plan(tray.at())
    tray.until(lambda: tray.told, "the refusal")
    assert tray.told[0][1].code == "schedule-role-untrusted"
    other = ROLE.replace(ACCOUNT, "999999999999")
    tray.fleet.store.change("research", lambda it: replace(it, schedule_role=other))
    tray.fleet.refresher.refresh()
    tray.until(lambda: len(tray.told) > 1, "the other refusal")
    assert tray.told[1][1].code == "schedule-role-elsewhere"
    assert other in tray.told[1][1].message


def test_a_change_that_is_refused_takes_the_old_time_away(tray: Tray) -> None:
    planned(tray)
    tray.cloud.endpoint.iam.deny("scheduler:UpdateSchedule")
    tray.plan(tray.at(120))
    tray.until(lambda: tray.told and not tray.in_aws(), "the end of the old time")
    assert "scheduler:UpdateSchedule" in tray.told[0][1].remedy
    tray.until(lambda: not tray.fleet.snapshot.cloud_schedules, "that it is known")


def test_what_can_not_be_taken_away_is_said_and_tried_again(tray: Tray) -> None:
    planned(tray)
    tray.cloud.endpoint.faults.add(Fault(Trouble.ERROR, "InternalServerException", operation="DeleteSchedule"))
    tray.plan()
    for tried in range(3):
        tray.until(lambda n=tried: len(tray.cloud.endpoint.recorder.calls("DeleteSchedule")) > n, "a try")
        tray.settled()
        assert len(tray.told) == (tried == 2), "a network that comes up after a sleep takes some tries"
        tray.clock.go(120)
    tray.cloud.endpoint.faults.clear()
    tray.until(lambda: not tray.in_aws(), "the last try")
    assert [arn for arn, _ in tray.told] == [ARN]
    assert "AWS will stop churn-model at" in tray.told[0][1].remedy
    tray.until(lambda: tray.over == [ARN], "that it is taken back")


def test_what_is_kept_running_is_said_to_be_stopped_by_aws_until_its_schedule_is_gone(tray: Tray) -> None:
    planned(tray)
    here = tray.fleet.listing.notebooks

    def said() -> str:
        snapshot = tray.fleet.snapshot
        return running_words(here, (), snapshot.stop_plans, tray.now(), stops_in_aws(snapshot)).get(ARN, "")

    assert "stops at" in said()
    tray.cloud.endpoint.iam.deny("scheduler:DeleteSchedule")
    tray.plan()  # “Keep running”
    assert "AWS stops it at" in said()
    tray.until(lambda: tray.told, "that it can't be taken away")
    assert tray.stops == [tray.times()[0]]
    assert "scheduler:DeleteSchedule" in tray.told[0][1].remedy
    assert "AWS will stop churn-model" in tray.told[0][1].remedy
    assert tray.in_aws()
    assert "AWS stops it at" in said()
    tray.cloud.endpoint.iam.allow("scheduler:DeleteSchedule")
    tray.clock.go(3601 - 60)
    tray.until(lambda: not tray.in_aws() or tray.clock.go(60), "the next try")
    tray.until(lambda: said() == "", "that nothing is said any more")


def test_a_profile_that_goes_takes_its_schedules_along_or_stays(tray: Tray) -> None:
    planned(tray)
    tray.cloud.endpoint.iam.deny("scheduler:DeleteSchedule")
    with pytest.raises(TrayError) as raised:
        tray.service.release("research")
    assert raised.value.problem.code == "schedules-left"
    assert NAME in raised.value.problem.message
    tray.service.release("other")
    tray.cloud.endpoint.iam.allow("scheduler:DeleteSchedule")
    tray.service.release("research")
    assert not tray.in_aws()


def test_a_profile_of_another_name_takes_its_schedules_along(tray: Tray) -> None:
    plan = planned(tray)
    tray.fleet.do(RenameProfile("research", "lab"))
    wait_until(lambda: tray.fleet.snapshot.listing.find("lab", ARN), "the profile by its new name")
    tray.plan(replace(plan, profile="lab"))
    wait_until(lambda: [each.profile for each in CloudSchedulesFile(tray.path).load()] == ["lab"], "the new name")
    tray.service.release("lab")
    assert not tray.in_aws()


def test_another_account_can_not_tell_that_it_is_gone(tray: Tray) -> None:
    planned(tray)
    (made,) = tray.in_aws()
    schedules = Cloud().schedules
    other = Scope("forecasting", REGION, AwsProfile("forecasting"))
    with pytest.raises(TrayError) as raised:
        schedules.delete(other, made.name, ACCOUNT)
    assert raised.value.problem.code == "schedule-in-other-account"
    here = Scope("research", REGION, AwsProfile("research"))
    assert schedules.listed(here) == (made.name,)
    (found,) = schedules.look(here, (made.name, "notebook-tray-" + "0" * 32))
    assert (found.notebook, found.at) == (NAME, made.at.timestamp())
    assert schedules.delete(here, made.name, ACCOUNT)
    assert not schedules.delete(here, made.name, ACCOUNT)


def test_a_networks_page_is_no_answer(tray: Tray) -> None:
    planned(tray)
    (made,) = tray.in_aws()
    here = Scope("research", REGION, AwsProfile("research"))
    schedules = Cloud().schedules
    for operation in ("DeleteSchedule", "ListSchedules", "GetSchedule"):
        tray.cloud.endpoint.faults.clear()
        tray.cloud.endpoint.faults.add(Fault(Trouble.GARBAGE, operation=operation))
        with pytest.raises(TrayError):
            schedules.delete(here, made.name, ACCOUNT) if operation == "DeleteSchedule" else schedules.look(
                here, schedules.listed(here)
            )
    assert tray.in_aws()


@pytest.fixture
def whole(cloud: SampleCloud, tmp_path: Path) -> Services:
    """The services with their plans, by a clock that both they and AWS have."""
    clock = SteppedClock()
    cloud.endpoint.world.clock = clock
    store = ProfileStore(MemoryKeyring(), tmp_path / "lock")
    store.add(Profile("research", "research", (REGION,), schedule_role=ROLE))
    fleet = Services(
        store,
        clock=lambda: clock().timestamp(),
        plans_path=tmp_path / "stop-plans.json",
        schedules_path=tmp_path / "cloud-schedules.json",
    )
    fleet.refresher.start()
    fleet.rested()
    fleet.stop_plans.load()
    fleet.schedules.load()
    wait_until(lambda: fleet.stop_plans.noted is not None, "the plans")
    return fleet


def test_from_the_menus_line_to_aws_and_back(whole: Services, cloud: SampleCloud) -> None:
    at = float(round(cloud.endpoint.world.clock().timestamp())) + 7200
    whole.do(PlanStop("research", ARN, Trigger.AT, at))
    wait_until(lambda: whole.snapshot.cloud_schedules, "the schedule")
    (made,) = cloud.endpoint.scheduler.schedules()
    assert made.at.timestamp() == at + LATER
    whole.do(CancelStopPlan(ARN, Trigger.AT))
    wait_until(lambda: not cloud.endpoint.scheduler.schedules(), "its end")
    wait_until(lambda: not whole.snapshot.cloud_schedules, "that it is known")
    assert whole.errors == []
    assert whole.schedules_told == []


def test_a_profile_is_removed_only_without_its_schedules(whole: Services, cloud: SampleCloud) -> None:
    at = float(round(cloud.endpoint.world.clock().timestamp())) + 7200
    whole.do(PlanStop("research", ARN, Trigger.AT, at))
    wait_until(lambda: whole.snapshot.cloud_schedules, "the schedule")
    cloud.endpoint.iam.deny("scheduler:DeleteSchedule")
    whole.do(RemoveProfile("research"))
    wait_until(lambda: whole.told, "the refusal")
    assert whole.told[0][1].code == "schedules-left"
    assert [each.name for each in whole.store.load().profiles] == ["research"]
    cloud.endpoint.iam.allow("scheduler:DeleteSchedule")
    whole.do(RemoveProfile("research"))
    wait_until(lambda: not whole.store.load().profiles, "the removal")
    assert not cloud.endpoint.scheduler.schedules()
    wait_until(lambda: not whole.listing.profiles, "the refresh")
    assert not cloud.endpoint.scheduler.schedules(), "it is not made again"


def test_the_service_is_there_only_where_there_is_something_to_do(tmp_path: Path) -> None:
    class Service:
        def __init__(self) -> None:
            calls.append("made")

        def __getattr__(self, name: str) -> object:
            return lambda *_: calls.append(name)

    def of(role: str) -> CloudStops:
        state.listing.set(Listing(profiles=(Profile("research", "research", schedule_role=role),)))
        return CloudStops(state, Service, tmp_path / FILE_NAME)  # type: ignore[arg-type]

    calls: list[str] = []
    state = State()
    without = of("")
    without.load()
    without.follow()
    without.act()
    without.release("research")
    assert (calls, without.due_in(Presence())) == ([], math.inf)
    of(ROLE).follow()
    assert calls == ["made", "follow"]
    (tmp_path / FILE_NAME).write_text("{}")
    for does in ("load", "follow"):
        calls.clear()
        getattr(of(""), does)()
        assert calls == ["made", does], "what was made is taken away though no profile names a role any more"
    calls.clear()
    of("").release("research")
    assert calls == ["made", "release"]
    assert FILE_NAME == cloud_schedules_file.FILE_NAME
