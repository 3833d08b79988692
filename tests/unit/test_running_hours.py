"""How long notebook instances ran on the last days: what is counted, what is not known, and what is kept of it."""

from __future__ import annotations

import errno
import json
import stat
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.samples import notebook
from tests.support.waiting import wait_until
from tray.demo.sample import sample_notebooks
from tray.demo.sample_days import FILE_NAME as SAMPLE_FILE
from tray.demo.sample_days import write_sample_days
from tray.fleet.facts.running_hours import FILE_NAME, WRITE_SECONDS, RunningHours
from tray.fleet.files import state_file
from tray.fleet.snapshot import Listing, Notebook, ScopeState
from tray.model import running_hours
from tray.model.presence import Presence
from tray.model.running_hours import A_DAY, DAYS, Counted, Day, began, days_of, name_in_arn, spans, tenth_of, unchanged
from tray.runtime.workers import Workers

# A Thursday at noon; the tests' days are those of UTC unless they say otherwise.
NOON = datetime(2026, 3, 26, 12, tzinfo=UTC)
TODAY = NOON.date()
UNSEEN = Day(0, 0)


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from zone(monkeypatch, "UTC")


def zone(monkeypatch: pytest.MonkeyPatch, name: str) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        pytest.skip(reason="Windows takes its time zone from its settings alone")
    monkeypatch.setenv("TZ", name)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def at(hours: float) -> int:
    """So many hours after that noon."""
    return tenth_of(NOON.timestamp() + hours * 3600)


def seen(name: str, status: str, changed_hours: float, created_hours: float = -2000) -> Notebook:
    return replace(
        notebook(name, status),
        modified=NOON + timedelta(hours=changed_hours),
        created=NOON + timedelta(hours=created_hours),
    )


def changed(counted: Counted, before: list[Notebook], after: list[Notebook], now: int) -> Counted:
    """What is counted after a list that says `after`."""
    found = spans(counted.until, before, after, now)
    return running_hours.changed(counted, found, {name_in_arn(each) for each in after}, now)


def last(counted: Counted, name: str, days: int = 1, today: date = TODAY) -> list[tuple[float, float]]:
    """The last days, as hours of running and hours that are known."""
    return [(each.ran / 10, each.seen / 10) for each in days_of(counted, name, today)[-days:]]


