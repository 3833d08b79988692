"""The macOS application, as far as it can be looked at without a Mac: plists, specification, and the commands."""

from __future__ import annotations

import importlib.util
import os
import plistlib
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tray import __version__

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "packaging" / "macos"
SPECIFICATION = ROOT / "packaging" / "pyinstaller" / "notebook-tray.spec"
IDENTITY = "Developer ID Application: Example (ABCDE12345)"
# What Apple documents of the types of these keys ("Information Property List").
TYPES: dict[str, type] = {
    "LSUIElement": bool,
    "LSBackgroundOnly": bool,
    "LSMinimumSystemVersion": str,
    "LSApplicationCategoryType": str,
    "CFBundleVersion": str,
    "CFBundleDevelopmentRegion": str,
    "NSHighResolutionCapable": bool,
    "NSSupportsAutomaticTermination": bool,
    "NSSupportsSuddenTermination": bool,
    "NSHumanReadableCopyright": str,
}


@cache
def bundle() -> ModuleType:
    spec = importlib.util.spec_from_file_location("macos_bundle", FOLDER / "bundle.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_key_of_the_property_list_has_its_type() -> None:
    found = bundle().info_plist(__version__)
    assert {name: type(value) for name, value in found.items()} == TYPES
    assert plistlib.loads(plistlib.dumps(found)) == found


def test_it_has_no_icon_in_the_dock_and_is_shown_all_the_same() -> None:
    found = bundle().info_plist(__version__)
    assert found["LSUIElement"] is True
    assert found["LSBackgroundOnly"] is False  # else macOS shows nothing of it at all


def test_versions_and_identifier_are_what_macos_takes() -> None:
    found = bundle().info_plist("1.2.3")
    # CFBundleVersion: one to three numbers.
    assert re.fullmatch(r"\d+(\.\d+){0,2}", found["CFBundleVersion"])
    assert re.fullmatch(r"\d+\.\d+", found["LSMinimumSystemVersion"])
    assert re.fullmatch(r"[A-Za-z0-9.-]+", bundle().IDENTIFIER)


def test_the_entitlements_are_those_with_a_reason_and_no_others() -> None:
    text = (FOLDER / "entitlements.plist").read_text("utf-8")
    assert plistlib.loads(text.encode()) == dict.fromkeys(bundle().ENTITLEMENTS, True)
    assert all(re.fullmatch(r"com\.apple\.security\.[a-z.-]+", name) for name in bundle().ENTITLEMENTS)
    assert all(bundle().ENTITLEMENTS.values())
    assert "com.apple.security.get-task-allow" not in text  # what a debugger needs is refused when it is notarised
    assert "<!--" not in text  # codesign's own parser takes no comments


class Made(dict[str, Any]):
    """What the specification has made of PyInstaller's classes: a stand-in for each."""

    def __getattr__(self, name: str) -> Any:
        return []


def made_for(platform: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, list[dict[str, Any]]]:
    """Run the specification as PyInstaller does on a system; return the arguments of each class."""
    made: dict[str, list[dict[str, Any]]] = {}

    def stand_in(name: str) -> Any:
        def make(*args: object, **kwargs: Any) -> Made:
            made.setdefault(name, []).append(kwargs)
            return Made()

        return make

    names = {each: stand_in(each) for each in ("Analysis", "PYZ", "EXE", "COLLECT", "BUNDLE")}
    importlib.import_module("PyInstaller.utils.hooks")  # as this system: it asks its own for its release
    names |= {"SPECPATH": str(SPECIFICATION.parent), "workpath": str(tmp_path)}
    # What ships is looked for with the tools of the system that it is made on.
    source = SPECIFICATION.read_text("utf-8").replace("shipped += parts.libraries", "shipped += (lambda _: [])")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "path", [*sys.path])
        patch.setattr(sys, "platform", platform)
        exec(compile(source, SPECIFICATION.name, "exec"), names)  # noqa: S102 - the project's own file
    return made


