from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.support.samples import NOW, OPENING_A, notebook, problem, snapshot
from tray.fleet.snapshot import (
    LastOpened,
    Listing,
    Notebook,
    Notice,
    Phase,
    Profile,
    Scope,
    ScopeState,
    Snapshot,
    Source,
    View,
)
from tray.menu import entries as e
from tray.menu.layout import menu
from tray.menu.words import tooltip
from tray.model import commands
from tray.model.activity import Activity
from tray.model.identity_center import CenterRole, center_at
from tray.model.lengths import OFFERED_SESSION_SECONDS
from tray.model.power import Details, Start, StopQuestion
from tray.model.problems import Kind, Problem
from tray.model.signer import AwsProfile

ROLE = CenterRole(center_at("https://acme.awsapps.com/start", "eu-west-1"), "111122223333", "Analyst")
LOCKED = Problem.of("keyring-locked-unasked", Kind.KEYRING, doing="opening")
SILENT = Problem.of("keyring-silent", Kind.KEYRING, doing="opening")


# What and where the notebook instances of these tests are.
STORAGE = "Stopped, but its storage still costs"
RUNNING = ("eu-west-1, ml.t3.medium", f"Running since about {time.strftime('%H:%M', time.localtime(NOW - 3600))}")
ABOUT = f"eu-west-1, ml.t3.medium, since about {datetime.fromtimestamp(NOW - 3600):%Y-%m-%d %H:%M}"


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


def many(count: int, profile: str = "research") -> list[Notebook]:
    return [notebook(f"n{at:03}", "InService" if at % 3 else "Stopped", profile) for at in range(count)]


def test_the_menu_from_top_to_bottom() -> None:
    assert labels(menu(snapshot(notebook("b", "Stopped"), notebook("c"), notebook("a", "Pending")), NOW)) == [
        "1 of 3 running · Updated 2 min ago",
        "---",
        "c — Running",
        "a — Starting",
        "b — Stopped",
        "---",
        "All notebooks…",
        "Refresh",
        "Session length: 4 h",
        "Profiles",
        "Notifications",
        "Settings…",
        "Help",
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
        "JupyterLab for 4 h",
        "JupyterLab for 8 h",
        "JupyterLab for 12 h",
        "---",
        "Copy link",
        "---",
        "Stop…",
        "Stop later",
        "---",
        "Keep at the top",
        *RUNNING,
    ]
    it = ("research", notebook("a").arn)
    assert actions[0].command == commands.OpenNotebook(*it, View.LAB, 7200)
    assert actions[1].command == commands.OpenNotebook(*it, View.CLASSIC, 7200)
    assert [entry.command for entry in actions[3:8]] == [
        commands.OpenNotebook(*it, View.LAB, seconds) for seconds in OFFERED_SESSION_SECONDS if seconds != 7200
    ]
    assert actions[-8].command == commands.CopyLink(*it, View.LAB, 7200)
    assert actions[-6].command == commands.AskToStop(*it)
    assert not actions[-1].enabled


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("Stopping", "stopping"),
        ("Updating", "updating"),
        ("InMaintenance", "in maintenance"),
    ],
)
def test_what_cannot_work_now_is_disabled_and_says_why(status: str, why: str) -> None:
    lines = [a for a in find(menu(snapshot(notebook("a", status)), NOW), "a — ").children if a is not e.SEPARATOR]
    *actions, keep, about = lines
    assert actions
    assert all(not action.enabled and action.command is None for action in actions)
    assert all(action.label.endswith(f" — {why}") for action in actions)
    assert keep.command == commands.KeepAtTop(notebook("a").arn, True)
    assert about.label.startswith("eu-west-1, ml.t3.medium, since about 20")


@pytest.mark.parametrize("status", ["Stopped", "Failed"])
@pytest.mark.parametrize("view", View)
def test_what_is_stopped_can_be_started_and_opened(status: str, view: View) -> None:
    known = snapshot(
        notebook("a", status), profiles=(Profile("research", "research", session_seconds=7200, view=view),)
    )
    actions = find(menu(known, NOW), "a — ").children
    assert labels(actions) == [
        "Start and open (2 h)",
        "Start",
        "---",
        "Start as ml.t3.large and open",
        "Start as ml.t3.xlarge and open",
        "---",
        "Keep at the top",
        ABOUT,
        *((STORAGE,) if status == "Stopped" else ()),
    ]
    it = ("research", notebook("a").arn)
    assert actions[0].command == commands.StartNotebook(*it, commands.OpenNotebook(*it, view, 7200))
    assert actions[1].command == commands.StartNotebook(*it)
    assert isinstance(actions[3].command, commands.StartNotebook)
    assert actions[3].command == replace(actions[0].command, instance_type="ml.t3.large")


