"""A browser gets the person's environment: no keys, no libraries of a frozen program, and no token but its own."""

from __future__ import annotations

import os

import pytest

from tray.desktop.browser.environment import browser_environment
from tray.runtime.environment import for_children


def test_it_is_the_persons_own() -> None:
    assert browser_environment({"HOME": "/home/me", "AWS_PROFILE": "dev"}, frozen=False) == {
        "HOME": "/home/me",
        "AWS_PROFILE": "dev",
    }


def test_without_aws_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-key")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a-token")
    assert not {"a-key", "a-token"} & set(browser_environment().values())
    assert os.environ["AWS_SESSION_TOKEN"] == "a-token"


STARTUP = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")


def test_the_token_of_a_click_is_in_both_variables() -> None:
    assert browser_environment({"HOME": "/home/me"}, token="new") == {"HOME": "/home/me"} | dict.fromkeys(
        STARTUP, "new"
    )


@pytest.mark.parametrize("token", ["", "new"])
def test_what_this_process_was_started_with_is_handed_on_to_nobody(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in STARTUP:
        monkeypatch.setenv(name, "inherited")
    given = browser_environment(token=token)
    assert [given.get(name, "") for name in STARTUP] == [token, token]
    assert not set(STARTUP) & set(for_children(os.environ))
    assert [os.environ[name] for name in STARTUP] == ["inherited", "inherited"]


@pytest.mark.parametrize(
    ("frozen", "ours", "browsers"),
    [
        (True, {"LD_LIBRARY_PATH": "/ours", "LD_LIBRARY_PATH_ORIG": "/theirs"}, {"LD_LIBRARY_PATH": "/theirs"}),
        (True, {"LD_LIBRARY_PATH": "/ours", "LD_LIBRARY_PATH_ORIG": ""}, {"LD_LIBRARY_PATH": ""}),
        (True, {"LD_LIBRARY_PATH": "/ours"}, {}),
        (True, {"_PYI_ARCHIVE_FILE": "/ours/notebook-tray", "HOME": "/home/me"}, {"HOME": "/home/me"}),
        (False, {"LD_LIBRARY_PATH": "/theirs"}, {"LD_LIBRARY_PATH": "/theirs"}),
        (None, {"LD_LIBRARY_PATH": "/theirs"}, {"LD_LIBRARY_PATH": "/theirs"}),
    ],
)
def test_the_library_path(frozen: bool | None, ours: dict[str, str], browsers: dict[str, str]) -> None:
    assert browser_environment(ours, frozen=frozen) == browsers


def test_a_frozen_program_knows_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.frozen", True, raising=False)
    assert browser_environment({"LD_LIBRARY_PATH": "/ours"}) == {}
