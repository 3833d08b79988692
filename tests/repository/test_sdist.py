"""The tests that look at the whole repository pass in an sdist, too, or say what it lacks: it has no workflows."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOOK_AROUND = ("tests/unit/test_documents.py", "tests/repository/test_release.py")
TOO_LONG = "tests/repository/test_release.py::test_the_check_reads_the_debian_package_that_is_in_dist"

pytestmark = pytest.mark.only_on("linux", reason="hatchling is not installed for the tests on Windows")


def test_what_looks_at_the_repository_passes_in_an_sdist_or_says_what_it_lacks(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", tmp_path, "-t", "sdist"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert built.returncode == 0, built.stderr
    (file,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(file) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (source,) = (tmp_path / "unpacked").iterdir()
    assert not (source / ".github").exists()
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *LOOK_AROUND, "--deselect", TOO_LONG],
        cwd=source,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert ran.returncode == 0, ran.stdout[-4000:]
    assert "no .github/workflows here" in ran.stdout