def test_what_is_starting_can_be_waited_for_or_not() -> None:
    starting = notebook("a", "Pending")
    it = ("research", starting.arn)
    opens = commands.OpenNotebook(*it, View.LAB, 4 * 3600)
    actions = find(menu(snapshot(starting), NOW), "a — ").children
    assert (actions[0].label, actions[0].command) == (
        "Open when it has started (4 h)",
        commands.StartNotebook(*it, opens),
    )
    assert all(action.label.endswith(" — still starting") for action in actions[1:-2] if action is not e.SEPARATOR)
    start = Start(commands.StartNotebook(*it, opens), NOW - 100, expected_seconds=170)
    for inline in (False, True):
        shown = menu(snapshot(starting, *many(4), starts=(start,)), NOW, inline=inline)
        named = find(shown, "Start, stop").children if inline else find(shown, "a — ").children
        line = find(named, "Don't open")
        assert line.command == commands.KeepClosed(starting.arn)
        assert "a: Starting, 1 min 40 s of about 3 min" in shown[0].label


@pytest.mark.parametrize(
    ("seconds", "expected", "answering", "words"),
    [
        (7, None, False, "Starting, 7 s"),
        (100, None, False, "Starting, 1 min 40 s"),
        (100, 170, False, "Starting, 1 min 40 s of about 3 min"),
        (30, 47, False, "Starting, 30 s of about 50 s"),
        (300, 170, False, "Starting, 5 min 0 s, usually about 3 min"),
        (-5, 170, False, "Starting, 0 s of about 3 min"),
        (170, 170, True, "Running, waiting for Jupyter"),
    ],
)
def test_how_far_a_start_is(seconds: float, expected: float | None, answering: bool, words: str) -> None:
    starting = notebook("a", "Pending")
    command = commands.StartNotebook("research", starting.arn)
    known = snapshot(starting, starts=(Start(command, NOW - seconds, expected, answering=answering),))
    assert find(menu(known, NOW), "a — ").label == f"a — {words}"
    assert tooltip(known).startswith("Notebook Tray: a: ")


def test_several_starts_are_counted() -> None:
    starting = many(3)
    starts = tuple(Start(commands.StartNotebook("research", each.arn), NOW) for each in starting)
    assert menu(snapshot(*starting, starts=starts), NOW)[0].label.startswith("3 notebook instances starting · ")


@pytest.mark.parametrize("inline", [False, True])
def test_the_question_before_a_stop(inline: bool) -> None:
    running = notebook("a")
    at = datetime.fromtimestamp(NOW - 600).astimezone()
    busy = Activity(at + timedelta(minutes=9), busy=2, busy_since=at, last_sign=at)
    known = snapshot(running, questions=(StopQuestion(running, Details("notebook-al2023-v1"), busy, NOW),))
    question = menu(known, NOW, inline=inline)[1]
    assert question.label == "Stop a?"
    facts, stop, keep = question.children[:-2], *question.children[-2:]
    assert [fact.label.partition(" since")[0] for fact in facts] == ["2 kernels running", facts[1].label]
    assert facts[1].label == "Whatever runs in it ends; files on its disk stay"
    assert not any(fact.enabled for fact in facts)
    assert (stop.label, stop.command) == ("Stop it", commands.StopNotebook("research", running.arn))
    assert (keep.label, keep.command) == ("Leave it running", commands.KeepRunning(running.arn))


def test_the_second_question_says_that_it_may_be_the_end() -> None:
    running = notebook("a")
    retired = StopQuestion(running, Details("notebook-al2-v2"), None, NOW, second=True)
    question = menu(snapshot(running, questions=(retired,)), NOW)[1]
    assert labels(question.children) == [
        "AWS has retired its platform (notebook-al2-v2) and may never start it again",
        "Whether anyone works there can't be told from here",
        "Whatever runs in it ends; files on its disk stay",
        "Stop it, even if it may never start again",
        "Leave it running",
    ]
    assert question.children[-2].command == commands.StopNotebook("research", running.arn, for_good=True)


def notebooks_of(entries: tuple[e.Entry, ...]) -> list[e.Entry]:
    return [entry for entry in entries if entry.key.startswith("notebook/")]


def groups_of(entries: tuple[e.Entry, ...]) -> list[e.Entry]:
    return [entry for entry in entries if entry.key.startswith("group/")]


@pytest.mark.parametrize("count", [11, 12])
def test_of_one_profile_as_many_stand_at_the_top_as_the_screen_has_room_for(count: int) -> None:
    shown = menu(snapshot(*many(count)), NOW)
    assert len(notebooks_of(shown)) == count
    assert groups_of(shown) == []


def test_of_several_profiles_up_to_twelve_stand_at_the_top() -> None:
    assert len(notebooks_of(menu(snapshot(*many(6, "zeta"), *many(6, "alpha")), NOW))) == 12


