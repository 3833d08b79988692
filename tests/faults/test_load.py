"""More at once than anybody does: clicks faster than the pages open, and commands while the tray starts."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.waiting import wait_until
from tray.model.problems import ExitStatus

pytestmark = pytest.mark.only_on("linux", reason="clicks come over D-Bus")

# How long AWS takes for an answer: a second click on the same line finds the first one under way.
_ROUND_TRIP_SECONDS = 1.0
_PROFILES, _REGIONS, _NOTEBOOKS = 6, 2, 4
_COMMANDS = 12
_MOST_GROWTH = 30 << 20


def test_a_burst_of_clicks_loses_nothing_and_opens_nothing_twice(tmp_path_factory: pytest.TempPathFactory) -> None:
    from tests.benchmarks import proc
    from tests.benchmarks.arrivals import PRESIGN, VISIT
    from tests.benchmarks.bench import tray
    from tests.benchmarks.rows.fleet import full_menu
    from tests.benchmarks.rows.load import openable
    from tests.benchmarks.stage import stage
    from tests.benchmarks.world import Size

    size = Size(_PROFILES, _REGIONS, _NOTEBOOKS)
    with ExitStack() as stack:
        place = stack.enter_context(stage(tmp_path_factory.mktemp("load"), size, _ROUND_TRIP_SECONDS))
        ours = stack.enter_context(tray(place))
        full_menu(place, ours)
        threads = Path(f"/proc/{ours.pid}/task")
        lines = [entry.id for entry in openable(ours.host.layout())]
        assert len(lines) == size.running
        held, before = proc.memory(ours.pid).resident, len(list(threads.iterdir()))
        place.endpoint.forget()
        for line in lines:
            for _ in range(3):
                ours.host.click_id(line)
            ours.host.open()
            assert ours.host.labels(), "the menu is empty"
            ours.host.close()
        wait_until(lambda: len(place.endpoint.arrivals(VISIT)) >= len(lines), "all pages to be asked for", seconds=60)
        wait_until(lambda: len(list(threads.iterdir())) <= before + 2, "the workers to end", seconds=60)
        opened = Counter(arrival.about for arrival in place.endpoint.arrivals(PRESIGN))
        assert len(opened) == len(lines)
        assert set(opened.values()) == {1}
        assert len(place.endpoint.arrivals(VISIT)) == len(lines)
        assert proc.memory(ours.pid).resident - held < _MOST_GROWTH


@pytest.fixture
def starting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, str], subprocess.Popen[bytes]]]:
    """A tray that has just been started, and the environment of the user's other programs."""
    from tests.benchmarks.bench import COMMAND
    from tests.benchmarks.stage import stage
    from tests.benchmarks.world import Size
    from tests.support.processes import end_process
    from tests.support.stub_watcher import StubWatcher

    with stage(tmp_path_factory.mktemp("start"), Size(2, 1, 2), 0.1) as place, StubWatcher(place.bus_address):
        environment = dict(place.environment)
        out = subprocess.DEVNULL
        tray_itself = subprocess.Popen([*COMMAND], env=environment, stdin=out, stdout=out, stderr=out)
        try:
            yield environment, tray_itself
        finally:
            end_process(tray_itself)


def test_commands_while_the_tray_starts_are_answered_or_refused_with_words(
    starting: tuple[dict[str, str], subprocess.Popen[bytes]],
) -> None:
    from tests.benchmarks.bench import COMMAND
    from tests.benchmarks.world import notebook_name

    environment, tray_itself = starting
    kinds = (["list"], ["open", notebook_name(1, 0, 0)], ["refresh"], ["list", "--json"])
    running = [
        subprocess.Popen(
            [*COMMAND, *kinds[at % len(kinds)]],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for at in range(_COMMANDS)
    ]
    ended = [(process.communicate(timeout=100)[0], process.returncode) for process in running]
    for said, status in ended:
        assert said.strip()
        assert "Traceback" not in said
        # `refresh` may have come before the tray, or the machine was too busy for its answer within 10 s.
        assert status in (0, ExitStatus.NO_DESKTOP), said
    assert [status for at, (_, status) in enumerate(ended) if at % len(kinds) != 2] == [0] * (_COMMANDS * 3 // 4)
    assert tray_itself.poll() is None
