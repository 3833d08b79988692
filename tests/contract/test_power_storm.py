"""Many clicks at once, from several threads: whatever meets whatever, all comes to rest and can be started again."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cloud import SampleCloud, impatient_cloud
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.power_fleet import Fleet
from tests.support.waiting import wait_until
from tray.demo.world import Durations
from tray.fleet.power import start_steps
from tray.fleet.power.start_notes import StartNotes
from tray.model.commands import (
    AskToStop,
    Command,
    Dismiss,
    KeepClosed,
    KeepRunning,
    OpenNotebook,
    Refresh,
    StartNotebook,
    StopNotebook,
)
from tray.model.lengths import View
from tray.model.notebooks import STARTABLE
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.model import Profile
from tray.settings.profiles.store import ProfileStore

# What may be told of a click that comes too late; nothing of it is an error of the program.
TOO_LATE = frozenset(
    {
        *("cannot-start-now", "cannot-stop-now", "not-running", "not-running-any-more", "start-ended"),
        *("throttled", "unreachable", "not-aws", "no-longer-there", "start-failed", "instance-limit"),
    }
)


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    monkeypatch.setattr(start_steps, "_CHANGING_SECONDS", 0.05)
    with impatient_cloud(
        tmp_path, monkeypatch, Durations(starting_seconds=0.2, stopping_seconds=0.1, updating_seconds=0.1)
    ) as cloud:
        yield cloud


def choice(dice: random.Random, fleet: Fleet) -> Command:
    each = dice.choice([each for each in fleet.listing.notebooks if each.scope.region == "eu-west-1"])
    profile, arn = each.scope.profile, each.arn
    opens = OpenNotebook(profile, arn, View.LAB, 3600)
    commands: tuple[Command, ...] = (
        StartNotebook(profile, arn, opens),
        StartNotebook(profile, arn),
        StartNotebook(profile, arn, opens, dice.choice(("ml.t3.medium", "ml.t3.xlarge"))),
        KeepClosed(arn),
        AskToStop(profile, arn),
        StopNotebook(profile, arn, for_good=dice.random() < 0.5),
        KeepRunning(arn),
        opens,
        Refresh(),
        Dismiss(),
    )
    return dice.choice(commands)


@pytest.mark.parametrize("seed", range(4))
def test_all_comes_to_rest_and_nothing_is_an_error_of_ours(cloud: SampleCloud, tmp_path: Path, seed: int) -> None:
    store = ProfileStore(MemoryKeyring(), tmp_path / "lock")
    for name in ("first", "second"):
        store.add(Profile(name, cloud.profiles[0].name, ("eu-west-1",)))
    notes = StartNotes(tmp_path / "starts.json")
    fleet = Fleet(store, notes=notes, look=lambda _: None)

    def clicks(own: int) -> None:
        dice = random.Random(f"{seed}/{own}")
        for turn in range(40):
            if turn % 10 == 5:
                cloud.endpoint.faults.add(
                    Fault(dice.choice((Trouble.ERROR, Trouble.DROP, Trouble.GARBAGE)), "ThrottlingException", times=1)
                )
            fleet.do(choice(dice, fleet))
            fleet.now += dice.choice((0, 0, 1, 5))
            fleet.refresher.agenda.look()
            threading.Event().wait(dice.choice((0, 0.01, 0.05)))

    threads = [threading.Thread(target=clicks, args=[own]) for own in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fleet.refresher.refresh()
    fleet.until(lambda: fleet.idle() and not fleet.snapshot.starts, "all starts to end")
    wait_until(lambda: notes.load(fleet.now) == (), "the notes to go")
    assert fleet.errors == []
    stopped = [each for each in fleet.listing.notebooks if each.status in STARTABLE]
    for each in stopped:
        before = len(fleet.ready) + len(fleet.told)
        fleet.do(StartNotebook(each.scope.profile, each.arn))
        fleet.until(lambda before=before: len(fleet.ready) + len(fleet.told) > before, "it to start again")
    assert {problem.code for _, problem in fleet.told} <= TOO_LATE