def test_more_are_grouped_by_profile_in_the_order_configured() -> None:
    known = snapshot(*many(5, "zeta"), *many(9, "alpha"))
    shown = menu(known, NOW)
    groups = groups_of(shown)
    assert labels(tuple(groups)) == ["zeta — 3 of 5 running", "alpha — 6 of 9 running"]
    assert not notebooks_of(shown)
    assert [child.label.split(" — ")[1] for child in groups[0].children] == ["Running"] * 3 + ["Stopped"] * 2


def test_of_one_profile_with_more_the_running_ones_are_in_sight_and_the_others_in_lists_by_name() -> None:
    running = [notebook(f"m-{at}") for at in (2, 10)]
    shown = menu(snapshot(*(notebook(f"n-{at}", "Stopped") for at in range(60)), *running), NOW)
    assert [entry.label for entry in notebooks_of(shown)][:3] == ["m-2 — Running", "m-10 — Running", "n-0 — Stopped"]
    groups = groups_of(shown)
    assert [entry.label for entry in groups] == [
        "n-7 … n-24 — 0 of 18 running",
        "n-25 … n-42 — 0 of 18 running",
        "n-43 … n-59 — 0 of 17 running",
    ]
    assert sum(len(group.children) for group in groups) + len(notebooks_of(shown)) == 62


def test_a_group_longer_than_the_screen_becomes_several_by_name() -> None:
    shown = menu(snapshot(*many(60, "alpha"), *many(20, "beta")), NOW)
    assert [entry.label for entry in groups_of(shown)] == [
        "alpha, n000 … n019 — 13 of 20 running",
        "alpha, n020 … n039 — 13 of 20 running",
        "alpha, n040 … n059 — 14 of 20 running",
        "beta — 13 of 20 running",
    ]


def test_lists_of_long_names_that_begin_alike_are_told_apart() -> None:
    name = "team-recommendation-engine-training"
    groups = groups_of(menu(snapshot(*(notebook(f"{name}-{at:03}", "Stopped") for at in range(60))), NOW))
    assert [entry.label for entry in groups] == [
        "team-recomm…training-010 … team-recomm…training-034 — 0 of 25 running",
        "team-recomm…training-035 … team-recomm…training-059 — 0 of 25 running",
    ]


def test_neighbouring_profiles_share_a_group_where_there_are_too_many_and_lines_name_them() -> None:
    known = snapshot(*(notebook("n", profile=f"p{at:02}") for at in range(50)))
    groups = groups_of(menu(known, NOW))
    assert len(groups) <= 12
    assert groups[0].label == "p00 … p04 — 5 of 5 running"
    assert groups[0].children[1].label == "n (p01) — Running"
    assert [child.label for group in groups for child in group.children] == [
        f"n (p{at:02}) — Running" for at in range(50)
    ]


@pytest.mark.parametrize("inline", [False, True])
def test_a_menu_is_bounded_shows_what_runs_and_says_where_the_rest_is(inline: bool) -> None:
    stopped = [notebook(f"s{at}", "Stopped") for at in range(350)]
    running = [notebook(f"r{at}") for at in range(50)]
    shown = menu(snapshot(*stopped, *running), NOW, inline=inline)
    lines = [entry for _, entry, _ in walk(shown) if entry.key.startswith("notebook/")]
    assert len(lines) == 150
    assert len([line for line in lines if line.label.endswith("Running")]) == 50
    rest = find(shown, "… and 250 more: All notebooks…")
    assert (rest.command, rest.enabled) == (commands.ShowNotebooks(), True)


def test_of_too_many_each_profile_has_its_share_and_what_one_has_moves_nothing_of_anothers() -> None:
    everything = [each for at in range(50) for each in many(100, f"p{at:02}")]
    before = menu(snapshot(*everything), NOW)
    lines = [line for group in groups_of(before) for line in group.children if line.key.startswith("notebook/")]
    assert Counter(line.label.split(" (")[1][:3] for line in lines) == {f"p{at:02}": 3 for at in range(50)}
    changed = replace(everything[1], status="Stopped")
    after = menu(snapshot(everything[0], changed, *everything[2:]), NOW)
    assert [entry.key for entry in after] == [entry.key for entry in before]
    assert [one.children != other.children for one, other in zip(groups_of(before), groups_of(after), strict=True)] == [
        True,
        *[False] * (len(groups_of(before)) - 1),
    ]


def test_what_a_profile_has_less_than_its_share_is_for_the_others() -> None:
    known = snapshot(*many(3, "few"), *many(200, "many"), *many(100, "more"))
    shown = Counter(line.command for _, line, _ in walk(menu(known, NOW)) if line.key.startswith("notebook/"))
    assert sum(shown.values()) == 150
    groups = groups_of(menu(known, NOW))
    lines = Counter(
        group.label.split(",")[0].split(" —")[0]
        for group in groups
        for line in group.children
        if line.key.startswith("notebook/")
    )
    assert lines == {"few": 2, "more": 66, "many": 82}


