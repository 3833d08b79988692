"""A panel that does no more than it must, and notes the time: it hears signals, and asks when the icon has changed."""

from __future__ import annotations

import queue
import re
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from jeepney import HeaderFields, Message
from jeepney.io.blocking import open_dbus_connection

from tests.support.bus_peer import Answer
from tests.support.menu_client import MENU, MenuClient, Signal
from tests.support.stub_watcher import StubWatcher
from tests.support.waiting import PATIENCE_SECONDS
from tray.desktop.icon.artwork import Artwork

# The icon's and the menu's signals that tell of what a settled tray shows.
_NEWS = {"NewIcon", "LayoutUpdated", "ItemsPropertiesUpdated"}


class TimedWatcher(StubWatcher):
    """A watcher that notes when items register."""

    def __init__(self, bus_address: str) -> None:
        super().__init__(bus_address)
        self.registered: queue.SimpleQueue[tuple[float, tuple[str, str]]] = queue.SimpleQueue()

    def _register(self, message: Message) -> Answer:
        at = time.monotonic()
        answer = super()._register(message)
        self.registered.put((at, self.items[-1]))
        return answer

    def wait(self) -> tuple[float, tuple[str, str]]:
        """Return when the next item registered, and its bus name and object path.

        :raises queue.Empty: none did
        """
        return self.registered.get(timeout=PATIENCE_SECONDS)


class Host(MenuClient):
    """A panel with one item. It fetches no layout by itself: what a panel pays for that has rows of its own."""

    def __init__(self, connection: Any, service: str, path: str) -> None:
        super().__init__(connection, service, path)
        self._idle = [[p.width, p.height, bytes(p.argb)] for p in Artwork.load("idle").pixmaps]

    def next_menu_signal(self, seconds: float = PATIENCE_SECONDS) -> tuple[float, Signal]:
        """Return the next signal of the menu and when it came; the icon's are dropped.

        :raises TimeoutError: none came
        """
        while True:
            message = self._connection.recv_until_filtered(self._heard, timeout=seconds)
            at = time.monotonic()
            fields = message.header.fields
            if fields[HeaderFields.interface] == MENU:
                return at, Signal(MENU, fields[HeaderFields.member], message.body)

    def labels(self) -> dict[str, int]:
        """Return the labels of the menu's top level, and their items' ids."""
        _revision, (_root, _properties, children) = self.call_menu("GetLayout", "iias", 0, 1, ["label"])
        found = {}
        for _signature, (identity, values, _none) in children:
            if "label" in values:
                found[values["label"][1].replace("__", "_")] = identity
        return found

    def wait_until_settled(self, line: re.Pattern[str], seconds: float = PATIENCE_SECONDS) -> float:
        """Return when the icon said that nothing is under way any more, and the menu's first line is `line`.

        A menu that takes long to evaluate comes after the icon, so either is heard.

        :raises TimeoutError: that did not come
        """
        deadline = time.monotonic() + seconds
        news, idle = "NewIcon", False
        while True:
            # Each question costs the tray time, so only what has changed is asked for.
            if news == "NewIcon":
                pixmaps = [[width, height, bytes(argb)] for width, height, argb in self.item_property("IconPixmap")]
                idle = pixmaps == self._idle
            first = next(iter(self.labels()), "") if idle else ""
            at = time.monotonic()
            if idle and line.search(first):
                return at
            if at > deadline:
                raise TimeoutError(f"Waited {seconds:.0f} s for {line.pattern!r}; it is {first!r}, idle: {idle}")
            news = self._wait_for_news(deadline, among=_NEWS if idle else {"NewIcon"})

    def forget_signals(self) -> None:
        """Forget what was heard so far."""
        self.settle()

    def click_id(self, identity: int) -> float:
        """Click an item by its id, and return when."""
        at = time.monotonic()
        self.event(identity, "clicked")
        return at

    def _wait_for_news(self, deadline: float, among: Collection[str]) -> str:
        """Return the next of these signals; after a second, NewIcon in any case, for what is told by other signals."""
        until = min(deadline, time.monotonic() + 1.0)
        while (left := until - time.monotonic()) > 0:
            try:
                message = self._connection.recv_until_filtered(self._heard, timeout=left)
            except TimeoutError:
                break
            member: str = message.header.fields.get(HeaderFields.member, "")
            if member in among:
                return member
        return "NewIcon"


@contextmanager
def host_of(watcher: TimedWatcher, bus_address: str) -> Iterator[tuple[float, Host]]:
    """Wait for the next item of a watcher; give when it registered, and a host of it."""
    at, (service, path) = watcher.wait()
    with open_dbus_connection(bus=bus_address) as connection:
        yield at, Host(connection, service, path)
