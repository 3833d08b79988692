"""Limits for keyrings whose calls have none: whoever waits goes on, and what hangs takes no more than a few threads."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tray.model.problems import TrayError
from tray.settings.profiles import store as store_module
from tray.settings.profiles.limits import CallLimits
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.model import Profile
from tray.settings.profiles.store import ProfileStore


@pytest.fixture
def end() -> Iterator[threading.Event]:
    """Give what ends all calls that hang."""
    end = threading.Event()
    yield end
    end.set()


def test_what_is_returned_and_raised_reaches_the_caller() -> None:
    limits = CallLimits()
    assert limits.within(60, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        limits.within(60, lambda: 1 // 0)


def test_what_hangs_is_left_behind_and_threads_are_bounded(end: threading.Event) -> None:
    limits = CallLimits()
    begun: list[int] = []

    def hang() -> None:
        begun.append(1)
        end.wait(60)

    for _ in range(12):
        with pytest.raises(TimeoutError):
            limits.within(0.05, hang)
    assert len(begun) <= 4
    assert len([thread for thread in threading.enumerate() if thread.name.startswith("keyring call")]) <= 4


class Hanging(MemoryKeyring):
    """Hangs in one of its methods."""

    def __init__(self, end: threading.Event, method: str) -> None:
        super().__init__()
        self._end = end
        self._method = method

    def get_password(self, service: str, username: str) -> str | None:
        self._hang("get")
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._hang("set")
        super().set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        self._hang("delete")
        super().delete_password(service, username)

    def _hang(self, method: str) -> None:
        if method == self._method:
            self._end.wait(60)


@pytest.mark.parametrize("method", ["get", "set", "delete"])
@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_any_keyring_that_hangs_in_any_call_is_said_not_to_answer(
    end: threading.Event, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, platform: str
) -> None:
    for limit in ("CALL_SECONDS", "PROMPT_SECONDS"):
        monkeypatch.setattr(store_module, limit, 0.2)
    backend = Hanging(end, "")
    store = ProfileStore(backend, tmp_path / "lock")
    store.add(Profile("a", "a"))
    backend._method = method
    monkeypatch.setattr(sys, "platform", platform)  # all that goes by it is imported by now
    if method == "delete":
        # The change holds: what is left is deleted by the next one.
        assert store.add(Profile("b", "b")).profiles[1].name == "b"
        return
    with pytest.raises(TrayError) as told:
        store.add(Profile("b", "b"))
    assert told.value.problem.code == "keyring-silent"
