"""The benchmarks' pure parts: the figures, the table, and the reading of what Linux and others say."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.benchmarks.__main__ import GROUPS, here, to_be_read
from tests.benchmarks.asking import read_line
from tests.benchmarks.draw import caption, series
from tests.benchmarks.figures import Anchor, Row, Samples, Unit, at_most_times, slope
from tests.benchmarks.machine import headline
from tests.benchmarks.peers import fill_keyring
from tests.benchmarks.proc import parse_memory, parse_wake_ups
from tests.benchmarks.rows.day import OPEN, WAY_TO_A_NOTEBOOK
from tests.benchmarks.table import HEADINGS, as_json, cells, markdown, table
from tests.benchmarks.world import FLEET, ONE, Size, is_running, notebook_name
from tests.support.samples import NOW, notebook, snapshot
from tray.menu.layout import menu
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.model import Profile
from tray.settings.profiles.store import ProfileStore

AWS = Anchor("aws", Samples.of(0.4, 0.5, 0.9))
ABSENT = Anchor("pystray", absent="no PyGObject here")


def row(*values: float, limit: float | None = None, anchors: tuple[Anchor, ...] = (), note: str = "") -> Row:
    return Row(
        "start", "process start", Unit.MILLISECONDS, Samples(values) if values else None, limit, "", anchors, note
    )


@pytest.mark.parametrize(
    ("unit", "value", "written"),
    [
        (Unit.SECONDS, 1.23456, "1.235 s"),
        (Unit.SECONDS, 301.1734, "301.173 s"),
        (Unit.MILLISECONDS, 0.02, "20.0 ms"),
        (Unit.MEBIBYTES, 70 * 1024 * 1024, "70.0 MiB"),
        (Unit.MEBIBYTES, 1262.7 * 1024 * 1024, "1,262.7 MiB"),
        (Unit.KIBIBYTES, 65536, "64.0 KiB"),
        (Unit.PERCENT, 0.001, "0.100%"),
        (Unit.PER_MINUTE, 6, "6.0/min"),
        (Unit.COUNT, 3, "3"),
    ],
)
def test_a_figure_is_written_in_its_unit(unit: Unit, value: float, written: str) -> None:
    assert unit.write(value) == written


def test_one_slow_run_does_not_move_the_median_but_is_in_the_range() -> None:
    samples = Samples.of(0.101, 0.1, 0.099, 7.0, 0.102)
    assert samples.median == 0.101
    assert samples.write(Unit.MILLISECONDS) == "101.0 ms (99.0–7,000.0)"
    assert Samples.of(0.1).write(Unit.MILLISECONDS) == "100.0 ms"
    assert Samples.of(1, 3).write(Unit.COUNT) == "2 (1–3)"
    assert Samples.of(0.001, 0.003).write(Unit.PERCENT) == "0.200% (0.100–0.300)"


def test_nothing_measured_is_no_figure() -> None:
    with pytest.raises(ValueError, match="nothing"):
        Samples.of()


def test_an_anchor_is_extrapolated_and_an_absent_one_says_why() -> None:
    assert Anchor("aws × 200", Samples.of(0.5, 0.7), factor=200).median == pytest.approx(120)
    assert AWS.write(Unit.MILLISECONDS) == "aws 500.0 ms"
    assert ABSENT.write(Unit.MILLISECONDS) == "pystray: no PyGObject here"


def test_a_limit_depends_on_its_anchor() -> None:
    assert at_most_times(0.8, AWS) == pytest.approx(0.4)
    assert at_most_times(1.5, AWS, plus=0.03) == pytest.approx(0.78)
    assert at_most_times(0.8, ABSENT) is None


@pytest.mark.parametrize(
    ("measured", "met"),
    [
        (row(0.3, 0.4, 0.6, limit=0.5), True),
        (row(0.5, limit=0.5), True),
        (row(0.4, 0.6, 0.6, limit=0.5), False),
        (row(0.4), None),
        (row(limit=0.5), None),
    ],
)
def test_the_median_meets_the_limit_or_not(measured: Row, met: bool | None) -> None:
    assert measured.met is met


def test_the_ratio_is_to_the_first_anchor_that_was_measured() -> None:
    assert row(0.25, anchors=(ABSENT, AWS, Anchor("x", Samples.of(9.0)))).ratio == pytest.approx(0.5)
    assert row(0.25, anchors=(ABSENT,)).ratio is None
    assert row(0.25, anchors=(Anchor("bare tray", Samples.of(0.0)),)).ratio is None
    assert row(anchors=(AWS,)).ratio is None


def test_growth_is_the_slope_whatever_it_starts_from() -> None:
    assert slope([50, 200], [1000, 1150]) == pytest.approx(1)
    assert slope([1, 5, 20], [52, 132, 432]) == pytest.approx(20)


def test_the_cells_of_a_row() -> None:
    limited = Row("start", "process start", Unit.MILLISECONDS, Samples.of(0.45), 0.4, "0.8 × aws", (AWS, ABSENT))
    assert cells(limited) == (
        "process start",
        "450.0 ms",
        "≤ 400.0 ms = 0.8 × aws",
        "aws 500.0 ms\npystray: no PyGObject here",
        "0.90 ×",
        "NO",
    )
    assert cells(row(limit=0.1))[1:] == ("not measured", "≤ 100.0 ms", "-", "-", "-")


def test_a_limit_whose_anchor_is_absent_is_still_said() -> None:
    assert cells(Row("list", "list", Unit.SECONDS, Samples.of(0.4), None, "0.8 × aws"))[2] == "0.8 × aws"


def test_the_table_lines_up_and_keeps_its_notes() -> None:
    lines = table([row(0.1, limit=0.2, anchors=(AWS, ABSENT)), row(0.3, limit=0.2, note="with a cold cache")]).split(
        "\n"
    )
    where = lines[0].index("met")
    assert [line[where : where + 3] for line in lines[2:5]] == ["yes", "", "NO"]
    assert lines[-1] == "start: with a cold cache"
    assert all(heading in lines[0] for heading in HEADINGS)


def test_markdown_has_one_line_a_row_and_as_many_cells() -> None:
    lines = markdown([row(0.1, anchors=(AWS, ABSENT)), row(0.2)]).split("\n")
    assert len(lines) == 4
    assert {line.count("|") for line in lines} == {len(HEADINGS) + 1}
    assert "aws 500.0 ms<br>pystray" in lines[2]


def test_json_keeps_every_single_value() -> None:
    text = json.dumps(as_json([row(0.3, 0.1, 0.2, limit=0.5, anchors=(AWS, ABSENT)), row()], {"date": "2026-01-31"}))
    read = json.loads(text)
    assert read["date"] == "2026-01-31"
    first, second = read["rows"]
    assert first["ours"] == {"median": 0.2, "values": [0.3, 0.1, 0.2]}
    assert (first["met"], first["limit"], first["ratio"]) == (True, 0.5, pytest.approx(0.4))
    assert [anchor["values"] for anchor in first["anchors"]] == [[0.4, 0.5, 0.9], None]
    assert first["anchors"][1]["absent"] == "no PyGObject here"
    assert second["ours"] is None


def test_the_memory_of_a_process_is_read_in_bytes() -> None:
    rollup = (
        "55d0-7ffe ---p 00000000 00:00 0                          [rollup]\n"
        "Rss:               29284 kB\nPss:               22630 kB\nPss_Dirty:         14000 kB\nLocked:    0 kB\n"
    )
    memory = parse_memory(rollup)
    assert (memory.resident, memory.proportional) == (29284 * 1024, 22630 * 1024)


def test_wake_ups_are_the_voluntary_switches_alone() -> None:
    assert parse_wake_ups("Name:\tpython\nnonvoluntary_ctxt_switches:\t900\nvoluntary_ctxt_switches:\t41\n") == 41


def test_the_sizes_of_the_issue() -> None:
    assert (FLEET.places, FLEET.total, FLEET.running) == (200, 400, 200)
    assert (ONE.places, ONE.total, ONE.running) == (1, 3, 2)
    assert Size(2, 2, 1).region_names == ("eu-west-1", "us-east-1")


def test_the_chart_ends_a_line_where_somebody_was_stopped() -> None:
    points = [
        {"profiles": 1, "ours": {"seconds": 0.5}, "textbook": {"seconds": 0.6}},
        {"profiles": 5, "ours": {"seconds": 0.7}},
    ]
    assert series(points, "textbook", "seconds", 2.0) == ([1], [1.2])
    assert series(points, "ours", "seconds", 1.0) == ([1, 5], [0.5, 0.7])


def test_the_caption_says_why_a_line_ends() -> None:
    measured = {
        "date": "2026-01-31T08:00:00+00:00",
        "regions": 1,
        "machine": {"processor": "A processor", "cores": 2},
        "versions": {"python": "3.11.7", "botocore": "1.44.5"},
        "textbook_stopped": "200 profiles: stopped at 4 GiB",
    }
    assert caption(measured).endswith("2026-01-31 · boto3's line ends: 200 profiles: stopped at 4 GiB")
    assert "line ends" not in caption({**measured, "textbook_stopped": ""})


@pytest.mark.only_on("linux")
def test_quiet_steps_have_no_call_near() -> None:
    from tests.benchmarks.rows.idle import Moment, cpu_share, wake_ups_a_minute

    # Ten wake-ups in the second of the call, one in the second after it and every one from there on.
    moments = [
        Moment(float(at), at * 0.01 if at < 2 else 0.5 + at * 0.001, {1: at + (10 if at > 10 else 0)})
        for at in range(31)
    ]
    assert wake_ups_a_minute(moments) == pytest.approx(60 * 40 / 30)
    assert wake_ups_a_minute(moments, [10.5]) == pytest.approx(60)
    assert cpu_share(moments) == pytest.approx((0.53) / 30)
    assert cpu_share(moments, [1.5]) == pytest.approx(0.001)


def test_wake_ups_of_threads_that_came_and_went() -> None:
    from tests.benchmarks.proc import woken_between

    assert woken_between({1: 10, 2: 500}, {1: 13, 3: 4}) == 3 + 4
    assert woken_between({1: 10}, {1: 2}) == 0, "another thread with the id of one that ended"


@pytest.mark.only_on("linux")
def test_the_lists_of_one_refresh_are_one_burst() -> None:
    from tests.benchmarks.rows.idle import bursts_of

    assert bursts_of([600.4, 300.0, 300.1, 600.0, 310.0]) == [[300.0, 300.1, 310.0], [600.0, 600.4]]
    assert bursts_of([]) == []


@pytest.mark.only_on("linux")
def test_a_day_has_all_its_opens_and_sleeps_and_its_first_hours_their_share() -> None:
    from tests.benchmarks.rows.day import plan

    day = plan(24)
    assert (len(day), sum(doing.opens for doing in day), sum(doing.sleeps for doing in day)) == (288, 200, 20)
    assert plan(3) == day[:36]
    assert {doing.opens for doing in day} == {0, 1}


@pytest.mark.parametrize("size", [FLEET, Size(10, 2, 2)], ids=["whole", "quick"])
def test_what_a_day_opens_is_in_the_menu(size: Size) -> None:
    notebooks = [
        notebook(notebook_name(at, where, number), status, f"team-{at:03}", name)
        for at in range(size.profiles)
        for where, name in enumerate(size.region_names)
        for number in range(size.notebooks)
        for status in ["InService" if is_running(number) else "Stopped"]
    ]
    entries = menu(snapshot(*notebooks), NOW)
    for label in (*WAY_TO_A_NOTEBOOK, OPEN):
        entries = next(entry for entry in entries if label.match(entry.label)).children


def test_the_versions_of_the_cli_are_read() -> None:
    from tests.benchmarks.aws_cli import parse_cli_version

    said = "aws-cli/1.46.3 Python/3.11.7 Linux/6.18 botocore/1.43.62\n"
    assert parse_cli_version(said) == {"awscli": "1.46.3", "awscli's botocore": "1.43.62"}


@pytest.mark.only_on("linux")
def test_a_process_is_measured_while_it_runs() -> None:
    import os

    from tests.benchmarks import proc

    before = proc.cpu_seconds(os.getpid())
    assert sum(range(200_000)) > 0
    assert proc.cpu_seconds(os.getpid()) > before
    assert proc.memory(os.getpid()).resident >= proc.memory(os.getpid()).proportional > 1 << 20
    woken = proc.wake_ups(os.getpid())
    time.sleep(0.01)
    assert proc.woken_between(woken, proc.wake_ups(os.getpid())) > 0


@pytest.mark.only_on("linux")
def test_every_group_can_be_measured_on_linux() -> None:
    assert here(list(GROUPS), "linux") == list(GROUPS)
    assert all(callable(group.load()) for group in GROUPS.values())


def test_windows_measures_the_whole_commands_without_d_bus() -> None:
    assert here(["icon", "version", "list"], "win32") == ["version", "list"]
    assert here(list(GROUPS), "darwin") == []
    loaded = (
        "import sys; from tests.benchmarks.__main__ import GROUPS; GROUPS['list'].load(); GROUPS['version'].load();"
        "assert 'tests.benchmarks.rows.commands' in sys.modules; assert 'tests.benchmarks.host' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", loaded], cwd=Path(__file__).parents[2], check=True, timeout=60)


def test_the_headline_has_a_load_where_the_system_has_one() -> None:
    machine = {"processor": "A processor", "cores": 2, "system": "Windows 10"}
    described = {"date": "2026-01-31", "machine": machine, "versions": {"python": "3.11.7"}}
    assert headline(described) == "2026-01-31, A processor, 2 cores, Windows 10\npython 3.11.7"
    with_load = {**described, "machine": {**machine, "load_before": [0.5, 0.4, 0.3]}}
    assert headline(with_load).startswith("2026-01-31, A processor, 2 cores, Windows 10, load before 0.5\n")


@contextmanager
def saying(program: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_lines_that_a_peer_writes_at_once_are_read_one_by_one() -> None:
    with saying("print('one\\ntwo'); input()") as process:
        assert [read_line(process), read_line(process, seconds=30)] == ["one\n", "two\n"]


def test_a_peer_that_ends_is_no_answer() -> None:
    with saying("raise SystemExit(7)") as process, pytest.raises(ChildProcessError, match="ended with 7"):
        read_line(process)


def test_a_silent_peer_is_waited_for_with_a_bound_and_looked_after_meanwhile() -> None:
    looked = []
    with saying("input()") as process, pytest.raises(TimeoutError, match="no answer"):
        read_line(process, seconds=0.5, meanwhile=lambda: looked.append(1))
    assert looked


def test_profiles_that_are_there_are_neither_replaced_nor_measured(tmp_path: Path) -> None:
    store = ProfileStore(MemoryKeyring(), tmp_path / "lock")
    store.add(Profile("mine", "mine"))
    with pytest.raises(SystemExit, match="mine"):
        fill_keyring.put(store, {"team-000": Profile("team-000", "team-000")})
    assert [profile.name for profile in store.load().profiles] == ["mine"]


def test_exactly_what_was_put_into_a_keyring_is_taken_out(tmp_path: Path) -> None:
    store = ProfileStore(MemoryKeyring(), tmp_path / "lock")
    profiles = {name: Profile(name, name) for name in ("team-000", "team-001")}
    fill_keyring.put(store, profiles)
    assert len(store.load().profiles) == 2
    store.add(Profile("mine", "mine"))
    store.put(Profile("team-001", "somebody-changed-it"))
    fill_keyring.take_out(store, profiles)
    assert [profile.name for profile in store.load().profiles] == ["team-001", "mine"]


def test_where_nothing_must_be_reached_a_row_is_there_to_be_read() -> None:
    (read,) = to_be_read([Row("list", "list", Unit.SECONDS, Samples.of(0.6), 0.5, "1 × aws", (AWS,))])
    assert (read.met, read.limit, read.limit_words) == (None, None, "")
    assert read.ratio == pytest.approx(1.2)
