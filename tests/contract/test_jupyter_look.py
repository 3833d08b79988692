"""Real Jupyter servers of three lines, behind a gate as SageMaker's, are asked whether anyone works there."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.cloud import sample_cloud
from tests.support.jupyter_gate import COOKIE, Gate, jupyter_gate
from tests.support.jupyter_servers import LINES, Server, jupyter_server, kernel_that_ran
from tests.support.waiting import wait_until
from tray.aws.cloud import Cloud
from tray.jupyter.visit import Visit, look
from tray.model.lengths import View
from tray.model.notebooks import Scope
from tray.model.signer import AwsProfile

LOOKS = 1000
API = ["/api/status", "/api/kernels", "/api/terminals"]


@pytest.fixture(params=LINES, scope="module")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with jupyter_server(request.param, tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture
def gate(server: Server) -> Iterator[Gate]:
    with jupyter_gate(server.port) as gate:
        yield gate


@pytest.fixture
def nothing_runs(server: Server) -> None:
    for kernel in server.ask("api/kernels"):
        server.ask(f"api/kernels/{kernel['id']}", method="DELETE")
    for terminal in server.ask("api/terminals"):
        server.ask(f"api/terminals/{terminal['name']}", method="DELETE")


@pytest.mark.usefixtures("nothing_runs")
def test_a_thousand_looks_leave_every_last_activity_where_it_was(server: Server, gate: Gate) -> None:
    with kernel_that_ran(server, "1", "idle"):
        server.ask("api/terminals", {})
    before = server.settled_activity()
    seen = [look(gate.url()) for _ in range(LOOKS)]
    assert server.activity() == before
    assert {(each.busy, each.starting, each.terminals, each.unknown) for each in seen} == {(0, 0, 1, None)}
    assert len({each.last_sign for each in seen}) == 1
    assert all(gate.asked.count(path) == LOOKS for path in API), "three GETs a look"


@pytest.mark.usefixtures("nothing_runs")
def test_a_look_is_one_landing_and_three_gets(server: Server, gate: Gate) -> None:
    look(gate.url())
    landing = [path for path in gate.asked if path not in API]
    assert gate.asked == [*landing, *API]
    assert landing[:2] == ["/", "/"], "the presigned URL, and where it redirects"
    assert len(landing) <= 3
    assert gate.cookies[0] == ""
    assert set(gate.cookies[1:]) == {f"{COOKIE}={gate.cookie}"}


@pytest.mark.usefixtures("nothing_runs")
@pytest.mark.parametrize(
    ("code", "until"),
    [("import time; time.sleep(600)", "busy"), ("input()", "input_request"), ("!sleep 600", "busy")],
    ids=["a long cell", "a question", "a command"],
)
def test_a_kernel_that_really_is_busy_is_seen_with_its_time(server: Server, gate: Gate, code: str, until: str) -> None:
    began = datetime.now(UTC)
    with kernel_that_ran(server, code, until):
        attached = look(gate.url())
        ran = datetime.now(UTC)
    assert (attached.busy, attached.page_attached) == (1, True)
    # Jupyter notices after a moment that a page has gone.
    wait_until(lambda: not look(gate.url()).page_attached, "the page to go")
    alone = look(gate.url())
    assert alone.busy == 1
    assert alone.busy_since is not None
    assert began <= alone.busy_since <= ran
    now = datetime.now().astimezone()
    assert alone.text(now).startswith("1 kernel running since ")
    assert alone.text(now).endswith(", no page attached")
    assert alone.quiet_seconds is None


@pytest.mark.usefixtures("nothing_runs")
def test_a_page_that_asks_by_itself_is_open_on_a_screen(server: Server, gate: Gate) -> None:
    with kernel_that_ran(server, "1", "idle"):
        pass
    server.settled_activity()
    assert not look(gate.url()).open_on_screen, "the kernel was the last to do anything"
    # As JupyterLab does every 10 s: without the flag, it counts.
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/api/kernels", timeout=60) as answer:
        answer.read()
    assert look(gate.url()).open_on_screen


@pytest.mark.timeout(240)
def test_what_is_idle_is_still_ended_by_jupyter_itself_while_it_is_looked_at(tmp_path: Path) -> None:
    """Jupyter looks whether its server is idle once a minute, so that all three run at once."""
    idle = (
        *("MappingKernelManager.cull_idle_timeout=8", "MappingKernelManager.cull_interval=1"),
        "App.shutdown_no_activity_timeout=20",
    )
    looks = dict.fromkeys(LINES, 0)
    with ExitStack() as stack:
        for line in LINES:
            server = stack.enter_context(jupyter_server(line, tmp_path / line, idle))
            gate = stack.enter_context(jupyter_gate(server.port))
            with kernel_that_ran(server, "1", "idle"):
                pass

            def watch(line: str = line, server: Server = server, gate: Gate = gate) -> None:
                def ended() -> bool:
                    looks[line] += look(gate.url()).unknown is None
                    return server.process.poll() is not None

                wait_until(ended, f"the end of {line}", seconds=200, interval_seconds=0.5)

            thread = threading.Thread(target=watch)
            thread.start()
            stack.callback(thread.join)
    # A server with a kernel never ends: the kernel was ended before.
    assert all(count > 40 for count in looks.values()), looks


def test_a_jupyter_that_starts_is_ready_when_it_answers_and_not_before(tmp_path: Path) -> None:
    with jupyter_gate() as gate, Visit(gate.url()) as visit:
        assert not visit.is_ready(), "nothing is behind the gate"
        assert not visit.is_ready()
        with jupyter_server("server-2", tmp_path) as server:
            gate.behind = server.port
            gate.asked.clear()
            assert visit.is_ready()
            assert gate.asked == ["/api/status"], "one GET a question, over the cookie of the first landing"
            assert visit.look().unknown is None
        gate.behind = None
        assert not visit.is_ready()


def test_the_demos_jupyterlab_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sample_cloud(tmp_path, jupyter=True) as sample:
        sample.into(monkeypatch)
        cloud = Cloud()
        profile = sample.profiles[0]
        scope = Scope(profile.name, profile.regions[0], AwsProfile(profile.name))
        running = next(each for each in cloud.list_notebooks(scope) if each.running)
        for view in View:
            with Visit(cloud.create_presigned_url(running, view, 1800)) as visit:
                assert visit.is_ready()
                seen = visit.look()
            assert seen.unknown is None
            assert seen.answered_at is not None
            assert abs(seen.answered_at - datetime.now(UTC)) < timedelta(minutes=1)
