"""Times of the day in sentences: today and not, in hours up to 12 and 24, over midnight and as summer time ends."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.pseudo import pseudo_language, unmarked
from tests.support.samples import notebook
from tray.menu.actions import about
from tray.model.activity import Activity
from tray.texts.clock import follow_time_zone, time_of_day, twelve_hours_of_the_system, use_twelve_hours

# Saturday: summer time ends in the European Union the next night.
SATURDAY = "2026-10-24"


@pytest.fixture(autouse=True)
def _hours() -> Iterator[None]:
    yield
    use_twelve_hours(None)


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        pytest.skip(reason="this system has one time zone")
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a locale with hours up to 12; return its folder."""
    folder = tmp_path_factory.mktemp("locales")
    made = folder / "en_US.UTF-8"
    subprocess.run(["localedef", "-i", "en_US", "-f", "UTF-8", str(made)], capture_output=True, check=False)
    if not made.exists():
        pytest.skip(reason="no locale can be made here")
    return folder


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("now", "then", "of_24", "of_12"),
    [
        # The same day.
        ("2026-11-27 10:30", "2026-11-27 14:30", "14:30", "2:30 PM"),
        ("2026-11-27 00:00", "2026-11-27 00:30", "00:30", "12:30 AM"),
        ("2026-11-27 09:00", "2026-11-27 12:00", "12:00", "12:00 PM"),
        ("2026-11-27 08:00", "2026-11-27 09:05", "09:05", "9:05 AM"),
        ("2026-11-27 20:00", "2026-11-27 23:59", "23:59", "11:59 PM"),
        # Over midnight, the end of a year and a leap day.
        ("2026-11-27 22:30", "2026-11-28 00:30", "Sat 00:30", "Sat 12:30 AM"),
        ("2026-11-27 23:59", "2026-11-28 00:00", "Sat 00:00", "Sat 12:00 AM"),
        ("2026-12-31 20:00", "2027-01-01 04:00", "Fri 04:00", "Fri 4:00 AM"),
        ("2028-02-28 23:00", "2028-02-29 03:00", "Tue 03:00", "Tue 3:00 AM"),
        # Over the end: the session ended yesterday.
        ("2026-11-28 07:00", "2026-11-27 23:00", "Fri 23:00", "Fri 11:00 PM"),
        ("2026-11-28 07:00", "2026-11-22 23:00", "Sun 23:00", "Sun 11:00 PM"),
        ("2026-11-28 07:00", "2026-11-21 23:00", "2026-11-21 23:00", "2026-11-21 11:00 PM"),
        # Summer time begins: 2:00 is 3:00.
        ("2026-03-29 01:30", "2026-03-29 03:30", "03:30", "3:30 AM"),
        ("2026-03-28 23:30", "2026-03-29 03:00", "Sun 03:00", "Sun 3:00 AM"),
        # Summer time ends: the clock shows the hour from 2:00 twice, and no other.
        (f"{SATURDAY} 23:00", "2026-10-25T02:30:00+02:00", "Sun 02:30 (CEST)", "Sun 2:30 AM (CEST)"),
        (f"{SATURDAY} 23:00", "2026-10-25T02:30:00+01:00", "Sun 02:30 (CET)", "Sun 2:30 AM (CET)"),
        (f"{SATURDAY} 23:00", "2026-10-25T01:59:00+02:00", "Sun 01:59", "Sun 1:59 AM"),
        (f"{SATURDAY} 23:00", "2026-10-25T03:00:00+01:00", "Sun 03:00", "Sun 3:00 AM"),
    ],
)
def test_it_is_written_as_people_say_it(now: str, then: str, of_24: str, of_12: str) -> None:
    for twelve, expected in ((False, of_24), (True, of_12)):
        use_twelve_hours(twelve)
        assert time_of_day(at(then), at(now)) == expected


@pytest.mark.usefixtures("berlin")
def test_a_user_who_travels_reads_the_time_of_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    use_twelve_hours(False)
    then, now = 1_800_000_000.0, 1_799_990_000.0
    said = []
    for zone in ("CET-1", "UTC0", "EST5", "JST-9"):
        monkeypatch.setenv("TZ", zone)
        follow_time_zone()
        said.append(time_of_day(then, now))
    assert said == ["09:00", "08:00", "03:00", "17:00"]


@pytest.mark.parametrize("twelve", [False, True])
def test_every_minute_of_a_day_has_a_time_of_its_own(twelve: bool) -> None:
    use_twelve_hours(twelve)
    midnight = at("2026-11-27 00:00")
    said = {time_of_day(midnight + each * 60, midnight) for each in range(24 * 60)}
    assert len(said) == 24 * 60


@pytest.mark.parametrize("twelve", [False, True])
def test_all_of_it_is_translated(twelve: bool) -> None:
    use_twelve_hours(twelve)
    now = 1_800_000_000.0
    with pseudo_language():
        for days in range(-8, 9):
            assert unmarked(time_of_day(now + days * 86_400 + 21_600, now), ["CET", "CEST"]) == []


@pytest.mark.only_on("linux", reason="locales of the C library")
@pytest.mark.parametrize(
    ("variables", "twelve"),
    [
        ({"LANG": "en_US.UTF-8"}, True),
        ({"LANG": "C.UTF-8"}, False),
        ({"LANG": "en_US.UTF-8", "LC_TIME": "C.UTF-8"}, False),
        ({"LANG": "C.UTF-8", "LC_TIME": "en_US.UTF-8"}, True),
        ({"LANG": "C.UTF-8", "LC_TIME": "", "LC_ALL": "en_US.UTF-8"}, True),
        ({"LC_ALL": "C", "LC_TIME": "en_US.UTF-8"}, False),
        ({"LANG": "xx_XX.UTF-8"}, False),
        ({"LANG": "\udcff\n"}, False),
        ({}, False),
    ],
)
def test_the_locale_says_which_hours(
    variables: dict[str, str], twelve: bool, locales: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The C library reads where locales are with each new one; os.environ sets the variable there, too.
    monkeypatch.setenv("LOCPATH", str(locales))
    before = time.strftime("%X", time.gmtime(0))
    assert twelve_hours_of_the_system(variables) is twelve
    assert time.strftime("%X", time.gmtime(0)) == before, "the process's own locale stays"


def test_every_time_that_the_user_reads_has_the_user_s_hours() -> None:
    use_twelve_hours(twelve=True)
    seen = Activity(datetime(2026, 11, 26, 15, 0, tzinfo=UTC), last_sign=datetime(2026, 11, 26, 14, 5, tzinfo=UTC))
    assert seen.text(datetime(2026, 11, 26, 15, 0, tzinfo=UTC)) == "No sign of work since 2:05 PM"
    assert seen.text(datetime(2026, 11, 28, 15, 0, tzinfo=UTC)) == "No sign of work since 2026-11-26 2:05 PM"
    stopped = replace(notebook("a", "Stopped"), modified=datetime(2026, 11, 26, 0, 30).astimezone())
    assert "2026-11-26 12:30 AM" in about(stopped)
