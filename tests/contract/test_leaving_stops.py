"""What is stopped when the user leaves, against the embedded endpoint; and what is told at the next start."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.cloud import SampleCloud, calls, impatient_cloud
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.power_fleet import Fleet
from tests.support.waiting import wait_until
from tray.demo.world import Durations, Status
from tray.fleet.planned_stops import leaving as service
from tray.fleet.planned_stops.leaving import Leaving
from tray.fleet.planned_stops.leaving_file import FILE_NAME
from tray.model.commands import SetLooks
from tray.model.leaving import NotStopped, WhyNot
from tray.model.notebooks import Notebook
from tray.model.presence import Presence
from tray.model.stop_plans import StopPlan, Trigger
from tray.runtime.workers import Workers
from tray.settings.profiles.store import ProfileStore

BUSY, RETIRED, IDLE = "churn-model", "claims-text-mining", "demand-forecast"
STOP, PRESIGN, DESCRIBE = "StopNotebookInstance", "CreatePresignedNotebookInstanceUrl", "DescribeNotebookInstance"


class Watch:
    """A session of a test's: `held` is what the system would wait for, `ends` what it would say if it was asked."""

    def __init__(self, on_asked: Callable[[], None], on_leaving: Callable[[], None]) -> None:
        self.asked, self.leaves = on_asked, on_leaving
        self.held: str | None = None
        self.ends = False

    def hold(self, words: str) -> None:
        self.held = words

    def release(self) -> None:
        self.held = None

    def is_ending(self) -> bool:
        return self.ends


class Run:
    """The service in one run of the program."""

    def __init__(self, fleet: Fleet, path: Path, session: str = "first") -> None:
        self.fleet = fleet
        self.watch: Watch | None = None
        self.told: list[tuple[NotStopped, ...]] = []
        self.errors: list[Exception] = []
        self.leaving = Leaving(
            fleet.state,
            fleet.stopping,
            workers=self._workers(4),
            stoppers=self._workers(24),
            lookers=self._workers(24),
            path=path,
            make_watch=self._watch,
            session_id=lambda: session,
            carry_out=fleet.stopping.carry_out,
            tell=self.told.append,
            look=lambda: None,
            clock=lambda: fleet.now,
        )
        fleet.state.listen(self.leaving.follow)
        self.leaving.load()
        wait_until(lambda: self.leaving._left is not None, "the file")

    def _workers(self, most: int) -> Workers:
        return Workers("test", most, lambda error: self.errors.append(error))

    def _watch(self, on_asked: Callable[[], None], on_leaving: Callable[[], None]) -> Watch:
        self.watch = Watch(on_asked, on_leaving)
        return self.watch

    def held(self) -> Watch:
        """Wait until the end of the session is held up."""
        return wait_until(lambda: self.watch if self.watch is not None and self.watch.held else None, "a hold")

    def leave(self) -> None:
        """Have the session end, and wait until nothing holds that up."""
        watch = self.held()
        watch.leaves()
        wait_until(lambda: watch.held is None, "the release")

    def tell(self) -> dict[str, WhyNot]:
        """Tell what is to be told; return it by name."""
        self.leaving.act()
        return {each.arn.rpartition("/")[2]: each.why for those in self.told for each in those}


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    with impatient_cloud(tmp_path, monkeypatch, Durations(starting_seconds=0.3, stopping_seconds=0.3)) as cloud:
        yield cloud


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / FILE_NAME


@pytest.fixture
def fleet(store: ProfileStore) -> Fleet:
    return made(store)


def made(store: ProfileStore) -> Fleet:
    fleet = Fleet(store)
    fleet.now = 2_000_000_000.0  # later than the endpoint's clock: what runs, runs since before
    fleet.refresher.refresh()
    return fleet


def plan(fleet: Fleet, *names: str, even_if_busy: bool = False) -> None:
    """Plan to stop these when the user leaves."""
    notebooks = [fleet.notebook(name) for name in names]
    fleet.state.stop_plans.set(
        tuple(
            StopPlan(each.scope.profile, each.arn, Trigger.LEAVING, fleet.now, even_if_busy=even_if_busy)
            for each in notebooks
        )
    )


def stopped(cloud: SampleCloud) -> list[str]:
    """Return the names of those for which a stop was asked."""
    return sorted(call.parameters["NotebookInstanceName"] for call in cloud.endpoint.recorder.calls(STOP))


