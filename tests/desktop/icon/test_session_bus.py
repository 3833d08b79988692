"""The session bus itself: missing, out of reach, hung, found in the runtime folder, and lost."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.support.menu_client import menu_client
from tests.support.notes import note
from tests.support.private_bus import private_bus
from tests.support.running_icon import RunningIcon, running
from tests.support.sample_icon import Sample
from tests.support.stub_watcher import StubWatcher
from tests.support.waiting import wait_until
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.runtime.session_bus import session_bus_address


def ended(sample: Sample) -> TrayError:
    """Run the sample's icon, which cannot be shown, and return the error that ends it."""
    with running(sample.icon) as run:
        run.wait_for_end()
    return tray_error(run)


def tray_error(run: RunningIcon) -> TrayError:
    assert isinstance(run.error, TrayError)
    assert run.error.problem.kind is Kind.DESKTOP
    assert run.error.status is ExitStatus.NO_DESKTOP
    assert run.error.problem.remedy
    return run.error


def test_no_session_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    assert "no D-Bus session bus" in ended(Sample()).problem.message


@pytest.mark.parametrize(
    "address",
    ["unix:path=/nonexistent/bus", "nonsense", "unix:path", "autolaunch:", "unix:path=/dev/null", "tcp:port=x"],
)
def test_a_bus_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    assert address in ended(Sample()).problem.message


def test_a_bus_that_does_not_answer(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("bus") / "s"
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(path))
        silent.listen()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={path}")
        assert "cannot be reached" in ended(Sample()).problem.message


def test_the_bus_in_the_runtime_folder_is_found_without_a_variable(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("run")
    assert session_bus_address({"XDG_RUNTIME_DIR": str(folder)}) is None
    (folder / "bus").touch()
    assert session_bus_address({"XDG_RUNTIME_DIR": str(folder)}) is None, "a file is no bus"
    (folder / "bus").unlink()
    with socket.socket(socket.AF_UNIX) as bus:
        bus.bind(str(folder / "bus"))
        assert session_bus_address({"XDG_RUNTIME_DIR": str(folder)}) == f"unix:path={folder / 'bus'}"
        assert session_bus_address({"XDG_RUNTIME_DIR": str(folder), "DBUS_SESSION_BUS_ADDRESS": "x:"}) == "x:"
    assert session_bus_address({}) is None
    # What can't be looked at (`su` leaves the name of another user's folder) is no bus, and no error.
    assert session_bus_address({"XDG_RUNTIME_DIR": f"/{'x' * 300}"}) is None


def test_a_bus_that_goes_away_ends_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with private_bus(tmp_path_factory.mktemp("bus")) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        sample = Sample()
        run = RunningIcon(sample.icon, None)
        run.thread.start()
        with StubWatcher(address) as watcher:
            watcher.wait_for_item()
    run.wait_for_end()
    assert "lost" in tray_error(run).problem.message
    # Whatever the program still asks of it is no error.
    sample.icon.update_menu()
    sample.icon.title = "later"
    sample.icon.notify(note("later"))
    sample.icon.visible = False
    sample.icon.stop()


def test_a_bus_that_breaks_off_within_an_update_is_no_error_of_the_update(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, caplog: pytest.LogCaptureFixture
) -> None:
    """The first of its two signals finds the connection broken, and closes it under the second."""
    with private_bus(tmp_path_factory.mktemp("bus")) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        sample = Sample()
        run = RunningIcon(sample.icon, None)
        run.thread.start()
        with StubWatcher(address) as watcher:
            watcher.wait_for_item()

            def broken() -> None:
                assert sample.icon._bus is not None
                sample.icon._bus._finalize(ConnectionResetError())
                raise OSError(errno.EBADF, "Bad file descriptor")  # seen of a signal that followed another

            monkeypatch.setattr(sample.icon, "_publish_title", broken)
            sample.icon.title = "later"
            run.wait_for_end()
    assert "lost" in tray_error(run).problem.message
    assert "failed" not in caplog.text
    assert sample.errors == []


def test_stop_ends_run_and_leaves_the_bus(bus: str, sample: Sample) -> None:
    with StubWatcher(bus), running(sample.icon) as run, menu_client(bus) as client:
        threads = [threading.Thread(target=sample.icon.stop) for _ in range(4)]
        for thread in threads:
            thread.start()
        run.wait_for_end()
        for thread in threads:
            thread.join()
        assert run.error is None
        assert not client.is_there()


def test_stop_before_run_makes_it_return(bus: str, sample: Sample) -> None:
    sample.icon.stop()
    with running(sample.icon) as run:
        run.wait_for_end()
    assert run.error is None


def test_what_is_asked_before_run_is_shown_then(bus: str, sample: Sample) -> None:
    sample.icon.title = "early"
    sample.icon.attention = True
    with StubWatcher(bus), running(sample.icon), menu_client(bus) as client:
        assert client.item_property("Title") == "early"
        assert client.item_property("Status") == "NeedsAttention"


def test_setup_that_fails_is_told_and_the_icon_goes_on(
    bus: str, sample: Sample, caplog: pytest.LogCaptureFixture
) -> None:
    def setup(_icon: object) -> None:
        sample.icon.visible = True
        raise ZeroDivisionError("in setup")

    with StubWatcher(bus), running(sample.icon, setup), menu_client(bus) as client:
        wait_until(lambda: sample.errors, "the error to be told")
        assert "ZeroDivisionError: in setup" in caplog.text
        client.click("old_model")
        wait_until(lambda: sample.calls, "the click")


def test_any_thread_may_do_anything_at_any_time(bus: str, sample: Sample) -> None:
    failures: list[Exception] = []

    def disturb(number: int) -> None:
        try:
            for turn in range(200):
                sample.state = f"{number}/{turn}"
                sample.icon.update_menu()
                sample.icon.title = sample.state
                sample.icon.attention = turn % 2 == 0
                sample.icon.visible = turn % 3 != 0
        except Exception as error:  # noqa: BLE001 - for the main thread to show
            failures.append(error)

    with StubWatcher(bus), running(sample.icon) as run, menu_client(bus) as client:
        threads = [threading.Thread(target=disturb, args=[number]) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        sample.state = "calm"
        sample.icon.update_menu()
        sample.icon.title = "calm"
        sample.icon.attention = False
        sample.icon.visible = True
        client.wait_for_entry("calm")
        wait_until(lambda: client.item_property("Title") == "calm", "the last title")
        wait_until(lambda: client.item_property("Status") == "Active", "the last status")
        assert not failures
        assert run.thread.is_alive()
    assert sample.errors == []


_PROGRAM = """
import signal
from tray.desktop.icon import KeyedItem, Menu, icon_class
from PIL import Image
icon = icon_class()("t", Image.new("RGBA", (16, 16), "red"), "t", Menu(KeyedItem("a", "a")))
signal.signal(signal.SIGTERM, lambda *_: icon.stop())
icon.run()
print("ended")
"""


@pytest.mark.parametrize(("number", "printed"), [(signal.SIGTERM, "ended\n"), (signal.SIGINT, "")])
def test_a_signal_ends_a_program_whose_main_thread_is_the_icons(bus: str, number: signal.Signals, printed: str) -> None:
    root = Path(__file__).parents[3]
    with StubWatcher(bus) as watcher:
        program = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            watcher.wait_for_item()
            program.send_signal(number)
            output, errors = program.communicate(timeout=60)
        finally:
            program.kill()
            program.wait()
    assert output == printed
    assert ("KeyboardInterrupt" in errors) == (number is signal.SIGINT), errors
