"""An administrator's policy in the registry, as Group Policy, .reg files and Intune write it."""

from __future__ import annotations

import re
import sys
import winreg
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.registry import private_registry, put
from tray.desktop.policy import look, stamp
from tray.desktop.policy.windows import sources
from tray.model.policy import NO_POLICY, POLICY_SETTINGS, REGISTRY_KEY, Form, given_name
from tray.settings.policy import policy_of

assert sys.platform == "win32"

GOOD: dict[str, object] = {
    "longest_session": "8h",
    "views": "classic",
    "start_at_login": 1,
    "allow_copy_link": 0,
    "allow_stop": 0,
    "allow_access_keys": 0,
    "allow_look_before_stop": 0,
    "allow_own_profiles": 0,
    "allow_update_check": 0,
    "documentation_url": "https://intranet.example.com/docs",
    "help_url": "https://intranet.example.com/help",
}
REG = Path(__file__).parents[2] / "docs" / "policy" / "NotebookTray.reg"


@pytest.fixture(autouse=True)
def _registry() -> Iterator[None]:
    with private_registry():
        yield


def set_(name: str, value: Any, kind: int | None = None, below: str = "") -> None:
    put(rf"{REGISTRY_KEY}{below}", name, value, kind)


def policy() -> Any:
    return policy_of(sources())


def test_without_a_key_nothing_is_set() -> None:
    assert sources() == ()
    assert look() == ()
    assert stamp() is None, "it is read again each time"


def test_all_of_it() -> None:
    for name, value in GOOD.items():
        set_(given_name(name), value)
    set_("Regions", "eu-west-1 us-east-1", below=r"\Profiles\team")
    set_("LeftRunningHours", 5, below=r"\Profiles\team")
    for name, habit in (("StopAt", "19:00"), ("StopWhenIdleHours", "3"), ("StopAtLogout", 1)):
        set_(name, habit, below=r"\Profiles\team")
    for name, value in (("SsoStartUrl", "https://x.awsapps.com/start"), ("SsoRegion", "eu-west-1")):
        set_(name, value, below=r"\Profiles\role")
    set_("SsoAccountId", "111122223333", below=r"\Profiles\role")
    set_("SsoRoleName", "Analyst", below=r"\Profiles\role")
    found = policy()
    assert found.errors == ()
    assert {name for name, _ in found.set_by} == {each.name for each in POLICY_SETTINGS}
    assert [each.name for each in found.profiles] == ["role", "team"]
    assert found.profiles[0].center_role is not None
    assert (found.profiles[1].regions, found.profiles[1].left_running_hours) == (("eu-west-1", "us-east-1"), 5)
    assert (found.profiles[1].stop_at, found.profiles[1].stop_when_idle_hours) == ("19:00", 3)
    assert found.profiles[1].stop_at_logout
    assert not found.limits.stop
    assert {where for _, where in found.set_by} == {rf"HKEY_CURRENT_USER\{REGISTRY_KEY}"}


def test_what_the_group_policy_editor_writes_as_several_lines() -> None:
    set_("Views", ["lab", "classic"], winreg.REG_MULTI_SZ)
    set_("Profiles", ["[[profiles]]", 'name = "team"', 'regions = ["eu-west-1"]'], winreg.REG_MULTI_SZ)
    found = policy()
    assert found.errors == ()
    assert [each.name for each in found.profiles] == ["team"]
    assert len(found.limits.views) == 2


def test_names_are_found_in_any_case_as_windows_has_them() -> None:
    set_("ALLOWSTOP", 0)
    assert not policy().limits.stop


@pytest.mark.parametrize("setting", POLICY_SETTINGS, ids=lambda each: each.name)
def test_a_value_of_another_kind_is_told(setting: Any) -> None:
    for value, kind in ((b"\x00\x01", winreg.REG_BINARY), (7, winreg.REG_DWORD), (2**40, winreg.REG_QWORD)):
        set_(setting.given_name, value, kind)
        found = policy()
        assert [each.key for each in found.errors] == [setting.name], (value, kind)
    if setting.form is Form.SWITCH:
        set_(setting.given_name, "true")
        assert [each.key for each in policy().errors] == [setting.name]


def test_a_profile_with_a_wrong_value_hides_no_other() -> None:
    set_("Regions", "nonsense", below=r"\Profiles\a")
    set_("Regions", "eu-west-1", below=r"\Profiles\b")
    set_("Colour", "red", below=r"\Profiles\b")
    found = policy()
    assert [each.name for each in found.profiles] == ["b"]
    assert [each.key for each in found.errors] == ["profiles[1]", "profiles[2].Colour"]


def test_of_many_values_and_long_ones_no_more_than_bounds_are_read() -> None:
    for at in range(700):
        set_(f"Value{at:04}", 1)
    set_("HelpUrl", "https://x/" + "x" * 200_000)
    (given,) = sources()
    assert len(given.values) <= 600
    assert all(len(each) <= 64 * 1024 for each in given.values.values() if isinstance(each, str))


def test_the_computers_key_counts_before_the_users() -> None:
    path = r"Software\NotebookTrayTests\Policy"
    try:
        with winreg.CreateKeyEx(
            winreg.HKEY_LOCAL_MACHINE, path, 0, winreg.KEY_ALL_ACCESS | winreg.KEY_WOW64_64KEY
        ) as key:
            winreg.SetValueEx(key, "AllowStop", 0, winreg.REG_DWORD, 1)
    except PermissionError:
        pytest.skip("only an administrator writes there")
    try:
        put(path, "AllowStop", 0)
        put(path, "AllowCopyLink", 0)
        found = policy_of(sources(path))
        assert (found.limits.stop, found.limits.copy_link) == (True, False)
        assert dict(found.set_by)["allow_stop"].startswith("HKEY_LOCAL_MACHINE")
    finally:
        winreg.DeleteKeyEx(winreg.HKEY_LOCAL_MACHINE, path, winreg.KEY_WOW64_64KEY)
        winreg.DeleteKeyEx(winreg.HKEY_LOCAL_MACHINE, r"Software\NotebookTrayTests", winreg.KEY_WOW64_64KEY)


def put_example(text: str) -> None:
    below = ""
    for line in text.splitlines():
        if line.startswith("["):
            below = line.strip("[]").partition(REGISTRY_KEY)[2]
        elif line.startswith('"'):
            name, _, value = line.partition("=")
            given = int(value.removeprefix("dword:"), 16) if value.startswith("dword:") else value.strip('"')
            set_(name.strip('"'), given, below=below)


def test_the_example_for_the_registry_sets_what_holds_without_it() -> None:
    put_example(REG.read_text("utf-8"))
    found = policy()
    assert (found.errors, found.profiles) == ((), ())
    assert found.limits == NO_POLICY.limits


def test_the_example_for_the_registry_with_its_comments_sets_everything() -> None:
    put_example(re.sub(r'^;(?=["\[])', "", REG.read_text("utf-8"), flags=re.MULTILINE))
    found = policy()
    assert found.errors == ()
    assert [each.name for each in found.profiles] == ["research"]
    assert len(found.set_by) == len(POLICY_SETTINGS)
