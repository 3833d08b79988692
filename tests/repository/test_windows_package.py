"""What the installer and the MSI for Windows are made from: lists of files, versions, names that stay the same."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
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


# Signing.

PASSWORD = "of the certificate"


def smallest_program() -> bytes:
    """Return an executable of Windows' with headers and nothing else."""
    dos = struct.pack("<2s58xI", b"MZ", 64)
    coff = struct.pack("<4sHHIIIHH", b"PE\0\0", 0x8664, 0, 0, 0, 0, 240, 0x22)
    optional = struct.pack("<HBB5IQII6H4IHH4Q2I", 0x20B, *[0] * 7, 1 << 32, 4096, 512, *[6, 0] * 3, 0, 4096, 512, 0, 2,
                           0, *[4096] * 4, 0, 16)  # fmt: skip
    return (dos + coff + optional + bytes(16 * 8)).ljust(512, b"\0")


@pytest.fixture
def signing(tmp_path: Path) -> dict[str, str]:
    """Return the environment in which programs are signed; what osslsigncode is told comes into a file."""
    programs = {name: shutil.which(name) for name in ("osslsigncode", "openssl", "dpkg-query")}
    if missing := [name for name, found in programs.items() if found is None]:
        pytest.skip(reason=f"{', '.join(missing)} not installed")
    certificate, key, both, password, told = (
        tmp_path / name for name in ("c.pem", "k.pem", "c.p12", "password", "told")
    )
    password.write_text(PASSWORD)
    openssl = str(programs["openssl"])
    for command in (
        (
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2"),
            *("-subj", "/CN=Notebook Tray's tests", "-addext", "extendedKeyUsage=codeSigning"),
        ),
        ("pkcs12", "-export", "-inkey", key, "-in", certificate, "-out", both, "-passout", f"file:{password}"),
    ):
        subprocess.run([openssl, *command], check=True, capture_output=True, timeout=60)
    (tmp_path / "bin").mkdir()
    recorder = tmp_path / "bin" / "osslsigncode"
    recorder.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>{told}\nexec {programs["osslsigncode"]} "$@"\n')
    recorder.chmod(0o755)
    return {
        "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin",
        "SIGN_CERTIFICATE_FILE": str(both),
        "SIGN_PASSWORD_FILE": str(password),
    }


def sign(file: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [_FOLDER / "sign.sh", file.name],
        cwd=file.parent,  # makensis runs it in another folder than the checkout's
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_program_is_signed_in_its_place_and_no_secret_is_an_argument(tmp_path: Path, signing: dict[str, str]) -> None:
    folder = tmp_path / "with a blank"
    folder.mkdir()
    file = folder / "program.exe"
    file.write_bytes(smallest_program())
    file.chmod(0o755)
    ran = sign(file, signing)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "", "build-installer.sh prints the installer's path alone"
    assert "ends with the certificate" in ran.stderr
    checked = subprocess.run(
        ["osslsigncode", "verify", "-CAfile", tmp_path / "c.pem", "-in", file],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
    assert "Notebook Tray's tests" in checked.stdout
    assert [path.name for path in folder.iterdir()] == ["program.exe"]
    assert file.stat().st_mode & 0o777 == 0o755
    told = (tmp_path / "told").read_text().splitlines()
    assert "-readpass" in told
    assert PASSWORD not in told
    assert sign(file, signing).returncode == 0, "what is built anew from signed files is signed anew"


@pytest.mark.parametrize("wrong", ["SIGN_CERTIFICATE_FILE", "SIGN_PASSWORD_FILE"])
def test_what_can_not_be_signed_stays_as_it_is_and_fails(tmp_path: Path, signing: dict[str, str], wrong: str) -> None:
    file = tmp_path / "program.exe"
    file.write_bytes(smallest_program())
    bad = tmp_path / "bad"
    bad.write_text("bad")
    for given in ({wrong: str(bad)}, {wrong: str(tmp_path / "missing")}, {wrong: ""}):
        ran = sign(file, {**signing, **given})
        assert ran.returncode != 0
        assert ran.stderr
        assert file.read_bytes() == smallest_program()
