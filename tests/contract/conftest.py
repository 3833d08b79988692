"""What several suites here stand on: sample notebook instances on the embedded endpoint, and a keyring in memory.

A suite whose sample is another has a fixture of the same name.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest

from tests.support.aws_settings import Write
from tests.support.cloud import SampleCloud, sample_cloud, store_of
from tests.support.demo import SteppedClock, client_of, small_endpoint
from tests.support.endpoint import Endpoint
from tray.aws.cloud import Cloud
from tray.aws.errors import connection as connection_errors
from tray.aws.ini import encoding_here
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.store import ProfileStore


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    """Lead this process to the sample profiles' AWS; each call is tried once."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    connection_errors._issuers.clear()
    with sample_cloud(tmp_path) as cloud:
        cloud.into(monkeypatch)
        yield cloud


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ProfileStore:
    """Keep the profiles of the sample that the suite calls `cloud`, in a keyring of its own."""
    return store_of(request.getfixturevalue("cloud"), tmp_path)


@pytest.fixture
def cloud(sample: SampleCloud) -> Cloud:
    """Give the program's own way to the sample's AWS."""
    return Cloud()


@pytest.fixture
def clock() -> SteppedClock:
    """Give the clock of `endpoint`."""
    return SteppedClock()


@pytest.fixture
def endpoint(clock: SteppedClock) -> Iterator[Endpoint]:
    """Run an endpoint with five notebook instances of one user's."""
    with small_endpoint(clock) as running:
        yield running


@pytest.fixture
def client(endpoint: Endpoint) -> Any:
    """Give a client of that user's, whose answers are held against the service model."""
    return client_of(endpoint)


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    """Have this process's keyring be one in memory."""
    before = keyring.get_keyring()
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture
def write(sample: SampleCloud, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return what writes a setting into the profile “research”, as its third line."""
    whole = sample.files.config.read_text("utf-8")

    def write(name: str, value: str, more: str = "") -> None:
        text = whole.replace("region = eu-west-1\n", "" if name == "region" else "region = eu-west-1\n", 1)
        text = text.replace("[profile research]\n", f"[profile research]\n{name} = {value}\n", 1)
        sample.files.config.write_text(f"{text}\n{more}", encoding=encoding_here())  # as botocore reads it

    return write
