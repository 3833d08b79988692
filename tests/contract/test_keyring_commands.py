"""Commands whose keyring stands still: a word on standard error, and an end."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.secret_service import SecretService, secret_service
from tests.support.waiting import wait_until

pytestmark = pytest.mark.only_on("linux", reason="the Secret Service")

_ROOT = Path(__file__).resolve().parents[2]
_WORD = "Waiting for the keyring"


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[SecretService]:
    with secret_service(tmp_path / "service") as service:
        added = _start(service, tmp_path, "profiles", "add", "one")
        assert added.wait(60) == 0
        service.stop()
        yield service


def _start(service: SecretService, folder: Path, *command: str) -> subprocess.Popen[bytes]:
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        return subprocess.Popen(
            [sys.executable, "-m", "tray", *command],
            env={**service.environment, "PYTHONPATH": str(_ROOT), "PYTHONUNBUFFERED": "1"},
            cwd=folder,
            stdout=out,
            stderr=err,
        )


@pytest.mark.parametrize("command", [("list",), ("profiles", "remove", "one")])
def test_a_command_says_what_it_waits_for_and_ends(
    stopped: SecretService, tmp_path: Path, command: tuple[str, ...]
) -> None:
    process = _start(stopped, tmp_path, *command)
    try:
        wait_until(lambda: _WORD in (tmp_path / "err").read_text(encoding="utf-8"), "the word")
        assert process.wait(60) == 4
    finally:
        process.kill()
    said = (tmp_path / "err").read_text(encoding="utf-8")
    assert said.count(_WORD) == 1
    assert "Keyring does not answer" in said
    assert (tmp_path / "out").read_text(encoding="utf-8") == ""
    stopped.go_on()
    listed = _start(stopped, tmp_path, "profiles", "list")
    assert listed.wait(60) == 0
    assert "one" in (tmp_path / "out").read_text(encoding="utf-8")


def test_a_command_that_waits_hears_ctrl_c(stopped: SecretService, tmp_path: Path) -> None:
    process = _start(stopped, tmp_path, "profiles", "list")
    try:
        wait_until(lambda: _WORD in (tmp_path / "err").read_text(encoding="utf-8"), "the word")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) in (1, 130)
    finally:
        process.kill()
    assert "does not answer" not in (tmp_path / "err").read_text(encoding="utf-8")


def test_a_keyring_that_answers_leaves_no_word(tmp_path: Path) -> None:
    with secret_service(tmp_path / "service") as service:
        assert _start(service, tmp_path, "profiles", "add", "one").wait(60) == 0
        assert _WORD not in (tmp_path / "err").read_text(encoding="utf-8")


@pytest.mark.parametrize("variable", [{}, {"DBUS_SESSION_BUS_ADDRESS": ""}])
def test_the_keyring_is_found_by_the_bus_in_the_runtime_folder_alone(tmp_path: Path, variable: dict[str, str]) -> None:
    """As libdbus finds it: in a service of systemd's, or over ssh, the variable may be missing."""
    with secret_service(tmp_path / "service") as service:
        assert _start(service, tmp_path, "profiles", "add", "one").wait(60) == 0
        socket = service.address.partition("path=")[2].partition(",")[0]
        Path(service.environment["XDG_RUNTIME_DIR"], "bus").symlink_to(socket)
        environment = {name: value for name, value in service.environment.items() if "SESSION_BUS" not in name}
        listing = _start(replace(service, environment={**environment, **variable}), tmp_path, "profiles", "list")
        assert listing.wait(60) == 0
    assert "one" in (tmp_path / "out").read_text(encoding="utf-8")