def at_top(shown: tuple[e.Entry, ...]) -> list[e.Entry]:
    """The lines about notebook instances at the top."""
    return [each for each in shown if each.key.startswith(("notebook/", "group/")) or each.key == "more"]


@pytest.mark.parametrize("kept", [0, 1, 4, 7])
@pytest.mark.parametrize("counts", [[13], [100], [148], [150], [400], [75, 75], [100, *[5] * 10], [200] * 60])
def test_at_most_twelve_stand_at_the_top_and_a_list_that_is_cut_leads_to_all_of_it(
    counts: list[int], kept: int
) -> None:
    everything = [each for at, count in enumerate(counts) for each in many(count, f"p{at:02}")]
    known = snapshot(*everything, kept=tuple(each.arn for each in everything[:kept]))
    shown = menu(known, NOW)
    assert len(at_top(shown)) <= 12
    lines = Counter(line.key.split("/")[1] for _, line, _ in walk(shown) if line.key.startswith("notebook/"))
    for group in groups_of(shown):
        assert len(group.children) <= 25
        has = {line.key.split("/")[1] for line in group.children if line.key.startswith("notebook/")}
        leads = [line.command for line in group.children if line.key == "all"]
        cut = any(lines[each] < counts[int(each[1:])] for each in has)
        assert len(leads) == cut
        for leads_to in leads:
            assert isinstance(leads_to, commands.ShowNotebooks)
            assert has <= {*leads_to.profiles}
    for each in at_top(shown):
        if each.key == "more":
            left_out = re.search(r"\d+", each.label.replace(",", ""))
            assert left_out
            assert int(left_out[0]) == len(everything) - lines.total()


def test_a_group_of_many_profiles_leads_to_all_of_them() -> None:
    everything = [each for at in range(50) for each in many(100, f"p{at:02}")]
    (first, *_) = groups_of(menu(snapshot(*everything), NOW))
    line = first.children[-1]
    assert line.label == "All of p00 … p04…"
    assert line.command == commands.ShowNotebooks(tuple(f"p{at:02}" for at in range(5)))


def test_names_are_sorted_as_people_count() -> None:
    known = snapshot(*(notebook(name) for name in ("model-10", "Model-2", "model-1", "10", "9", "model")))
    assert [entry.label.split(" — ")[0] for entry in notebooks_of(menu(known, NOW))] == [
        "9",
        "10",
        "model",
        "model-1",
        "Model-2",
        "model-10",
    ]


class TestWhatWasOpenedLast:
    LAST = LastOpened("research", notebook("b").arn)

    def test_it_stands_first_and_opens_for_the_length_and_in_the_view_that_are_set(self) -> None:
        profile = Profile("research", "research", session_seconds=7200, view=View.CLASSIC)
        known = snapshot(notebook("a"), notebook("b"), profiles=(profile,), recent=(self.LAST,))
        first = next(entry for entry in menu(known, NOW) if entry.enabled)
        assert first.label == "Open b (2 h)"
        assert first.command == commands.OpenNotebook("research", notebook("b").arn, View.CLASSIC, 7200)

    def test_while_it_can_not_be_opened_the_line_says_why(self) -> None:
        line = menu(snapshot(notebook("b", "Stopping"), recent=(self.LAST,)), NOW)[1]
        assert (line.label, line.enabled) == ("Open b — stopping", False)

    @pytest.mark.parametrize("status", ["Stopped", "Failed"])
    def test_while_it_is_stopped_the_line_starts_it(self, status: str) -> None:
        line = menu(snapshot(notebook("b", status), recent=(self.LAST,)), NOW)[1]
        assert (line.label, line.enabled) == ("Start and open b (4 h)", True)
        assert isinstance(line.command, commands.StartNotebook)
        assert line.command.opens is not None

    def test_where_another_has_its_name_the_line_says_which_it_is(self) -> None:
        both = notebook("b"), notebook("b", profile="production")
        assert menu(snapshot(*both, recent=(self.LAST,)), NOW)[1].label == "Open b (research) (4 h)"

    def test_what_is_not_known_has_no_line(self) -> None:
        assert menu(snapshot(notebook("a"), recent=(self.LAST,)), NOW) == menu(snapshot(notebook("a")), NOW)


