"""What a Linux package installs beside the program: packaging/linux/share.py and packaging/man-page.py."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest

from tests.support.desktop_files import validate
from tray import __version__
from tray.cli.commands import cli
from tray.model.policy import POLICY_FILE

pytestmark = pytest.mark.only_on("linux", reason="other systems' packages have none of it")

ROOT = Path(__file__).parents[2]
GPL = "GPL-2.0-or-later WITH Bootloader-exception"
SECONDS = 1_700_000_000  # 14 November 2023


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("usr")
    licenses = folder / "licenses"
    parts = [
        {"kind": "pypi", "name": "notebook-tray", "version": __version__, "license": "MIT AND Apache-2.0"},
        {"kind": "pypi", "name": "pystray", "version": "0.19.5", "license": "LGPL-3.0-only"},
        {
            "kind": "pypi",
            "name": "pyinstaller",
            "version": "6",
            "license": "GPL-2.0-or-later WITH Bootloader-exception",
        },
        {"kind": "deb", "name": "libz", "version": "1:1.2", "license": "Zlib"},
        {"kind": "pypi", "name": "both", "version": "1", "license": "Apache-2.0 OR BSD-3-Clause"},
    ]
    for part in parts:
        (licenses / part["name"]).mkdir(parents=True)
        # As the LGPL's text does, which says who has the copyright on the text.
        text = (
            f"Copyright (C) 2007 Free Software Foundation, Inc.\n# Copyright (c) 2019-2023 The {part['name']} authors\n"
        )
        (licenses / part["name"] / "LICENSE").write_text(text, "utf-8")
    (licenses / "index.json").write_text(json.dumps(parts), "utf-8")
    for out in ("once", "again"):
        subprocess.run(
            [sys.executable, "packaging/linux/share.py", folder / out, str(SECONDS), "1-1", licenses / "index.json"],
            cwd=ROOT,
            check=True,
            env={"PATH": "/usr/bin:/bin", "LANGUAGE": "de", "PYTHONHASHSEED": (out == "once" and "1") or "2"},
        )
    return folder


def test_the_same_bytes_each_time(share: Path) -> None:
    one, other = share / "once", share / "again"
    files = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert len(files) >= 20
    assert files == sorted(path.relative_to(other) for path in other.rglob("*") if path.is_file())
    assert [file for file in files if (one / file).read_bytes() != (other / file).read_bytes()] == []
    # Both may have been made in the same second: no time is in what is packed (RFC 1952, MTIME).
    assert [file for file in one.rglob("*.gz") if file.read_bytes()[4:8] != bytes(4)] == []


def page(share: Path) -> str:
    return gzip.decompress((share / "once/share/man/man1/notebook-tray.1.gz").read_bytes()).decode()


def test_the_manual_page_has_every_command_and_option(share: Path) -> None:
    text = page(share)
    assert text.startswith('.TH "NOTEBOOK\\-TRAY" "1" "2023-11-14"')
    plain = text.replace("\\-", "-")
    headings = re.findall(r"^\.SS (notebook-tray [^\[\n]*)", plain, re.MULTILINE)
    commands = {heading.strip() for heading in headings}
    first = {" ".join(command.split()[:2]) for command in commands}
    assert {f"notebook-tray {name}" for name in cli.list_commands(click.Context(cli))} <= first
    assert {"notebook-tray profiles add", "notebook-tray desktop-entry on"} <= {
        " ".join(command.split()[:3]) for command in commands
    }
    for option in ("--access-key", "--print-url", "--session-length", "--left-running", "--version"):
        assert option in plain
    assert POLICY_FILE in plain, "administrators look for it among the files"
    # Nothing of it is taken for a request by accident.
    known = {"TH", "SH", "SS", "B", "RI", "PP", "TP"}
    assert {line[1:].split()[0] for line in text.splitlines() if line.startswith(".")} <= known
    assert not [line for line in text.splitlines() if line.startswith("'")]


def test_man_can_read_it(share: Path, tmp_path: Path) -> None:
    man = shutil.which("man")
    if man is None:
        pytest.skip(reason="man is not installed")
    file = tmp_path / "notebook-tray.1"
    file.write_text(page(share), "utf-8")
    ran = subprocess.run(
        [man, "--warnings", "--local-file", file],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "MANWIDTH": "80", "HOME": str(tmp_path)},
        check=True,
    )
    assert ran.stderr == ""
    assert "notebook-tray - Amazon SageMaker notebook instances in the system tray" in " ".join(ran.stdout.split())


def test_the_entries_are_valid_and_the_one_for_all_users_is_not_among_what_is_started(share: Path) -> None:
    menu, login = (
        share / "once" / "share" / place / "notebook-tray.desktop"
        for place in ("applications", "notebook-tray/autostart")
    )
    assert validate(menu) == ""
    assert validate(login) == ""
    text = login.read_text("utf-8")
    assert "Exec=/usr/bin/notebook-tray --autostarted\nTryExec=/usr/bin/notebook-tray\n" in text
    assert "X-GNOME-Autostart-Delay=5" in text
    # The package starts nothing for anybody until an administrator says so.
    assert not [path for path in (share / "once").rglob("*") if "etc" in path.parts[len(share.parts) :]]


def test_the_metainfo_names_what_is_there(share: Path) -> None:
    (file,) = (share / "once/share/metainfo").iterdir()
    root = ElementTree.fromstring(file.read_text("utf-8"))  # noqa: S314 # what we have just written
    assert root.findtext("id") == file.name.removesuffix(".metainfo.xml")
    assert (share / "once/share/applications" / (root.findtext("launchable") or "")).is_file()
    assert root.findtext("project_license") == "MIT AND Apache-2.0"
    assert [url.text for url in root.findall("url") if not (url.text or "").startswith("https://")] == []
    (release, *_) = root.findall("releases/release")
    assert release.get("version") == __version__
    assert "@" not in file.read_text("utf-8")


def test_the_releases_are_those_of_the_changelog(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for name in ("tray", "assets/application", "packaging/linux"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("packaging/man-page.py", "pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    (source / "CHANGELOG.md").write_text(
        f"# Changelog\n\n## Unreleased\n\n## {__version__} - 2026-12-01\n\n- x\n\n## 0.0.9 - 2025-01-02\n", "utf-8"
    )
    command: list[str | Path] = [sys.executable, "packaging/linux/share.py", tmp_path / "usr", str(SECONDS), "1-1"]
    subprocess.run(command, cwd=source, check=True, env={"PATH": "/usr/bin:/bin"})
    (file,) = (tmp_path / "usr/share/metainfo").iterdir()
    found = re.findall(r'<release version="(\S+)" date="(\S+)"(.*)/>', file.read_text("utf-8"))
    assert found == [(__version__, "2026-12-01", ""), ("0.0.9", "2025-01-02", "")]


def test_the_copyright_file_has_each_part_with_its_license(share: Path) -> None:
    text = (share / "once/share/doc/notebook-tray/copyright").read_text("utf-8")
    assert text.startswith("Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n")
    paragraphs = [dict(_fields(paragraph)) for paragraph in text.strip().split("\n\n")]
    files = {each["Files"]: each for each in paragraphs if "Files" in each}
    assert files["*"]["License"] == "MIT"
    assert files["pystray"]["Copyright"].strip() == "2019-2023 The pystray authors"
    assert files["pyinstaller"]["License"] == "GPL-2.0-or-later with Bootloader exception"
    assert files["both"]["License"] == "Apache-2.0 or BSD-3-Clause"
    # Each license that a part is under has a paragraph, and what Debian has leads there.
    licenses = {
        each["License"].split("\n")[0]: each["License"]
        for each in paragraphs
        if "Files" not in each and "License" in each
    }
    used = {name for each in files.values() for name in re.split(" (?:and|or) ", each["License"])}
    assert used == set(licenses)
    assert "/usr/share/common-licenses/LGPL-3" in licenses["LGPL-3.0-only"]
    assert "Permission is hereby granted" in licenses["MIT"]


def _fields(paragraph: str) -> list[tuple[str, str]]:
    return [
        (match[1], match[2]) for match in re.finditer(r"^([A-Z][\w-]*): ?((?:.*)(?:\n .*)*)", paragraph, re.MULTILINE)
    ]


def test_the_changelogs(share: Path) -> None:
    documents = share / "once/share/doc/notebook-tray"
    assert gzip.decompress((documents / "changelog.gz").read_bytes()) == (ROOT / "CHANGELOG.md").read_bytes()
    ours = gzip.decompress((documents / "changelog.Debian.gz").read_bytes()).decode()
    assert ours.startswith("notebook-tray (1-1) unstable; urgency=medium\n")
    assert re.search(r"\n -- [^<]+ <\S+@\S+>  Tue, 14 Nov 2023 22:13:20 \+0000\n$", ours)


def test_completions(share: Path) -> None:
    once = share / "once" / "share"
    assert "complete " in (once / "bash-completion/completions/notebook-tray").read_text("utf-8")
    assert (once / "zsh/vendor-completions/_notebook-tray").read_text("utf-8").startswith("#compdef notebook-tray\n")
    assert "complete " in (once / "fish/vendor_completions.d/notebook-tray.fish").read_text("utf-8")
