"""What a release is made of: notes from the changelog, manifests of package managers, and the workflow."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from tray import __version__
from tray.desktop.autostart.command import NAME

ROOT = Path(__file__).parents[2]
DEB = ROOT / "packaging" / "linux" / "build-deb.sh"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
# An sdist has none.
of_workflows = pytest.mark.skipif(not WORKFLOWS, reason="no .github/workflows here")
REPOSITORY = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["urls"]["Repository"]


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"release_{name}", ROOT / "packaging" / "release" / f"{name}.py")
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made  # dataclasses look there
    spec.loader.exec_module(made)
    return made


NOTES, MANIFESTS = module("notes"), module("manifests")

CHANGELOG = """\
# Changelog

## Unreleased

### Added
- something to come

## 0.2.0 - 2026-12-01

### Added
- a thing

#### Of it
- a part

### Fixed
- another

## 0.1.0 - 2026-01-02

- the first

## 0.0.9 - 2026-01-01
"""


def test_the_notes_are_the_part_of_the_version() -> None:
    assert NOTES.notes(CHANGELOG, "0.2.0") == "## Added\n- a thing\n\n### Of it\n- a part\n\n## Fixed\n- another\n"
    assert NOTES.notes(CHANGELOG, "0.1.0") == "- the first\n"


@pytest.mark.parametrize(("version", "said"), [("0.3.0", "no part for 0.3.0"), ("0.0.9", "nothing of 0.0.9")])
def test_without_notes_there_is_no_release(version: str, said: str) -> None:
    with pytest.raises(NOTES.NotesError, match=said):
        NOTES.notes(CHANGELOG, version)


def test_another_tag_than_the_version_s_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert NOTES.main(["v9.9.9"]) == 1
    assert f"tray/__init__.py says {__version__}" in capsys.readouterr().err


def test_the_changelog_has_headings_that_notes_can_be_made_of() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased" or NOTES._DATED.fullmatch(headings[0])
    assert [each for each in headings[1:] if not NOTES._DATED.fullmatch(each)] == []


# Manifests.


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    folder.mkdir()
    for name in (f"notebook-tray-{__version__}-setup.exe", f"notebook-tray-{__version__}.dmg",
                 f"notebook-tray_{__version__}-1_amd64.deb"):  # fmt: skip
        (folder / name).write_bytes(name.encode())
    return folder


@pytest.fixture
def made(files: Path, tmp_path: Path) -> Path:
    out = tmp_path / "manifests"
    assert MANIFESTS.main([str(files), str(out), "2026-12-01"]) == 0
    return out


def checksum(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def address(name: str) -> str:
    return f"{REPOSITORY}/releases/download/v{__version__}/{name}"


# What winget's schema asks for (microsoft/winget-cli, schemas/JSON/manifests/v1.10.0).
REQUIRED = {
    "version": {"PackageIdentifier", "PackageVersion", "DefaultLocale", "ManifestType", "ManifestVersion"},
    "installer": {"PackageIdentifier", "PackageVersion", "Installers", "ManifestType", "ManifestVersion"},
    "defaultLocale": {
        *("PackageIdentifier", "PackageVersion", "PackageLocale", "Publisher", "PackageName", "License"),
        *("ShortDescription", "ManifestType", "ManifestVersion"),
    },
}


def winget(made: Path) -> dict[str, dict[str, Any]]:
    found = [yaml.safe_load(path.read_text("utf-8")) for path in made.rglob("*.yaml")]
    return {each["ManifestType"]: each for each in found}


def test_winget_has_its_three_manifests(made: Path) -> None:
    found = winget(made)
    assert set(found) == set(REQUIRED)
    for kind, required in REQUIRED.items():
        assert required <= set(found[kind])
        assert found[kind]["PackageVersion"] == __version__
        assert found[kind]["PackageIdentifier"] == "NotebookTray.NotebookTray"
    folder = made / "winget" / "manifests" / "n" / "NotebookTray" / "NotebookTray" / __version__
    ends = (".installer.yaml", ".locale.en-US.yaml", ".yaml")
    assert sorted(path.name for path in folder.iterdir()) == [f"NotebookTray.NotebookTray{end}" for end in ends]


def test_winget_installs_for_the_user_and_for_all(made: Path) -> None:
    name = f"notebook-tray-{__version__}-setup.exe"
    installers = winget(made)["installer"]["Installers"]
    assert [(each["Scope"], each.get("InstallerSwitches")) for each in installers] == [
        ("user", None),
        ("machine", {"Custom": "/ALLUSERS"}),
    ]
    for each in installers:
        assert each["InstallerUrl"] == address(name)
        assert each["InstallerSha256"] == checksum(name).upper()


def test_every_text_in_yaml_is_read_as_that_text() -> None:
    for text in (
        "no",
        "1.10",
        "2026-12-01",
        "a: b",
        "a #b",
        "- a",
        "x64",
        "/S",
        "it's",
        'a "b"',
        "",
        "true",
        "on",
        "@a",
    ):
        assert yaml.safe_load(f"name: {MANIFESTS._text(text)}") == {"name": text}, text


def test_the_cask_names_the_image_and_what_to_remove(made: Path) -> None:
    text = (made / "homebrew" / "Casks" / "notebook-tray.rb").read_text("utf-8")
    name = f"notebook-tray-{__version__}.dmg"
    values = dict(re.findall(r'^  (version|sha256|url|homepage|app) "([^"]+)"$', text, re.MULTILINE))
    assert values["url"].replace("#{version}", __version__) == address(name)
    assert values["sha256"] == checksum(name)
    assert values["app"] == "Notebook Tray.app"
    assert f'launchctl: "{NAME}"' in text
    assert f"~/Library/LaunchAgents/{NAME}.plist" in text
    assert text.count(" do\n") == len(re.findall(r"^ *end$", text, re.MULTILINE))


def test_a_cask_takes_no_text_that_ruby_would_run() -> None:
    release = MANIFESTS.Release("1.0", "", 'say "#{`id`}"', REPOSITORY, "")
    with pytest.raises(MANIFESTS.ManifestsError):
        list(MANIFESTS.cask(release, MANIFESTS.File(Path(__file__))))


@pytest.mark.only_on("linux", reason="bash reads PKGBUILD")
def test_pkgbuild_is_read_by_bash_as_srcinfo_says(made: Path) -> None:
    names = "pkgver arch depends optdepends noextract source_x86_64 sha256sums_x86_64"
    each = 'declare -n v=$n; for each in "${v[@]}"; do printf "\\t%s = %s\\n" "$n" "$each"; done'
    show = f"source PKGBUILD; for n in {names}; do {each}; done; declare -F package"
    done = subprocess.run(
        ["bash", "-euc", show], cwd=made / "aur", capture_output=True, text=True, check=True, timeout=60
    )
    info = (made / "aur" / ".SRCINFO").read_text("utf-8")
    lines = done.stdout.splitlines()
    assert lines.pop() == "package"
    assert [line for line in lines if line not in info.splitlines()] == []
    deb = f"notebook-tray_{__version__}-1_amd64.deb"
    assert f"\tsource_x86_64 = {address(deb)}" in lines
    assert f"\tsha256sums_x86_64 = {checksum(deb)}" in lines


@pytest.mark.only_on("linux", reason="Arch is a Linux")
def test_pkgbuild_puts_zsh_s_completions_where_arch_s_zsh_looks(made: Path) -> None:
    package = (made / "aur" / "PKGBUILD").read_text("utf-8").partition("package() {")[2]
    # What package() does beside unpacking, on a tree as the Debian package has it.
    tree = made / "tree"
    for name in ("zsh/vendor-completions/_notebook-tray", "doc/notebook-tray/copyright"):
        (tree / "usr" / "share" / name).parent.mkdir(parents=True)
        (tree / "usr" / "share" / name).touch()
    steps = "\n".join(line for line in package.splitlines() if "bsdtar" not in line).rpartition("}")[0]
    subprocess.run(["bash", "-ec", steps], env={**os.environ, "pkgdir": str(tree), "pkgname": "x"}, check=True)
    found = sorted(str(path.relative_to(tree / "usr" / "share")) for path in tree.rglob("*") if path.is_file())
    assert found == ["licenses/x/LICENSE", "zsh/site-functions/_notebook-tray"]


def test_what_is_not_there_has_no_manifest(files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in [*files.glob("*.exe"), *files.glob("*.dmg")]:
        path.unlink()
    assert MANIFESTS.main([str(files), str(tmp_path / "m")]) == 0
    assert {path.name for path in (tmp_path / "m").rglob("*") if path.is_file()} == {"PKGBUILD", ".SRCINFO"}
    next(files.glob("*.deb")).unlink()
    assert MANIFESTS.main([str(files), str(tmp_path / "none")]) == 1
    assert "no installer" in capsys.readouterr().err


def test_files_of_another_version_and_two_for_one_manifest_are_refused(files: Path, tmp_path: Path) -> None:
    (files / "another-setup.exe").touch()
    assert MANIFESTS.main([str(files), str(tmp_path / "m")]) == 1
    next(files.glob("notebook-tray-*-setup.exe")).unlink()
    assert MANIFESTS.main([str(files), str(tmp_path / "m")]) == 1
    assert not (tmp_path / "m").exists()


@pytest.mark.only_on("linux", reason="GNU tar")
def test_the_archive_of_the_manifests_is_the_same_whenever_and_wherever_it_is_made(files: Path) -> None:
    environment = {**os.environ, "PATH": f"{sys.prefix}/bin:{os.environ['PATH']}", "SOURCE_DATE_EPOCH": "1796083200"}
    made: list[bytes] = []
    for mask in (0o022, 0o077):
        subprocess.run(
            [ROOT / "packaging" / "release" / "pack-manifests.sh", files.name],
            cwd=files.parent,
            env={**environment, "TZ": f"X{-len(made)}"},
            umask=mask,
            capture_output=True,
            check=True,
            timeout=60,
        )
        made.append((files / "package-manager-manifests.tar.gz").read_bytes())
    assert made[0] == made[1]
    assert made[0][4:8] == bytes(4), "gzip writes no time (RFC 1952)"
    with tarfile.open(files / "package-manager-manifests.tar.gz") as archive:
        members = archive.getmembers()
        assert [each.name for each in members] == sorted(each.name for each in members)
        assert {(each.mtime, each.uid, each.gid, each.uname, each.gname) for each in members} == {
            (1796083200, 0, 0, "", "")
        }
        assert {each.mode for each in members} == {0o644, 0o755}
        (installer,) = [each for each in members if each.name.endswith(".installer.yaml")]
        file = archive.extractfile(installer)
        assert file is not None
        assert yaml.safe_load(file)["ReleaseDate"] == "2026-12-01"


@pytest.mark.only_on("linux", reason="release-check is for Debian and Ubuntu")
def test_the_check_reads_the_debian_package_that_is_in_dist(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "CHANGELOG.md", "tray/__init__.py", "packaging/release/manifests.py",
                 "packaging/release/notes.py", "packaging/release/check.sh"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    install = tmp_path / "packaging" / "linux" / "apt-install.sh"
    install.parent.mkdir()
    install.write_text("#!/bin/sh\n")  # a test installs nothing
    install.chmod(0o755)
    revision = re.search(r"^version=\$\{version%% \*\}(-\d+)$", DEB.read_text("utf-8"), re.MULTILINE)
    assert revision is not None
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / f"notebook-tray_{__version__}{revision[1]}_amd64.deb").write_bytes(b"no package")
    said = subprocess.run(
        ["sh", tmp_path / "packaging" / "release" / "check.sh"], capture_output=True, text=True, timeout=60, check=False
    ).stdout
    stand_ins = next(line for line in said.splitlines() if line.startswith("(not in dist)"))
    assert ".dmg" in stand_ins
    assert ".deb" not in stand_ins
    assert "makepkg builds it" in said, "that package was built from, or it was said why not"


# Workflows.


def workflow(name: str) -> Any:
    return yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text("utf-8"))


def steps() -> list[tuple[str, dict[str, Any]]]:
    return [
        (path.name, step)
        for path in WORKFLOWS
        for job in workflow(path.name)["jobs"].values()
        for step in (job.get("steps") or [job])
    ]


@of_workflows
def test_every_action_is_pinned_by_a_hash_and_by_one_alone() -> None:
    used = [step["uses"] for _, step in steps() if "uses" in step]
    assert len(used) > 10
    pinned = [each.partition("@") for each in used if not each.startswith("./")]
    assert [each for each in pinned if not re.fullmatch(r"[0-9a-f]{40}", each[2])] == []
    assert len({name for name, _, _ in pinned}) == len({f"{name}@{commit}" for name, _, commit in pinned})
    lines = [line for path in WORKFLOWS for line in path.read_text("utf-8").splitlines() if " uses: " in line]
    named = re.compile(r"uses: (\./\S+|\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$")
    assert [line for line in lines if not named.search(line)] == []


@of_workflows
def test_no_step_s_script_has_github_s_values_in_it() -> None:
    """A tag or a branch is somebody's text: a script gets it as a variable."""
    assert [(name, step["run"]) for name, step in steps() if "${{" in step.get("run", "")] == []


