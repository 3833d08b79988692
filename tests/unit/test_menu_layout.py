from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.support.samples import NOW, notebook, problem, snapshot
from tray.choices import OFFERED_SESSION_SECONDS
from tray.fleet.values import Notice, Phase, Place, PlaceState, Profile, Snapshot, View
from tray.menu import entries as e
from tray.menu.layout import Groups, menu


def labels(entries: tuple[e.Entry, ...]) -> list[str]:
    return ["---" if entry is e.SEPARATOR else entry.label for entry in entries]


def find(entries: tuple[e.Entry, ...], *path: str) -> e.Entry:
    """The entry whose label begins with the last of `path`, below those before it."""
    entry = next(entry for entry in entries if entry.label.startswith(path[0]))
    return find(entry.children, *path[1:]) if path[1:] else entry


def walk(entries: tuple[e.Entry, ...], depth: int = 0) -> Iterator[tuple[int, e.Entry, tuple[e.Entry, ...]]]:
    for entry in entries:
        yield depth, entry, entries
        yield from walk(entry.children, depth + 1)


def many(count: int, profile: str = "research") -> list:
    return [notebook(f"n{at:03}", "InService" if at % 3 else "Stopped", profile) for at in range(count)]


def test_the_menu_from_top_to_bottom() -> None:
    assert labels(menu(snapshot(notebook("b", "Stopped"), notebook("c"), notebook("a", "Pending")), NOW)) == [
        "1 of 3 running · Updated 2 min ago",
        "---",
        "c — Running",
        "a — Starting",
        "b — Stopped",
        "---",
        "Refresh",
        "Session length",
        "Profiles",
        "---",
        "Quit",
    ]


def test_a_running_notebook_can_be_opened_in_every_way() -> None:
    known = snapshot(notebook("a"), profiles=(Profile("research", "research", session_seconds=7200),))
    actions = find(menu(known, NOW), "a — Running").children
    assert labels(actions) == [
        "Open JupyterLab (2 h)",
        "Open Jupyter (2 h)",
        "---",
        "JupyterLab for 30 min",
        "JupyterLab for 1 h",
        "JupyterLab for 2 h",
        "JupyterLab for 4 h",
        "JupyterLab for 8 h",
        "JupyterLab for 12 h",
        "---",
        "Copy link",
    ]
    assert find(menu(known, NOW), "a — Running").subject == e.Subject("research", notebook("a").arn)
    assert actions[0].command == e.OpenNotebook(View.LAB, 7200)
    assert actions[1].command == e.OpenNotebook(View.CLASSIC, 7200)
    assert [entry.command for entry in actions[3:9]] == [
        e.OpenNotebook(View.LAB, seconds) for seconds in OFFERED_SESSION_SECONDS
    ]
    assert actions[-1].command == e.CopyLink(View.LAB, 7200)


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("Stopped", "stopped, start it first"),
        ("Pending", "still starting"),
        ("Failed", "it failed to start"),
        ("Stopping", "stopping"),
        ("InMaintenance", "in maintenance"),
    ],
)
def test_what_cannot_work_now_is_disabled_and_says_why(status: str, why: str) -> None:
    actions = [a for a in find(menu(snapshot(notebook("a", status)), NOW), "a — ").children if a is not e.SEPARATOR]
    assert actions
    assert all(not action.enabled and action.command is None for action in actions)
    assert all(action.label.endswith(f" — {why}") for action in actions)


def test_up_to_twelve_stand_at_the_top() -> None:
    assert len([e_ for e_ in menu(snapshot(*many(12)), NOW) if e_.key.startswith("notebook/")]) == 12


def test_more_are_grouped_by_profile_in_the_order_configured() -> None:
    known = snapshot(*many(5, "zeta"), *many(9, "alpha"))
    groups = [entry for entry in menu(known, NOW) if entry.key.startswith("group/")]
    assert labels(tuple(groups)) == ["zeta — 3 of 5 running", "alpha — 6 of 9 running"]
    assert not [entry for entry in menu(known, NOW) if entry.key.startswith("notebook/")]
    assert [child.label.split(" — ")[1] for child in groups[0].children] == ["Running"] * 3 + ["Stopped"] * 2


def test_a_long_group_is_cut_and_says_how_many_there_are_and_where() -> None:
    (group,) = (entry for entry in menu(snapshot(*many(40)), NOW) if entry.key.startswith("group/"))
    assert len(group.children) == 26
    assert group.children[-1].label == "… and 15 more: notebook-tray list --profile research"
    assert not group.children[-1].enabled
    (exact,) = (entry for entry in menu(snapshot(*many(25)), NOW) if entry.key.startswith("group/"))
    assert len(exact.children) == 25


