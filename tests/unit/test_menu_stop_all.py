"""The menu's lines about stopping all that the user opened, and about looks that are turned off."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.samples import NOW, notebook, snapshot
from tests.unit.test_menu_layout import find, labels, many, walk
from tray.fleet.snapshot import Notebook, Snapshot
from tray.menu.layout import menu
from tray.menu.stop_all import MOST_AT_ONCE, asks_to_stop_all
from tray.model import commands as c
from tray.model.activity import Activity
from tray.model.lengths import View
from tray.model.power import Details, Opened, Start, StopAllQuestion, StopQuestion

AT = datetime.fromtimestamp(NOW - 60, UTC)
BUSY = Activity(AT, busy=2, busy_since=AT, last_sign=AT)


def opened(*notebooks: Notebook) -> tuple[Opened, ...]:
    return tuple(Opened("research", each.arn, NOW) for each in notebooks)


def asked(name: str, platform: str = "notebook-al2023-v1", activity: Activity | None = BUSY) -> StopQuestion:
    return StopQuestion(notebook(name), Details(platform), activity, NOW)


def stop_all_lines(known: Snapshot, *, inline: bool) -> list[tuple[int, str]]:
    return [
        (depth, entry.label)
        for depth, entry, _ in walk(menu(known, NOW, inline=inline))
        if isinstance(entry.command, c.AskToStopAll)
    ]


@pytest.mark.parametrize("inline", [False, True])
def test_it_is_offered_only_where_more_than_one_runs(inline: bool) -> None:
    a, b, stopped = notebook("a"), notebook("b"), notebook("c", "Stopped")
    for mine in ((), (a,), (a, stopped)):
        assert stop_all_lines(snapshot(a, b, stopped, opened=opened(*mine)), inline=inline) == []
    assert stop_all_lines(snapshot(a, b, stopped, opened=opened(a, b)), inline=inline)


def test_beside_the_menu_it_is_below_the_notebook_instances_and_in_the_lists_of_those_that_it_stops() -> None:
    a, b, other = notebook("a"), notebook("b"), notebook("c")
    shown = menu(snapshot(a, b, other, opened=opened(a, b)), NOW)
    assert labels(shown)[1:7] == ["---", "a — Running", "b — Running", "c — Running", "Stop all I opened…", "---"]
    command = c.AskToStopAll((("research", b.arn), ("research", a.arn)))
    assert find(shown, "Stop all").command == command
    below = labels(find(shown, "a — ").children)
    assert below[below.index("Stop…") + 1 :][:2] == ["Stop later", "Stop all I opened…"]
    assert "Stop all I opened…" not in labels(find(shown, "c — ").children)


def test_inside_the_menu_it_is_first_in_the_list_and_takes_no_row_at_the_top() -> None:
    several = many(6)
    running = [each for each in several if each.running]
    without, with_it = (menu(snapshot(*several, opened=known), NOW, inline=True) for known in ((), opened(*running)))
    assert labels(without) == labels(with_it)
    assert labels(find(with_it, "Start, stop").children)[0] == "Stop all I opened…"
    two = menu(snapshot(*running[:2], opened=opened(*running[:2])), NOW, inline=True)
    assert labels(find(two, f"{running[0].name} — ").children)[-1] == "Stop all I opened…"


def test_a_screen_that_is_full_has_it_in_the_lists_alone() -> None:
    several = many(22)
    running = [each for each in several if each.running]
    known = snapshot(*several, opened=opened(*running))
    assert (0, "Stop all I opened…") in stop_all_lines(known, inline=False)
    full = replace(known, questions=tuple(StopQuestion(each, None, None, NOW) for each in running[:4]))
    lines = stop_all_lines(full, inline=False)
    assert lines
    assert (0, "Stop all I opened…") not in lines


def test_so_many_at_once_and_the_latest_first() -> None:
    several = [notebook(f"n{at:02}") for at in range(40)]
    asks = asks_to_stop_all(snapshot(*several, opened=opened(*several)))
    assert asks is not None
    assert len(asks.notebooks) == MOST_AT_ONCE
    assert asks.notebooks[0][1] == several[-1].arn


@pytest.mark.parametrize("inline", [False, True])
def test_one_question_for_all_with_a_line_for_each(inline: bool) -> None:
    idle = Activity(AT, last_sign=AT)
    question = StopAllQuestion(
        (asked("a"), asked("b", activity=idle), asked("d", "")), (asked("c", "notebook-al2-v2"),), NOW
    )
    line = find(menu(snapshot(stop_all=question), NOW, inline=inline), "Stop 3 notebook instances?")
    clock = f"{AT.astimezone():%H:%M}"
    assert labels(line.children) == [
        f"a: 2 kernels running since {clock}, no page attached",
        f"b: No sign of work since {clock}",
        f"d: 2 kernels running since {clock}, no page attached; whether AWS starts it again can't be told",
        "Whatever runs in them ends; files on their disks stay",
        "c is left out: AWS has retired its platform (notebook-al2-v2) and may never start it again",
        "Stop c…",
        "Stop all 3",
        "Leave them running",
    ]
    stop = line.children[-2].command
    assert stop == c.StopAll(tuple(("research", notebook(name).arn) for name in "abd"))
    assert line.children[-3].command == c.AskToStop("research", notebook("c").arn)
    assert line.children[-1].command == c.KeepAllRunning()


def test_where_all_may_never_start_again_none_is_stopped_together() -> None:
    question = StopAllQuestion((), (asked("a", "notebook-al1-v1"), asked("c", "notebook-al2-v2")), NOW)
    line = find(menu(snapshot(stop_all=question), NOW), "Stop all I opened?")
    assert not [entry for entry in line.children if isinstance(entry.command, c.StopAll)]
    assert len([entry for entry in line.children if isinstance(entry.command, c.AskToStop)]) == 2


def test_a_look_that_is_a_while_ago_says_when_it_was() -> None:
    earlier = datetime.fromtimestamp(NOW - 400, UTC)
    question = StopQuestion(notebook("a"), Details("notebook-al2023-v1"), replace(BUSY, answered_at=earlier), NOW)
    facts = labels(find(menu(snapshot(questions=(question,)), NOW), "Stop a?").children)
    assert facts[1] == f"Looked at {earlier.astimezone():%H:%M}"


@pytest.mark.parametrize("inline", [False, True])
@pytest.mark.parametrize("off", [False, True])
def test_the_setting_is_a_line_with_a_check_mark(inline: bool, off: bool) -> None:
    shown = menu(snapshot(notebook("a"), looks_off=off), NOW, inline=inline)
    line = find(shown, "Help" if inline else "Notifications", "Look whether anyone works there before a stop")
    assert (line.checked, line.command) == (not off, c.SetLooks(off))


def test_with_looks_turned_off_the_question_says_so() -> None:
    question = StopQuestion(notebook("a"), Details("notebook-al2023-v1"), None, NOW, not_looked=True)
    assert labels(find(menu(snapshot(questions=(question,)), NOW), "Stop a?").children) == [
        "Not looked whether anyone works there: you turned that off",
        "Whatever runs in it ends; files on its disk stay",
        "Stop it",
        "Leave it running",
    ]


def test_who_does_not_want_it_opened_learns_when_it_can_be_stopped() -> None:
    starting = notebook("a", "Pending")
    opens = c.OpenNotebook("research", starting.arn, View.LAB, 3600)
    for start in (Start(c.StartNotebook("research", starting.arn, opens), NOW), None):
        shown = menu(snapshot(starting, starts=(start,) if start else ()), NOW)
        lines = labels(find(shown, "a — ").children)
        assert lines[1] == "Stop… — still starting"
        assert lines[0] == (
            "Don't open it when it has started (you can stop it then)" if start else "Open when it has started (4 h)"
        )
    # Once it runs, while its Jupyter is still waited for, it can be stopped.
    answering = Start(c.StartNotebook("research", starting.arn), NOW, answering=True, kept_closed=True)
    shown = menu(snapshot(replace(starting, status="InService"), starts=(answering,)), NOW)
    assert find(shown, "a — ", "Stop…").command == c.AskToStop("research", starting.arn)