class TestCounting:
    def test_the_first_list_tells_nothing_of_the_time_before(self) -> None:
        a = seen("a", "InService", -500)
        counted = changed(began(at(0)), [], [a], at(0))
        assert days_of(counted, "a", NOON.date()) == (UNSEEN,) * DAYS

    def test_what_stays_the_same_ran_or_did_not(self) -> None:
        counted = unchanged(began(at(0)), ["a"], at(3))
        assert last(counted, "a") == [(3, 3)]
        assert last(counted, "b") == [(0, 3)]

    def test_days_are_divided_at_midnight_and_move_on(self) -> None:
        counted = unchanged(began(at(0)), ["a"], at(30))
        tomorrow = NOON.date() + timedelta(days=1)
        assert last(counted, "a", 2, tomorrow) == [(12, 12), (18, 18)]
        assert last(counted, "a", 2, tomorrow + timedelta(days=1)) == [(18, 18), (0, 0)]
        assert not any(each.seen for each in days_of(counted, "a", tomorrow + timedelta(days=DAYS)))

    def test_a_change_counts_from_when_aws_says_that_it_was(self) -> None:
        before, after = seen("a", "InService", -50), seen("a", "Stopped", 0.5)
        counted = changed(began(at(0)), [before], [after], at(0.8))
        assert last(counted, "a") == [(0.5, 0.8)]
        started = changed(began(at(0)), [seen("a", "Stopped", -50)], [seen("a", "InService", 0.5)], at(0.8))
        assert [round(each, 1) for each in last(started, "a")[0]] == [0.3, 0.8]

    def test_what_has_not_changed_while_nobody_looked_is_known(self) -> None:
        """The computer was off over night, and the notebook instance ran: this is what the bars are for."""
        nobody_knows_what_was: list[Notebook] = []
        for before in ([seen("a", "InService", -1), seen("b", "Stopped", -1)], nobody_knows_what_was):
            counted = changed(began(at(0)), before, [seen("a", "InService", -1), seen("b", "Stopped", -1)], at(20))
            tomorrow = NOON.date() + timedelta(days=1)
            assert last(counted, "a", 2, tomorrow) == [(12, 12), (8, 8)]
            assert last(counted, "b", 2, tomorrow) == [(0, 12), (0, 8)]

    def test_what_has_changed_while_nobody_looked_is_known_since_its_change(self) -> None:
        before, after = [seen("a", "InService", -1)], [seen("a", "InService", 6)]
        assert last(changed(began(at(0)), before, after, at(10)), "a") == [(4, 4)]
        counted = changed(began(at(0)), before, [seen("a", "Stopped", 6)], at(10))
        assert last(counted, "a") == [(0, 4)]

    def test_what_was_made_meanwhile_did_not_run_before(self) -> None:
        counted = changed(began(at(0)), [], [seen("a", "InService", 6, created_hours=6)], at(10))
        assert last(counted, "a") == [(4, 10)]

    def test_what_is_deleted_takes_no_room(self) -> None:
        counted = unchanged(began(at(0)), ["a", "b"], at(3))
        counted = changed(counted, [], [seen("b", "InService", -9)], at(4))
        assert set(counted.ran) == {"b"}

    def test_a_clock_that_differs_from_awss_makes_no_hours(self) -> None:
        counted = changed(began(at(0)), [], [seen("a", "InService", 5)], at(3))
        assert last(counted, "a") == [(0, 0)]
        counted = changed(began(at(0)), [], [replace(seen("a", "InService", 0), modified=None)], at(0.5))
        assert last(counted, "a") == [(0, 0)]

    def test_nothing_is_counted_twice_where_the_clock_is_set_back(self) -> None:
        counted = unchanged(began(at(0)), ["a"], at(3))
        assert unchanged(counted, ["a"], at(2)) == counted
        assert changed(counted, [], [seen("a", "InService", -9)], at(2)) == counted

    def test_of_years_without_a_list_only_the_last_days_are_there(self) -> None:
        counted = changed(began(at(0)), [], [seen("a", "InService", -1)], at(24 * 1000))
        today = NOON.date() + timedelta(days=1000)
        assert last(counted, "a", DAYS, today) == [(24, 24)] * 13 + [(12, 12)]

    @pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
    def test_days_on_which_clocks_are_changed(self, monkeypatch: pytest.MonkeyPatch, day: date, hours: int) -> None:
        zones = zone(monkeypatch, "Europe/Berlin")
        next(zones)
        start = datetime.combine(day - timedelta(days=1), datetime.min.time()).timestamp()
        counted = unchanged(began(tenth_of(start)), ["a"], tenth_of(start + 80 * 3600))
        assert last(counted, "a", 4, day + timedelta(days=2))[:3] == [(24, 24), (hours, hours), (24, 24)]

    @pytest.mark.parametrize("name", ["Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe"])
    def test_zones_of_odd_offsets(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        zones = zone(monkeypatch, name)
        next(zones)
        counted = unchanged(began(at(-24 * 20)), ["a"], at(0))
        assert [each.ran for each in days_of(counted, "a", datetime.fromtimestamp(NOON.timestamp()).date())][:-1] == [
            A_DAY
        ] * (DAYS - 1)


class Lists:
    """The service, and what the lists say."""

    def __init__(self, path: Path | None = None) -> None:
        self.now = NOON.timestamp()
        self.listing = Listing()
        self.errors: list[Exception] = []
        self.hours = RunningHours(
            lambda: self.listing,
            workers=Workers("hours", 1, self.errors.append),
            path=path,
            clock=lambda: self.now,
        )
        self.hours.load()
        wait_until(lambda: self.hours._loaded, "what was counted before")

    def list(self, *notebooks: Notebook, hours: float) -> None:
        self.now = NOON.timestamp() + hours * 3600
        known = next((each.notebooks for each in self.listing.scopes), ())
        same = known if known == notebooks else notebooks
        self.listing = Listing(scopes=(ScopeState(notebooks[0].scope, same, self.now, None, self.now),))
        self.hours.follow()

    def write(self) -> None:
        assert self.hours.due_in(Presence()) == 0
        self.hours.write()

    def today(self, of: Notebook) -> tuple[float, float]:
        day = self.hours.days(of.arn)[-1]
        return day.ran / 10, day.seen / 10


A, B = seen("a", "InService", -9), seen("b", "Stopped", -9)


def test_the_lists_are_followed() -> None:
    lists = Lists()
    assert lists.hours.days(A.arn) == ()
    for hours in (0, 0.5, 1):
        lists.list(A, B, hours=hours)
    assert (lists.today(A), lists.today(B)) == ((1, 1), (0, 1))
    lists.list(seen("a", "Stopped", 1.5), B, hours=2)
    assert (lists.today(A), lists.today(B)) == ((1.5, 2), (0, 2))
    assert lists.errors == []


def test_names_with_capital_letters_are_found_by_their_arns() -> None:
    lists = Lists()
    model = replace(A, name="Model", arn=A.arn[:-1] + "model")
    lists.list(model, B, hours=0)
    lists.list(model, B, hours=1)
    assert lists.today(model) == (1, 1)
    lists.list(model, seen("b", "InService", 1.5), hours=2)
    assert lists.today(model) == (2, 2)


def test_it_is_kept_for_the_next_run_and_what_ran_between_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "state" / "hours.json"
    lists = Lists(path)
    lists.list(A, B, hours=0)
    lists.list(A, B, hours=2)
    lists.write()
    wait_until(path.exists, "the file")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 or not hasattr(time, "tzset")
    stored = json.loads(path.read_text())
    (place,) = stored["places"]
    assert place == A.arn[:-1]
    assert set(stored["places"][place]["ran"]) == {"a"}, "what never ran takes no room"
    again = Lists(path)
    assert again.today(A) == (2, 2)
    again.list(A, seen("b", "InService", 3), hours=5)
    assert again.today(A) == (5, 5)
    assert again.today(B) == (2, 4), "between 2 and 3 o'clock nobody looked"


def test_a_clock_that_is_ahead_takes_nothing_away(tmp_path: Path) -> None:
    path = tmp_path / "hours.json"
    lists = Lists(path)
    lists.list(A, B, hours=0)
    lists.list(A, B, hours=2)
    lists.now += 400 * 86_400
    lists.write()
    wait_until(path.exists, "the file")
    assert Lists(path).today(A) == (2, 2)


def test_a_file_that_cannot_be_read_just_now_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "hours.json"
    lists = Lists(path)
    lists.list(A, B, hours=0)
    lists.list(A, B, hours=2)
    lists.write()
    wait_until(path.exists, "the file")

    def failing(path: Path, most_bytes: int) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(state_file, "read_beginning", failing)
    again = Lists(path)
    before = path.read_bytes()
    again.list(A, B, hours=3)
    again.list(A, B, hours=3.2)
    assert again.today(A) == (0.2, 0.2)
    again.write()
    again.hours._workers.submit(lambda: None).result(30)  # after the write, which the one worker does before
    again.list(A, B, hours=4)
    assert path.read_bytes() == before
    monkeypatch.undo()
    again.write()
    wait_until(lambda: path.read_bytes() != before, "the file")
    assert again.today(A) == (4, 4)
    assert Lists(path).today(A) == (4, 4)


def test_it_is_written_rarely_and_nothing_wakes_up_for_it() -> None:
    lists = Lists()
    assert lists.hours.due_in(Presence()) > 1e9
    lists.list(A, hours=0)
    lists.write()
    lists.list(A, hours=0.1)
    assert lists.hours.due_in(Presence()) > 1e9
    lists.list(A, hours=0.01 + WRITE_SECONDS / 3600)
    assert lists.hours.due_in(Presence()) == 0


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"places": []}',
        '{"places": {"arn:x/": {"until": -1, "day": 1, "watched": "00", "ran": {}, "missed": {}}}}',
        '{"places": {"arn:x/": {"until": 1, "day": 1e400, "watched": "00", "ran": {}, "missed": {}}}}',
        json.dumps({"places": {A.arn[:-1]: {"until": 1, "day": 1, "watched": "zz" * 14, "ran": {}, "missed": {}}}}),
        json.dumps(
            {"places": {A.arn[:-1]: {"until": at(0), "day": 999_999, "watched": "00" * 14, "ran": {}, "missed": {}}}}
        ),
    ],
)
def test_a_file_without_sense_is_as_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "hours.json"
    path.write_text(content)
    lists = Lists(path)
    lists.list(A, hours=0)
    lists.list(A, hours=1)
    assert lists.today(A) == (1, 1)
    assert lists.errors == []