class TestWhereSubmenusOpenInline:
    """GNOME: a submenu in a list that scrolls has no height, and one below a submenu can't be reached."""

    def test_a_few_have_a_submenu_each(self) -> None:
        shown = menu(snapshot(notebook("a"), notebook("b")), NOW, inline=True)
        assert [len(entry.children) for entry in notebooks_of(shown)] == [9, 9]
        assert e.SEPARATOR not in notebooks_of(shown)[0].children

    @pytest.mark.parametrize("count", [12, 50, 400])
    def test_of_many_a_group_has_lines_that_open_them(self, count: int) -> None:
        groups = groups_of(menu(snapshot(*many(count)), NOW, inline=True))
        for line in (line for group in groups for line in group.children):
            assert not line.children
            assert line.enabled
            if line.key == "all":
                assert (count, line.label) == (400, "All of research…")
                continue
            opens = line.command.opens if isinstance(line.command, commands.StartNotebook) else line.command
            assert isinstance(opens, commands.OpenNotebook)
            assert opens.session_seconds == 4 * 3600
            assert line.label.endswith(" — Running" if opens is line.command else " — Stopped, start and open")

    @pytest.mark.parametrize("running", [*range(1, 25), 30, 50])
    def test_what_runs_is_in_sight_without_scrolling_up_to_two_dozen(self, running: int) -> None:
        """The keyboard walks out of sight in a list that scrolls in GNOME; it passes over what is disabled."""
        known = snapshot(
            *(
                notebook(f"n{at:03}", "InService" if at % 3 == 0 and at < 3 * running else "Stopped")
                for at in range(150)
            ),
            starts_at_login=True,
        )
        shown = menu(known, NOW, inline=True)
        rows = len([entry for entry in shown if entry is not e.SEPARATOR])
        enabled = [sum(line.label.endswith(" — Running") for line in group.children) for group in groups_of(shown)]
        for group in groups_of(shown):
            first = group.children[: sum(line.label.endswith(" — Running") for line in group.children)]
            assert all(line.label.endswith(" — Running") for line in first)
        assert sum(enabled) == running
        assert (rows + max(enabled) <= 18) is (running <= 24)

    def test_what_else_can_be_done_with_them_is_in_a_list(self) -> None:
        actions = find(menu(snapshot(*many(4)), NOW, inline=True), "Start, stop, copy link").children
        assert labels(actions) == [
            "Stop n001…",
            "Copy link of n001",
            "Stop n002…",
            "Copy link of n002",
            "Start and open n000 (4 h)",
            "Start and open n003 (4 h)",
            "Stop one later…",
            "---",
            "Keep n001 at the top",
            "Keep n002 at the top",
            "Keep n000 at the top",
            "Keep n003 at the top",
        ]
        assert actions[0].command == commands.AskToStop("research", notebook("n001").arn)
        assert actions[1].command == commands.CopyLink("research", notebook("n001").arn, View.LAB, 4 * 3600)

    def test_fifty_profiles_share_the_few_groups_that_there_is_room_for(self) -> None:
        known = snapshot(*(notebook("n", profile=f"p{at:02}") for at in range(50)))
        groups = groups_of(menu(known, NOW, inline=True))
        assert sum(len(group.children) for group in groups) == 50
        assert len(groups) <= 8

    def test_problems_and_sign_ins_are_one_line_each(self) -> None:
        known = snapshot(
            *many(50),
            *many(50, "beta"),
            problems=tuple((f"p{at}", problem(title=f"Problem {at}")) for at in range(9)),
            starts_at_login=True,
            recent=(LastOpened("research", notebook("n001").arn),),
        )
        shown = menu(known, NOW, inline=True)
        assert labels(shown)[2] == "9 problems"
        lines = find(shown, "9 problems").children
        assert labels(lines)[:5] == [
            "p0: Problem 0",
            "What happened, and to whom.",
            "→ What to do next.",
            "Copy details",
            "---",
        ]
        assert labels(lines)[-1] == "… and 4 more: notebook-tray list"


def test_a_place_that_fails_keeps_its_notebooks_with_their_age_and_says_why() -> None:
    known = snapshot(notebook("a"), notebook("b", region="us-east-1"))
    failing = replace(known.listing.scopes[0], problem=problem(), listed_at=NOW - 720)
    shown = menu(replace(known, listing=replace(known.listing, scopes=(failing, known.listing.scopes[1]))), NOW)
    assert labels(shown)[:5] == [
        "research, eu-west-1: Access denied · 2 of 2 running",
        "research, eu-west-1: Access denied",
        "---",
        "a — Running (as of 12 min ago)",
        "b — Running",
    ]
    lines = next(entry for entry in shown if entry.key.startswith("problem/")).children
    assert labels(lines) == ["What happened, and to whom.", "→ What to do next.", "---", "Copy details"]
    # Each line can be chosen, and read therefore.
    assert all(isinstance(line.command, commands.CopyDetails) for line in lines if line.label)


