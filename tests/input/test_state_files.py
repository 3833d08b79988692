"""The small files of state, as another release, another program or a crash left them; and the administrator's file."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.bad_input import (
    any_json,
    as_json,
    check_growth,
    check_shown,
    check_told,
    damaged,
    fragments,
    json_values,
    long_inputs,
    near,
    numbers,
    raw,
    repeated,
    texts,
)
from tests.support.samples import notebook
from tray.app_pages.setup.shown import plan
from tray.fleet.choices import keeping
from tray.fleet.choices.keeping import KeptFile
from tray.fleet.choices.notification_choices import KindsFile
from tray.fleet.facts import owner_files, platforms_file
from tray.fleet.facts.hours_file import hours_file, kept_in
from tray.fleet.facts.owner_files import Owners, OwnersFile, OwnerTagFile
from tray.fleet.facts.platforms_file import PlatformsFile
from tray.fleet.facts.price_files import PriceFile
from tray.fleet.left_running.reminders_file import LeftRunningFile
from tray.fleet.opening import opened_here
from tray.fleet.opening.opened_here import OpenedFile
from tray.fleet.opening.sessions_file import SessionsFile
from tray.fleet.planned_stops.cloud_schedules_file import CloudSchedulesFile
from tray.fleet.planned_stops.leaving_file import LeavingFile
from tray.fleet.planned_stops.plans_file import StopPlansFile
from tray.fleet.snapshot import Listing, Snapshot
from tray.model import spent_hours
from tray.model.arns import is_notebook_arn
from tray.model.cloud_schedules import is_own_name
from tray.model.notification_kinds import NotificationKind
from tray.model.power import Opened
from tray.model.prices import MOST_USD_PER_HOUR
from tray.model.problems import TrayError
from tray.model.running_hours import DAYS
from tray.model.schedule_role import check_schedule_role
from tray.model.spent_hours import Place, seen_hours
from tray.model.stop_plans import LONGEST_IDLE_MINUTES, Trigger, due_at
from tray.settings.setup_file import MOST_BYTES, read_setup_file

ARN, OTHER = notebook("a").arn, notebook("b").arn
SPENT = {
    "since": 100,
    "day": 719163,
    "ran": {"ml.t3.medium": [1, 2]},
    "idle": {"ml.t3.medium": [1]},
    "watched": [9],
    "missed": [0],
    "idle_until": {"a": 150},
}
HOURS = {
    "until": 200,
    "day": 719163,
    "watched": "00" * 14,
    "ran": {"a": "01" * 14},
    "missed": {"a": "00" * 14},
    "spent": SPENT,
}
PLACE = ARN.removesuffix("a")
SCHEDULE = {
    "profile": "p",
    "arn": ARN,
    "name": "notebook-tray-" + "0" * 32,
    "role": "arn:aws:iam::111122223333:role/a",
    "at": 100,
    "standing": "made",
}
SESSION = {
    "profile": "p",
    "arn": ARN,
    "view": "lab",
    "session_seconds": 3600,
    "since": 1.5,
    "ends": 3601.5,
    "limited": False,
    "told": 0,
    "quiet": False,
}
LEFT = {"profile": "p", "arn": ARN, "at": 1.5, "why": "busy"}
PLAN = {
    "profile": "p",
    "arn": ARN,
    "trigger": "at",
    "since": 1.5,
    "at": 3601.5,
    "idle_minutes": 0,
    "even_if_busy": False,
    "habit": "19:00",
    "warned": 3001.5,
    "again": 0.0,
    "why": "busy",
    "told": True,
    "quiet_since": None,
    "begun": None,
}
STOPS = {"plans": [PLAN], "off": [{"arn": ARN, "trigger": "idle", "until": 9.5}]}

WHOLE: dict[str, dict[str, Any]] = {
    "opened": {"opened": [{"profile": "p", "arn": ARN, "since": 1.5}]},
    "kept": {"kept": [ARN]},
    "platforms": {"platforms": {ARN: ["notebook-al2-v3", 1.0]}, "denied": {ARN: 2.0}},
    "owners": {"key": "Owner", "owners": {ARN: ["me", 1.0]}},
    "hours": {"places": {PLACE: HOURS}},
    "left": {"rests": {ARN: 1.5}},
    "kinds": {"off": ["failed"]},
    "tag": {"key": "Owner"},
    "sessions": {"sessions": [SESSION]},
    "schedules": {"schedules": [SCHEDULE]},
    "leaving": {"left": [LEFT], "held": [{"profile": "p", "arn": ARN}], "session": "boot 2"},
    "stops": STOPS,
    "prices": {
        "prices": [["eu-west-1", "ml.t3.medium", 0.06, "2026-10-01"]],
        "unlisted": [["eu-west-1", "ml.x", "2026-10-01"]],
        "denied": {"p": 2.0},
    },
}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state") / "state.json"


records = json_values(st.none() | numbers | texts | st.sampled_from([ARN, "p", "00" * 14, HOURS]), most=6)
stored = (
    st.sampled_from(sorted(WHOLE)).flatmap(lambda name: near(WHOLE[name], records)).map(as_json)
    | near(WHOLE["hours"]["places"][PLACE], records).map(lambda each: as_json({"places": {PLACE: each}}))
    | near(SPENT, records).map(lambda each: as_json({"places": {PLACE: {**HOURS, "spent": each}}}))
    | near(WHOLE["opened"]["opened"][0], records).map(lambda each: as_json({"opened": [each]}))
    | near(SESSION, records).map(lambda each: as_json({"sessions": [each]}))
    | near(SCHEDULE, records).map(lambda each: as_json({"schedules": [each]}))
    | near(LEFT, records).map(lambda each: as_json({"left": [each], "held": [each], "session": ""}))
    | near(PLAN, records).map(lambda each: as_json({"plans": [each], "off": []}))
    | any_json.map(as_json)
    | damaged(as_json(WHOLE["hours"]))
    | raw
)


def _check_all(path: Path) -> None:
    for opened in OpenedFile(path).load():
        assert is_notebook_arn(opened.arn)
        assert isinstance(opened.profile, str)
        datetime.fromtimestamp(opened.since, UTC)
    for arn in KeptFile(path).load():
        assert is_notebook_arn(arn)
    noted = PlatformsFile(path).load()
    for name, changed in noted.platforms.values():
        check_shown(name, 64)
        datetime.fromtimestamp(changed, UTC)
    for at in noted.denied.values():
        datetime.fromtimestamp(at, UTC)
    owners = OwnersFile(path).load()
    check_shown(owners.key, owner_files.LONGEST_KEY)
    for owner, at in owners.told.values():
        check_shown(owner, owner_files.LONGEST_OWNER)
        datetime.fromtimestamp(at, UTC)
    check_shown(OwnerTagFile(path).load(), owner_files.LONGEST_KEY)
    for session in SessionsFile(path).load():
        assert is_notebook_arn(session.arn)
        assert isinstance(session.profile, str)
        datetime.fromtimestamp(session.since, UTC)
        datetime.fromtimestamp(session.ends, UTC)
    for schedule in CloudSchedulesFile(path).load():
        assert is_notebook_arn(schedule.arn)
        assert is_own_name(schedule.name)
        assert isinstance(schedule.profile, str)
        assert check_schedule_role(schedule.role)
        datetime.fromtimestamp(schedule.at, UTC)
    leaving = LeavingFile(path).load()
    for left in leaving.left:
        assert is_notebook_arn(left.arn)
        assert isinstance(left.profile, str)
        datetime.fromtimestamp(left.at, UTC)
    assert all(isinstance(profile, str) and is_notebook_arn(arn) for profile, arn in leaving.held)
    stops = StopPlansFile(path).load()
    for each in stops.plans:
        assert is_notebook_arn(each.arn)
        assert (each.at > 0) is (each.trigger is Trigger.AT)
        assert 0 <= each.idle_minutes <= LONGEST_IDLE_MINUTES
        for at in (each.since, each.at, each.again, each.warned or 0.0, each.quiet_since or 0.0, each.begun or 0.0):
            datetime.fromtimestamp(at, UTC)
        assert due_at(each) > 0
    assert StopPlansFile(path.with_name("again.json")).change(lambda _: stops) == stops, "it is read as it was written"
    for (arn, _), until in stops.off.items():
        assert is_notebook_arn(arn)
        datetime.fromtimestamp(until, UTC)
    told = PriceFile(path).load()
    assert all(0 < price.usd_per_hour <= MOST_USD_PER_HOUR for price in told.prices.values())
    assert all(len(text) <= 64 for key in (*told.prices, *told.unlisted) for text in key)
    for at in told.denied.values():
        datetime.fromtimestamp(at, UTC)
    assert KindsFile(path).load() <= frozenset(NotificationKind)
    for kept in kept_in(hours_file(path).stored()).values():
        counted, spent = kept.counted, kept.spent
        assert len(counted.watched) == DAYS
        assert all(len(row) == DAYS for row in (*counted.ran.values(), *counted.missed.values()))
        sums = (*spent.ran.values(), *spent.idle.values(), spent.watched, spent.missed)
        assert all(len(row) <= spent_hours.DAYS and min(row, default=0) >= 0 for row in sums)
        place = Place("eu-west-1", spent, counted.until)
        assert seen_hours([place], counted.until).week.tenths >= 0
    for arn, until in LeftRunningFile(path).load().items():
        assert is_notebook_arn(arn)
        datetime.fromtimestamp(until, UTC)


@given(stored)
@example(as_json({"opened": [{"profile": "p", "arn": ARN, "since": float("nan")}]})).via("no number")
@example(as_json({"opened": [{"profile": "p", "arn": ARN, "since": True}]})).via("a time that is true")
@example(b'{"opened": [{"profile": "p", "arn": "' + ARN.encode() + b'", "since": ' + b"9" * 400 + b"}]}").via(
    "a number beyond all floats"
)
@example(as_json({"platforms": {ARN: ["x\x1b[31m", 1]}, "denied": {}})).via("a platform that steers a terminal")
@example(as_json({"key": "a\u202eb", "owners": {ARN: ["x\ud800", 1]}})).via("a key and an owner that can't be shown")
@example(as_json({"places": {PLACE: {**HOURS, "watched": "0 " * 14}}})).via("hours with blanks")
@example(b"[" * 60_000).via("lists within lists")
@example(b"\xff\xfe[\0]\0").via("another encoding")
def test_whatever_a_file_holds_what_is_read_makes_sense(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    _check_all(file)


@given(st.lists(records, max_size=3))
@example([None, 7, [[]]]).via("records of other types")
def test_an_odd_record_hides_no_other(file: Path, odd: list[Any]) -> None:
    good = WHOLE["opened"]["opened"][0]
    file.write_bytes(as_json({"opened": [*odd, good]}))
    assert Opened("p", ARN, 1.5) in OpenedFile(file).load()
    assert Opened("p", OTHER, 2.0) in (changed := OpenedFile(file).change(Opened("p", OTHER, 2.0)))
    assert Opened("p", ARN, 1.5) in changed
    file.write_bytes(as_json({"kept": [*odd, ARN]}))
    assert ARN in KeptFile(file).load()
    KeptFile(file).change((OTHER,), keep=True)
    assert {ARN, OTHER} <= set(KeptFile(file).load())
    file.write_bytes(as_json({"off": [*odd, "failed"]}))
    KindsFile(file).change(NotificationKind.READY, on=False)
    assert KindsFile(file).load() >= {NotificationKind.FAILED, NotificationKind.READY}
    odd_places = {f"odd{at}": each for at, each in enumerate(odd)}
    file.write_bytes(as_json({"places": {**odd_places, PLACE: HOURS}}))
    assert kept_in(hours_file(file).stored())[PLACE].spent.ran == {"ml.t3.medium": (1, 2)}
    file.write_bytes(as_json({"rests": {**odd_places, ARN: 2}}))
    assert LeftRunningFile(file).load()[ARN] == 2
    file.write_bytes(as_json({"platforms": {**odd_places, ARN: ["x", 1]}, "denied": {**odd_places, ARN: 2}}))
    noted = PlatformsFile(file).load()
    assert noted.platforms[ARN] == ("x", 1.0)
    assert noted.denied[ARN] == 2
    file.write_bytes(as_json({"key": "k", "owners": {**odd_places, ARN: ["me", 1]}}))
    assert OwnersFile(file).load().told[ARN] == ("me", 1.0)
    file.write_bytes(as_json({"sessions": [*odd, SESSION]}))
    assert SessionsFile(file).load()[-1].ends == SESSION["ends"]
    file.write_bytes(as_json({"left": [*odd, LEFT], "held": [*odd, LEFT], "session": ""}))
    assert (LeavingFile(file).load().left[-1].at, LeavingFile(file).load().held[-1]) == (1.5, ("p", ARN))
    file.write_bytes(as_json({"plans": [*odd, PLAN], "off": [*odd, *STOPS["off"]]}))
    noted_plans = StopPlansFile(file).load()
    assert noted_plans.plans[-1].at == PLAN["at"]
    assert list(noted_plans.off.values()) == [9.5]
    kept = {each: [*odd, *WHOLE["prices"][each]] for each in ("prices", "unlisted")}
    file.write_bytes(as_json({**kept, "denied": {**odd_places, "p": 2.0}}))
    told = PriceFile(file).load()
    assert told.prices["eu-west-1", "ml.t3.medium"].usd_per_hour == 0.06
    assert ("eu-west-1", "ml.x") in told.unlisted
    assert told.denied["p"] == 2


times = st.floats(0, 1e11)
owners = st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=20)


@given(st.lists(st.tuples(texts, times), max_size=4), owners, times)
def test_state_is_read_as_it_was_written(file: Path, opened: list[tuple[str, float]], owner: str, at: float) -> None:
    file.unlink(missing_ok=True)
    for number, (profile, since) in enumerate(opened):
        OpenedFile(file).change(Opened(profile, notebook(f"n{number}").arn, since))
    assert [(each.profile, each.since) for each in OpenedFile(file).load()] == opened
    file.unlink(missing_ok=True)
    OwnersFile(file).keep(Owners("Owner", {ARN: (owner, at)}))
    assert OwnersFile(file).load() == Owners("Owner", {ARN: (owner, at)})
    platforms = PlatformsFile(file)
    file.unlink(missing_ok=True)
    platforms.deny(notebook("b"), at)
    known = platforms.learn(notebook("a"), owner)
    assert PlatformsFile(file).load() == known


GOOD_FILE = """version = 1
[defaults]
regions = ["eu-west-1"]
[[profiles]]
name = "research"
aws_profile = "r"
session_length = "2h"
view = "lab"
"""
toml_lines = st.sampled_from(
    [
        *("version = 1", "[defaults]", "[[profiles]]", 'name = "x"', 'name = "\\u202E"', "name = 1", "regions = [1]"),
        *('regions = ["eu-west-1"]', 'view = "x"', 'session_length = "9999h"', "a.b.c = 1", "t = 1979-05-27T07:32:00Z"),
        *("n = nan", "i = -inf", "x = 0xff", "'' = {}", 'aws_secret_access_key = "x"', "[profiles]", "[[defaults]]"),
        *("sso_account_id = '1'", "sso_start_url = 'https://[::1/'", '"a\u2028b" = 1', "d = 9999-99-99", "k = '''"),
    ]
)
toml_texts = st.lists(toml_lines | texts, max_size=9).map("\n".join)


@given(toml_texts, st.booleans())
@example("x = 1_0__0\n[a]\n[a]\n", False).via("a table twice")
@example("d = 2021-13-45T99:99:99Z\n", False).via("a day that there is not")
@example("a = " + "[" * 900, False).via("lists within lists")
@example('[[profiles]]\nname = "AKIAIOSFODNN7EXAMPLE"', False).via("an access key's id")
def test_a_set_up_file_is_profiles_or_told(text: str, behind: bool) -> None:
    data = (GOOD_FILE + text if behind else text).encode("utf-8", "surrogatepass")
    try:
        found = read_setup_file(data)
    except TrayError as error:
        check_told(error, 2000)
        return
    tomllib.loads(data.decode("utf-8-sig"))
    names = [each.name for each in found.profiles]
    for each in found.profiles:
        check_shown(each.name, 400)
        assert (each.profile is None) != (each.problem is None)
        if each.problem is not None:
            check_told(each.problem, 2000)
    for key in found.ignored:
        check_shown(key, 400)
    if behind:
        assert "research" in names, "an odd profile hides no other"
    json.dumps(plan(found, Snapshot(Listing()))).encode()


@given(damaged(GOOD_FILE.encode()) | raw | texts.map(lambda text: text.encode("utf-16", "surrogatepass")))
@example(b"\xef\xbb\xbf" + GOOD_FILE.encode()).via("a byte order mark, as Windows' editors write it")
@example(GOOD_FILE.replace("\n", "\r\n").encode()).via("Windows' line ends")
def test_bytes_are_a_set_up_file_or_told(data: bytes) -> None:
    try:
        assert read_setup_file(data).profiles
    except TrayError as error:
        check_told(error, 2000)


secrets = st.sampled_from(["secret", "Access_Key", "access-key", "TOKEN", "password", "api.key", "private_key"])


@given(secrets, st.text("abcXYZ019", min_size=8, max_size=20), st.booleans())
def test_a_secret_in_a_set_up_file_is_refused_unseen(key: str, value: str, deep: bool) -> None:
    line = f'[[profiles.x]]\n"my {key}" = "{value}"' if deep else f'"{key}" = "{value}"'
    with pytest.raises(TrayError) as told:
        read_setup_file(f"{line}\n".encode())
    assert told.value.problem.code == "setup-file-has-secret"
    assert value not in str(told.value.problem)


def of_setup(text: str) -> object:
    try:
        return read_setup_file(text.encode("utf-8", "surrogatepass"))
    except TrayError as error:
        return error


@long_inputs
@given(
    fragments,
    st.sampled_from(["", "[", "a = [", 'a = """', "[[profiles]]\nname = '", "{"]),
    st.sampled_from(["", "\n"]),
)
@example("a.", "", "\n").via("keys within keys")
@example("[a]\n", "", "").via("tables")
@example("[[a.b]]\n", "", "").via("lists of tables")
@example("a={b={", "", "").via("tables within tables")
@example("a\u2028", "", "").via("what only Python takes for a line's end")
def test_the_time_of_a_set_up_file_grows_with_its_length(fragment: str, beginning: str, end: str) -> None:
    check_growth(of_setup, lambda length: repeated(fragment + end, length, beginning), MOST_BYTES - 50)


READERS: dict[str, Callable[[Any], object]] = {
    "opened": opened_here._read,
    "kept": keeping._entries,
    "platforms": platforms_file._read,
    "hours": kept_in,
}


@pytest.mark.parametrize("reader", READERS)
@long_inputs
@given(records)
def test_the_time_of_a_long_file_grows_with_its_length(reader: str, record: Any) -> None:
    def made(length: int) -> Any:
        each = {f"{PLACE}{at}": record for at in range(length)}
        listed = [record] * length
        return {"opened": listed, "kept": listed, "platforms": each, "denied": each, "places": each}

    check_growth(READERS[reader], made, 10_000)
