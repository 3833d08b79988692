"""What a profile may hold."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tray.model.lengths import DEFAULT_SESSION_SECONDS, View
from tray.model.problems import ExitStatus, TrayError
from tray.model.profile_names import MAXIMUM_NAME_LENGTH
from tray.settings.profiles.model import Profile, check_region


def test_defaults() -> None:
    profile = Profile("work", "default")
    assert (profile.regions, profile.session_seconds, profile.view) == ((), DEFAULT_SESSION_SECONDS, View.LAB)


@pytest.mark.parametrize("name", ["a", "AWS Admin-123/é", "研究 🔬", "x" * MAXIMUM_NAME_LENGTH, '{"}\\'])
def test_names_that_are_taken(name: str) -> None:
    assert Profile(name, name).name == name


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "is empty"),
        ("x" * (MAXIMUM_NAME_LENGTH + 1), "has 129 characters"),
        ("a\nb", r"can't be seen (a\nb)"),
        ("a\x1b[31mb", r"can't be seen (a\x1b[31mb)"),
        ("a\u202eb", r"can't be seen (a\u202eb)"),  # turns the writing direction
        ("a\ud800", r"can't be seen (a\ud800)"),  # half a character
        (" a", "begins or ends with a space"),
        ("a ", "begins or ends with a space"),
    ],
)
def test_names_that_are_refused(name: str, fault: str) -> None:
    for names in ((name, "default"), ("work", name)):
        with pytest.raises(TrayError) as refused:
            Profile(*names)
        assert fault in refused.value.problem.message
        assert refused.value.problem.message.isprintable()
        assert refused.value.status is ExitStatus.USAGE


@pytest.mark.parametrize(
    "region", ["us-east-1", "us-gov-west-1", "us-isob-east-1", "eu-isoe-west-1", "eusc-de-east-1", "ap-northeast-12"]
)
def test_regions_that_are_taken(region: str) -> None:
    assert check_region(region) == region


@pytest.mark.parametrize(
    "region",
    [
        "",
        "us-east",
        "US-EAST-1",
        "us east 1",
        "us-east-1 ",
        "us-east-1\n",
        "us-east-1.evil.com",
        "u-1",
        "us-east-١",
        "x" * 63 + "-a-1",
    ],
)
def test_regions_that_are_refused(region: str) -> None:
    with pytest.raises(TrayError, match="not the name of an AWS region") as refused:
        Profile("work", "default", ("us-east-1", region))
    assert refused.value.status is ExitStatus.USAGE


def test_a_region_named_twice_is_one_and_keeps_its_place() -> None:
    regions = ("us-west-2", "eu-west-1", "us-west-2", "ap-south-1")
    assert Profile("work", "default", regions).regions == ("us-west-2", "eu-west-1", "ap-south-1")


@pytest.mark.parametrize("seconds", [0, 1799, 43201])
def test_session_lengths_that_are_refused(seconds: int) -> None:
    with pytest.raises(TrayError, match="Session length refused"):
        Profile("work", "default", session_seconds=seconds)


def test_the_start_path_imports_no_keyring() -> None:
    """The icon stands before the keyring is opened, and keyring's import costs as much as the icon."""
    program = (
        "import sys, tray.settings.profiles.model, tray.settings.profiles.store\n"
        "slow = {'keyring', 'filelock', 'platformdirs', 'secretstorage', 'boto3'} & set(sys.modules)\n"
        "sys.exit(f'imported: {slow}' if slow else 0)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
