# ruff: noqa: N802
"""Where each system keeps a policy: a file on Linux; what is forced on macOS (on a stand-in for Foundation)."""

from __future__ import annotations

import errno
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tray.desktop.policy import linux
from tray.model.policy import POLICY_FILE, POLICY_SETTINGS, PREFERENCES_DOMAIN, Document, Form, Given
from tray.settings.policy import policy_of

pytestmark = pytest.mark.only_on("linux", "darwin", reason="Windows keeps it in the registry: tests/windows")

TEXT = b"allow_stop = false\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return the file, in folders that nobody else may write to."""
    top = tmp_path / "root"
    (top / "etc" / "notebook-tray").mkdir(parents=True)
    for each in (top, top / "etc", top / "etc" / "notebook-tray"):
        each.chmod(0o755)
    path = top / "etc" / "notebook-tray" / "policy.toml"
    path.write_bytes(TEXT)
    path.chmod(0o644)
    return path


def sources(path: Path, owner: int | None = None) -> Any:
    top = next(each for each in path.parents if each.name == "root")
    found = linux.sources(path, top=top, owner=os.getuid() if owner is None else owner)
    return found[0] if found else None


def code(found: object) -> tuple[str, str]:
    assert isinstance(found, Given)
    assert not found.values
    assert found.problem is not None
    assert found.problem.message
    places = dict(found.problem.places)
    return found.problem.code, str(places.get("fault", ""))


def test_a_file_that_nobody_else_may_write_counts(place: Path) -> None:
    assert sources(place) == Document(str(place), TEXT)


def test_where_there_is_none_nothing_is_set(place: Path) -> None:
    place.unlink()
    assert sources(place) is None
    place.parent.rmdir()
    assert sources(place) is None


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666])
def test_a_file_that_others_may_write_is_refused(place: Path, mode: int) -> None:
    place.chmod(mode)
    assert code(sources(place)) == ("policy-not-trusted", "writable")


@pytest.mark.parametrize("up", [0, 1, 2])
@pytest.mark.parametrize("mode", [0o775, 0o757, 0o1777])
def test_a_folder_above_it_that_others_may_write_to_is_refused(place: Path, up: int, mode: int) -> None:
    place.parents[up].chmod(mode)
    assert code(sources(place)) == ("policy-not-trusted", "writable")


def test_another_owner_is_refused(place: Path) -> None:
    assert code(sources(place, owner=os.getuid() + 1)) == ("policy-not-trusted", "owner")


def test_a_link_is_followed_where_all_of_its_way_is_trusted(place: Path) -> None:
    there = place.parents[1] / "static"
    place.parent.rename(there)
    place.parent.symlink_to("../etc/./static")
    assert sources(place) == Document(str(place), TEXT)
    there.chmod(0o777)
    assert code(sources(place)) == ("policy-not-trusted", "writable")


def test_a_link_to_elsewhere_is_refused(place: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_bytes(TEXT)
    place.unlink()
    place.symlink_to(other)
    assert code(sources(place)) == ("policy-not-trusted", "elsewhere")


def test_links_in_a_circle_end(place: Path) -> None:
    place.unlink()
    place.symlink_to("policy.toml")
    assert code(sources(place))[0] == "policy-unreadable"


def test_what_is_no_file_is_not_waited_for(place: Path) -> None:
    place.unlink()
    os.mkfifo(place, 0o644)
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(sources(place)), daemon=True)
    thread.start()
    thread.join(30)
    assert code(found[0])[0] == "policy-unreadable"


def test_a_long_file_is_not_read_to_its_end(place: Path) -> None:
    place.write_bytes(b"#" * 1_000_000)
    found = sources(place)
    assert isinstance(found, Document)
    assert len(found.data) == 64 * 1024 + 1


@pytest.mark.parametrize("error", [errno.EACCES, errno.EIO])
def test_one_that_cannot_be_read_is_told(place: Path, monkeypatch: pytest.MonkeyPatch, error: int) -> None:
    def refused(*_: object) -> bytes:  # for root too, who may read all
        raise OSError(error, os.strerror(error), str(place))

    monkeypatch.setattr(linux, "read_beginning", refused)
    assert code(sources(place))[0] == "policy-unreadable"


