"""Tests that see Windows programs from the outside, as a person does: they need `make test-windows`' rig.

They run in Linux' Python. Where the rig isn't named they are not part of the suite, as they ask for Wine. AWS is the
embedded endpoint, which runs in the test's own process; the browser writes down what it was given and fetches it once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.endpoint import Endpoint, running_endpoint
from tests.support.wine import RIG, WineDesktop, path_with_browser, wine_desktop
from tray.demo.sample import SampleFiles, SampleProfile, sample_profiles, sample_world, write_sample_files

collect_ignore_glob = [] if os.environ.get(RIG) else ["test_*.py"]


@pytest.fixture
def samples() -> tuple[SampleProfile, ...]:
    return sample_profiles()


@pytest.fixture
def endpoint(samples: tuple[SampleProfile, ...]) -> Iterator[Endpoint]:
    with running_endpoint(sample_world(samples), jupyter=False) as endpoint:
        yield endpoint


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """Where the browser writes down its visit."""
    return tmp_path / "visit.json"


@pytest.fixture
def path(record: Path, tmp_path: Path) -> str:
    """The search path with such a browser first."""
    return path_with_browser(tmp_path / "bin", record)


@pytest.fixture
def persons_home(tmp_path: Path) -> Path:
    """The home of whoever uses the desktop."""
    return tmp_path / "Zoë Müller 研究"


@pytest.fixture
def files(persons_home: Path, endpoint: Endpoint, samples: tuple[SampleProfile, ...]) -> SampleFiles:
    """The person's AWS files."""
    (persons_home / ".aws").mkdir(parents=True)
    return write_sample_files(persons_home / ".aws", endpoint.url, samples)


@pytest.fixture
def desktop(files: SampleFiles, path: str, persons_home: Path) -> Iterator[WineDesktop]:
    with wine_desktop(persons_home, {**files.environment, "PATH": path}) as desktop:
        yield desktop
