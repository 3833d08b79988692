"""The embedded endpoint with its sample profiles, and an environment in which every AWS SDK uses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tray.demo.endpoint import Endpoint, running_endpoint
from tray.demo.sample import SampleFiles, SampleProfile, sample_profiles, sample_world, write_sample_files


@dataclass(frozen=True)
class SampleCloud:
    endpoint: Endpoint
    profiles: tuple[SampleProfile, ...]
    files: SampleFiles

    def into(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have this process use it."""
        for name in self.files.conflicting:
            monkeypatch.delenv(name, raising=False)
        for name, value in self.files.environment.items():
            monkeypatch.setenv(name, value)


@contextmanager
def sample_cloud(folder: Path, *, jupyter: bool = False) -> Iterator[SampleCloud]:
    """Run the endpoint; its AWS files are written into `folder`."""
    profiles = sample_profiles()
    with running_endpoint(sample_world(profiles), jupyter=jupyter) as endpoint:
        yield SampleCloud(endpoint, profiles, write_sample_files(folder, endpoint.url, profiles))
