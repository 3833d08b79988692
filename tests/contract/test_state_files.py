"""The files of the state folder, whatever is found at their places: each counts as missing, and stops nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.contract.test_full_disk import bad_disk
from tests.support.samples import notebook
from tests.support.services import Services
from tests.support.waiting import wait_until
from tray.fleet.choices.keeping import KeptFile
from tray.fleet.choices.look_choice import looks_are_off
from tray.fleet.facts.owner_files import Owners, OwnersFile, OwnerTagFile
from tray.fleet.facts.platforms_file import PlatformsFile
from tray.fleet.facts.price_files import PriceFile
from tray.fleet.facts.running_hours import RunningHours
from tray.fleet.files.state_file import StateFile
from tray.fleet.left_running.reminders_file import LeftRunningFile
from tray.fleet.opening.opened_here import OpenedFile
from tray.fleet.opening.recent import Recent
from tray.fleet.opening.sessions_file import SessionsFile
from tray.fleet.planned_stops.cloud_schedules_file import CloudSchedulesFile
from tray.fleet.planned_stops.leaving_file import LeavingFile, NotedLeaving
from tray.fleet.planned_stops.plans_file import NotedPlans, StopPlansFile
from tray.fleet.power.start_notes import StartNotes
from tray.fleet.power.start_times import StartTimes
from tray.fleet.snapshot import LastOpened, Listing, ScopeState
from tray.model.cloud_schedules import CloudSchedule, Standing, schedule_name
from tray.model.commands import OpenNotebook, SetLooks, SetNotifications, StartNotebook
from tray.model.leaving import NotStopped, WhyNot
from tray.model.lengths import View
from tray.model.notification_kinds import NotificationKind
from tray.model.open_sessions import begun
from tray.model.power import Opened, Start
from tray.model.problems import TrayError
from tray.model.stop_plans import StopPlan, Trigger
from tray.runtime.workers import Workers
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.store import ProfileStore

__all__ = ["bad_disk"]

NOW = 1_800_000_000.0
ARN = notebook("churn-model").arn
START = Start(StartNotebook("research", ARN, OpenNotebook("research", ARN, View.LAB, 3600)), NOW - 60)
SCHEDULE = CloudSchedule(
    "research",
    ARN,
    schedule_name(ARN, Trigger.AT, "me"),
    "arn:aws:iam::111122223333:role/StopNotebooks",
    NOW,
    Standing.MADE,
)
NOTED = {"profile": "research", "arn": ARN, "since": NOW - 60, "view": "lab", "session_seconds": 3600}


@dataclass(frozen=True)
class Kept:
    """What a service keeps in a file: how it reads it, and how it writes something."""

    read: Callable[[Path], Any]
    write: Callable[[Path], object]
    nothing: Any


def choices(path: Path) -> Services:
    services = Services(ProfileStore(MemoryKeyring(), path.parent / "lock"), choices_path=path)
    services.notifications.load()
    return services


def choose(path: Path) -> None:
    services = choices(path)
    services.do(SetNotifications(NotificationKind.DONE, on=False))
    wait_until(lambda: services.ended, "the choice to be stored or refused")
    assert services.errors == []
    assert {problem.code for _, problem in services.told} <= {"notifications-not-kept"}


def turn_looks_off(path: Path) -> None:
    services = Services(ProfileStore(MemoryKeyring(), path.parent / "lock"), looks_path=path)
    services.do(SetLooks(False))
    wait_until(lambda: services.ended, "the choice to be stored or refused")
    assert services.errors == []
    assert {problem.code for _, problem in services.told} <= {"looks-not-kept"}


def keep(path: Path) -> None:
    with suppress(TrayError):  # in words, where it can't be stored
        KeptFile(path).change((ARN,), keep=True)


def hours_of(path: Path, listing: Listing) -> RunningHours:
    errors: list[Exception] = []
    hours = RunningHours(
        lambda: listing, workers=Workers("hours", 1, errors.append), path=path, clock=lambda: NOW + 7200
    )
    hours.load()
    wait_until(lambda: hours._loaded or errors, "what is stored")
    assert errors == []
    hours.follow()  # its worker follows what it has read, too: a moment later, perhaps
    return hours


def hours_in(path: Path) -> object:
    return hours_of(path, Listing()).days(ARN)


def count_hours(path: Path) -> None:
    one = notebook("churn-model")
    hours = hours_of(path, Listing(scopes=(ScopeState(one.scope, (one,), NOW),)))
    hours._file.keep(hours._stored())


def rest(path: Path) -> None:
    LeftRunningFile(path).change(lambda _: {ARN: NOW})


def name_tag(path: Path) -> None:
    with suppress(TrayError):  # in words, where it can't be stored
        OwnerTagFile(path).store("Owner")


SESSION = begun("research", ARN, View.LAB, 14400, since=NOW, signed_until=None)
PLAN = StopPlan("research", ARN, Trigger.AT, NOW, NOW + 3600)

KEPT = {
    "starts": Kept(lambda path: StartNotes(path).load(NOW), lambda path: StartNotes(path).keep([START]), ()),
    "times": Kept(
        lambda path: StartTimes(path).expected_seconds(ARN, "ml.t3.large"),
        lambda path: StartTimes(path).learn(ARN, "ml.t3.large", 100),
        None,
    ),
    "recent": Kept(lambda path: Recent(path).load(), lambda path: Recent(path).keep(LastOpened("research", ARN)), ()),
    "opened": Kept(
        lambda path: OpenedFile(path).load(), lambda path: OpenedFile(path).change(Opened("research", ARN, NOW)), ()
    ),
    "sessions": Kept(
        lambda path: SessionsFile(path).load(), lambda path: SessionsFile(path).change(lambda _: (SESSION,)), ()
    ),
    "cloud schedules": Kept(
        lambda path: CloudSchedulesFile(path).load(), lambda path: CloudSchedulesFile(path).put(SCHEDULE), ()
    ),
    "stop plans": Kept(
        lambda path: StopPlansFile(path).load().plans,
        lambda path: StopPlansFile(path).change(lambda _: NotedPlans((PLAN,))),
        (),
    ),
    "platforms": Kept(
        lambda path: PlatformsFile(path).load().platforms,
        lambda path: PlatformsFile(path).learn(notebook("a"), "notebook-al2-v2"),
        {},
    ),
    "prices": Kept(
        lambda path: PriceFile(path).load().prices,
        lambda path: PriceFile(path).learn("eu-west-1", "ml.t3.medium", 0.06, date(2026, 10, 1)),
        {},
    ),
    "leaving": Kept(
        lambda path: LeavingFile(path).load().left,
        lambda path: LeavingFile(path).keep(NotedLeaving((NotStopped("research", ARN, NOW, WhyNot.BUSY),))),
        (),
    ),
    "looks": Kept(looks_are_off, turn_looks_off, False),
    "choices": Kept(lambda path: set(choices(path).snapshot.notifications_off), choose, set()),
    "kept": Kept(lambda path: KeptFile(path).load(), keep, ()),
    "hours": Kept(hours_in, count_hours, ()),
    "left running": Kept(lambda path: LeftRunningFile(path).load(), rest, {}),
    "owner tag": Kept(lambda path: OwnerTagFile(path).load(), name_tag, ""),
    "owners": Kept(
        lambda path: OwnersFile(path).load().told,
        lambda path: OwnersFile(path).keep(Owners("Owner", {ARN: ("Ana Lima", NOW)})),
        {},
    ),
}

HUGE = "1" + "0" * 400
CONTENTS = {
    "empty": "",
    "cut": '{"under_way": [{"arn"',
    "no object": "[]",
    "deep": "[" * 200_000,
    "deep object": '{"took":' * 50_000,
    "long": '{"took": {"a": [' + "1," * 500_000 + "1]}}",
    "no text": "\x00\x01",
    "latin": "\udcff",
    "wrong values": '{"under_way": [1, null, "x", [], {}], "took": [1], "off": {"a": 1}, "kept": {}, "arn": {}}',
    "deep in a list": '{"kept": [' + "[" * 900 + "]" * 900 + "]}",
    "objects for lists": '{"under_way": {"a": 1}, "took": {"a": {"b": 1}, "' + ARN + '": {"0": 5}}, "off": "done"}',
    **{
        f"number {number[:12]}": json.dumps(
            {"took": {ARN: ["@"], "ml.t3.large": ["@", "@"]}, "off": ["@"], "kept": ["@"]}
        ).replace('"@"', number)
        for number in ("NaN", "Infinity", "-Infinity", "1e400", HUGE, "-" + HUGE, "true", "null")
    },
    **{
        f"{member} {str(value)[:12]}": '{"under_way": ['
        + json.dumps({**NOTED, member: "@"}).replace('"@"', value)
        + "]}"
        for member, value in (
            *(("since", number) for number in ("NaN", "Infinity", "1e400", HUGE, '"1"', "null", "-5", "4e9")),
            *(("arn", text) for text in ('"x"', '""', "7", '"arn:aws:sagemaker:eu-west-1"', f'"{ARN}\\n"')),
            ("profile", "null"),
        )
    },
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
@pytest.mark.parametrize("kept", KEPT.values(), ids=KEPT)
def test_what_makes_no_sense_counts_as_missing(tmp_path: Path, kept: Kept, content: str) -> None:
    path = tmp_path / "file.json"
    path.write_text(content, "utf-8", errors="surrogateescape")
    assert kept.read(path) == kept.nothing
    kept.write(path)
    assert kept.read(path) != kept.nothing


@pytest.mark.parametrize("value", ["NaN", "1e400", HUGE, '"lab"', "5", "null", "{}"])
def test_a_length_that_makes_no_sense_ends_no_start(tmp_path: Path, value: str) -> None:
    path = tmp_path / "starts.json"
    noted = json.dumps({**NOTED, "session_seconds": "@"}).replace('"@"', value)
    path.write_text('{"under_way": [' + noted + "]}")
    (start,) = StartNotes(path).load(NOW)
    assert start.command.opens is None


def test_one_note_that_makes_no_sense_hides_no_other(tmp_path: Path) -> None:
    path = tmp_path / "starts.json"
    newer = {**NOTED, "arn": notebook("b").arn, "view": "holographic", "more": {"of": "a newer release"}}
    path.write_text(json.dumps({"under_way": [{"arn": "x"}, NOTED, newer, NOTED], "version": 9}))
    assert [start.command.arn for start in StartNotes(path).load(NOW)] == [ARN, notebook("b").arn]
    times = tmp_path / "times.json"
    times.write_text(json.dumps({"took": {"a": ["x", 50.0], ARN: [100.0, -1, 110, 120.0]}}))
    assert StartTimes(times).expected_seconds(ARN, "") == 110.0
    StartTimes(times).learn("another", "ml.m5.large", 70)
    assert StartTimes(times).expected_seconds(ARN, "") == 110.0


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    StartNotes(tmp_path / "starts.json").keep([START])
    (start,) = StartNotes(tmp_path / "starts.json").load(NOW)
    assert (start.command, start.since, start.asked_at) == (START.command, START.since, START.since)
    assert StartNotes(tmp_path / "starts.json").load(NOW + 3 * 86400) == (), "nobody waits for it"


def made_fifo(path: Path) -> None:
    os.mkfifo(path)


def linked(to: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(to)


PLACES = {
    "a folder": lambda path: path.mkdir(),
    "a pipe": made_fifo,
    "an endless device": linked("/dev/zero"),
    "a device": linked("/dev/null"),
    "a link to itself": linked("file.json"),
    "a link to nowhere": linked("nowhere/at-all"),
    "a link to a folder": linked("/"),
}


@pytest.mark.only_on("linux", "darwin", reason="pipes and devices in the file system")
@pytest.mark.timeout(20)
@pytest.mark.parametrize("made", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("kept", KEPT.values(), ids=KEPT)
def test_whatever_is_at_its_place_stops_nothing(tmp_path: Path, kept: Kept, made: Callable[[Path], None]) -> None:
    path = tmp_path / "file.json"
    made(path)
    assert kept.read(path) == kept.nothing
    kept.write(path)
    told = kept is KEPT["kept"] and made in (PLACES["a link to itself"], PLACES["a link to a folder"])
    if made is not PLACES["a folder"] and not told:
        assert kept.read(path) != kept.nothing
        assert not path.is_symlink()


@pytest.mark.parametrize("kept", KEPT.values(), ids=KEPT)
def test_a_folder_that_is_a_file_stops_nothing(tmp_path: Path, kept: Kept) -> None:
    (tmp_path / "state").write_text("")
    kept.write(tmp_path / "state" / "file.json")
    assert kept.read(tmp_path / "state" / "file.json") == kept.nothing


@pytest.mark.only_on("linux", reason="mounts")
@pytest.mark.parametrize("kept", KEPT.values(), ids=KEPT)
def test_a_disk_that_is_full_or_read_only_stops_nothing(bad_disk: Path, kept: Kept) -> None:
    path = bad_disk / "state" / "file.json"
    kept.write(path)
    assert kept.read(path) == kept.nothing
    assert {each.suffix for each in bad_disk.glob("state/*")} <= {".lock"}


@pytest.mark.only_on("linux", reason="mounts")
def test_what_the_user_chose_stays_whole_when_the_disk_is_full(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=False).returncode
    ):
        pytest.skip(reason="only root may mount")
    try:
        path = disk / "notifications.json"
        choose(path)
        before = path.read_bytes()
        with suppress(OSError), (disk / "filling").open("wb", buffering=0) as file:
            while file.write(b"x" * 4096):
                pass
        services = choices(path)
        services.do(SetNotifications(NotificationKind.FAILED, on=False))
        wait_until(lambda: services.ended, "its end")
        assert [problem.code for _, problem in services.told] == ["notifications-not-kept"]
        assert path.read_bytes() == before
        left = {each.name for each in disk.iterdir()}
        assert left - {"notifications.lock"} == {"filling", "notifications.json"}
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


@pytest.mark.only_on("linux", "darwin", reason="links")
def test_what_a_killed_process_left_is_not_written_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("precious")
    path = tmp_path / "state" / "file.json"
    path.parent.mkdir()
    monkeypatch.setattr(os, "urandom", bytes)
    path.with_name(f".{path.name}.{bytes(8).hex()}.new").symlink_to(elsewhere)
    StateFile(path, "it").write({"a": 1})
    assert StateFile(path, "it").read() == {"a": 1}
    assert elsewhere.read_text() == "precious"
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.only_on("linux", reason="other users")
def test_a_file_of_another_user_counts_as_missing(tmp_path: Path) -> None:
    """As after a run with sudo: the folder is the user's, the file root's."""
    if os.geteuid() != 0:
        pytest.skip(reason="only root may become another user")
    folder = tmp_path / "state"
    folder.mkdir()
    (folder / "file.json").write_text('{"off": ["done"]}')
    (folder / "file.json").chmod(0o600)
    os.chown(folder, 65534, 65534)
    script = """
