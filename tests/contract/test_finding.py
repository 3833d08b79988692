"""Where a profile's notebook instances are, asked of the embedded endpoint: from the choice to the listed ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cloud import SampleCloud, sample_cloud
from tests.support.services import Services
from tests.support.waiting import wait_until
from tray.demo.regions import ENABLED_BY_DEFAULT
from tray.demo.sample import RESEARCH_ACCOUNT
from tray.demo.world import NotebookInstance, Status, World
from tray.menu.layout import menu
from tray.menu.words import state_line
from tray.model.commands import FindNotebooks, SetRegions
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
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with sample_cloud(tmp_path) as cloud:
        cloud.into(monkeypatch)
        yield cloud
        cloud.endpoint.faults.clear()


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
    return [call.region for call in cloud.endpoint.recorder.calls(operation)]


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