@pytest.mark.only_on("linux", reason="PyInstaller is among the tools there alone")
def test_the_specification_makes_the_bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CODESIGN_IDENTITY", IDENTITY)
    made = made_for("darwin", monkeypatch, tmp_path)
    [application] = made["BUNDLE"]
    assert application["bundle_identifier"] == bundle().IDENTIFIER
    assert application["name"] == "Notebook Tray.app"
    assert application["info_plist"] == bundle().info_plist(application["version"])
    assert Path(application["icon"]).is_file()
    [program] = made["EXE"]
    assert program["console"] is False
    assert program["codesign_identity"] == IDENTITY
    assert Path(program["entitlements_file"]) == FOLDER / "entitlements.plist"


@pytest.mark.only_on("linux", reason="PyInstaller is among the tools there alone")
def test_elsewhere_there_is_no_bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = made_for("linux", monkeypatch, tmp_path)
    assert "BUNDLE" not in made
    assert "entitlements_file" not in made["EXE"][0]


# The commands, which a Mac alone can run.


def commands(**variables: str) -> list[list[str]]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("CODESIGN_", "NOTARY_"))}
    done = subprocess.run(
        [FOLDER / "build.sh", "--dry-run"], env=env | variables, capture_output=True, text=True, check=True, timeout=60
    )
    return [shlex.split(line) for line in done.stdout.splitlines()]


KEY = {"NOTARY_KEY": "key file.p8", "NOTARY_KEY_ID": "ABC123", "NOTARY_ISSUER": "0f0f"}
posix = pytest.mark.only_on("linux", "darwin", reason="a shell script")


@posix
def test_without_an_identity_nothing_is_sent_to_apple() -> None:
    found = commands()
    assert [line[0] for line in found] == [
        *(".venv/bin/pyinstaller", "codesign", "rm", "mkdir", "ditto", "ln", "hdiutil"),
        f"dist/notebook-tray-{__version__}.dmg",
    ]
    assert found[1][:2] == ["codesign", "--verify"]


@posix
def test_with_an_identity_the_image_is_signed_and_with_a_key_notarised() -> None:
    signed = commands(CODESIGN_IDENTITY=IDENTITY)
    image = f"dist/notebook-tray-{__version__}.dmg"
    assert ["codesign", "--sign", IDENTITY, "--timestamp", image] in signed
    assert not [line for line in signed if line[0] == "xcrun"]
    notarised = commands(CODESIGN_IDENTITY=IDENTITY, **KEY)
    names = [" ".join(line[:3]) for line in notarised]
    sent, stapled = names.index("xcrun notarytool submit"), names.index("xcrun stapler staple")
    assert names.index("codesign --sign " + IDENTITY) < sent < stapled < names.index("spctl --assess --type")
    assert notarised[sent][3:6] == [image, "--key", "key file.p8"]
    assert "--wait" in notarised[sent]


@posix
@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({**KEY}, "CODESIGN_IDENTITY"),
        ({"CODESIGN_IDENTITY": IDENTITY, "NOTARY_KEY": "key.p8"}, "NOTARY_KEY_ID"),
    ],
)
def test_half_of_what_notarising_needs_is_refused_before_anything_is_made(variables: dict[str, str], said: str) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        commands(**variables)
    assert said in refused.value.stderr
    assert refused.value.stdout == ""


@posix
def test_without_a_certificate_the_keychain_is_left_alone(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "RUNNER_TEMP": str(tmp_path)}
    done = subprocess.run(
        [FOLDER / "signing-keychain.sh"], env=env, capture_output=True, text=True, check=True, timeout=60
    )
    assert "ad hoc" in done.stderr
    assert list(tmp_path.iterdir()) == []
    subprocess.run([FOLDER / "signing-keychain.sh", "--remove"], env=env, check=True, timeout=60)