def test_up_to_three_problems_stand_at_the_top_and_more_are_one_line_with_a_list() -> None:
    shown = menu(snapshot(problems=tuple((f"p{at}", problem(title=f"P{at}")) for at in range(3))), NOW)
    assert labels(shown)[1:4] == [f"p{at}: P{at}" for at in range(3)]
    shown = menu(snapshot(problems=tuple((f"p{at}", problem(title=f"P{at}")) for at in range(50))), NOW)
    assert labels(shown)[1] == "50 problems"
    assert labels(find(shown, "50 problems").children)[-1] == "… and 45 more: notebook-tray list"


def test_a_choice_that_failed_is_the_first_problem() -> None:
    shown = menu(snapshot(notebook("a"), notice=Notice(OPENING_A, problem())), NOW)
    assert labels(shown)[1] == "Opening a: Access denied"


def test_session_lengths_are_radio_items_and_the_profiles_own_is_checked() -> None:
    lengths = find(menu(snapshot(notebook("a")), NOW), "Session length: 4 h").children
    assert labels(lengths) == ["30 min", "1 h", "2 h", "4 h", "8 h", "12 h", "---", "In JupyterLab", "In Jupyter"]
    assert all(entry.radio for entry in lengths if entry is not e.SEPARATOR)
    assert [entry.label for entry in lengths if entry.checked] == ["4 h", "In JupyterLab"]
    assert lengths[-1].command == commands.SetView(View.CLASSIC)
    assert lengths[0].command == commands.SetSessionLength(1800)


def test_lengths_that_differ_by_profile_are_said_and_none_is_checked() -> None:
    profiles = (Profile("a", "a", session_seconds=1800), Profile("b", "b", session_seconds=3600))
    shown = menu(snapshot(profiles=profiles), NOW)
    assert "Session length" in labels(shown)
    lengths = find(shown, "Session length").children
    assert lengths[0].label == "Now by profile: a 30 min, b 1 h"
    assert [entry.label for entry in lengths if entry.checked] == ["In JupyterLab"]


def test_a_length_that_is_not_offered_is_said() -> None:
    known = snapshot(profiles=(Profile("a", "a", session_seconds=5400),))
    assert find(menu(known, NOW), "Session length").children[0].label == "Now: 1 h 30 min"


def test_without_a_profile_there_is_no_length_to_choose_and_the_line_says_why() -> None:
    (line,) = find(menu(snapshot(profiles=()), NOW), "Session length").children
    assert line.label == "There is no profile yet to set it for"
    assert not line.enabled


def test_profiles_are_check_items() -> None:
    known = snapshot(
        profiles=(
            Profile("research", "research"),
            Profile("mine", "prod"),
            Profile("old", "gone"),
            Profile("sso", "", ("eu-west-1",), center_role=ROLE),
        ),
        aws_profiles=("research", "prod", "other"),
    )
    items = find(menu(known, NOW), "Profiles").children
    assert [(item.label, item.checked, item.command) for item in items] == [
        ("research", True, commands.UncheckProfile("research")),
        ("mine (AWS profile prod)", True, commands.UncheckProfile("mine")),
        ("old (AWS profile gone) — not in the AWS config", True, commands.UncheckProfile("old")),
        ("sso (Analyst in 111122223333)", True, commands.UncheckProfile("sso")),
        ("other", False, commands.CheckProfile("other")),
        ("", None, None),
        ("Add a profile…", None, commands.ShowSetUp()),
    ]


def test_with_none_configured_the_profiles_stand_right_below_the_state() -> None:
    shown = menu(snapshot(profiles=(), aws_profiles=("research",)), NOW)
    assert labels(shown)[:2] == ["No profiles yet: choose one under Profiles", "Profiles"]
    assert labels(shown)[2] == "Add a profile…"
    assert labels(shown).count("Profiles") == 1


def test_before_the_keyring_is_read_nobody_is_told_that_there_are_no_profiles() -> None:
    assert labels(menu(Snapshot(), NOW))[0] == "Reading your profiles from the keyring…"
    assert labels(menu(Snapshot(), NOW)).index("Profiles") > 3


@pytest.mark.parametrize(
    ("problems", "line"),
    [
        ((), "Not read from the keyring yet"),
        (((Source.KEYRING, LOCKED),), "Not known: Keyring locked"),
        (((Source.KEYRING, SILENT),), "Not known: Keyring does not answer"),
    ],
)
def test_profiles_that_nobody_knows_are_not_shown_as_unchecked_or_none(
    problems: tuple[tuple[Source, Problem], ...], line: str
) -> None:
    listing = Listing(Phase.RESTING, aws_profiles=("research",), problems=problems)
    shown = menu(Snapshot(listing), NOW)
    for submenu in ("Profiles", "Session length"):
        (only,) = find(shown, submenu).children
        assert (only.label, only.enabled, only.checked) == (line, False, None)
    assert not any("No profile" in label or "no profile" in label for label in labels(shown))
    if problems:
        assert problems[0][1].title in labels(shown), "named once: the title says that it is the keyring"


