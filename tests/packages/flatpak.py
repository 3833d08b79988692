"""The Flatpak, as far as it can be looked at without its runtime: the manifest, and what it is made of."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.packages.machine import ROOT
from tests.packages.table import MissingError, Table

_MANIFEST = ROOT / "packaging" / "flatpak" / "io.github.notebook_tray.notebook_tray.yml"
_SOURCES = ROOT / "build" / "flatpak" / "sources"


def looked_at(table: Table, folder: Path) -> None:
    """Have flatpak-builder read the manifest, and pip find all that the build installs among the sources alone."""
    with table.package("Flatpak") as steps:
        with steps.step("flatpak-builder reads the manifest"):
            if shutil.which("flatpak-builder") is None:
                raise MissingError("flatpak-builder is not installed (packaging/linux/package-tools.sh)")
            shown = subprocess.run(
                ["flatpak-builder", "--show-manifest", _MANIFEST], capture_output=True, text=True, check=True
            )
            manifest = json.loads(shown.stdout)
            (module,) = manifest["modules"]
            assert (_MANIFEST.parent / module["sources"][0]["path"]).resolve() == _SOURCES
            assert manifest["rename-desktop-file"] == "notebook-tray.desktop"
        with steps.step("the sources are whole: pip finds all in them") as notes:
            subprocess.run([ROOT / "packaging" / "flatpak" / "sources.sh"], check=True, capture_output=True)
            for path in (
                "metainfo",
                "icons/hicolor/48x48/apps/notebook-tray.png",
                "applications/notebook-tray.desktop",
            ):
                assert (_SOURCES / "share" / path).exists(), path
            offline = ["--no-index", "--find-links", str(_SOURCES / "wheels")]
            of_runtime = ["--python-version", "3.12", "--only-binary", ":all:", "--target", str(folder / "flatpak")]
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--report", "-"]
            found = subprocess.run(
                [*pip, *offline, *of_runtime, "notebook-tray"], capture_output=True, text=True, check=True
            )
            notes.append(f"{len(json.loads(found.stdout)['install'])} wheels")