def put(cloud: SampleCloud, notebook: Notebook, status: Status) -> None:
    world = cloud.endpoint.world
    account, region = notebook.arn.split(":")[4], notebook.scope.region
    world.put(replace(world.notebook(account, region, notebook.name), status=status))


def again(store: ProfileStore, path: Path, session: str = "second") -> Run:
    """Return the service in the next run, whose lists are there."""
    return Run(made(store), path, session)


def test_what_nobody_works_in_is_stopped_and_the_rest_is_told_at_the_next_start_once(
    fleet: Fleet, cloud: SampleCloud, store: ProfileStore, path: Path
) -> None:
    run = Run(fleet, path)
    plan(fleet, IDLE, BUSY, RETIRED)
    run.leave()
    assert stopped(cloud) == [IDLE]
    assert not run.told
    later = again(store, path)
    assert later.leaving.due_in(Presence()) == 0
    assert later.tell() == {BUSY: WhyNot.BUSY, RETIRED: WhyNot.RETIRED}
    assert len(later.told) == 1, "in one notification"
    assert again(store, path, "third").tell() == {}


def test_with_even_if_busy_a_busy_one_is_stopped_and_a_retired_one_is_not(
    fleet: Fleet, cloud: SampleCloud, path: Path
) -> None:
    run = Run(fleet, path)
    plan(fleet, BUSY, RETIRED, even_if_busy=True)
    run.leave()
    assert stopped(cloud) == [BUSY]


def test_where_the_platform_is_known_one_that_is_stopped_in_any_case_takes_a_single_call(
    fleet: Fleet, cloud: SampleCloud, path: Path
) -> None:
    run = Run(fleet, path)
    fleet.state.platforms.set({fleet.notebook(BUSY).arn: "notebook-al2023-v1"})
    plan(fleet, BUSY, even_if_busy=True)
    run.held()
    cloud.endpoint.recorder.clear()
    run.leave()
    assert stopped(cloud) == [BUSY]
    assert (calls(cloud, PRESIGN), calls(cloud, DESCRIBE)) == (0, 0)


def test_nothing_is_held_without_a_plan_and_after_it(fleet: Fleet, path: Path) -> None:
    run = Run(fleet, path)
    fleet.refresher.refresh()
    fleet.rested()
    assert run.watch is None, "the desktop is asked for nothing"
    plan(fleet, IDLE)
    watch = run.held()
    fleet.state.stop_plans.set(())
    wait_until(lambda: watch.held is None, "the release")
    plan(fleet, IDLE)
    run.held()


def test_what_has_been_stopped_meanwhile_holds_nothing(fleet: Fleet, cloud: SampleCloud, path: Path) -> None:
    run = Run(fleet, path)
    plan(fleet, IDLE)
    watch = run.held()
    put(cloud, fleet.notebook(IDLE), Status.STOPPED)
    fleet.refresher.refresh()
    wait_until(lambda: watch.held is None, "the release")


def test_a_logout_and_the_shutdown_after_it_stop_each_once(fleet: Fleet, cloud: SampleCloud, path: Path) -> None:
    run = Run(fleet, path)
    plan(fleet, IDLE, BUSY)
    run.leave()
    assert run.watch is not None
    run.watch.leaves()
    run.watch.ends = True
    run.leaving.finish()
    assert stopped(cloud) == [IDLE]
    assert calls(cloud, PRESIGN) == 2, "a look at each"


def test_a_look_begins_as_soon_as_the_programs_are_asked(fleet: Fleet, cloud: SampleCloud, path: Path) -> None:
    run = Run(fleet, path)
    plan(fleet, IDLE, BUSY)
    watch = run.held()
    watch.asked()
    wait_until(lambda: calls(cloud, PRESIGN) == 2, "the looks")
    run.leave()
    assert stopped(cloud) == [IDLE]
    assert calls(cloud, PRESIGN) == 2, "and no others"


