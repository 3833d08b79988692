"""A panel that asks for much at once, and is slow to read the answers."""

from __future__ import annotations

import socket

import pytest
from dbus_fast.aio.message_bus import MessageBus
from jeepney import DBusAddress, MessageType, new_method_call
from jeepney.io.blocking import open_dbus_connection

from tests.support.menu_client import ITEM, MenuClient
from tests.support.running_icon import running
from tests.support.sample_icon import Sample
from tests.support.stub_watcher import StubWatcher

# Each answer holds the icon's pixels twice, some 70 kB.
_CALLS = 100


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the icon's socket room for less than one answer, as the bus of a busy machine leaves it."""
    connect = MessageBus.connect

    async def connect_narrowly(self: MessageBus) -> MessageBus:
        connected = await connect(self)
        assert connected._sock
        connected._sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        return connected

    monkeypatch.setattr(MessageBus, "connect", connect_narrowly)


@pytest.mark.usefixtures("narrow")
def test_a_full_socket_is_waited_for(bus: str, sample: Sample) -> None:
    with StubWatcher(bus) as watcher, running(sample.icon) as run, open_dbus_connection(bus=bus) as panel:
        service, path = watcher.wait_for_item()
        properties = DBusAddress(path, service, "org.freedesktop.DBus.Properties")
        for _ in range(_CALLS):
            panel.send(new_method_call(properties, "GetAll", "s", (ITEM,)))
        answers = 0
        while answers < _CALLS:
            message = panel.receive(timeout=60)
            if message.header.message_type is MessageType.method_return and len(message.body) == 1:
                answers += isinstance(message.body[0], dict)
        assert MenuClient(panel, service, path).item_property("Title")
        assert run.error is None