import os, sys
sys.path.insert(0, sys.argv[2])
from tray.fleet.files.state_file import StateFile
from pathlib import Path
os.chdir(sys.argv[1])  # the folders above are not the other user's
file = StateFile(Path("file.json"), "it")
os.setuid(65534)
try:
    file.read()
except PermissionError:
    print("denied")
file.write({"off": ["failed"]})
print(file.read())
"""
    root = Path(__file__).parents[2]
    ran = subprocess.run(
        [sys.executable, "-c", script, str(folder), str(root)], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split("\n")[:2] == ["denied", "{'off': ['failed']}"]


def writing(path: Path, times: int) -> list[threading.Thread]:
    def work(at: int) -> None:
        for turn in range(times):
            StartTimes(path).learn(f"arn-{at}", "ml.t3.large", 100 + turn)

    return [threading.Thread(target=work, args=[at]) for at in range(4)]


def test_several_that_write_at_once_leave_a_whole_file(tmp_path: Path) -> None:
    """The tray and commands share the times of starts."""
    path = tmp_path / "times.json"
    script = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from pathlib import Path; from tray.fleet.power.start_times import StartTimes\n"
        "for turn in range(60): StartTimes(Path(sys.argv[1])).learn('another', 'ml.t3.large', 100 + turn)"
    )
    root = str(Path(__file__).parents[2])
    other = subprocess.Popen([sys.executable, "-c", script, str(path), root])
    threads = writing(path, 30)
    for thread in threads:
        thread.start()
    try:
        while any(thread.is_alive() for thread in threads) or other.poll() is None:
            if path.exists():
                assert isinstance(StateFile(path, "it").read()["took"], dict)
            threads[0].join(0.01)
    finally:
        other.wait(60)
    assert other.returncode == 0
    assert [each.name for each in tmp_path.iterdir()] == ["times.json"]


@pytest.fixture(autouse=True)
def no_background_errors() -> Iterator[None]:
    """A worker's exception is kept by its thread: it must not be lost there."""
    caught: list[Any] = []
    before, threading.excepthook = threading.excepthook, caught.append
    yield
    threading.excepthook = before
    assert caught == []


def test_what_two_programs_keep_at_once_is_all_kept(tmp_path: Path) -> None:
    """The tray, and `notebook-tray keep`."""
    path = tmp_path / "kept.json"
    script = (
        "import sys; sys.path.insert(0, sys.argv[3])\n"
        "from pathlib import Path; from tray.fleet.choices.keeping import KeptFile\n"
        "for turn in range(20):\n"
        "    arn = f'arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/{sys.argv[2]}-{turn}'\n"
        "    KeptFile(Path(sys.argv[1])).change((arn,), keep=True)\n"
    )
    root = str(Path(__file__).parents[2])
    running = [subprocess.Popen([sys.executable, "-c", script, str(path), name, root]) for name in ("a", "b", "c")]
    assert [each.wait(60) for each in running] == [0, 0, 0]
    assert len(KeptFile(path).load()) == 60
