"""What was opened lately, and what is kept at the top, in both layouts of the menu."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.samples import NOW, notebook, snapshot
from tray.fleet.snapshot import LastOpened, Notebook, Scope, Snapshot
from tray.menu import entries as e
from tray.menu.layout import menu
from tray.model.commands import KeepAtTop, OpenNotebook, StartNotebook
from tray.model.kept import MOST_KEPT
from tray.model.signer import AwsProfile


def labels(entries: tuple[e.Entry, ...]) -> list[str]:
    return ["---" if entry is e.SEPARATOR else entry.label for entry in entries]


def line(entries: tuple[e.Entry, ...], *path: str) -> e.Entry:
    """The entry whose label begins with the last of `path`, below those before it."""
    found = next(entry for entry in entries if entry.label.startswith(path[0]))
    return line(found.children, *path[1:]) if path[1:] else found


def opened(*names: str, profile: str = "research") -> tuple[LastOpened, ...]:
    return tuple(LastOpened(profile, notebook(name, profile=profile).arn) for name in names)


def arns(*names: str) -> tuple[str, ...]:
    return tuple(notebook(name).arn for name in names)


def many(count: int, profile: str = "research") -> list[Notebook]:
    return [notebook(f"n{at:03}", "InService" if at % 3 else "Stopped", profile) for at in range(count)]


def about_notebooks(known: Snapshot, *, inline: bool = False) -> list[str]:
    """The labels of the menu's lines between its first separator and its settings."""
    shown = menu(known, NOW, inline=inline)
    last = next(at for at, entry in enumerate(shown) if entry.key in ("all", "refresh"))
    return labels(shown[shown.index(e.SEPARATOR) + 1 : last - 1])


class TestOpenedLately:
    KNOWN = (notebook("a"), notebook("b", "Stopped"), notebook("c"), notebook("d", "Stopping"))

    def test_beside_it_is_one_list_below_what_was_opened_last(self) -> None:
        shown = menu(snapshot(*self.KNOWN, recent=opened("a", "b", "c", "d")), NOW)
        assert labels(shown)[1:3] == ["Open a (4 h)", "Opened lately"]
        lately = shown[2].children
        assert labels(lately) == ["Start and open b (4 h)", "Open c (4 h)", "Open d — stopping"]
        assert isinstance(lately[0].command, StartNotebook)
        assert lately[0].command.opens == OpenNotebook("research", notebook("b").arn, *_VIEW_AND_LENGTH)
        assert lately[1].command == OpenNotebook("research", notebook("c").arn, *_VIEW_AND_LENGTH)
        assert not lately[2].enabled

    def test_inline_it_takes_no_row_and_comes_first_among_the_other_actions(self) -> None:
        without = menu(snapshot(*self.KNOWN, recent=opened("a")), NOW, inline=True)
        shown = menu(snapshot(*self.KNOWN, recent=opened("a", "c", "b")), NOW, inline=True)
        assert labels(shown) == labels(without)
        actions = line(shown, "Start, stop, copy link").children
        assert labels(actions)[:4] == ["Opened lately", "Open c (4 h)", "Start and open b (4 h)", "---"]
        assert not actions[0].enabled
        assert "Opened lately" not in labels(line(without, "Start, stop, copy link").children)

    def test_what_is_no_longer_listed_is_left_out(self) -> None:
        shown = menu(snapshot(*self.KNOWN, recent=opened("a", "gone", "c")), NOW)
        assert labels(shown[2].children) == ["Open c (4 h)"]
        shown = menu(snapshot(*self.KNOWN, recent=opened("a", "gone")), NOW)
        assert "Opened lately" not in labels(shown)

    def test_where_another_has_its_name_the_line_says_which_it_is(self) -> None:
        both = notebook("c"), notebook("c", profile="production")
        shown = menu(snapshot(notebook("a"), *both, recent=opened("a", "c")), NOW)
        assert labels(shown[2].children) == ["Open c (research) (4 h)"]


_VIEW_AND_LENGTH = (snapshot().listing.profiles[0].view, 4 * 3600)