def test_a_look_that_takes_too_long_is_stood_in_for_by_the_last(
    fleet: Fleet, cloud: SampleCloud, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_LOOK_SECONDS", 0.2)
    monkeypatch.setattr(service, "_FRESH_SECONDS", 0.0)
    fleet.stopping.found(fleet.notebook(IDLE))
    fleet.stopping.found(fleet.notebook(BUSY))
    run = Run(fleet, path)
    plan(fleet, IDLE, BUSY)
    fleet.now += 300
    cloud.endpoint.faults.set_latency(30, PRESIGN)
    run.leave()
    assert stopped(cloud) == [IDLE]


def test_of_what_can_t_be_looked_at_nobody_knows_that_it_may_be_stopped(
    fleet: Fleet, cloud: SampleCloud, store: ProfileStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_LOOK_SECONDS", 0.2)
    fleet.stopping.found(fleet.notebook(IDLE))
    fleet.now += 700  # what that has found is too old
    cloud.endpoint.faults.set_latency(30, PRESIGN)
    run = Run(fleet, path)
    plan(fleet, IDLE)
    run.leave()
    assert stopped(cloud) == []
    cloud.endpoint.faults.clear()
    assert again(store, path).tell() == {IDLE: WhyNot.UNKNOWN}


def test_without_looks_only_what_is_stopped_in_any_case_is(
    fleet: Fleet, cloud: SampleCloud, store: ProfileStore, path: Path
) -> None:
    fleet.do(SetLooks(False))
    wait_until(lambda: fleet.snapshot.looks_off, "the setting")
    run = Run(fleet, path)
    plan(fleet, IDLE)
    run.leave()
    assert (stopped(cloud), calls(cloud, PRESIGN)) == ([], 0)
    assert again(store, path).tell() == {IDLE: WhyNot.NO_LOOKS}


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault(Trouble.ERROR, "AccessDeniedException", operation=STOP), WhyNot.DENIED),
        (Fault(Trouble.ERROR, "ExpiredTokenException", operation=STOP), WhyNot.SIGNED_OUT),
        (Fault(Trouble.ERROR, "InternalFailure", status=500, operation=STOP), WhyNot.UNREACHABLE),
        (Fault(Trouble.ERROR, "Strange", operation=STOP), WhyNot.FAILED),
    ],
    ids=["denied", "expired", "aws-fails", "failed"],
)
def test_what_aws_refuses_is_told(
    fleet: Fleet, cloud: SampleCloud, store: ProfileStore, path: Path, fault: Fault, why: WhyNot
) -> None:
    run = Run(fleet, path)
    plan(fleet, IDLE)
    cloud.endpoint.faults.add(fault)
    run.leave()
    cloud.endpoint.faults.clear()
    assert again(store, path).tell() == {IDLE: why}


def test_the_whole_has_an_end_and_what_has_no_answer_by_then_is_told_if_it_still_runs(
    fleet: Fleet, cloud: SampleCloud, store: ProfileStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "LEAVING_SECONDS", 1.5)
    monkeypatch.setattr(service, "_STOP_SECONDS", 0.1)
    run = Run(fleet, path)
    plan(fleet, IDLE)
    cloud.endpoint.faults.set_latency(60, STOP)
    run.held().leaves()
    wait_until(lambda: path.exists() and "no-time" in path.read_text(), "it to be noted before there is an answer")
    wait_until(lambda: run.watch is not None and run.watch.held is None, "the release")
    cloud.endpoint.faults.clear()
    later = again(store, path)
    (left,) = later.leaving._left or ()
    assert left.why is WhyNot.NO_TIME
    put(cloud, fleet.notebook(IDLE), Status.STOPPED)  # the call had arrived
    later.fleet.refresher.refresh()
    wait_until(lambda: later.fleet.notebook(IDLE).status == "Stopped", "the list")
    assert later.tell() == {}


def test_what_has_changed_its_status_since_is_not_told(
    fleet: Fleet, cloud: SampleCloud, store: ProfileStore, path: Path
) -> None:
    fleet.now = 1_600_000_000.0  # AWS' times of the last change are later than this
    run = Run(fleet, path)
    plan(fleet, BUSY)
    run.leave()
    assert stopped(cloud) == []
    assert again(store, path).tell() == {}


def test_where_nothing_can_be_listed_it_is_told_after_a_while(
    fleet: Fleet, cloud: SampleCloud, store: ProfileStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(fleet, path)
    plan(fleet, BUSY)
    run.leave()
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "ExpiredTokenException"))
    later = again(store, path)
    assert 0 < later.leaving.due_in(Presence()) <= 120
    monkeypatch.setattr(later.leaving, "_tells_by", later.leaving._steady())
    assert later.leaving.due_in(Presence()) == 0
    assert later.tell() == {BUSY: WhyNot.BUSY}


