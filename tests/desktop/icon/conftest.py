"""The Linux icon on a private bus, and a host of it that does not stand on the same D-Bus library."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.menu_client import MenuClient, menu_client
from tests.support.private_bus import private_bus
from tests.support.running_icon import running
from tests.support.sample_icon import Sample
from tests.support.stub_watcher import StubWatcher


@pytest.fixture
def bus(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run a session bus for this test; give its address."""
    # Not tmp_path, which has the test's name in it: the paths of sockets are short.
    with private_bus(tmp_path_factory.mktemp("bus")) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address


@pytest.fixture
def sample(bus: str) -> Sample:
    """Make an icon that is yet to run."""
    return Sample()


@pytest.fixture
def menu(bus: str, sample: Sample) -> Iterator[MenuClient]:
    """Run the sample in a tray; give a host that has fetched its menu."""
    with StubWatcher(bus), running(sample.icon) as run:
        with menu_client(bus) as client:
            client.layout()
            client.settle()
            yield client
        assert run.error is None