def test_known_profiles_stay_what_they_are_while_the_keyring_is_locked() -> None:
    known = replace(snapshot(profiles=(Profile("research", "research"),)).listing, problems=((Source.KEYRING, LOCKED),))
    (item, *_) = find(menu(Snapshot(known), NOW), "Profiles").children
    assert (item.label, item.checked) == ("research", True)


def test_unchecked_profiles_are_there_to_be_checked_again() -> None:
    known = replace(
        snapshot(profiles=(Profile("research", "prod"),), aws_profiles=("prod", "other")).listing,
        unchecked=(Profile("mine", "prod"), Profile("old", "gone")),
    )
    items = find(menu(Snapshot(known), NOW), "Profiles").children
    assert [(item.label, item.checked, item.command) for item in items] == [
        ("research (AWS profile prod)", True, commands.UncheckProfile("research")),
        ("mine (AWS profile prod)", False, commands.CheckProfile("prod", "mine")),
        ("old (AWS profile gone) — not in the AWS config", False, commands.CheckProfile("gone", "old")),
        ("other", False, commands.CheckProfile("other")),
        ("", None, None),
        ("Add a profile…", None, commands.ShowSetUp()),
    ]


def test_where_all_profiles_are_unchecked_nobody_is_told_that_there_are_none() -> None:
    known = replace(snapshot(profiles=(), aws_profiles=("a",)).listing, unchecked=(Profile("a", "a"),))
    assert labels(menu(Snapshot(known), NOW))[0] == "No profile is checked: choose one under Profiles"


def test_an_empty_aws_config_is_said() -> None:
    line, _, add = find(menu(snapshot(profiles=(), aws_profiles=()), NOW), "Profiles").children
    assert "AWS config" in line.label
    assert not line.enabled
    assert add.command == commands.ShowSetUp()


def test_hundreds_of_profiles_are_cut() -> None:
    known = snapshot(aws_profiles=tuple(f"p{at}" for at in range(800)))
    items = find(menu(known, NOW), "Profiles").children
    assert len(items) == 25
    assert items[-3].label == "779 more under “Add a profile…”"


BIG = snapshot(
    *many(60),
    *many(60, "forecasting"),
    aws_profiles=("research", "forecasting", "third"),
    recent=tuple(LastOpened("research", notebook(f"n{at:03}").arn) for at in range(5)),
    problems=(("x", problem()), ("Keyring", problem())),
    notice=Notice(OPENING_A, problem()),
)


def without_what_comes_and_goes(rows: list[e.Entry]) -> list[e.Entry]:
    return [row for row in rows if not row.key.startswith(("problem", "notice", "sign-in", "cancel"))]


LONG = "a-name-of-the-longest-there-is-" * 4
LONG_NAMES = snapshot(
    *(notebook(f"{LONG[:60]}{at:03}", "Stopped" if at % 2 else "InService", f"{LONG}{at % 3}") for at in range(60)),
    recent=(LastOpened(f"{LONG}0", notebook(f"{LONG[:60]}000").arn),),
    problems=((LONG, problem()),),
    doing=(commands.OpenNotebook("research", notebook(LONG[:63]).arn, View.LAB, 5400),),
)

MANY_PROFILES = snapshot(
    *(notebook(f"n{at:02}", "InService" if at % 2 else "Stopped", f"p{at % 60:02}") for at in range(600)),
    problems=tuple((f"x{at}", problem(title=f"P{at}")) for at in range(20)),
    starts_at_login=False,
)


def with_usual(*notebooks: Notebook) -> Snapshot:
    """Of those that `many` returns, five were opened lately, and seven are kept at the top."""
    names = [f"n{at:03}" for at in range(7)]
    recent = tuple(LastOpened("research", notebook(name).arn) for name in names[:5])
    return replace(
        snapshot(*notebooks, starts_at_login=True), recent=recent, kept=tuple(notebook(name).arn for name in names)
    )