class TestKeptAtTop:
    def test_they_stand_first_by_name_whatever_their_status(self) -> None:
        known = snapshot(notebook("a"), notebook("z"), notebook("m", "Stopped"), kept=arns("z", "m"))
        assert about_notebooks(known) == ["m — Stopped", "z — Running", "---", "a — Running"]
        started = snapshot(notebook("a"), notebook("z", "Stopped"), notebook("m"), kept=arns("z", "m"))
        assert about_notebooks(started)[:2] == ["m — Running", "z — Stopped"]

    def test_the_list_of_each_has_a_line_that_keeps_it_or_lets_it_go(self) -> None:
        shown = menu(snapshot(notebook("a"), notebook("b", "Stopped"), kept=arns("b")), NOW)
        for name, kept in (("a", False), ("b", True)):
            keep = line(shown, f"{name} — ", "Keep at the top")
            assert (keep.checked, keep.command) == (kept, KeepAtTop(notebook(name).arn, not kept))

    def test_inline_these_lines_stand_together_in_the_list_of_actions(self) -> None:
        shown = menu(snapshot(*many(4), kept=arns("n003")), NOW, inline=True)
        keep = [each for each in line(shown, "Start, stop").children if each.key.startswith("keep/")]
        assert [(each.label, each.checked) for each in keep] == [
            ("Keep n003 at the top", True),
            ("Keep n001 at the top", False),
            ("Keep n002 at the top", False),
            ("Keep n000 at the top", False),
        ]
        assert keep[0].command == KeepAtTop(notebook("n003").arn, False)

    def test_inline_so_many_of_these_lines_are_enough(self) -> None:
        actions = line(menu(snapshot(*many(150)), NOW, inline=True), "Start, stop").children
        assert actions[-1].label == "… and 110 more: notebook-tray keep NAME"
        assert len(actions) <= 151

    @pytest.mark.parametrize("inline", [False, True])
    def test_once_there_are_enough_the_line_says_so(self, inline: bool) -> None:
        names = [f"n{at:03}" for at in range(MOST_KEPT)]
        shown = menu(snapshot(*many(10), kept=arns(*names)), NOW, inline=inline)
        path = ("Start, stop", "Keep n008") if inline else ("n008 — ", "Keep at")
        keep = line(shown, *path)
        assert keep.label.endswith(" at the top — 7 are there already")
        assert (keep.enabled, keep.command, keep.checked) == (False, None, False)
        path = ("Start, stop", "Keep n000") if inline else ("n000 — ", "Keep at")
        assert line(shown, *path).command == KeepAtTop(notebook("n000").arn, False)

    def test_what_aws_no_longer_lists_takes_no_place(self) -> None:
        gone = [f"gone-{at}" for at in range(MOST_KEPT)]
        known = snapshot(*many(10), kept=arns(*gone, "n005"))
        assert about_notebooks(known)[:2] == ["n005 — Running", "---"]
        assert line(menu(known, NOW), "n001", "Keep at the top").command == KeepAtTop(notebook("n001").arn, True)

    def test_of_more_than_enough_those_kept_first_stand_there(self) -> None:
        names = [f"n{at:03}" for at in range(9, -1, -1)]
        shown = about_notebooks(snapshot(*many(12), kept=arns(*names)))
        assert shown.index("---") == MOST_KEPT
        assert [each[:4] for each in shown[:MOST_KEPT]] == sorted(names[:MOST_KEPT])

    @pytest.mark.parametrize("inline", [False, True])
    def test_it_is_shown_however_many_there_are(self, inline: bool) -> None:
        everything = [each for profile in ("alpha", "beta") for each in many(2500, profile)]
        last = everything[-1]
        assert last.name == "n2499"
        known = snapshot(*everything, kept=(last.arn,))
        shown = about_notebooks(known, inline=inline)
        assert shown[0].startswith("n2499 — Stopped")
        of_all = [
            each
            for entry in menu(known, NOW, inline=inline)
            for each in (entry, *entry.children)
            if each.key.startswith("notebook/")
        ]
        assert len(of_all) == 150
        assert sum(each.label.startswith("n2499") for each in of_all) == 1, "it is in no group besides"

    def test_beside_it_stands_at_the_top_and_not_in_its_group(self) -> None:
        known = snapshot(*many(20, "alpha"), *many(20), kept=arns("n000"))
        assert about_notebooks(known) == [
            "n000 (research) — Stopped",
            "---",
            "alpha — 13 of 20 running",
            "research — 13 of 19 running",
        ]

    def test_beside_as_many_stand_at_the_top_as_without(self) -> None:
        for kept in ((), arns("n000"), arns("n000", "n003", "n006")):
            shown = [each for each in about_notebooks(snapshot(*many(60), kept=kept)) if each != "---"]
            assert len(shown) == 12
            assert len([each for each in shown if "…" in each]) == 2

    @pytest.mark.parametrize("count", [6, 12, 50])
    @pytest.mark.parametrize("kept", [1, 3, 7])
    def test_inline_a_few_stand_at_the_top_and_the_rest_first_in_their_lists(self, count: int, kept: int) -> None:
        """Each line at the top takes a row from the list that is open: 18 rows are the screen's."""
        names = [f"n{at:03}" for at in range(0, min(count, kept * 3), 3)]
        shown = menu(snapshot(*many(count), starts_at_login=True, kept=arns(*names)), NOW, inline=True)
        top = [entry for entry in shown if entry.key.startswith("notebook/")]
        assert len(top) >= min(3, len(names))
        assert [entry.label.split(" ")[0] for entry in top] == names[: len(top)]
        assert all(entry.label.endswith(" — Stopped, start and open") and entry.command for entry in top)
        groups = [entry for entry in shown if entry.key.startswith("group/")]
        rows = [entry for entry in shown if entry is not e.SEPARATOR]
        assert len(rows) <= 14, "as high as without"
        if len(top) > 3:
            assert all(len(rows) + len(group.children) <= 18 for group in groups)
        left = [child.label.split(" ")[0] for group in groups for child in group.children][: len(names) - len(top)]
        assert len(groups) > 1 or left == names[len(top) :]

    @pytest.mark.parametrize(("kept", "running"), [(1, 3), (1, 12), (1, 20), (2, 15), (3, 12)])
    def test_inline_what_runs_is_in_sight_beside_those_that_are_kept(self, kept: int, running: int) -> None:
        found = [notebook(f"n{at:03}", "InService" if at < running else "Stopped") for at in range(60)]
        names = [f"n{at:03}" for at in range(60 - kept, 60)]
        shown = menu(snapshot(*found, starts_at_login=True, kept=arns(*names)), NOW, inline=True)
        assert all(line(shown, f"{name} — Stopped, start and open").command for name in names)
        rows = len([entry for entry in shown if entry is not e.SEPARATOR])
        for group in (entry for entry in shown if entry.key.startswith("group/")):
            assert rows + 1 + sum(each.label.endswith(" — Running") for each in group.children) <= 18

    def test_inline_one_that_is_kept_in_a_list_puts_none_that_runs_out_of_sight(self) -> None:
        found = [notebook(f"n{at:03}", "InService" if at in (0, 1, 2, 57, 58, 59) else "Stopped") for at in range(60)]
        names = [f"n{at:03}" for at in range(50, 55)]
        shown = menu(snapshot(*found, starts_at_login=True, kept=arns(*names)), NOW, inline=True)
        rows = 1 + len([entry for entry in shown if entry is not e.SEPARATOR])
        for group in (entry for entry in shown if entry.key.startswith("group/")):
            running = [at for at, each in enumerate(group.children) if each.label.endswith(" — Running")]
            assert rows + max(running, default=0) < 18

    @pytest.mark.parametrize(("running", "kept"), [((3, 3, 3), 3), ((2, 2, 1), 5)])
    def test_inline_more_groups_have_all_that_run_in_sight(self, running: tuple[int, ...], kept: int) -> None:
        found = [
            notebook(f"n{at}", "InService" if at < running[number] else "Stopped", profile)
            for number, profile in enumerate(("one", "two", "three"))
            for at in range(10)
        ]
        first = [each.arn for each in found if each.scope.profile == "one"][-kept:]
        shown = menu(snapshot(*found, starts_at_login=True, kept=tuple(first)), NOW, inline=True)
        groups = [entry for entry in shown if entry.key.startswith("group/")]
        assert len(groups) == 3
        rows = 1 + len([entry for entry in shown if entry is not e.SEPARATOR])
        for group in groups:
            assert rows + max(at for at, each in enumerate(group.children) if "Running" in each.label) < 18

    def test_one_that_another_profile_sees_too_is_known_by_its_arn(self) -> None:
        both = [replace(notebook("a"), scope=Scope(name, "eu-west-1", AwsProfile(name))) for name in ("one", "two")]
        assert about_notebooks(snapshot(*both, notebook("b"), kept=arns("a")))[:2] == ["a — Running", "---"]

    def test_the_lists_of_the_others_stay_the_very_same(self) -> None:
        before = menu(snapshot(*many(10)), NOW)
        after = menu(snapshot(*many(10), kept=arns("n000")), NOW)
        assert line(before, "n001").children is line(after, "n001").children
        assert line(before, "n000").children is not line(after, "n000").children