def test_a_place_that_fails_keeps_its_notebooks_with_their_age_and_says_why() -> None:
    known = snapshot(notebook("a"), notebook("b", region="us-east-1"))
    failing = replace(known.places[0], problem=problem(), listed_at=NOW - 720)
    shown = menu(replace(known, places=(failing, known.places[1])), NOW)
    assert labels(shown)[:5] == [
        "1 profile with a problem · 2 of 2 running",
        "research, eu-west-1: Access denied",
        "---",
        "a — Running, 12 min ago",
        "b — Running",
    ]
    lines = find(shown, "research, eu-west-1").children
    assert labels(lines) == ["What happened, and to whom.", "→ What to do next."]
    assert not any(line.enabled for line in lines)


def test_many_problems_are_cut() -> None:
    shown = menu(snapshot(problems=tuple((f"p{at}", problem()) for at in range(50))), NOW)
    assert labels(shown)[6] == "… and 45 more: notebook-tray list"


def test_a_choice_that_failed_is_the_first_problem() -> None:
    shown = menu(snapshot(notebook("a"), notice=Notice("Opening a", problem())), NOW)
    assert labels(shown)[1] == "Opening a: Access denied"


def test_session_lengths_are_radio_items_and_the_profiles_own_is_checked() -> None:
    lengths = find(menu(snapshot(notebook("a")), NOW), "Session length").children
    assert labels(lengths) == ["30 min", "1 h", "2 h", "4 h", "8 h", "12 h"]
    assert all(entry.radio for entry in lengths)
    assert [entry.label for entry in lengths if entry.checked] == ["4 h"]
    assert lengths[0].command == e.SetSessionLength(1800)


def test_lengths_that_differ_by_profile_are_said_and_none_is_checked() -> None:
    profiles = (Profile("a", "a", session_seconds=1800), Profile("b", "b", session_seconds=3600))
    lengths = find(menu(snapshot(profiles=profiles), NOW), "Session length").children
    assert lengths[0].label == "Now by profile: a 30 min, b 1 h"
    assert not any(entry.checked for entry in lengths)


def test_a_length_that_is_not_offered_is_said() -> None:
    known = snapshot(profiles=(Profile("a", "a", session_seconds=5400),))
    assert find(menu(known, NOW), "Session length").children[0].label == "Now: 1 h 30 min"


def test_without_a_profile_there_is_no_length_to_choose_and_the_line_says_why() -> None:
    (line,) = find(menu(snapshot(profiles=()), NOW), "Session length").children
    assert line.label == "There is no profile yet to set it for"
    assert not line.enabled


def test_profiles_are_check_items() -> None:
    known = snapshot(
        profiles=(Profile("research", "research"), Profile("mine", "prod"), Profile("old", "gone")),
        aws_profiles=("research", "prod", "other"),
    )
    items = find(menu(known, NOW), "Profiles").children
    assert [(item.label, item.checked, item.command) for item in items] == [
        ("research", True, e.UncheckProfile("research")),
        ("mine (AWS profile prod)", True, e.UncheckProfile("mine")),
        ("old (AWS profile gone) — not in the AWS config", True, e.UncheckProfile("old")),
        ("other", False, e.CheckProfile("other")),
    ]


def test_with_none_configured_the_profiles_stand_right_below_the_state() -> None:
    shown = menu(snapshot(profiles=(), aws_profiles=("research",)), NOW)
    assert labels(shown)[:2] == ["No profiles yet: choose one under Profiles", "Profiles"]
    assert labels(shown).count("Profiles") == 1


def test_before_the_keyring_is_read_nobody_is_told_that_there_are_no_profiles() -> None:
    assert labels(menu(Snapshot(), NOW))[0] == "Reading your profiles from the keyring…"
    assert labels(menu(Snapshot(), NOW)).index("Profiles") > 3


def test_an_empty_aws_config_is_said() -> None:
    (line,) = find(menu(snapshot(profiles=(), aws_profiles=()), NOW), "Profiles").children
    assert "AWS config" in line.label
    assert not line.enabled


def test_hundreds_of_profiles_are_cut() -> None:
    known = snapshot(aws_profiles=tuple(f"p{at}" for at in range(800)))
    items = find(menu(known, NOW), "Profiles").children
    assert len(items) == 41
    assert items[-1].label == "… and 761 more: notebook-tray profiles discover"


