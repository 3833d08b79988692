"""Where a profile's notebook instances are, asked of the embedded endpoint: from the choice to the listed ones."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.cloud import SampleCloud, impatient_cloud
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.services import Services
from tests.support.waiting import wait_until
from tray.demo.regions import ENABLED_BY_DEFAULT, OPT_IN
from tray.demo.sample import RESEARCH_ACCOUNT
from tray.demo.sample_elsewhere import add_elsewhere_sample
from tray.demo.world import NotebookInstance, Status, World
from tray.fleet.profiles import region_search
from tray.menu.layout import menu
from tray.menu.words import state_line
from tray.model.commands import FindNotebooks, ForgetFound, SetRegions
from tray.model.problems import Kind
from tray.model.searches import FoundIn
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.model import Profile
from tray.settings.profiles.store import ProfileStore

FIND = FindNotebooks("churn")
LIST, ENABLED = "ListNotebookInstances", "ListRegions"
# Where the account of the sample has no notebook instances.
EMPTY = "eu-central-1"


def put(world: World, region: str, *names: str) -> None:
    now = world.clock()
    world.put(
        *(
            NotebookInstance(name, RESEARCH_ACCOUNT, region, Status.IN_SERVICE, "ml.t3.medium", now, now)
            for name in names
        )
    )


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    with impatient_cloud(tmp_path, monkeypatch) as cloud:
        yield cloud


@pytest.fixture
def store(cloud: SampleCloud, tmp_path: Path) -> ProfileStore:
    store = ProfileStore(MemoryKeyring(), tmp_path / "lock")
    store.add(Profile("churn", "research", (EMPTY,)))
    return store


@pytest.fixture
def fleet(store: ProfileStore) -> Services:
    fleet = Services(store)
    fleet.refresher.start()
    fleet.rested()
    return fleet


def calls(cloud: SampleCloud, operation: str) -> list[str]:
    # Calls with another test's keys are left out: what a cancelled search had begun to ask ends later.
    return [call.region for call in cloud.endpoint.recorder.calls(operation) if call.caller]


def ended(fleet: Services) -> None:
    wait_until(lambda: fleet.searched or fleet.told, "the end of the search")
    wait_until(fleet.idle, "the task to end")


def labels(fleet: Services, *, inline: bool = False) -> list[str]:
    return [entry.label for entry in menu(fleet.snapshot, fleet.now, inline=inline)]


def test_from_no_notebook_instances_to_listed_ones(fleet: Services, cloud: SampleCloud) -> None:
    assert state_line(fleet.snapshot, fleet.now).startswith(f"No notebook instances in {EMPTY}")
    assert "Look in all regions" in labels(fleet)
    fleet.do(FIND)
    ended(fleet)
    (search,) = fleet.searched
    assert search.found == (FoundIn("eu-west-1", 3), FoundIn("us-east-1", 2))
    assert search.told == len(ENABLED_BY_DEFAULT)
    assert search.passed_over == ()
    assert search.offered == (EMPTY, "eu-west-1", "us-east-1")
    assert "churn: 3 in eu-west-1, 2 in us-east-1" in labels(fleet)
    assert set(calls(cloud, LIST)) == set(ENABLED_BY_DEFAULT)
    fleet.do(SetRegions("churn", search.offered))
    wait_until(lambda: len(fleet.listing.notebooks) == 5, "the notebook instances")
    assert fleet.store.load().profiles[0].regions == search.offered
    wait_until(lambda: fleet.snapshot.searches == (), "what was found to go")


@pytest.mark.parametrize("trouble", [Trouble.ERROR, Trouble.DROP, Trouble.GARBAGE])
def test_without_the_permission_all_of_the_partition_is_asked(
    fleet: Services, cloud: SampleCloud, trouble: Trouble
) -> None:
    if trouble is Trouble.ERROR:
        cloud.endpoint.iam.deny("account:ListRegions")
    else:
        cloud.endpoint.faults.add(Fault(trouble, operation=ENABLED))
    fleet.do(FIND)
    ended(fleet)
    (search,) = fleet.searched
    assert {*ENABLED_BY_DEFAULT, *OPT_IN} <= set(search.regions)
    assert {each.region for each in search.passed_over} == set(search.regions) - set(ENABLED_BY_DEFAULT)
    assert {each.problem.code for each in search.passed_over} == {"region-disabled"}
    assert [each.region for each in search.found] == ["eu-west-1", "us-east-1"]


@pytest.mark.parametrize(
    ("region", "regions"),
    [("cn-north-1", {"cn-north-1", "cn-northwest-1"}), ("us-gov-west-1", {"us-gov-east-1", "us-gov-west-1"})],
)
def test_the_partition_is_the_profiles_own(
    store: ProfileStore, cloud: SampleCloud, region: str, regions: set[str]
) -> None:
    cloud.endpoint.iam.deny("account:ListRegions")
    store.change("churn", lambda it: replace(it, regions=(region,)))
    fleet = Services(store)
    fleet.refresher.start()
    fleet.rested()
    fleet.do(FIND)
    ended(fleet)
    assert set(fleet.searched[0].regions) == regions


def test_what_regions_refuse_harms_neither_the_profile_nor_its_credentials(
    fleet: Services, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[object] = []
    monkeypatch.setattr(fleet.cloud._sessions, "forget", forgotten.append)
    monkeypatch.setattr(fleet.cloud._sessions, "refused", forgotten.append)
    cloud.endpoint.iam.deny("account:ListRegions")
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "AccessDeniedException", operation=LIST, region="us-west-2"))
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "InvalidSignatureException", operation=LIST, region="sa-east-1"))
    before = fleet.listing
    fleet.do(FIND)
    ended(fleet)
    (search,) = fleet.searched
    why = {each.region: each.problem.code for each in search.passed_over}
    assert (why["us-west-2"], why["sa-east-1"], why["me-south-1"]) == (
        "access-denied",
        "region-disabled",
        "region-disabled",
    )
    assert forgotten == []
    assert (fleet.told, list(fleet.listing.all_problems)) == ([], [])
    assert fleet.listing.scopes == before.scopes
    # No region has had a say on the credentials but that in which the profile lists.
    assert set(fleet.cloud._sessions._verdicts._accepted.popitem()[1]) == {EMPTY}
    assert f"{len(search.passed_over)} regions refused or did not answer" in [
        line.label for entry in menu(fleet.snapshot, fleet.now) for line in entry.children
    ]


def test_refused_everywhere_is_told_as_what_it_is(
    fleet: Services, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[object] = []
    monkeypatch.setattr(fleet.cloud._sessions, "forget", forgotten.append)
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "ExpiredTokenException"))
    fleet.do(FIND)
    ended(fleet)
    ((subject, problem),) = fleet.told
    assert subject == "Looking in all regions for churn"
    assert (problem.code, problem.kind) == ("credentials-expired", Kind.SIGN_IN)
    assert len(forgotten) == 1, "the usual way, which looks for other credentials next time"
    assert (fleet.searched, fleet.snapshot.searches) == ([], ())


def test_denied_everywhere_says_which_permission(fleet: Services, cloud: SampleCloud) -> None:
    cloud.endpoint.iam.deny("sagemaker:ListNotebookInstances")
    fleet.do(FIND)
    ended(fleet)
    ((_, problem),) = fleet.told
    assert problem.code == "access-denied"
    assert "sagemaker:ListNotebookInstances" in problem.message
    assert EMPTY in problem.message


def test_a_region_that_never_answers_is_passed_over(
    fleet: Services, cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(region_search, "SEARCH_SECONDS", 2.0)
    cloud.endpoint.faults.add(Fault(Trouble.HANG, operation=LIST, region="eu-north-1"))
    fleet.do(FIND)
    ended(fleet)
    (search,) = fleet.searched
    assert [(each.region, each.problem.code) for each in search.passed_over] == [("eu-north-1", "region-silent")]
    assert search.told == len(ENABLED_BY_DEFAULT) - 1
    assert [each.region for each in search.found] == ["eu-west-1", "us-east-1"]


def test_slow_regions_are_asked_at_once_and_said(fleet: Services, cloud: SampleCloud) -> None:
    together: list[int] = []
    now, lock = [0], threading.Lock()
    count = fleet.cloud.looking.count

    def counted(scope: object) -> FoundIn:
        with lock:
            now[0] += 1
            together.append(now[0])
        try:
            return count(scope)  # type: ignore[arg-type]
        finally:
            with lock:
                now[0] -= 1

    fleet.cloud.looking.count = counted  # type: ignore[method-assign]
    cloud.endpoint.faults.set_latency(0.5, LIST)
    fleet.do(FIND)
    wait_until(lambda: fleet.snapshot.searches, "the regions")
    assert state_line(fleet.snapshot, fleet.snapshot.tasks.under_way[0].since) == "Looking in 17 regions…"
    assert state_line(fleet.snapshot, fleet.snapshot.tasks.under_way[0].since + 5) == "Looking in 17 regions, 5 s"
    assert "Stop looking in all regions for churn" in labels(fleet)
    assert "Look in all regions" not in labels(fleet)
    ended(fleet)
    assert max(together) == region_search.MOST_REGIONS_AT_ONCE


def test_a_search_is_cancelled(fleet: Services, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(Fault(Trouble.HANG, operation=LIST))
    fleet.do(FIND)
    wait_until(lambda: fleet.snapshot.searches, "the regions")
    began = time.monotonic()
    fleet.do(ForgetFound("churn"))
    wait_until(fleet.idle, "the task to end")
    assert time.monotonic() - began < region_search.SEARCH_SECONDS / 3
    assert (fleet.snapshot.searches, fleet.searched, fleet.told) == ((), [], [])
    assert "Look in all regions" in labels(fleet)


def test_one_that_is_cancelled_before_the_regions_are_known(fleet: Services, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.set_latency(0.5, ENABLED)
    fleet.do(FIND)
    wait_until(lambda: fleet.snapshot.tasks.under_way, "the task")
    fleet.do(ForgetFound("churn"))
    wait_until(fleet.idle, "the task to end")
    assert calls(cloud, LIST) == [EMPTY]
    assert (fleet.snapshot.searches, fleet.searched) == ((), [])


def test_a_throttled_region_is_asked_again(fleet: Services, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "ThrottlingException", operation=LIST, region="eu-west-1", times=2))
    fleet.do(FIND)
    ended(fleet)
    assert fleet.searched[0].found[0] == FoundIn("eu-west-1", 3)
    assert fleet.searched[0].passed_over == ()


def test_a_region_that_throttles_on_is_passed_over(fleet: Services, cloud: SampleCloud) -> None:
    cloud.endpoint.faults.add(Fault(Trouble.ERROR, "ThrottlingException", operation=LIST, region="eu-west-1"))
    fleet.do(FIND)
    ended(fleet)
    ((silent),) = fleet.searched[0].passed_over
    assert (silent.region, silent.problem.code) == ("eu-west-1", "throttled")
    assert calls(cloud, LIST).count("eu-west-1") == 3


def test_of_thousands_a_thousand_are_counted(fleet: Services, cloud: SampleCloud) -> None:
    put(cloud.endpoint.world, "us-west-2", *(f"model-{at}" for at in range(2000)))
    put(cloud.endpoint.world, "us-east-2", *(f"model-{at}" for at in range(1000)))
    fleet.do(FIND)
    ended(fleet)
    assert fleet.searched[0].found[:2] == (FoundIn("us-west-2", 1000, more=True), FoundIn("us-east-2", 1000))
    assert calls(cloud, LIST).count("us-west-2") == 10
    line = next(label for label in labels(fleet) if label.startswith("churn: "))
    assert line == "churn: more than 1,000 in us-west-2, 1000 in us-east-2, 3 in eu-west-1 and in 1 more region"


def test_nothing_anywhere_says_where_it_looked_and_what_to_do(store: ProfileStore, cloud: SampleCloud) -> None:
    world = cloud.endpoint.world
    for region in ("eu-west-1", "us-east-1"):
        for each in list(world.notebooks(RESEARCH_ACCOUNT, region)):
            world.remove(RESEARCH_ACCOUNT, region, each.name)
    fleet = Services(store)
    fleet.refresher.start()
    fleet.rested()
    fleet.do(FIND)
    ended(fleet)
    (search,) = fleet.searched
    assert (search.found, search.offered, search.account) == ((), (), RESEARCH_ACCOUNT)
    entry = next(each for each in menu(fleet.snapshot, fleet.now) if each.key == "found/churn")
    assert entry.label == "churn: no notebook instances in 17 regions"
    assert [each.label for each in entry.children if each.label] == [
        f"This profile is for the account {RESEARCH_ACCOUNT}",
        "Choose a profile for another account, or ask which account the",
        "notebooks are in",
        "Dismiss",
    ]
    fleet.do(ForgetFound("churn"))
    assert fleet.snapshot.searches == ()


def test_a_profile_without_a_region_is_looked_for(cloud: SampleCloud, tmp_path: Path) -> None:
    cloud.files.config.write_text("[profile research]\n")
    store = ProfileStore(MemoryKeyring(), tmp_path / "lock")
    store.add(Profile("churn", "research"))
    fleet = Services(store)
    fleet.refresher.start()
    fleet.rested()
    assert [problem.code for _, problem in fleet.listing.all_problems] == ["no-region"]
    assert "Look in all regions" in labels(fleet)
    fleet.do(FIND)
    ended(fleet)
    fleet.do(SetRegions("churn", fleet.searched[0].offered))
    wait_until(lambda: len(fleet.listing.notebooks) == 5, "the notebook instances")


def test_what_was_found_grows_old_and_goes_with_the_profile(fleet: Services, store: ProfileStore) -> None:
    fleet.do(FIND)
    ended(fleet)
    assert fleet.finding.old_in() == 3600
    fleet.now += 3601
    fleet.finding.forget_old()
    assert fleet.snapshot.searches == ()
    fleet.searched.clear()
    fleet.do(FIND)
    ended(fleet)
    assert fleet.snapshot.searches
    store.uncheck("churn")
    fleet.refresher.refresh()
    wait_until(lambda: fleet.snapshot.searches == (), "what was found to go")


def test_no_client_of_a_search_is_kept(fleet: Services) -> None:
    (family,) = fleet.cloud._sessions._all_clients()._families.values()
    before = set(family._clients)
    fleet.do(FIND)
    ended(fleet)
    assert set(family._clients) == before


def test_the_demo_has_a_profile_for_it(store: ProfileStore, cloud: SampleCloud) -> None:
    name = add_elsewhere_sample(cloud.endpoint.world, cloud.files)
    store.remove_many(["churn"])
    store.add(Profile(name, name))
    fleet = Services(store)
    fleet.refresher.start()
    fleet.rested()
    assert state_line(fleet.snapshot, fleet.now).startswith("No notebook instances in eu-central-1")
    fleet.do(FindNotebooks(name))
    ended(fleet)
    assert fleet.searched[0].found == (FoundIn("eu-west-1", 2), FoundIn("us-west-2", 1))
    assert fleet.searched[0].offered == ("eu-west-1", "us-west-2")
