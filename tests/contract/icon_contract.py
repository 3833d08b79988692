"""What every system's tray icon must do, whatever it is built on: `tray.desktop.icon.base.TrayIcon`.

A system's suite subclasses `IconContract` and gives it a `desktop` fixture: the person's side of that system's tray.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from PIL import Image

from tests.support.notes import note
from tests.support.running_icon import running
from tests.support.waiting import PATIENCE_SECONDS, wait_until
from tray.desktop.icon import HostState, KeyedItem, Menu
from tray.desktop.icon.artwork import SIZES, Artwork
from tray.model.commands import OpenLog

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.icon import TrayIcon


class Desktop(Protocol):
    """What a person sees of the one icon, and does to it. Each waits for the icon to be shown."""

    icon_class: type[TrayIcon]

    def outline(self) -> list[Any]:
        """Return the menu's labels; a submenu is (label, labels), a separator None."""

    def checked(self) -> list[str]:
        """Return the labels of the checked items, at every level."""

    def choose(self, *labels: str) -> None:
        """Choose the item at a path of labels."""

    def open(self) -> None:
        """Open the menu."""

    def title(self) -> str:
        """Return the icon's title."""

    def notifications(self) -> list[tuple[str, str]]:
        """Return the titles and texts of the notifications so far."""


