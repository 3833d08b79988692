"""The menu as hosts with different habits draw it: each read and clicked as the real one was seen to do."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.bus_peer import BusPeer
from tests.support.host_habits import CINNAMON, GNOME, HABITS, PLASMA, XFCE, Habits, ReplayedHost
from tests.support.menu_client import menu_client
from tests.support.running_icon import running
from tests.support.stub_watcher import StubWatcher
from tests.support.waiting import wait_until
from tray.desktop.icon.linux.host_kinds import KINDS

if TYPE_CHECKING:
    from tests.support.sample_icon import Sample


@pytest.fixture(params=HABITS, ids=lambda habits: habits.name)
def habits(request: pytest.FixtureRequest) -> Habits:
    found: Habits = request.param
    return found


@pytest.fixture
def host(bus: str, sample: Sample, habits: Habits) -> Iterator[ReplayedHost]:
    """Run the sample in a tray with these habits."""
    with ExitStack() as stack:
        watcher = stack.enter_context(StubWatcher(bus, more_names=habits.bus_names))
        run = stack.enter_context(running(sample.icon))
        watcher.wait_for_item()
        client = stack.enter_context(menu_client(bus))
        host = ReplayedHost(client, habits)
        wait_until(lambda: sample.icon.inline_submenus is bool(habits.bus_names), "the icon to know its host")
        host.follow()
        yield host
        assert run.error is None


def published(sample: Sample) -> list[Any]:
    """Return the menu as its own functions say."""
    return [
        "3 of 5 running" if sample.state == "3 of 5 running" else sample.state,
        ("forecast", ["Open JupyterLab", "Copy link"]),
        *sample.stopped,
        None,
        "listed",
        ("Session length", list(sample.lengths)),
        "Break",
        "Quit",
    ]


def test_what_is_drawn_is_what_is_published_whatever_changes(host: ReplayedHost, sample: Sample) -> None:
    host.open()
    for label in ("forecast", "Session length"):
        host.open(label)
        host.close(label)
    chance = random.Random(3)
    for turn in range(40):
        sample.state = f"my_data_{turn}"
        sample.stopped = chance.sample(["old_model", "a", "b_c_d", "e", "f"], chance.randrange(6))
        sample.lengths = tuple(chance.sample(["30 min", "1 h", "2 h", "4 h"], chance.randrange(1, 5)))
        before = sample.evaluations
        sample.icon.update_menu()
        wait_until(lambda before=before: sample.evaluations > before, "the menu's evaluation")
        host.follow()
        assert host.outline() == published(sample)


def test_a_click_lands_on_what_is_drawn_though_the_menu_has_changed_since(host: ReplayedHost, sample: Sample) -> None:
    sample.stopped = ["a", "b", "c"]
    sample.icon.update_menu()
    wait_until(lambda: host.follow() or host.outline() == published(sample), "the menu to be drawn")
    host.open()
    sample.stopped = ["c", "x", "b", "a"]
    before = sample.evaluations
    sample.icon.update_menu()
    wait_until(lambda: sample.evaluations > before, "the menu's evaluation")
    for label in ("a", "c", "b"):
        host.click(label)
    wait_until(lambda: len(sample.calls) == 3, "the clicks to land")
    assert sample.calls == ["a", "c", "b"]


def test_what_changes_as_the_menu_opens_is_in_what_is_drawn(host: ReplayedHost, sample: Sample, habits: Habits) -> None:
    def changed() -> None:
        sample.stopped = ["just found"]
        sample.icon.update_menu()

    sample.at_opening = changed
    host.open()
    if habits.opening:
        assert "just found" in host.outline()


def test_a_left_click_opens_the_menu_or_is_answered(host: ReplayedHost, habits: Habits) -> None:
    assert host.left_click() is habits.left_opens
    assert host.outline()


@pytest.mark.parametrize("habits", [CINNAMON, XFCE, PLASMA, GNOME], indirect=True, ids=lambda habits: habits.name)
def test_a_host_that_asks_for_words_for_screen_readers_has_the_present_ones(
    host: ReplayedHost, sample: Sample, habits: Habits
) -> None:
    for state in ("my_data", "4 of 5 running"):
        sample.state = state
        sample.icon.update_menu()
        wait_until(lambda: host.follow() or host.outline() == published(sample), "the menu to be drawn")
        words = [state, "forecast", "old_model", None, "listed", "Session length", "Break", "Quit"]
        assert host.descriptions() == (words if "accessible-desc" in habits.names else [None] * len(words))


@pytest.mark.parametrize("habits", [PLASMA], indirect=True, ids=["Plasma"])
def test_a_host_that_reads_level_by_level_has_read_a_submenu_before_it_opens(
    host: ReplayedHost, sample: Sample
) -> None:
    """Plasma draws one that it hasn't read 4 pixels wide at the edge of the screen."""
    assert host.outline() == published(sample)


def test_a_panel_that_is_started_anew_has_read_the_submenus_too_before_they_open(bus: str, sample: Sample) -> None:
    with StubWatcher(bus) as watcher, running(sample.icon):
        with menu_client(bus) as client:
            ReplayedHost(client, PLASMA).follow()
            client.event(client.layout().find("forecast").id, "opened")
        watcher.set_host(False)
        watcher.set_host(True)
        # At once, and not in a minute: nobody has a submenu open any more.
        sample.stopped = [*sample.stopped, "new"]
        sample.icon.update_menu()
        with menu_client(bus) as client:
            host = ReplayedHost(client, PLASMA)
            host.follow()
            assert host.outline() == published(sample)


@pytest.mark.parametrize("name", KINDS)
def test_a_host_that_opens_submenus_inside_the_menu_is_known_by_its_other_name(
    bus: str, sample: Sample, name: str
) -> None:
    with running(sample.icon), StubWatcher(bus, more_names=(name,)) as watcher:
        watcher.wait_for_item()
        wait_until(lambda: sample.icon.inline_submenus is KINDS[name].inline_submenus, "the icon to know its host")


def test_the_menu_is_made_for_the_host_that_has_the_icon(bus: str, sample: Sample) -> None:
    with running(sample.icon):
        with StubWatcher(bus) as watcher, BusPeer(bus, "org.gnome.Shell"):
            watcher.wait_for_item()
            with menu_client(bus) as client:
                client.settle()
                assert not sample.icon.inline_submenus, "GNOME Shell runs, and another program has the icon"
        with StubWatcher(bus, more_names=GNOME.bus_names) as watcher:
            watcher.wait_for_item()
            wait_until(lambda: sample.icon.inline_submenus, "the icon to know its host")
            before = sample.evaluations
        with StubWatcher(bus) as watcher:
            watcher.wait_for_item()
            wait_until(lambda: not sample.icon.inline_submenus, "the icon to know its host")
            wait_until(lambda: sample.evaluations > before, "the menu to be evaluated anew")
