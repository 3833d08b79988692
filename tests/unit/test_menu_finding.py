"""The menu's lines, its first line and the notification about where a profile's notebook instances are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.samples import NOW, notebook, problem, snapshot
from tray.fleet.profiles.region_search import offered, with_answer
from tray.fleet.snapshot import Profile, Scope, ScopeState, Snapshot
from tray.fleet.telling import notifications
from tray.menu import entries as e
from tray.menu.finding import MOST_PROFILES, MOST_REGIONS, choices, found_line, found_places, search_facts
from tray.menu.layout import menu
from tray.menu.words import busy, state_line, tooltip
from tray.model.commands import FindNotebooks, ForgetFound, SetRegions
from tray.model.notification import Notification
from tray.model.problems import Kind, Problem
from tray.model.searches import FoundIn, PassedOver, RegionSearch
from tray.model.signer import AwsProfile

SILENT = Problem.of("region-silent", Kind.UNREACHABLE, seconds=60)
FOUND = RegionSearch(
    "churn",
    NOW,
    ("eu-west-1", "us-west-2", "me-south-1"),
    found=(FoundIn("eu-west-1", 3), FoundIn("us-west-2", 1)),
    passed_over=(PassedOver("me-south-1", SILENT),),
    offered=("eu-central-1", "eu-west-1", "us-west-2"),
    over=True,
)
ONE = replace(FOUND, found=FOUND.found[:1], offered=("eu-central-1", "eu-west-1"))
NOTHING = replace(FOUND, empty=("eu-west-1", "us-west-2"), found=(), offered=(), account="111122223333")


def listed(*places: tuple[str, str], found: tuple[str, ...] = (), **more: object) -> Snapshot:
    """Profiles and the regions in which they list, in some of which there is a notebook instance."""
    states = tuple(
        ScopeState(
            Scope(name, region, AwsProfile(name)), (notebook("a", "InService", name, region),) * (name in found), NOW
        )
        for name, region in places
    )
    names = dict.fromkeys(name for name, _ in places)
    given = {"profiles": tuple(Profile(name, name) for name in names), "scopes": states, **more}
    return snapshot(**given)  # type: ignore[arg-type]


def labels(entries: tuple[e.Entry, ...]) -> list[str]:
    return [entry.label for entry in entries if entry is not e.SEPARATOR]


def find(entries: tuple[e.Entry, ...], label: str) -> e.Entry:
    return next(entry for entry in entries if entry.label == label)


@pytest.mark.parametrize(
    ("known", "line"),
    [
        (listed(("a", "eu-west-1")), "No notebook instances in eu-west-1"),
        (listed(("a", "r-1"), ("a", "r-2"), ("a", "r-3")), "No notebook instances in 3 regions"),
        (listed(("a", "eu-west-1"), ("b", "eu-west-1")), "No notebook instances in eu-west-1 for 2 profiles"),
        (listed(("a", "r-1"), ("b", "r-2"), ("c", "r-2")), "No notebook instances in 2 regions for 3 profiles"),
        (listed(("a", "x" * 63)), f"No notebook instances in {'x' * 19}…{'x' * 20}"),
    ],
)
def test_the_first_line_says_where_it_looked(known: Snapshot, line: str) -> None:
    assert state_line(known, NOW) == f"{line} · Updated just now"
    assert tooltip(known) == f"Notebook Tray: {line}"


def test_a_region_that_can_not_be_listed_is_not_among_those_without_any() -> None:
    known = listed(("a", "r-1"), ("a", "r-2"))
    states = known.listing.scopes
    denied = replace(states[1], problem=problem(Kind.DENIED), listed_at=None)
    known = replace(known, listing=replace(known.listing, scopes=(states[0], denied)))
    assert state_line(known, NOW).endswith("No notebook instances in r-1")


@pytest.mark.parametrize("inline", [False, True])
def test_one_profile_is_looked_for_with_a_click(inline: bool) -> None:
    line = find(menu(listed(("a", "r-1")), NOW, inline=inline), "Look in all regions")
    assert line.command == FindNotebooks("a")


@pytest.mark.parametrize("inline", [False, True])
def test_of_several_profiles_the_one_is_chosen(inline: bool) -> None:
    line = find(menu(listed(("a", "r-1"), ("b", "r-1")), NOW, inline=inline), "Look in all regions")
    assert [(each.label, each.command) for each in line.children] == [
        ("a", FindNotebooks("a")),
        ("b", FindNotebooks("b")),
    ]


def test_many_profiles_fit_on_a_screen() -> None:
    known = listed(*((f"p{at:03}", "r-1") for at in range(200)))
    line = find(menu(known, NOW), "Look in all regions")
    assert len(line.children) == MOST_PROFILES + 1
    assert line.children[-1].label == "… and 176 more: notebook-tray profiles regions NAME --find"


def test_a_profile_that_can_not_be_listed_is_not_looked_for() -> None:
    denied = ScopeState(Scope("a", "r-1", AwsProfile("a")), (), None, problem(Kind.DENIED))
    assert "Look in all regions" not in labels(menu(listed(("a", "r-1"), scopes=(denied,)), NOW))
    disabled = replace(
        denied,
        problem=Problem.of("region-disabled", Kind.CONFIGURATION, aws_profile="a", key="", profile="a", region="r-1"),
    )
    assert "Look in all regions" in labels(menu(listed(("a", "r-1"), scopes=(disabled,)), NOW))


def test_beside_profiles_that_have_some_it_is_in_the_list_of_the_profiles() -> None:
    known = listed(("a", "r-1"), ("b", "r-1"), ("c", "r-1"), found=("a",))
    for inline in (False, True):
        assert "Look in all regions" not in labels(menu(known, NOW, inline=inline))
    beside = find(menu(known, NOW), "Profiles").children[-1]
    assert (beside.label, labels(beside.children)) == ("Look in all regions", ["b", "c"])
    inside = find(menu(known, NOW, inline=True), "Profiles").children
    assert labels(inside)[-2:] == ["Look in all regions for b", "Look in all regions for c"]
    assert not any(each.children for each in inside)
    many = listed(*((f"p{at}", "r-1") for at in range(9)), found=("p0",))
    inside = find(menu(many, NOW, inline=True), "Profiles").children
    assert labels(inside)[-1] == "… and 5 more: notebook-tray profiles regions NAME --find"


@pytest.mark.parametrize("inline", [False, True])
def test_nothing_is_offered_where_all_have_some(inline: bool) -> None:
    known = listed(("a", "r-1"), ("b", "r-1"), found=("a", "b"))
    every = menu(known, NOW, inline=inline)
    assert not any("all regions" in each.label for entry in every for each in (entry, *entry.children))


def test_while_it_looks_that_is_said_and_can_be_ended() -> None:
    begun = RegionSearch("a", NOW, tuple(f"r-{at}" for at in range(17)))
    known = listed(("a", "r-1"), doing=(FindNotebooks("a"),))
    assert busy(known)
    assert state_line(known, NOW) == "Looking in all regions…"
    assert state_line(known, NOW + 5) == "Looking in all regions, 5 s"
    known = replace(known, searches=(begun,))
    assert state_line(known, NOW + 5) == "Looking in 17 regions, 5 s"
    assert tooltip(known) == "Notebook Tray: Looking in 17 regions…"
    assert find(menu(known, NOW), "Stop looking in all regions for a").command == ForgetFound("a")
    assert "Look in all regions" not in labels(menu(known, NOW))


@pytest.mark.parametrize("inline", [False, True])
def test_what_was_found_is_listed_on_a_click(inline: bool) -> None:
    line = find(
        menu(listed(("churn", "eu-central-1"), searches=(FOUND,)), NOW, inline=inline),
        "churn: 3 in eu-west-1, 1 in us-west-2",
    )
    assert labels(line.children) == [
        "2 regions were looked into",
        "1 region refused or did not answer",
        "List all 2 regions",
        "List eu-west-1",
        "List us-west-2",
        "Dismiss",
    ]
    chosen = [each.command for each in line.children if each.command is not None]
    assert chosen == [
        SetRegions("churn", ("eu-central-1", "eu-west-1", "us-west-2")),
        SetRegions("churn", ("eu-central-1", "eu-west-1")),
        SetRegions("churn", ("eu-central-1", "us-west-2")),
        ForgetFound("churn"),
    ]


def test_one_region_is_one_choice() -> None:
    assert choices(ONE) == (("List eu-west-1", SetRegions("churn", ONE.offered)),)
    assert choices(NOTHING) == ()


def test_regions_without_end_fit_on_a_screen() -> None:
    many = replace(FOUND, found=tuple(FoundIn(f"xx-place-{at}", 1000, more=True) for at in range(36)))
    assert len(found_line(many)) < 160
    assert found_line(many).endswith("and in 33 more regions")
    assert len(choices(many)) == MOST_REGIONS + 1
    known = listed(("churn", "r-1"), searches=(many,))
    assert "Look in all regions" not in labels(menu(known, NOW))
    line = find(menu(known, NOW), found_line(many))
    assert labels(line.children)[:2] == ["more than 1,000 in xx-place-0", "more than 1,000 in xx-place-1"]
    assert len(line.children) <= 2 * MOST_REGIONS + 6
    long = replace(FOUND, profile="p" * 128)
    assert len(found_line(long)) < 80


def test_nothing_found_says_what_to_do() -> None:
    assert found_line(NOTHING) == "churn: no notebook instances in 2 regions"
    assert search_facts(NOTHING) == (
        "1 region refused or did not answer",
        "This profile is for the account 111122223333",
        "Choose a profile for another account, or ask which account the notebooks are in",
    )


def test_the_notification_has_a_button_if_there_is_one_way_to_go_on() -> None:
    def told(search: RegionSearch) -> Notification:
        return notifications.found(
            search, found_line(search), found_places(search), search_facts(search), choices(search)
        )

    one, several, nothing = told(ONE), told(FOUND), told(NOTHING)
    assert one.title == "Notebook instances of churn found"
    assert one.text == "3 in eu-west-1. 1 region was looked into. 1 region refused or did not answer."
    assert one.actions == (("List eu-west-1", SetRegions("churn", ONE.offered)),)
    assert several.actions == ()
    assert several.whole_text.endswith("Choose “churn: 3 in eu-west-1, 1 in us-west-2” in the menu to list them.")
    assert nothing.title == "No notebook instances of churn found"
    assert "account 111122223333." in nothing.text
    assert (nothing.actions, nothing.where) == ((), "")


@pytest.mark.parametrize(
    ("regions", "home", "found", "silent", "new"),
    [
        ((), "eu-west-1", ("us-west-2",), (), ("us-west-2",)),
        ((), "eu-west-1", ("us-west-2", "eu-west-1"), (), ("us-west-2", "eu-west-1")),
        ((), "eu-west-1", ("us-west-2",), ("eu-west-1",), ("eu-west-1", "us-west-2")),
        ((), "eu-west-1", ("eu-west-1",), (), ()),
        (("eu-west-1",), "eu-west-1", ("us-west-2",), (), ("eu-west-1", "us-west-2")),
        (("eu-west-1", "us-west-2"), "eu-west-1", ("us-west-2",), (), ()),
        (("eu-west-1",), "eu-west-1", (), (), ()),
    ],
)
def test_no_region_that_the_user_gave_a_profile_is_lost(
    regions: tuple[str, ...], home: str, found: tuple[str, ...], silent: tuple[str, ...], new: tuple[str, ...]
) -> None:
    search = RegionSearch(
        "churn",
        NOW,
        found=tuple(FoundIn(region, 1) for region in found),
        passed_over=tuple(PassedOver(region, SILENT) for region in silent),
    )
    assert offered(Profile("churn", "research", regions), home, search) == new


def test_the_region_with_most_comes_first() -> None:
    search = RegionSearch("churn", NOW)
    for answer in (FoundIn("b-1", 1), FoundIn("c-1", 9), FoundIn("a-1", 1), FoundIn("d-1", 0)):
        search = with_answer(search, answer)
    assert [each.region for each in search.found] == ["c-1", "a-1", "b-1"]
    assert (search.empty, search.told) == (("d-1",), 4)
