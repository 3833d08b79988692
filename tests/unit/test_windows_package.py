"""What the installer and the MSI for Windows are made from: lists of files, versions, names that stay the same."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

_FOLDER = Path(__file__).parents[2] / "packaging" / "windows"

pytestmark = pytest.mark.only_on("linux", reason="they are made there")


@pytest.fixture(scope="module", autouse=True)
def path() -> Iterator[None]:
    sys.path.insert(0, str(_FOLDER))
    yield
    sys.path.remove(str(_FOLDER))
    for name in ("lists", "resources", "msi"):
        sys.modules.pop(name, None)


@pytest.fixture
def lists() -> ModuleType:
    return import_module("lists")


@pytest.fixture
def resources() -> ModuleType:
    return import_module("resources")


@pytest.fixture
def msi() -> ModuleType:
    return import_module("msi")


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    for name in ("notebook-tray.exe", "notebook-trayw.exe", "_internal/a$b.txt", "_internal/deep/er/c.dll"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x" * 4097)
    return tmp_path


def test_files_are_removed_before_their_folders_and_inner_folders_first(lists: ModuleType, frozen: Path) -> None:
    assert lists.installed(lists.files_of(frozen)).split("\r\n") == [
        "notebook-tray.exe",
        "notebook-trayw.exe",
        r"_internal\a$b.txt",
        r"_internal\deep\er\c.dll",
        "_internal\\deep\\er\\",
        "_internal\\deep\\",
        "_internal\\",
        "",
    ]


def test_nsis_puts_each_file_into_its_folder(lists: ModuleType, frozen: Path) -> None:
    lines = lists.for_nsis(frozen, lists.files_of(frozen)).splitlines()
    assert lines[0] == 'SetOutPath "$INSTDIR"'
    assert lines[3:5] == [r'SetOutPath "$INSTDIR\_internal"', f'File "{frozen}/_internal/a$$b.txt"']
    assert lines[5] == r'SetOutPath "$INSTDIR\_internal\deep\er"'
    assert len(lines) == 3 + 4


def test_a_disk_takes_whole_clusters(lists: ModuleType, frozen: Path) -> None:
    assert lists.kibibytes(frozen, lists.files_of(frozen)) == 4 * 8


def test_a_name_that_the_list_can_t_have_is_no_file_that_is_left_behind(lists: ModuleType) -> None:
    with pytest.raises(UnicodeEncodeError):
        lists.installed([Path("é.txt")])


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("0.1.0", (0, 1, 0, 0)), ("1.2", (1, 2, 0, 0)), ("1.2.3.4", (1, 2, 3, 4)), ("1.2.0rc1", (1, 2, 0, 0))],
)
def test_versions(resources: ModuleType, version: str, numbers: tuple[int, ...]) -> None:
    assert resources.numbers(version) == numbers


@pytest.mark.parametrize("version", ["", "v1", "1.70000"])
def test_what_is_no_version(resources: ModuleType, version: str) -> None:
    with pytest.raises(ValueError, match=r"version|number"):
        resources.numbers(version)


def test_an_msi_has_all_files_each_in_a_component_that_later_versions_have_too(msi: ModuleType, frozen: Path) -> None:
    def components(version: str) -> dict[str, str]:
        wix = msi.source(frozen, version)
        referred = {each.get("Id") for each in wix.iter("ComponentRef")}
        found = {}
        for component in wix.iter("Component"):
            assert component.get("Id") in referred
            if (file := component.find("File")) is not None:
                found[str(file.get("Source"))] = str(component.get("Guid"))
        return found

    older, newer = components("1.0.0"), components("1.1.0")
    assert set(older) == {os.path.relpath(path) for path in frozen.rglob("*") if path.is_file()}
    assert older == newer
    assert len(set(older.values())) == len(older)


def test_an_msi_has_a_version_that_windows_installer_compares(msi: ModuleType, frozen: Path) -> None:
    with pytest.raises(ValueError, match="does not compare"):
        msi.source(frozen, "1.2.3.4")