def test_the_demos_file_is_one_that_the_tray_reads(tmp_path: Path) -> None:
    samples = sample_notebooks(lambda: NOON)
    write_sample_days(tmp_path / "state", samples, lambda: NOON)
    lists = Lists(tmp_path / "state" / FILE_NAME)
    assert SAMPLE_FILE == FILE_NAME
    known = {each.name: lists.hours.days(each.arn) for each in samples}
    assert [each.seen for each in known["churn-model"]] == [240, 0, 0, *[240] * 10, 120]
    assert sum(each.ran for each in known["claims-text-mining"]) > 200 * 10
    assert not any(each.ran for each in known["image-labels"])


def test_ten_thousand_fit(tmp_path: Path) -> None:
    many = tuple(replace(notebook(f"team-notebook-{at}"), modified=NOON - timedelta(days=30)) for at in range(10_001))
    path = tmp_path / "hours.json"
    lists = Lists(path)
    for hours in (0, 24 * 14):
        lists.list(*many, hours=hours)
    lists.write()
    wait_until(path.exists, "the file")
    assert path.stat().st_size < 700_000
    again = Lists(path)
    assert [each.ran for each in lists.hours.days(many[5].arn)] == [240] * 13 + [120]
    assert len(again.hours._kept[many[0].arn[: -len(many[0].name)]].counted.ran) == 10_000
