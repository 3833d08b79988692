"""A Linux icon with a menu of every kind of item, for tests to change and to look at."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

from PIL import Image

from tray.desktop.icon import HostState, KeyedItem, Menu
from tray.desktop.icon.linux.icon import Icon


class Sample:
    """A menu of every kind of item, whose words and structure a test changes; it notes what is called, and where."""

    def __init__(self) -> None:
        self.state = "3 of 5 running"
        self.length = "1 h"
        self.stopped = ["old_model"]
        self.lengths: tuple[str, ...] = ("30 min", "1 h")
        self.can_open = True
        self.opened = 0
        self.calls: list[str] = []
        self.errors: list[Exception] = []
        self.threads: set[str] = set()
        self.evaluations = 0
        self.at_opening: Callable[[], None] = lambda: None
        self.at_error: Callable[[Exception], None] = self.errors.append
        self.at_break: Callable[[], None] = self.fail
        self.hosts: list[HostState] = []
        self.icon = Icon(
            "notebook-tray",
            Image.new("RGBA", (16, 16), (10, 20, 30, 255)),
            "Notebook Tray",
            Menu(self._items),
            on_open=self.on_open,
            on_secondary=self.on_secondary,
            on_host=self.hosts.append,
            on_error=lambda error: self.at_error(error),
        )

    def on_secondary(self) -> None:
        self.calls.append("middle click")
        self.threads.add(threading.current_thread().name)

    def on_open(self) -> None:
        self.opened += 1
        self.at_opening()
        self.threads.add(threading.current_thread().name)

    def note(self, call: str) -> Any:
        def noted() -> None:
            self.calls.append(call)
            self.threads.add(threading.current_thread().name)

        return noted

    def fail(self) -> None:
        raise ZeroDivisionError("of the test")

    def choose(self, length: str) -> Any:
        def chosen() -> None:
            self.length = length

        return chosen

    def _items(self) -> Iterator[Any]:
        self.evaluations += 1
        yield KeyedItem("state", self.state, enabled=False)
        yield KeyedItem(
            "forecast",
            "forecast",
            Menu(
                KeyedItem("lab", "Open JupyterLab", self.note("forecast lab"), enabled=self.can_open),
                KeyedItem("link", "Copy link", self.note("forecast link")),
            ),
        )
        for name in self.stopped:
            yield KeyedItem(name, name, self.note(name))
        yield Menu.SEPARATOR
        yield KeyedItem("check", "listed", self.note("check"), checked=lambda _: True)
        yield KeyedItem(
            "length",
            "Session length",
            Menu(
                *(
                    KeyedItem(each, each, self.choose(each), checked=lambda item: item.text == self.length, radio=True)
                    for each in self.lengths
                )
            ),
        )
        yield KeyedItem("broken", "Break", lambda: self.at_break())
        yield KeyedItem("quit", "Quit", self.icon.stop)
