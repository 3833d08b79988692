"""A fortnight of a laptop: sleeps, journeys, set clocks, a tray that is killed, a desktop without notifications.

Sessions, plans and habits go on through all of it. AWS and Jupyter are stand-ins, and time passes by itself. What else
is told at times of its own is joined to `Computer`, happens in `_event`, and is judged in `Fortnight`.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.later_stops import DAY, HOUR, MINUTE, NEW, RETIRED, START, Computer, KilledError
from tests.support.left_running import LeftWatch
from tests.support.samples import notebook
from tray.fleet.snapshot import Profile
from tray.model.activity import Reason
from tray.model.commands import KeepRunningOnce, LeaveRunning
from tray.model.notification_kinds import NotificationKind
from tray.model.power import StopQuestion
from tray.model.stop_plans import StopPlan, Trigger, is_on_its_way
from tray.texts.clock import use_twelve_hours
from tray.wiring.left_running_notices import LeftRunningNotices
from tray.wiring.telling import Telling

ZONES = ("UTC0", "EST5EDT,M3.2.0,M11.1.0", "CET-1CEST,M3.5.0,M10.5.0/3", "NZST-12NZDT,M9.5.0,M4.1.0/3", "IST-5:30")
NAMES = tuple("abcdefgh")
# Describe tells that these may never start again; of the last, that is known only at the time of its first plan.
OLD = ("g", "h")
EVENTS = (
    *("plan", "plan", "plan", "busy anyway", "idle", "idle", "idle", "leaving", "leaving", "open", "open", "habit"),
    *("busy", "work", "unknown", "sleep", "kill", "clock", "zone", "daemon"),
    *("cancel", "keep", "leave it", "start", "start", "start", "stop", "leave", "leave"),
)


@pytest.fixture(autouse=True)
def _zone() -> Iterator[None]:
    before = os.environ.get("TZ")
    use_twelve_hours(False)
    yield
    use_twelve_hours(None)
    travel(before)


def travel(zone: str | None) -> None:
    if sys.platform == "win32":
        return  # its C library goes by the zone of the start
    os.environ.pop("TZ", None)
    if zone is not None:
        os.environ["TZ"] = zone
    time.tzset()


class WithLeftRunning(Computer):
    """Tells of what is left running, too."""

    at_left: Callable[[tuple[StopQuestion, ...]], object] = staticmethod(lambda _: None)

    def start_tray(self) -> None:
        super().start_tray()
        telling = LeftRunningNotices(self.notifier, self.state)
        tell = telling.left_running

        def left_running(found: tuple[StopQuestion, ...], now: float) -> None:
            self.at_left(found)
            tell(found, now)

        telling.left_running = left_running  # type: ignore[method-assign]
        self.left = LeftWatch(
            self.folder / "left-running.json",
            wall=lambda: self.wall,
            steady=lambda: self.true - START + 500,
            found=self.stopping.found,
            tell=lambda _: telling,
            list_now=lambda _: self.refresh(),
        )
        self.left.start_tray(self.state)

    def look(self) -> None:
        super().look()
        self.left.look()


class Fortnight:
    """What happens by chance in two weeks, and what must hold meanwhile."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.dice = random.Random(seed)
        self.computer = computer = WithLeftRunning(folder, NAMES)
        computer.at_left = self._left_running
        self.told_left: dict[str, list[float]] = {}
        for name in OLD:
            computer.machines[name].platform = RETIRED
        computer.aws.at_stop = self._stopping
        self.leaves = False
        self.wrong: list[str] = []
        self.carried_out: set[tuple[tuple[str, Trigger], float, float]] = set()
        self.warnings: dict[tuple[object, ...], tuple[float, float | None]] = {}
        # When the clock was set, the computer slept, or the tray was off: what was told before may be told again.
        self.disturbed: list[float] = []
        computer.refresh()

    def live(self) -> None:
        end = START + 14 * DAY
        while self.computer.true < end:
            try:
                self._event()
                self.computer.wait(self.dice.uniform(1, 150) * MINUTE, refresh_every=900)
            except KilledError:
                self._killed(0)

    def _event(self) -> None:
        dice, computer = self.dice, self.computer
        name = dice.choice(NAMES)
        machine = computer.machines[name]
        match dice.choice(EVENTS):
            case "plan":
                computer.plan_at(name, dice.choice((300, 900, HOUR, 5 * HOUR, 20 * HOUR)))
            case "busy anyway":
                computer.plan_at(name, dice.choice((HOUR, 5 * HOUR)), even_if_busy=True)
            case "idle":
                computer.plan_idle(name, dice.choice((10, 60, 300)))
            case "leaving":
                computer.plan_leaving(name)
            case "open":
                computer.open(name, dice.choice((1800, 14400)))
            case "busy":
                machine.busy = not machine.busy
            case "unknown":
                machine.unknown = None if machine.unknown else Reason.SLOW
            case "work":
                machine.worked = dice.choice((None, computer.true))
            case "sleep":
                self.disturbed.append(computer.true)
                computer.sleep(dice.choice((10 * MINUTE, 2 * HOUR, 8 * HOUR, 30 * HOUR)))
                self.disturbed.append(computer.true)
            case "kill":
                self._killed(dice.choice((0, 60, 3 * HOUR, 20 * HOUR)))
            case "clock":
                self.disturbed.append(computer.true)
                computer.ahead = dice.choice((0, -HOUR, -1800, 1800, 5 * HOUR, -3))
                computer.refresh()
            case "zone":
                travel(dice.choice(ZONES))
            case "cancel":
                computer.cancel(name, dice.choice(tuple(Trigger)))
            case "keep":
                computer.do(KeepRunningOnce((notebook(name).arn,)))
            case "start":
                if machine.status == "Stopped":
                    machine.status, machine.changed = "InService", computer.true
            case "stop":
                machine.status, machine.changed = "Stopped", computer.true
            case "habit":
                computer.profile = Profile(
                    "research",
                    "research",
                    stop_at=dice.choice(("", "19:00", "00:10")),
                    stop_when_idle_hours=dice.choice((0, 0, 3)),
                    stop_at_logout=dice.choice((False, True)),
                )
            case "leave":
                computer.plan_leaving(dice.choice(NAMES), even_if_busy=dice.random() < 0.5)
                self.leaves = True
                computer.leave()
                self.leaves = False
                self._killed(dice.choice((60, 10 * HOUR)))
            case "leave it":
                computer.left.service.leave(LeaveRunning((notebook(name).arn,)))
            case "daemon":
                computer.screen.there = not computer.screen.there

    def _killed(self, seconds: float) -> None:
        computer = self.computer
        self.disturbed.append(computer.true)
        computer.true += seconds
        computer.start_tray()
        computer.true += 5
        computer.refresh()
        self.disturbed.append(computer.true)

    def _stopping(self, name: str) -> None:
        """AWS is asked to stop one."""
        computer = self.computer
        machine, arn = computer.machines[name], notebook(name).arn
        begun = [each for each in computer.stored() if each.arn == arn and each.begun is not None]
        if self.leaves:
            begun = [each for each in computer.stored() if each.key == (arn, Trigger.LEAVING)]
        if not begun or (self.leaves and arn not in (computer.folder / "leaving.json").read_text()):
            self.wrong.append(f"{name}: stopped without a note")
            return
        # One that was called before, and is not told yet to have come to nothing, may stand beside it.
        plan = next((each for each in begun if (each.key, each.since, each.at) not in self.carried_out), None)
        if plan is None:
            self.wrong.append(f"{name}: stopped twice")
            return
        identity = plan.key, plan.since, plan.at
        self.carried_out.add(identity)
        if machine.busy and not plan.even_if_busy:
            self.wrong.append(f"{name}: stopped while a kernel was busy")
        if machine.unknown and not plan.even_if_busy:
            self.wrong.append(f"{name}: stopped though nobody can tell whether a kernel is busy")
        if machine.platform != NEW:
            self.wrong.append(f"{name}: stopped though it may never start again")
        if plan.trigger is not Trigger.LEAVING:
            # Whoever planned it less than 10 minutes ahead knows of it.
            told = self.warnings.get(identity, (plan.since if plan.at - plan.since < 600 else computer.true, None))[0]
            if told > computer.true - 600 + 1 and told != plan.since:
                self.wrong.append(f"{name}: stopped {computer.true - told:.0f} s after its warning")
        if not self.leaves and self.dice.random() < 0.3:
            raise KilledError

    def _left_running(self, found: tuple[StopQuestion, ...]) -> None:
        """The user is told that these are left running."""
        computer = self.computer
        plans = {each.arn for each in computer.stored() if is_on_its_way(each) and each.begun is None}
        for each in found:
            name, arn, now = each.notebook.name, each.notebook.arn, computer.true
            machine, before = computer.machines[name], self.told_left.setdefault(name, [])
            if machine.status != "InService" or now - machine.changed < 4 * HOUR:
                self.wrong.append(f"{name}: told to be left running for {now - machine.changed:.0f} s")
            looked = [at for at, of in computer.aws.looks if of == name and now - at <= 600]
            if not looked or (machine.busy and not machine.unknown and looked[-1] == now):
                self.wrong.append(f"{name}: told to be left running while a kernel was busy")
            if arn in plans or any(one.arn == arn and one.ends > computer.wall for one in computer.state.sessions.now):
                self.wrong.append(f"{name}: told to be left running though it was thought of")
            # A clock that is ahead as the tray starts takes hours from the day.
            if before and now - before[-1] < DAY - 6 * HOUR:
                self.wrong.append(f"{name}: told to be left running again after {now - before[-1]:.0f} s")
            before.append(now)

    def warned(self, plans: tuple[StopPlan, ...]) -> None:
        """The user is told that these will be stopped: newly, or still."""
        for plan in plans:
            now, identity = self.computer.true, (plan.key, plan.since, plan.at)
            before = self.warnings.get(identity)
            if before is not None and plan.warned == before[1]:
                continue
            self.warnings[identity] = now, plan.warned
            if before is None or any(before[0] <= moment <= now for moment in self.disturbed):
                continue
            # What is not idle after all is looked at again, and may be idle later.
            if plan.trigger is not Trigger.IDLE or now - before[0] < 600:
                self.wrong.append(f"{plan.arn}: told again after {now - before[0]:.0f} s")


@pytest.mark.parametrize("seed", range(3))
def test_a_fortnight(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    travel(ZONES[2])
    lived = Fortnight(tmp_path, seed)
    soon = Telling.stops_soon

    def told(self: Telling, plans: tuple[StopPlan, ...], now: float) -> None:
        lived.warned(plans)
        soon(self, plans, now)

    monkeypatch.setattr(Telling, "stops_soon", told)
    lived.live()
    assert lived.wrong == []
    # Much of it has been there.
    assert Trigger.AT in {key[1] for key, _, _ in lived.carried_out}
    assert len(lived.warnings) > 5
    kinds = Counter(each.kind for _, each in lived.computer.screen.history)
    assert kinds[NotificationKind.STOP_PLAN] > 5
    assert kinds[NotificationKind.SESSION] > 5
    assert kinds[NotificationKind.LEFT_RUNNING] > 1
    assert len(lived.told_left) > 2
    assert lived.computer.started > 5
