"""Tests that see Windows programs from the outside, as a person does: they need `make test-windows`' rig.

They run in Linux' Python. Where the rig isn't named they are not part of the suite, as they ask for Wine. AWS is the
embedded endpoint, which runs in the test's own process; the browser writes down what it was given and fetches it once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.endpoint import Endpoint, running_endpoint
from tests.support.wine import RIG, WineDesktop, wine_desktop
from tray.demo.sample import SampleFiles, SampleProfile, sample_profiles, sample_world, write_sample_files

collect_ignore_glob = [] if os.environ.get(RIG) else ["test_*.py"]

_BROWSER = """#!{python}
import http.client, json, sys
from urllib.parse import urlsplit
address = urlsplit(sys.argv[1])
connection = http.client.HTTPConnection(address.netloc, timeout=30)
connection.request("GET", address.path)
answer = connection.getresponse()
with open({record!r}, "w") as record:
    json.dump([sys.argv[1:], answer.status, answer.headers["Location"]], record)
"""


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
    browser = tmp_path / "bin" / "xdg-open"
    browser.parent.mkdir()
    browser.write_text(_BROWSER.format(python=sys.executable, record=str(record)), encoding="utf-8")
    browser.chmod(0o700)
    return f"{browser.parent}:{os.environ['PATH']}"


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