@pytest.mark.parametrize("inline", [False, True])
@pytest.mark.parametrize(
    "known",
    [
        Snapshot(),
        BIG,
        MANY_PROFILES,
        LONG_NAMES,
        *(with_usual(*many(count)) for count in (3, 12, 50, 400)),
        *(with_usual(*many(count), *many(count, "beta")) for count in (7, 75, 200)),
        with_usual(*many(7), *(each for at in range(11) for each in many(5, f"p{at}"))),
        snapshot(profiles=(), aws_profiles=()),
    ],
    ids=[
        "starting",
        "big",
        "many profiles",
        "long names",
        "3",
        "12",
        "50",
        "400",
        "14 of 2",
        "150",
        "400 of 2",
        "12 profiles",
        "none",
    ],
)
def test_rules_that_hold_for_every_menu(known: Snapshot, inline: bool) -> None:
    shown = menu(known, NOW, inline=inline)
    rows = [entry for entry in shown if entry is not e.SEPARATOR]
    assert len(rows) <= (16 if inline else 33)
    assert len(without_what_comes_and_goes(rows)) <= (14 if inline else 24)
    assert len([entry for _, entry, _ in walk(shown) if entry.key.startswith("notebook/")]) <= 150
    for depth, entry, siblings in walk(shown):
        assert depth <= (1 if inline else 3)
        if entry is e.SEPARATOR:
            continue
        assert entry.key
        assert [other.key for other in siblings].count(entry.key) == 1, f"{entry.key} is not unique"
        assert len(siblings) <= (151 if inline else 45)
        # A notebook instance's name is shown whole, 63 letters at most.
        assert len(entry.label) <= (130 if entry.key.startswith(("notebook/", "copy/")) else 84), entry.label
        assert not (entry.command and entry.children)
        if entry.enabled:
            assert entry.command or entry.children, f"{entry.label} can be chosen but does nothing"


def test_keys_stay_the_same_while_labels_change() -> None:
    before = menu(snapshot(notebook("a", "Pending"), notebook("b")), NOW)
    after = menu(snapshot(notebook("a", "Pending"), notebook("b"), phase=Phase.LISTING), NOW + 3600)
    assert [entry.key for entry in before] == [entry.key for entry in after]
    assert labels(before) != labels(after)


def seen_by(profile: str) -> Notebook:
    return replace(notebook("a"), scope=Scope(profile, "eu-west-1", AwsProfile(profile)))


def test_two_notebooks_of_one_name_in_two_accounts_have_two_lines() -> None:
    known = snapshot(notebook("a", profile="one"), notebook("a", profile="two"))
    assert labels(menu(known, NOW))[2:4] == ["a (one) — Running", "a (two) — Running"]


def test_one_notebook_seen_by_three_profiles_is_one_line_with_the_others_inside() -> None:
    known = snapshot(seen_by("one"), seen_by("two"), seen_by("three"))
    shown = menu(known, NOW)
    assert shown[0].label.startswith("1 of 1 running")
    assert tooltip(known).endswith("1 of 1 running")
    (line,) = [each for each in shown if each.label == "a — Running"]
    assert labels(line.children)[-9:-5] == ["Open through two", "Open through three", "---", "Stop…"]
    assert isinstance(line.children[0].command, commands.OpenNotebook)
    assert line.children[0].command.profile == "one"
    assert isinstance(line.children[-8].command, commands.OpenNotebook)
    assert line.children[-8].command.profile == "three"


def test_one_notebook_is_opened_through_a_profile_that_lists_it_now() -> None:
    failing, well = (ScopeState(seen_by(p).scope, (seen_by(p),), NOW) for p in ("one", "two"))
    known = snapshot(scopes=(replace(failing, problem=problem()), well))
    assert [each.scope.profile for each in known.listing.notebooks] == ["two"]
    assert known.listing.find("one", seen_by("one").arn) == seen_by("one")


def test_a_place_without_notebooks_is_no_line() -> None:
    known = snapshot(scopes=(ScopeState(Scope("p", "eu-west-1", AwsProfile("p")), (), NOW),))
    assert labels(menu(known, NOW))[0:3] == ["No notebook instances in eu-west-1 · Updated just now", "---", "---"]


def test_lists_that_are_the_same_are_the_very_same() -> None:
    known = snapshot(*many(9, "alpha"), *many(9, "beta"))
    before, after = (groups_of(menu(known, at)) for at in (NOW, NOW + 60))
    for group, same in zip(before, after, strict=True):
        for line, again in zip(group.children, same.children, strict=True):
            assert line.children is again.children


@pytest.mark.parametrize("inline", [False, True])
@pytest.mark.parametrize("count", [3, 4, 6, 12, 13, 16, 17, 40])
def test_what_comes_and_goes_changes_nothing_of_how_notebook_instances_are_shown(count: int, inline: bool) -> None:
    """A first opening, a problem, or a sign-in does not make another menu."""

    def shown(known: Snapshot) -> list[str]:
        return [entry.key for entry in menu(known, NOW, inline=inline) if entry.key.startswith(("notebook/", "group/"))]

    known = snapshot(*many(count))
    busy = snapshot(
        *many(count),
        recent=tuple(LastOpened("research", each.arn) for each in known.listing.notebooks[:5]),
        problems=(("x", problem()), ("y", problem())),
        starts_at_login=True,
    )
    assert shown(known) == shown(busy)
