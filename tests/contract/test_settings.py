"""What is set of a profile, and its test: the services against the embedded endpoint and a keyring in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.cloud import SampleCloud, impatient_cloud
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.services import Services
from tests.support.waiting import wait_until
from tray.fleet.snapshot import LastOpened, Outcome
from tray.menu.layout import menu
from tray.model import commands as c
from tray.model.access_keys import AccessKey, SealedKey
from tray.model.lengths import View
from tray.model.power import Start
from tray.model.trials import TriedRegion
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.model import Profile
from tray.settings.profiles.store import ProfileStore

KEY = AccessKey("AKIAIOSFODNN7EXAMPLE", "a-secret")
RESEARCH = Profile("research", "research", ("eu-west-1", "us-east-1"), 3600, View.CLASSIC)


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    with impatient_cloud(tmp_path, monkeypatch) as cloud:
        yield cloud


@pytest.fixture
def fleet(cloud: SampleCloud, tmp_path: Path) -> Services:
    store = ProfileStore(MemoryKeyring(), tmp_path / "lock")
    store.add(RESEARCH)
    store.add(Profile("hidden", "forecasting"))
    store.uncheck("hidden")
    fleet = Services(store)
    fleet.refresher.start()
    fleet.rested()
    return fleet


def done(fleet: Services, command: c.Command) -> None:
    fleet.do(command)
    wait_until(lambda: any(each == command for each, _ in fleet.ended), "its end")
    assert fleet.ended[-1] == (command, Outcome.DONE), fleet.told


def test_a_rename_keeps_all_that_is_configured_and_what_was_opened_last(fleet: Services) -> None:
    fleet.state.recent.set((LastOpened("research", fleet.notebook("churn-model").arn),))
    done(fleet, c.RenameProfile("research", "lab"))
    wait_until(lambda: fleet.listing.profiles == (replace(RESEARCH, name="lab"),), "the profile")
    wait_until(lambda: len(fleet.listing.notebooks) == 5, "its notebook instances")
    last = next(each for each in menu(fleet.snapshot, fleet.now) if each.key == "last")
    assert last.command == c.OpenNotebook("lab", fleet.notebook("churn-model").arn, View.CLASSIC, 3600)
    done(fleet, c.RenameProfile("hidden", "still hidden"))
    assert [each.name for each in fleet.store.load().unchecked] == ["still hidden"]


def test_a_profile_that_starts_something_keeps_its_name(fleet: Services) -> None:
    start = c.StartNotebook("research", fleet.notebook("customer-segments").arn)
    fleet.state.starts.set((Start(start, since=fleet.now),))
    fleet.do(c.RenameProfile("research", "lab"))
    wait_until(lambda: fleet.told, "the refusal")
    assert fleet.told[0][1].code == "rename-while-starting"
    assert fleet.store.load().profiles == (RESEARCH,)


def test_one_profiles_length_view_and_regions_are_set_and_no_others(fleet: Services) -> None:
    fleet.store.add(Profile("other", "forecasting"))
    done(fleet, c.SetSessionLength(7200, "research"))
    done(fleet, c.SetView(View.LAB, "hidden"))
    done(fleet, c.SetRegions("hidden", ("ap-southeast-2",)))
    done(fleet, c.SetLeftRunning(0, "research"))
    stored = fleet.store.load()
    assert stored.profiles == (
        replace(RESEARCH, session_seconds=7200, left_running_hours=0),
        Profile("other", "forecasting"),
    )
    assert stored.unchecked == (Profile("hidden", "forecasting", ("ap-southeast-2",)),)


def test_an_access_key_goes_to_the_keyring_and_leaves_with_the_aws_profile(fleet: Services) -> None:
    sealed = SealedKey(KEY)
    done(fleet, c.SignWithAccessKey("research", KEY.key_id, sealed))
    assert fleet.store.access_key("research") == KEY
    assert sealed.take() is None
    done(fleet, c.RenameProfile("research", "lab"))
    assert fleet.store.access_key("lab") == KEY
    done(fleet, c.SignWithAwsProfile("lab", "research"))
    assert fleet.store.load().profiles == (replace(RESEARCH, name="lab"),)


def test_a_removed_profile_is_gone_also_from_the_menu(fleet: Services) -> None:
    done(fleet, c.RemoveProfile("research"))
    done(fleet, c.RemoveProfile("hidden"))
    wait_until(lambda: not fleet.listing.profiles and not fleet.listing.unchecked, "the refresh")
    stored = fleet.store.load()
    assert (stored.profiles, stored.unchecked) == ((), ())


def test_a_test_lists_each_region_also_of_a_profile_that_is_hidden(fleet: Services, cloud: SampleCloud) -> None:
    done(fleet, c.TryProfile("research"))
    (trial,) = fleet.snapshot.trials
    assert trial.regions == (TriedRegion("eu-west-1", 3), TriedRegion("us-east-1", 2))
    done(fleet, c.TryProfile("hidden"))
    assert fleet.snapshot.trials[1].regions == (TriedRegion("ap-southeast-2", 3),)
    assert not any(each.scope.profile == "hidden" for each in fleet.listing.scopes)
    done(fleet, c.SetRegions("research", ("eu-west-1",)))
    wait_until(lambda: [each.profile for each in fleet.snapshot.trials] == ["hidden"], "the old test to go")


def test_a_test_meets_the_menus_problem_and_its_end(fleet: Services, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", region="us-east-1"))
    done(fleet, c.TryProfile("research"))
    problem = fleet.snapshot.trials[0].first_problem
    assert problem is not None
    wait_until(lambda: [each.problem for each in fleet.listing.scopes] == [None, problem], "the menu to say the same")
    cloud.endpoint.faults.clear()
    done(fleet, c.TryProfile("research"))
    assert fleet.snapshot.trials[0].first_problem is None
    wait_until(lambda: not any(each.problem for each in fleet.listing.scopes), "the menu to say the same")