class TestTheEndOfTheProgram:
    def test_a_signal_at_the_end_of_the_session_stops_what_is_planned(
        self, fleet: Fleet, cloud: SampleCloud, path: Path
    ) -> None:
        run = Run(fleet, path)
        plan(fleet, IDLE)
        run.held().ends = True
        run.leaving.finish()
        assert stopped(cloud) == [IDLE]

    def test_so_does_an_end_that_the_desktop_has_told_the_icon(
        self, fleet: Fleet, cloud: SampleCloud, path: Path
    ) -> None:
        run = Run(fleet, path)
        plan(fleet, IDLE)
        run.held()
        run.leaving.finish(session_ended=True)
        assert stopped(cloud) == [IDLE]

    def test_a_signal_in_a_session_that_goes_on_stops_nothing(
        self, fleet: Fleet, cloud: SampleCloud, path: Path
    ) -> None:
        run = Run(fleet, path)
        plan(fleet, IDLE)
        run.held()
        run.leaving.finish()
        assert stopped(cloud) == []

    def test_one_who_quits_leaves_nothing_even_in_the_end_of_the_session(
        self, fleet: Fleet, cloud: SampleCloud, path: Path
    ) -> None:
        run = Run(fleet, path)
        plan(fleet, IDLE)
        run.held().ends = True
        run.leaving.finish(by_user=True)
        assert stopped(cloud) == []

    def test_it_waits_for_the_stops_that_are_under_way(self, fleet: Fleet, cloud: SampleCloud, path: Path) -> None:
        run = Run(fleet, path)
        plan(fleet, IDLE)
        cloud.endpoint.faults.set_latency(0.5, STOP)
        run.held().leaves()
        run.leaving.finish(by_user=True)
        assert stopped(cloud) == [IDLE]

    def test_it_waits_for_nothing_where_nothing_is_planned(self, fleet: Fleet, path: Path) -> None:
        leaving = Run(fleet, path).leaving
        leaving.finish(session_ended=True)
        assert leaving._under_way is None, "nothing was begun"

    def test_it_never_waits_for_longer_than_the_system_does(
        self, fleet: Fleet, cloud: SampleCloud, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(service, "LEAVING_SECONDS", 0.3)
        run = Run(fleet, path)
        plan(fleet, IDLE)
        run.held()
        waited = threading.Event()
        cloud.endpoint.faults.set_latency(60)

        def finish() -> None:
            run.leaving.finish(session_ended=True)
            waited.set()

        threading.Thread(target=finish, daemon=True).start()
        assert waited.wait(30), "long before the answers"


class TestAnEndThatNobodyTold:
    """The power is cut, or the program is killed, or doesn't run any more."""

    def test_it_is_told_in_the_next_session(self, fleet: Fleet, store: ProfileStore, path: Path) -> None:
        run = Run(fleet, path)
        plan(fleet, IDLE)
        run.held()
        wait_until(lambda: path.exists() and IDLE in path.read_text(), "it to be noted")
        later = again(store, path)
        plan(later.fleet, IDLE)  # it is planned still
        assert later.tell() == {IDLE: WhyNot.NOT_TOLD}
        assert again(store, path, "third").tell() == {}

    def test_a_new_start_in_the_same_session_is_no_leaving(self, fleet: Fleet, store: ProfileStore, path: Path) -> None:
        run = Run(fleet, path)
        plan(fleet, IDLE)
        run.held()
        wait_until(lambda: path.exists() and IDLE in path.read_text(), "it to be noted")
        later = again(store, path, "first")
        plan(later.fleet, IDLE)
        assert later.tell() == {}

    def test_what_a_command_has_cancelled_since_is_not_told(
        self, fleet: Fleet, store: ProfileStore, path: Path
    ) -> None:
        run = Run(fleet, path)
        plan(fleet, IDLE)
        run.held()
        wait_until(lambda: path.exists() and IDLE in path.read_text(), "it to be noted")
        assert again(store, path).tell() == {}

    def test_after_a_leaving_that_was_carried_out_there_is_nothing_to_tell(
        self, fleet: Fleet, store: ProfileStore, path: Path
    ) -> None:
        run = Run(fleet, path)
        plan(fleet, IDLE)
        run.leave()
        later = again(store, path)
        assert later.leaving._left == ()


def test_an_end_is_one_for_a_minute_and_then_another(fleet: Fleet, cloud: SampleCloud, path: Path) -> None:
    run = Run(fleet, path)
    steady = time.monotonic()
    run.leaving._steady = lambda: steady
    plan(fleet, BUSY)
    run.leave()
    steady += 61  # the logout was called off
    fleet.refresher.refresh()
    run.held()
    cloud.endpoint.recorder.clear()
    plan(fleet, BUSY, even_if_busy=True)
    run.leave()
    assert stopped(cloud) == [BUSY]
