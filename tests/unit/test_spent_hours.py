"""How long all ran today and this week, and what that cost: what is counted, what is kept of it, and what is said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.support.left_running import question, quiet
from tests.support.samples import NOW, notebook, snapshot
from tests.support.waiting import wait_until
from tests.unit.test_menu_layout import find, labels
from tests.unit.test_running_hours import NOON, Lists, at, seen, zone
from tray.cli.weeks import weeks_of
from tray.demo.sample import sample_notebooks
from tray.demo.sample_days import FILE_NAME, write_sample_days
from tray.fleet.facts.hours_file import places_in
from tray.fleet.snapshot import Notebook
from tray.menu.layout import menu
from tray.menu.spent import amount_words
from tray.model import spent_hours
from tray.model.activity import Activity
from tray.model.prices import Price, Prices
from tray.model.running_hours import A_DAY, Span, day_of, midnight_of, tenth_of
from tray.model.spent_hours import DAYS, Hours, Place, SeenHours, Spent, hours_of, idled, monday_of, seen_hours

# NOON is Thursday, 26 March 2026.
THURSDAY = NOON.date().toordinal()
SMALL, LARGE = ("eu-west-1", "ml.t3.medium"), ("us-east-1", "ml.p3.2xlarge")
ON = date(2026, 3, 1)
PRICES: Prices = {SMALL: Price(0.05, ON), LARGE: Price(3.825, ON)}


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from zone(monkeypatch, "UTC")


def went_on(spent: Spent, start: float, end: float, **running: int) -> Spent:
    """What is counted after so many of each type (t3_medium) went on from an hour after noon to another."""
    types = {f"ml.{name.replace('_', '.')}": number for name, number in running.items()}
    return spent_hours.went_on(spent, at(start), at(end), types)


def of(spent: Spent, first: int, last: int, now: float) -> Hours:
    return hours_of([Place("eu-west-1", spent, at(now))], THURSDAY + first, THURSDAY + last, at(now))


class TestCounting:
    def test_several_of_a_type_are_added(self) -> None:
        spent = went_on(spent_hours.began(at(0)), 0, 3, t3_medium=2, m5_xlarge=1)
        found = of(spent, 0, 0, 3)
        assert found.ran == ((("eu-west-1", "ml.m5.xlarge"), 30), (SMALL, 60))
        assert found.tenths == 90

    def test_days_are_divided_at_midnight_and_go_after_90(self) -> None:
        spent = went_on(spent_hours.began(at(0)), 0, 36, t3_medium=1)
        assert [of(spent, day, day, 36).tenths for day in (0, 1, 2)] == [120, 240, 0]
        later = spent_hours.with_day(spent, THURSDAY + DAYS)
        assert [of(later, day, day, 36).tenths for day in (0, 1)] == [0, 240]
        assert spent_hours.with_day(spent, THURSDAY + 10 * DAYS).ran == {}

    def test_years_take_no_more_room_than_90_days(self) -> None:
        spent = went_on(spent_hours.began(at(0)), 0, 24 * 1000, t3_medium=1)
        assert {len(row) for row in (*spent.ran.values(), spent.watched)} == {DAYS}

    def test_what_is_counted_stays_when_it_is_deleted_or_has_another_type(self) -> None:
        found = [Span("a", "ml.t3.medium", at(0), at(1)), Span("a", "ml.p3.2xlarge", at(1), at(2))]
        spent = spent_hours.spent(spent_hours.began(at(0)), at(0), at(2), found)
        spent = spent_hours.spent(spent, at(2), at(4), [])
        assert [tenths for _, tenths in of(spent, 0, 0, 4).ran] == [10, 10]

    def test_types_without_end_take_no_room(self) -> None:
        found = [Span(f"n{each}", f"ml.{each}", at(0), at(1)) for each in range(1000)]
        spent = spent_hours.spent(spent_hours.began(at(0)), at(0), at(1), found)
        assert len(spent.ran) == spent_hours.MOST_TYPES

    @pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
    def test_days_on_which_clocks_are_changed(self, monkeypatch: pytest.MonkeyPatch, day: date, hours: int) -> None:
        zones = zone(monkeypatch, "Europe/Berlin")
        next(zones)
        start, end = midnight_of(day.toordinal() - 1), midnight_of(day.toordinal() + 1)
        spent = spent_hours.went_on(Spent(start, day_of(start)), start, end, {"ml.t3.medium": 1})
        found = hours_of([Place("eu-west-1", spent, end)], day.toordinal(), day.toordinal(), end)
        assert (found.tenths, found.whole) == (hours * 10, True)

    @pytest.mark.parametrize(
        ("day", "monday"),
        [("2026-03-26", "2026-03-23"), ("2026-03-23", "2026-03-23"), ("2026-03-22", "2026-03-16")],
    )
    def test_a_week_begins_on_monday(self, day: str, monday: str) -> None:
        assert monday_of(date.fromisoformat(day).toordinal()) == date.fromisoformat(monday).toordinal()

    def test_today_this_week_and_the_last(self) -> None:
        spent = went_on(spent_hours.began(at(-24 * 12)), -24 * 12, 3, t3_medium=1)
        found = seen_hours([Place("eu-west-1", spent, at(3))], at(3))
        assert [each.tenths / 10 for each in (found.today, found.week, found.last_week)] == [15, 3 * 24 + 15, 7 * 24]
        assert found.day == THURSDAY
        assert (found.today.whole, found.week.whole, found.last_week.whole) == (True, True, True)

    def test_what_was_missed_is_known(self) -> None:
        began = spent_hours.began(at(-24))
        whole = went_on(began, -24, 3, t3_medium=1)
        found = seen_hours([Place("eu-west-1", whole, at(3))], at(3))
        assert (found.today.whole, found.week.whole, found.last_week.whole) == (True, False, True)
        # The tray was off this morning, and something changed meanwhile.
        changed = spent_hours.spent(went_on(began, -24, -8, t3_medium=1), at(-8), at(3), [])
        assert of(changed, 0, 0, 3).whole
        missed = spent_hours.spent(
            went_on(began, -24, -8, t3_medium=1), at(-8), at(3), [Span("a", "", at(-8), at(0), known=False)]
        )
        assert not of(missed, 0, 0, 3).whole
        # A profile that was removed leaves no gap; one that can't be listed does.
        old = Place("eu-west-1", went_on(began, -24, -8, t3_medium=1), at(-8), followed=False)
        assert hours_of([old], THURSDAY, THURSDAY, at(3)).whole
        assert not hours_of([replace(old, followed=True)], THURSDAY, THURSDAY, at(3)).whole


class TestIdle:
    def test_it_is_counted_once_and_never_before_it_was_seen(self) -> None:
        spent = went_on(spent_hours.began(at(-10)), -10, 3, t3_medium=1)
        spent = idled(spent, "a", "ml.t3.medium", at(-100), at(0))
        assert of(spent, 0, 0, 3).idle == 100
        spent = idled(spent, "a", "ml.t3.medium", at(-5), at(2))
        assert of(spent, 0, 0, 3).idle == 120
        assert of(idled(spent, "b", "ml.t3.medium", at(1), at(2)), 0, 0, 3).idle == 130

    def test_it_is_no_more_than_what_ran(self) -> None:
        spent = went_on(spent_hours.began(at(-10)), -1, 0, t3_medium=1)
        assert of(idled(spent, "a", "ml.t3.medium", at(-10), at(0)), 0, 0, 0).idle == 10


def quiet_for(hours: float) -> Activity:
    return quiet(NOON.timestamp(), hours)


class TestTheService:
    """With the lists that the page's bars are counted from."""

    def lists(self, path: Path | None = None) -> tuple[Lists, list[SeenHours]]:
        told: list[SeenHours] = []
        lists = Lists(path)
        lists.hours._tell = told.append
        return lists, told

    def test_the_menu_is_told_in_whole_hours_alone(self) -> None:
        lists, told = self.lists()
        one, other = seen("a", "InService", -9), seen("b", "InService", -9)
        for number in range(12 * 3 + 1):
            lists.list(one, other, hours=number / 12)
        assert [each.week.tenths // 10 for each in told] == list(range(7))
        assert not told[-1].week.whole
        assert told[-1].week.ran == ((SMALL, 60),)

    def test_looks_tell_what_was_idle_and_twice_nothing(self) -> None:
        lists, told = self.lists()
        one = seen("a", "InService", -9)
        for hours in (0.0, 2.0, 4.0):
            lists.list(one, hours=hours)
        lists.hours.looked(one, quiet_for(3), NOON.timestamp() + 4 * 3600)
        lists.hours.looked(one, quiet_for(3), NOON.timestamp() + 4 * 3600)
        assert told[-1].week.idle == 30
        lists.list(one, hours=5)
        lists.hours.looked(one, quiet_for(20), NOON.timestamp() + 5 * 3600)
        assert told[-1].week.idle == 40, "from when the last look was on"

    @pytest.mark.parametrize("more", [{"busy": 1}, {"terminals": 1}, {"open_on_screen": True}, {"last_sign": None}])
    def test_what_is_not_known_to_be_idle_is_not_counted(self, more: dict[str, object]) -> None:
        lists, told = self.lists()
        one = seen("a", "InService", -9)
        for hours in (0, 4):
            lists.list(one, hours=hours)
        lists.hours.looked(one, replace(quiet_for(3), **more), NOON.timestamp() + 4 * 3600)  # type: ignore[arg-type]
        assert told[-1].week.idle == 0

    def test_what_was_idle_before_it_ran_is_not_counted(self) -> None:
        lists, told = self.lists()
        for hours in (0.0, 1.0):
            lists.list(seen("a", "Stopped", -9), hours=hours)
        one = seen("a", "InService", 1.5)
        for hours in (2.0, 4.0):
            lists.list(one, hours=hours)
        lists.hours.looked(one, quiet_for(300), NOON.timestamp() + 4 * 3600)
        assert told[-1].week.idle == 25

    def test_it_is_kept_for_the_next_run_and_for_commands(self, tmp_path: Path) -> None:
        path = tmp_path / "hours.json"
        lists, told = self.lists(path)
        one, other = seen("a", "InService", -9), seen("b", "InService", -9)
        lists.list(one, other, hours=0)
        lists.list(one, other, hours=4)
        lists.hours.looked(one, quiet_for(3), NOON.timestamp() + 4 * 3600)
        lists.list(one, hours=5)
        lists.write()
        wait_until(path.exists, "the file")
        again, told_again = self.lists(path)
        again.list(one, hours=5)
        assert told_again[-1].week == told[-1].week
        again.hours.looked(one, quiet_for(3), NOON.timestamp() + 4 * 3600)
        assert told_again[-1].week.idle == 30, "what was counted before is not counted again"
        (place,) = places_in(path)
        assert (place.region, place.followed, place.until) == ("eu-west-1", True, at(5))
        (week,) = weeks_of((place,), at(5))
        assert (week.monday, week.hours.tenths, week.hours.idle) == (date(2026, 3, 23), 90, 30)
        stored = json.loads(path.read_text())
        (row,) = stored["places"].values()
        gone = one.arn[:-1].replace("eu-west-1", "us-east-1")  # of a profile that was removed
        stored["places"][gone] = {**row, "until": at(5) - 2 * A_DAY, "day": row["day"] - 2}
        path.write_text(json.dumps(stored))
        assert {each.region: each.followed for each in places_in(path)} == {"eu-west-1": True, "us-east-1": False}

    def four_hours_written(self, folder: Path) -> tuple[Path, Notebook]:
        """Return the file of one that ran for four hours, as two lists have seen."""
        path = folder / "hours.json"
        lists, _ = self.lists(path)
        one = seen("a", "InService", -9)
        lists.list(one, hours=0)
        lists.list(one, hours=4)
        lists.write()
        wait_until(path.exists, "the file")
        return path, one

    def test_weeks_in_which_the_tray_did_not_run_are_not_seen(self, tmp_path: Path) -> None:
        path, _ = self.four_hours_written(tmp_path)
        latest, *_ = weeks_of(places_in(path), at(24 * 21))
        assert (latest.hours.tenths, latest.hours.whole) == (0, False)

    @pytest.mark.parametrize("until", [10**9 - 1, 9 * 10**8, 10**11 // 360 - 1])
    def test_a_file_of_the_far_future_is_as_none(self, tmp_path: Path, until: int) -> None:
        path = tmp_path / "hours.json"
        spent: dict[str, object] = {"ran": {}, "idle": {}, "idle_until": {}, "watched": [], "missed": []}
        day = date(1970, 1, 1).toordinal() + until // A_DAY
        row = {"until": until, "day": day, "watched": "00" * 14, "ran": {}, "missed": {}}
        stored = {
            "places": {"arn:aws:sagemaker:eu-west-1:1:x/": {**row, "spent": {"since": until, "day": day, **spent}}}
        }
        path.write_text(json.dumps(stored))
        assert weeks_of(places_in(path), at(5)) == []

    def test_a_file_of_an_earlier_release_keeps_its_days(self, tmp_path: Path) -> None:
        path, one = self.four_hours_written(tmp_path)
        stored = json.loads(path.read_text())
        for place in stored["places"].values():
            del place["spent"]
        path.write_text(json.dumps(stored))
        again, told = self.lists(path)
        again.list(one, hours=6)
        assert again.today(one) == (6, 6)
        assert told[-1].week.tenths == 20

    def test_200_notebook_instances_are_a_small_file(self, tmp_path: Path) -> None:
        path = tmp_path / "hours.json"
        lists, _ = self.lists(path)
        types = ("ml.t3.medium", "ml.m5.xlarge", "ml.g4dn.xlarge", "ml.p3.2xlarge", "ml.t3.large")

        def all_of_them(changed: float) -> tuple[Notebook, ...]:
            return tuple(
                replace(seen(f"team-{each:03}-notebook", "InService", changed), instance_type=types[each % 5])
                for each in range(200)
            )

        for day in range(DAYS + 5):
            lists.list(*all_of_them(24 * day), hours=24 * day + 9)
            for each in all_of_them(24 * day)[:5]:
                lists.hours.looked(each, quiet_for(3), NOON.timestamp() + (24 * day + 9) * 3600)
        lists.write()
        wait_until(path.exists, "the file")
        assert path.stat().st_size < 40_000
        (place,) = places_in(path)
        assert {len(row) for row in place.spent.ran.values()} == {DAYS}


def test_the_demos_file_has_weeks(tmp_path: Path) -> None:
    write_sample_days(tmp_path, sample_notebooks(lambda: NOON), lambda: NOON)
    places = places_in(tmp_path / FILE_NAME)
    found = seen_hours(places, tenth_of(NOON.timestamp()))
    assert found.week.tenths > 50 * 10
    assert 0 < found.week.idle < found.week.tenths
    assert found.week.whole
    assert not found.last_week.whole or found.last_week.tenths


def hours(small: float = 0, large: float = 0, idle: float = 0, *, whole: bool = True) -> Hours:
    ran = tuple((key, round(each * 10)) for key, each in ((SMALL, small), (LARGE, large)) if each)
    return Hours(ran, round(idle * 10), whole)


@pytest.mark.parametrize(
    ("found", "prices", "words"),
    [
        (hours(31), PRICES, "31 h, about $1.60"),
        (hours(1), PRICES, "1 h, about $0.05"),
        (hours(0.3), PRICES, "less than 1 h, about $0.02"),
        (hours(0.1), PRICES, "less than 1 h"),
        (hours(31, 15), PRICES, "46 h, about $59"),
        (hours(31, 15, 9), PRICES, "46 h, about $59; 9 h of it idle"),
        (hours(31, idle=0.9), PRICES, "31 h, about $1.60"),
        (hours(31), {}, "31 h"),
        (hours(31, idle=9.4), {}, "31 h; 9 h of it idle"),
        (hours(31, 15), {LARGE: PRICES[LARGE]}, "46 h, about $57 for 15 h of them"),
        (hours(1, 30), {LARGE: PRICES[LARGE]}, "31 h, about $110"),
        (hours(31, 15, 9), {LARGE: PRICES[LARGE]}, "46 h, about $57 for 15 h of them; 9 h of it idle"),
        (hours(2000), PRICES, "2000 h, about $100"),
    ],
)
def test_the_words(found: Hours, prices: Prices, words: str) -> None:
    assert amount_words(found, prices) == words


TODAY = day_of(tenth_of(NOW))


@pytest.mark.parametrize(
    ("seen_now", "line", "list_"),
    [
        (None, "", []),
        (SeenHours(TODAY, hours(), hours(), hours()), "", []),
        (SeenHours(TODAY - 1, hours(5), hours(5), hours()), "", []),
        (
            SeenHours(TODAY, hours(6), hours(31, idle=9), hours(44, whole=False)),
            "This week: 31 h; 9 h of it idle",
            ["Today: 6 h", "This week: 31 h; 9 h of it idle", "Last week, as far as seen: 44 h"],
        ),
        (
            SeenHours(TODAY, hours(6, whole=False), hours(31, whole=False), hours()),
            "This week, as far as seen: 31 h",
            ["Today, as far as seen: 6 h", "This week, as far as seen: 31 h"],
        ),
        (SeenHours(TODAY, hours(), hours(), hours(44)), "Last week: 44 h", ["Last week: 44 h"]),
    ],
)
def test_the_menus_line_and_its_list(seen_now: SeenHours | None, line: str, list_: list[str]) -> None:
    known = snapshot(notebook("a"), hours=seen_now)
    shown = menu(known, NOW)
    at_top = [each for each in shown if each.key == "spent"]
    assert [each.label for each in at_top] == ([line] if line else [])
    for each in at_top:
        assert labels(each.children) == [*list_, "By AWS' list prices: without storage, discounts and taxes"]
    inline = menu(known, NOW, inline=True)
    assert labels(find(inline, "Help and settings").children)[: len(list_) + bool(list_)] == (
        [*list_, "---"] if list_ else []
    )
    assert not [each for each in inline if each.key == "spent"]


def test_the_line_stands_below_the_notebook_instances() -> None:
    known = snapshot(notebook("a"), notebook("b", "Stopped"), hours=SeenHours(TODAY, hours(6), hours(31), hours()))
    assert labels(menu(known, NOW))[:7] == [
        "1 of 2 running · Updated 2 min ago",
        "---",
        "a — Running",
        "b — Stopped",
        "This week: 31 h",
        "---",
        "All notebooks…",
    ]


@pytest.mark.parametrize("questions", [0, 20])
def test_where_there_is_no_room_it_is_in_help(questions: int) -> None:
    asked = tuple(question(notebook(f"q{at}"), None, NOW) for at in range(questions))
    known = snapshot(notebook("a"), questions=asked, hours=SeenHours(TODAY, hours(6), hours(31), hours()))
    shown = menu(known, NOW)
    assert any(each.key == "spent" for each in shown) is not bool(questions)
    assert (labels(find(shown, "Help").children)[0] == "Today: 6 h") is bool(questions)