def test_the_stamp_changes_with_content_owner_and_permissions(place: Path) -> None:
    stamps = [linux.stamp(place)]

    def after(change: Callable[[], object]) -> None:
        change()
        stamps.append(linux.stamp(place))

    after(lambda: place.write_bytes(b"allow_stop = true\n"))
    after(lambda: place.chmod(0o600))
    after(place.unlink)
    after(lambda: place.write_bytes(TEXT))
    assert len(set(stamps)) == len(stamps)
    assert linux.stamp(place) == stamps[-1]


def test_no_variable_of_the_environment_leads_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "NOTEBOOK_TRAY_POLICY"):
        monkeypatch.setenv(name, str(tmp_path))
    assert linux.sources.__defaults__ == (Path(POLICY_FILE),)
    assert linux.sources.__kwdefaults__ == {"top": Path("/"), "owner": 0}
    assert POLICY_FILE == "/etc/notebook-tray/policy.toml"


class Defaults:
    """Stands for NSUserDefaults: what is forced, beside what the user has written."""

    forced: dict[str, object]
    own: dict[str, object]

    @classmethod
    def alloc(cls) -> Defaults:
        return cls()

    def initWithSuiteName_(self, name: str) -> Defaults:
        assert name == PREFERENCES_DOMAIN
        return self

    def objectIsForcedForKey_inDomain_(self, key: str, domain: str) -> bool:
        assert domain == PREFERENCES_DOMAIN
        return key in self.forced

    def objectForKey_(self, key: str) -> object:
        return {**self.own, **self.forced}.get(key)


@pytest.fixture
def macos(monkeypatch: pytest.MonkeyPatch) -> Any:
    foundation = ModuleType("Foundation")
    foundation.NSUserDefaults = Defaults  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "Foundation", foundation)
    monkeypatch.delitem(sys.modules, "tray.desktop.policy.macos", raising=False)
    from tray.desktop.policy import macos

    Defaults.forced, Defaults.own = {}, {}
    yield macos
    sys.modules.pop("tray.desktop.policy.macos", None)


FORCED: dict[str, object] = {
    "Profiles": [
        {
            "Name": "team",
            "Regions": ["eu-west-1"],
            "SessionLength": "2h",
            "LeftRunningHours": 5,
            "StopAt": "19:00",
            "StopAtLogout": 1,
        }
    ],
    "LongestSession": "8h",
    "Views": ["lab"],
    "StartAtLogin": 1,
    "AllowCopyLink": False,
    "AllowStop": 0,
    "AllowAccessKeys": False,
    "AllowLookBeforeStop": False,
    "AllowOwnProfiles": False,
    "AllowUpdateCheck": False,
    "DocumentationUrl": "https://x/",
    "HelpUrl": "https://x/",
}


def test_on_a_mac_what_is_forced_counts(macos: Any) -> None:
    assert set(FORCED) == {each.given_name for each in POLICY_SETTINGS}
    Defaults.forced = FORCED
    found = policy_of(macos.sources())
    assert found.errors == ()
    assert len(found.set_by) == len(POLICY_SETTINGS)
    assert not found.limits.stop
    assert (found.profiles[0].name, found.profiles[0].session_seconds) == ("team", 7200)
    assert (found.profiles[0].stop_at, found.profiles[0].stop_at_logout) == ("19:00", True)


def test_on_a_mac_what_the_user_has_written_does_not_count(macos: Any) -> None:
    assert macos.sources() == ()
    Defaults.own = FORCED
    assert macos.sources() == ()
    Defaults.forced = {"AllowStop": False}
    assert [*macos.sources()[0].values] == ["allow_stop"]


@pytest.mark.parametrize("setting", POLICY_SETTINGS, ids=lambda each: each.name)
def test_on_a_mac_a_value_of_another_kind_is_told(macos: Any, setting: Any) -> None:
    deep: list[object] = []
    deep.append(deep)
    for wrong in (object(), 7, 1.5, deep, {"a": object()}, *(["x"] if setting.form is Form.SWITCH else [])):
        Defaults.forced = {setting.given_name: wrong}
        found = policy_of(macos.sources())
        assert [each.key for each in found.errors] == [setting.name], wrong