class IconContract:
    """Subclass it with a fixture `desktop`."""

    @staticmethod
    def icon(desktop: Desktop, *items: KeyedItem, **options: Any) -> TrayIcon:
        return desktop.icon_class("contract", Image.new("RGBA", (16, 16), "red"), "Contract", Menu(*items), **options)

    def test_it_shows_a_menu_of_every_kind_of_item(self, desktop: Desktop) -> None:
        icon = self.icon(
            desktop,
            KeyedItem("plain", "plain"),
            Menu.SEPARATOR,  # type: ignore[arg-type]
            KeyedItem("check", "check", checked=lambda _: True),
            KeyedItem(
                "more",
                "more",
                Menu(
                    KeyedItem("one", "one", checked=lambda _: False, radio=True),
                    KeyedItem("two", "two", checked=lambda _: True, radio=True),
                ),
            ),
            KeyedItem("hidden", "hidden", visible=False),
        )
        with running(icon):
            assert desktop.outline() == ["plain", None, "check", ("more", ["one", "two"])]
            assert desktop.checked() == ["check", "two"]

    def test_labels_are_shown_as_they_are(self, desktop: Desktop) -> None:
        labels = ["under_score", "__", "a & b", "&&", "Zürich → 日本", "<b>"]
        with running(self.icon(desktop, *(KeyedItem(label, label) for label in labels))):
            assert desktop.outline() == labels

    def test_a_choice_calls_back_on_the_thread_of_run(self, desktop: Desktop) -> None:
        chosen: list[str] = []
        icon = self.icon(
            desktop,
            KeyedItem("a", "a", lambda: chosen.append("a")),
            KeyedItem("b", "b", Menu(KeyedItem("c", "c", lambda: chosen.append(threading.current_thread().name)))),
        )
        with running(icon):
            desktop.choose("b", "c")
            wait_until(lambda: chosen == ["icon"], "the callback")

    def test_a_choice_updates_the_menu(self, desktop: Desktop) -> None:
        state = ["off"]
        icon = self.icon(
            desktop, KeyedItem("a", lambda _: state[0], lambda: state.append("on"), checked=lambda _: state[-1] == "on")
        )
        with running(icon):
            desktop.choose("off")
            wait_until(lambda: desktop.checked() == ["off"], "the check mark")

    def test_the_menu_can_be_updated_from_any_thread(self, desktop: Desktop) -> None:
        label = ["before"]
        icon = self.icon(desktop, KeyedItem("a", lambda _: label[0]))
        with running(icon):
            assert desktop.outline() == ["before"]
            label[0] = "after"
            _in_a_thread(icon.update_menu)
            wait_until(lambda: desktop.outline() == ["after"], "the new label")
            icon.menu = Menu(KeyedItem("x", "another menu"))
            wait_until(lambda: desktop.outline() == ["another menu"], "the new menu")

    def test_the_title_and_the_icon_can_be_set_from_any_thread(self, desktop: Desktop) -> None:
        icon = self.icon(desktop, KeyedItem("a", "a"))
        artwork = Artwork.of(*(Image.new("RGBA", (size, size), "blue") for size in SIZES))

        def change() -> None:
            icon.title = "3 of 5 running"
            icon.icon = artwork
            icon.attention = True

        with running(icon):
            assert desktop.title() == "Contract"
            _in_a_thread(change)
            wait_until(lambda: desktop.title() == "3 of 5 running", "the title")
            assert icon.icon is artwork

    def test_setup_runs_in_a_thread_of_its_own_and_shows_the_icon(self, desktop: Desktop) -> None:
        threads: list[str] = []

        def setup(icon: TrayIcon) -> None:
            threads.append(threading.current_thread().name)
            icon.visible = True

        with running(self.icon(desktop, KeyedItem("a", "a")), setup):
            assert desktop.outline() == ["a"]
        assert threads[0] != "icon"
        assert len(threads) == 1

    def test_an_error_in_a_callback_is_told_and_the_icon_goes_on(
        self, desktop: Desktop, caplog: pytest.LogCaptureFixture
    ) -> None:
        errors: list[Exception] = []
        chosen: list[str] = []

        def fail() -> None:
            raise ZeroDivisionError("of the test")

        icon = self.icon(
            desktop,
            KeyedItem("fail", "fail", fail),
            KeyedItem("next", "next", lambda: chosen.append("next")),
            on_error=errors.append,
        )
        with running(icon):
            desktop.choose("fail")
            wait_until(lambda: errors, "the error")
            assert isinstance(errors[0], ZeroDivisionError)
            assert "of the test" in caplog.text
            desktop.choose("next")
            wait_until(lambda: chosen, "the next choice")

    def test_opening_the_menu_is_told(self, desktop: Desktop) -> None:
        opened = threading.Event()
        with running(self.icon(desktop, KeyedItem("a", "a"), on_open=opened.set)):
            desktop.outline()
            opened.clear()
            desktop.open()
            assert opened.wait(PATIENCE_SECONDS)

    def test_a_host_is_told(self, desktop: Desktop) -> None:
        hosts: list[HostState] = []
        with running(self.icon(desktop, KeyedItem("a", "a"), on_host=hosts.append)):
            wait_until(lambda: hosts == [HostState.PRESENT], "the host to be told")

    def test_notifications(self, desktop: Desktop) -> None:
        icon = self.icon(desktop, KeyedItem("a", "a"))
        with running(icon):
            desktop.outline()
            _in_a_thread(lambda: icon.notify(note("text <b> & more", "Title")))
            wait_until(lambda: desktop.notifications() == [("Title", "text <b> & more")], "the notification")
            icon.notify(note("Where to:", where="In the menu.", actions=(("Show", OpenLog()),), about="it"))
            wait_until(lambda: desktop.notifications()[1:] == [("Title", "Where to: In the menu.")], "the second one")
            icon.withdraw("it")
            icon.withdraw("what was never shown")

    def test_stop_makes_run_return_from_any_thread(self, desktop: Desktop) -> None:
        icon = self.icon(desktop, KeyedItem("a", "a"))
        with running(icon) as run:
            desktop.outline()
            _in_a_thread(icon.stop)
            run.wait_for_end()
            assert run.error is None

    def test_stop_makes_run_return_from_the_menu(self, desktop: Desktop) -> None:
        icon: TrayIcon = self.icon(desktop, KeyedItem("quit", "Quit", lambda: icon.stop()))
        with running(icon) as run:
            desktop.choose("Quit")
            run.wait_for_end()
            assert run.error is None

    def test_what_is_asked_after_the_end_is_no_error(self, desktop: Desktop) -> None:
        icon = self.icon(desktop, KeyedItem("a", "a"))
        with running(icon):
            desktop.outline()
        icon.title = "later"
        icon.update_menu()
        icon.notify(note("later"))
        icon.visible = False
        icon.stop()


def _in_a_thread(act: Callable[[], None]) -> None:
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()