@of_workflows
def test_a_token_may_write_in_the_job_alone_that_makes_the_release() -> None:
    release = workflow("release.yml")
    assert release["permissions"] == {}
    writers = {name for name, job in release["jobs"].items() if "write" in job["permissions"].values()}
    assert writers == {"release"}
    assert set(release["jobs"]["release"]["needs"]) == set(release["jobs"]) - {"release"}
    for _, step in steps():
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def uploaded(job: dict[str, Any]) -> list[str]:
    return [
        path
        for step in job["steps"]
        if step.get("uses", "").startswith("actions/upload-artifact@")
        for path in step["with"]["path"].split()
    ]


@of_workflows
def test_a_release_has_the_installer_and_the_msi_and_so_the_manifests_of_winget(tmp_path: Path) -> None:
    jobs = workflow("release.yml")["jobs"]
    windows = jobs["windows"]
    assert windows["container"] == jobs["linux"]["container"]
    scripts = [step.get("run", "") for step in windows["steps"]]
    assert any("make package-windows" in each for each in scripts)
    assert uploaded(windows) == ["dist/*-setup.exe", "dist/*.msi"]
    name = f"notebook-tray-{__version__}-setup.exe"
    assert fnmatch(f"dist/{name}", uploaded(windows)[0])
    (tmp_path / name).touch()
    assert any("winget" in path for path, _ in MANIFESTS.manifests(MANIFESTS.release_of(ROOT, ""), tmp_path))
    (release,) = [step["run"] for step in jobs["release"]["steps"] if "manifests" in step.get("run", "")]
    assert release.startswith("packaging/release/pack-manifests.sh dist\n")


