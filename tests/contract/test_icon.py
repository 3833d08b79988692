"""The icons of the systems that tests can run on, held to the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.icon_contract import IconContract
from tests.support.menu_client import Entry, menu_client
from tests.support.private_bus import private_bus
from tests.support.stub_notifications import StubNotifications
from tests.support.stub_watcher import StubWatcher
from tray.desktop.icon import icon_class

if TYPE_CHECKING:
    from collections.abc import Iterator


class LinuxDesktop:
    """A session bus with a tray and a notification server."""

    def __init__(self, bus_address: str, server: StubNotifications) -> None:
        self.icon_class = icon_class()
        self._bus_address = bus_address
        self._server = server

    def outline(self) -> list[Any]:
        with self._menu() as menu:
            return list(menu.outline())

    def checked(self) -> list[str]:
        def labels(entry: Entry) -> Iterator[str]:
            for child in entry.children:
                if child.checked:
                    yield child.label
                yield from labels(child)

        with self._menu() as menu:
            return list(labels(menu.layout()))

    def choose(self, *labels: str) -> None:
        with self._menu() as menu:
            menu.click(*labels)

    def open(self) -> None:
        with self._menu() as menu:
            menu.open()

    def title(self) -> str:
        with self._menu() as menu:
            return str(menu.item_property("Title"))

    def notifications(self) -> list[tuple[str, str]]:
        return [(shown.title, shown.body) for shown in self._server.shown]

    def _menu(self) -> Any:
        return menu_client(self._bus_address)


@pytest.mark.only_on("linux")
class TestLinuxIcon(IconContract):
    @pytest.fixture
    def desktop(
        self, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[LinuxDesktop]:
        with private_bus(tmp_path_factory.mktemp("bus")) as address:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
            with StubWatcher(address), StubNotifications(address) as server:
                yield LinuxDesktop(address, server)