BIG = snapshot(
    *many(60),
    *many(60, "forecasting"),
    aws_profiles=("research", "forecasting", "third"),
    problems=(("x", problem()), ("Keyring", problem())),
    notice=Notice("Opening a", problem()),
)


@pytest.mark.parametrize(
    "known",
    [Snapshot(), BIG, snapshot(*many(12)), snapshot(profiles=(), aws_profiles=())],
    ids=["starting", "big", "small", "none"],
)
def test_rules_that_hold_for_every_menu(known: Snapshot) -> None:
    for depth, entry, siblings in walk(menu(known, NOW)):
        assert depth <= 2, "GNOME shows no deeper menus"
        if entry is e.SEPARATOR:
            continue
        assert entry.key
        assert [other.key for other in siblings].count(entry.key) == 1, f"{entry.key} is not unique"
        assert len(siblings) <= 45
        assert len(entry.label) <= 80
        assert not (entry.command and entry.children)
        if entry.enabled:
            assert entry.command or entry.children, f"{entry.label} can be chosen but does nothing"


def test_keys_stay_the_same_while_labels_change() -> None:
    before = menu(snapshot(notebook("a", "Pending"), notebook("b")), NOW)
    after = menu(snapshot(notebook("a", "Pending"), notebook("b"), phase=Phase.LISTING), NOW + 3600)
    assert [entry.key for entry in before] == [entry.key for entry in after]
    assert labels(before) != labels(after)


def test_the_same_notebook_seen_by_two_profiles_has_two_lines() -> None:
    known = snapshot(notebook("a", profile="one"), notebook("a", profile="two"))
    assert labels(menu(known, NOW))[2:4] == ["a (one) — Running", "a (two) — Running"]


def test_a_place_without_notebooks_is_no_line() -> None:
    known = snapshot(places=(PlaceState(Place("p", "eu-west-1", "p"), (), NOW),))
    assert labels(menu(known, NOW))[0:3] == ["No notebook instances · Updated just now", "---", "---"]


class TestGroupsRememberedFromTheMenuBefore:
    KNOWN = snapshot(*many(9, "alpha"), *many(9, "beta"))

    @staticmethod
    def groups_of(entries: tuple[e.Entry, ...]) -> dict[str, e.Entry]:
        return {entry.key: entry for entry in entries if entry.key.startswith("group/")}

    def test_one_that_is_the_same_is_the_very_same_entry(self) -> None:
        remembered = Groups()
        before = self.groups_of(menu(self.KNOWN, NOW, remembered))
        first, *others = self.KNOWN.places
        changed = replace(first, notebooks=(replace(first.notebooks[0], status="InService"), *first.notebooks[1:]))
        after = self.groups_of(menu(replace(self.KNOWN, places=(changed, *others)), NOW + 60, remembered))
        assert after["group/beta"] is before["group/beta"]
        assert after["group/alpha"] is not before["group/alpha"]

    def test_whatever_changes_the_menu_is_as_without_them(self) -> None:
        chance = random.Random(7)
        remembered = Groups()
        seen = set()
        for turn in range(300):
            places = tuple(
                replace(
                    state,
                    notebooks=tuple(
                        replace(each, status=chance.choice(("InService", "Stopped"))) if chance.random() < 0.1 else each
                        for each in state.notebooks
                        if chance.random() < 0.95
                    ),
                    problem=problem() if chance.random() < 0.2 else None,
                )
                for state in self.KNOWN.places
                if chance.random() < 0.9
            )
            profiles = tuple(
                Profile(name, name, session_seconds=chance.choice((1800, 7200)), view=chance.choice(list(View)))
                for name in ("beta", "alpha")
                if chance.random() < 0.9
            )
            known = replace(self.KNOWN, places=places, profiles=profiles)
            assert menu(known, NOW + turn * 20 - 10, remembered) == menu(known, NOW + turn * 20 - 10)
            shown = menu(known, NOW + turn * 20, remembered)
            assert shown == menu(known, NOW + turn * 20)
            assert menu(replace(known, profiles=()), NOW, remembered) == menu(replace(known, profiles=()), NOW)
            seen.add(shown)
        assert len(seen) > 200

    def test_those_for_which_the_same_can_be_done_share_their_actions(self) -> None:
        group = self.groups_of(menu(self.KNOWN, NOW))["group/alpha"]
        running = [child for child in group.children if child.label.endswith("Running")]
        assert len({id(child.children) for child in running}) == 1
        assert len({child.subject for child in running}) == len(running) > 1