@of_workflows
def test_a_secret_is_given_in_an_environment_that_a_person_approves_and_to_single_steps() -> None:
    found = set()
    for path in WORKFLOWS:
        for name, job in workflow(path.name)["jobs"].items():
            assert "secrets." not in str({key: value for key, value in job.items() if key != "steps"}), name
            for step in job.get("steps", []):
                if "secrets." in str(step):
                    assert job["environment"] == "release", name
                    assert "secrets." not in str({key: value for key, value in step.items() if key != "env"}), step
                    found.add(name)
    assert found == {"macos", "windows"}


@of_workflows
def test_the_certificate_for_windows_is_there_for_the_signing_alone_and_goes_in_any_case() -> None:
    scripts = [(step.get("run", ""), step) for step in workflow("release.yml")["jobs"]["windows"]["steps"]]
    (put,) = [at for at, (run, _) in enumerate(scripts) if "base64 --decode" in run]
    (built,) = [at for at, (run, _) in enumerate(scripts) if "make package-windows" in run]
    (away,) = [at for at, (run, _) in enumerate(scripts) if run.startswith("rm -f ")]
    assert [at for at, (run, _) in enumerate(scripts) if "make wine-rig" in run] < [put]
    assert put < built < away
    assert scripts[away][1]["if"] == "always()"
    files = set(re.findall(r'>("\$RUNNER_TEMP/[\w.-]+")', scripts[put][0]))
    assert len(files) == 2
    assert set(scripts[away][0].split()[2:]) == files
    signs = scripts[built][0]
    assert all(each in signs for each in files)
    assert 'NOTEBOOK_TRAY_SIGN="$PWD/packaging/windows/sign.sh"' in signs, "makensis runs it in another folder"


@of_workflows
def test_what_a_workflow_runs_of_the_repository_is_there() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    scripts = "\n".join(step["run"] for _, step in steps() if "run" in step)
    made = set(re.findall(r"(?:^|&& )make ([a-z][a-z-]*)", scripts, re.MULTILINE))
    assert {"deb", "macos", "audit", "package-windows", "release-check"} <= made <= targets
    named = set(re.findall(r"\b(?:packaging|\.ci)/[\w./-]+", scripts))
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []
