"""The Windows icon: the contract that every icon is held to, and what only Windows asks."""

from __future__ import annotations

import ctypes
import re
import threading
import winreg
from collections.abc import Iterator

import pytest
from pystray._util import win32

from tests.contract.icon_contract import IconContract
from tests.support.notes import note
from tests.support.running_icon import running
from tests.support.waiting import wait_until
from tests.support.windows_desktop import WindowsDesktop, is_wine, windows_desktop
from tray.desktop.icon import HostState, KeyedItem, Menu
from tray.desktop.icon.artwork import Artwork, Taskbar
from tray.desktop.icon.base import NotificationStyle
from tray.desktop.icon.windows import api as windows_api
from tray.desktop.icon.windows import balloons, toast_center
from tray.desktop.icon.windows import icon as windows
from tray.desktop.icon.windows.toasts import Handlers
from tray.desktop.leaving.windows_messages import ENDSESSION_CLOSEAPP
from tray.model.commands import OpenLog, Quit, Refresh

_WM_QUIT = 0x0012


class StandInCenter:
    """Shows toasts in the place of Windows."""

    def __init__(self) -> None:
        self.on_screen: dict[str, tuple[str, Handlers]] = {}

    def style(self) -> NotificationStyle:
        return NotificationStyle.BUTTONS

    def show(self, xml: str, tag: str, handlers: Handlers, /) -> object:
        self.on_screen[tag] = (xml, handlers)
        return None

    def remove(self, tag: str, /) -> None:
        self.on_screen.pop(tag, None)

    def click(self, label: str) -> None:
        ((xml, handlers),) = self.on_screen.values()
        (token,) = re.findall(rf'content="{label}" arguments="(\d+)"', xml)
        handlers.chosen(token)


@pytest.fixture
def desktop() -> Iterator[WindowsDesktop]:
    with windows_desktop() as desktop:
        yield desktop


class TestWindowsIcon(IconContract):
    """The seam's suite."""

    def test_a_left_click_opens_the_menu(self, desktop: WindowsDesktop) -> None:
        opened = threading.Event()
        with running(self.icon(desktop, KeyedItem("a", "a"), on_open=opened.set)):
            desktop.click()
            wait_until(opened.is_set, "the menu to open")
            desktop.close()

    def test_a_middle_click_and_a_double_click_are_told(self, desktop: WindowsDesktop) -> None:
        told: list[str] = []
        opened: list[str] = []
        icon = self.icon(
            desktop,
            KeyedItem("a", "a"),
            on_secondary=lambda: told.append("click"),
            on_open=lambda: opened.append("menu"),
        )
        with running(icon):
            desktop.middle_click()
            wait_until(lambda: len(told) == 1, "the middle click")
            desktop.double_click()
            wait_until(lambda: len(told) == 2, "the double click")
            assert opened == []
            desktop.click()
            wait_until(lambda: opened == ["menu"], "the menu to open")
            desktop.close()

    def test_a_left_click_chooses_the_default_item(self, desktop: WindowsDesktop) -> None:
        chosen = threading.Event()
        with running(self.icon(desktop, KeyedItem("a", "a"), KeyedItem("b", "b", chosen.set, default=True))):
            desktop.click()
            wait_until(chosen.is_set, "the default item")

    def test_an_open_menu_stays_as_it_is_and_the_next_is_up_to_date(self, desktop: WindowsDesktop) -> None:
        label, chosen = ["before"], list[str]()
        menu = Menu(lambda: [KeyedItem(label[0], label[0], lambda: chosen.append(label[0]))])
        icon = desktop.icon_class("contract", Artwork.load("idle"), "Contract", menu)
        with running(icon), desktop.opened() as handle:
            assert desktop.labels(handle) == ["before"]
            label[0] = "after"
            icon.update_menu()
            icon.title = "handled while the menu is open"
            wait_until(lambda: desktop.title() == icon.title, "the title")
            assert desktop.labels(handle) == ["before"]
            desktop.close()
            assert desktop.outline() == ["after"]

    def test_submenus_are_made_when_they_are_entered(self, desktop: WindowsDesktop) -> None:
        evaluated: list[str] = []

        def inner() -> str:
            evaluated.append("inner")
            return "inner"

        icon = self.icon(desktop, KeyedItem("more", "more", Menu(KeyedItem("inner", lambda _: inner()))))
        with running(icon):
            with desktop.opened() as handle:
                assert desktop.labels(handle) == ["more"]
                assert evaluated == []
            assert desktop.outline() == [("more", ["inner"])]

    def test_texts_are_cut_to_what_windows_takes(self, desktop: WindowsDesktop) -> None:
        icon = self.icon(desktop, KeyedItem("a", "a"))
        with running(icon):
            icon.title = "t" * 200
            wait_until(lambda: desktop.title() == "t" * 126 + "…", "the tooltip")
            icon.notify(note("m" * 300, "T" * 100))
            wait_until(lambda: desktop.messages == [("T" * 62 + "…", "m" * 254 + "…")], "the notification")
            icon.title = ""
            wait_until(lambda: desktop.title() == "contract", "a tooltip that is not empty")
            icon.notify(note("m" * 300, where="Choose it in the menu.", actions=(("Open", OpenLog()),)))
            wait_until(lambda: desktop.messages[1:], "the second notification")
            assert desktop.messages[1][1] == "m" * 231 + "… Choose it in the menu."

    def test_a_click_on_a_notification_does_once_what_its_first_button_would(
        self, desktop: WindowsDesktop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(balloons, "SEEN_AFTER_SECONDS", 0.0)
        chosen: list[tuple[object, object, str]] = []
        icon = self.icon(
            desktop,
            KeyedItem("a", "a"),
            on_action=lambda *what: chosen.append((*what, threading.current_thread().name)),
        )
        with running(icon):
            desktop.window  # noqa: B018 - waits for it
            desktop.click_balloon()
            icon.notify(note("without"))
            wait_until(lambda: len(desktop.messages) == 1, "the first")
            desktop.click_balloon()
            icon.notify(note("Stop it?", actions=(("Stop", Quit()),), click_acts=False))
            wait_until(lambda: len(desktop.messages) == 2, "the question")
            desktop.click_balloon()
            icon.notify(note("one", actions=(("Refresh", Refresh()),)))
            icon.notify(note("two", actions=(("Open log", OpenLog()), ("Quit", Quit()))))
            wait_until(lambda: len(desktop.messages) == 4, "the others")
            assert desktop.taken_back == 1, "only the latest can be clicked"
            for _ in range(3):
                desktop.click_balloon()
            wait_until(lambda: chosen, "the command")
            icon.notify(note("three", actions=(("Quit", Quit()),)))
            wait_until(lambda: len(desktop.messages) == 5, "the next")
            desktop.click_balloon()
            wait_until(lambda: len(chosen) == 2, "its command")
        assert chosen == [(OpenLog(), None, "icon"), (Quit(), None, "icon")]

    def test_a_click_that_was_on_the_notification_before_does_nothing(
        self, desktop: WindowsDesktop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(balloons, "SEEN_AFTER_SECONDS", 3600.0)
        chosen: list[object] = []
        icon = self.icon(desktop, KeyedItem("a", "a"), on_action=lambda command, _: chosen.append(command))
        with running(icon):
            desktop.window  # noqa: B018 - waits for it
            icon.notify(note("one", actions=(("Quit", Quit()),)))
            wait_until(lambda: desktop.messages, "the notification")
            desktop.click_balloon()
            desktop.send(0)  # what was posted before is handled by then
            monkeypatch.setattr(balloons, "SEEN_AFTER_SECONDS", 0.0)
            desktop.click_balloon()
            wait_until(lambda: chosen == [Quit()], "the second click")

    @pytest.mark.parametrize("oldest_build", [1_000_000, *([0] if is_wine() else [])])
    def test_a_windows_without_toasts_shows_balloons_and_hears_their_clicks(
        self,
        desktop: WindowsDesktop,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
        oldest_build: int,
    ) -> None:
        caplog.set_level("INFO")
        monkeypatch.setattr(windows, "_toast_center", toast_center.ToastCenter)
        monkeypatch.setattr(toast_center, "_OLDEST_BUILD", oldest_build)
        monkeypatch.setattr(balloons, "SEEN_AFTER_SECONDS", 0.0)
        chosen: list[object] = []
        icon = self.icon(desktop, KeyedItem("a", "a"), on_action=lambda command, _: chosen.append(command))
        with running(icon):
            desktop.window  # noqa: B018 - waits for it
            for number, command in enumerate((OpenLog(), Quit()), 1):
                icon.notify(note("It can be opened.", where="Or in the menu.", actions=(("Open", command),)))
                wait_until(lambda number=number: len(desktop.messages) == number, "the balloon")
                desktop.click_balloon()
                wait_until(lambda number=number: len(chosen) == number, "the command")
        assert chosen == [OpenLog(), Quit()]
        assert desktop.messages[0] == ("Title", "It can be opened. Or in the menu.")
        assert caplog.text.count("shown as balloons, without buttons") == 1

    def test_a_button_of_a_toast_sends_its_command_on_the_icons_thread(
        self, desktop: WindowsDesktop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        center = StandInCenter()
        monkeypatch.setattr(windows, "_toast_center", lambda: center)
        chosen: list[tuple[object, object, str]] = []
        icon = self.icon(
            desktop,
            KeyedItem("a", "a"),
            on_action=lambda *what: chosen.append((*what, threading.current_thread().name)),
        )
        with running(icon):
            desktop.window  # noqa: B018 - waits for it
            icon.notify(note("Stop it?", actions=(("Keep", Refresh()), ("Stop", Quit())), click_acts=False))
            icon.notify(note("It is ready.", about="ready", actions=(("Open log", OpenLog()),)))
            wait_until(lambda: len(center.on_screen) == 2, "both")
            icon.withdraw("ready")
            wait_until(lambda: len(center.on_screen) == 1, "the second to go")
            center.click("Stop")
            wait_until(lambda: chosen == [(Quit(), None, "icon")], "the command")
            icon.notify(note("another"))
            wait_until(lambda: center.on_screen, "the last")
        assert desktop.messages == []
        assert center.on_screen == {}, "none outlives the icon"

    def test_only_what_is_withdrawn_is_taken_back(self, desktop: WindowsDesktop) -> None:
        icon = self.icon(desktop, KeyedItem("a", "a"))
        with running(icon):
            desktop.window  # noqa: B018 - waits for it
            icon.notify(note("one", about="it"))
            wait_until(lambda: desktop.messages, "the first")
            icon.withdraw("other")
            icon.withdraw("it")
            icon.withdraw("it")
            icon.notify(note("two", about="it"))
            wait_until(lambda: len(desktop.messages) == 2, "both")
            assert desktop.taken_back == 1

    def test_a_taskbar_that_starts_anew_gets_the_icon_again(self, desktop: WindowsDesktop) -> None:
        hosts: list[HostState] = []
        with running(self.icon(desktop, KeyedItem("a", "a"), on_host=hosts.append)):
            desktop.window  # noqa: B018 - waits for it
            shown = len(desktop.tooltips)
            desktop.send(win32.WM_TASKBARCREATED)
            # This taskbar has the icon still, and refuses to add it: the icon is then changed, as told by the tooltip.
            wait_until(lambda: len(desktop.tooltips) > shown, "the icon")
        assert hosts == [HostState.PRESENT]

    def test_a_taskbar_that_comes_late_gets_the_icon(
        self, desktop: WindowsDesktop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("INFO")
        monkeypatch.setattr(windows, "_RETRY_SECONDS", 0.05)
        hosts: list[HostState] = []
        desktop.refusals = 6  # of NIM_ADD, and of NIM_MODIFY after it
        with running(self.icon(desktop, KeyedItem("a", "a"), on_host=hosts.append)):
            wait_until(lambda: hosts == [HostState.PRESENT], "the icon")
        assert caplog.text.count("not there yet") == 1

    def test_waiting_for_a_taskbar_has_an_end(
        self, desktop: WindowsDesktop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(windows, "_RETRY_SECONDS", 0.01)
        monkeypatch.setattr(windows, "_MOST_RETRIES", 3)
        desktop.refusals = 1000
        with running(self.icon(desktop, KeyedItem("a", "a"))):
            wait_until(lambda: "No taskbar took the icon" in caplog.text, "the end of waiting")
            desktop.refusals = 0
            desktop.send_to_icon(win32.WM_TASKBARCREATED)
            wait_until(lambda: desktop.tooltips, "the icon")

    def test_the_end_of_the_session_is_granted_and_ends_the_icon(self, desktop: WindowsDesktop) -> None:
        with running(self.icon(desktop, KeyedItem("a", "a"))) as run:
            assert desktop.send(windows_api.WM_QUERYENDSESSION) == 1
            desktop.send(windows_api.WM_ENDSESSION, 0)
            assert run.thread.is_alive()
            desktop.send(windows_api.WM_ENDSESSION, 1)
            run.wait_for_end()
            assert run.error is None
            assert desktop.icon
            assert desktop.icon.session_ended

    def test_an_installer_that_wants_it_out_of_its_way_ends_the_icon_and_no_session(
        self, desktop: WindowsDesktop
    ) -> None:
        with running(self.icon(desktop, KeyedItem("a", "a"))) as run:
            assert desktop.send(windows_api.WM_QUERYENDSESSION, 0, ENDSESSION_CLOSEAPP) == 1
            desktop.send(windows_api.WM_ENDSESSION, 1, ENDSESSION_CLOSEAPP)
            run.wait_for_end()
            assert desktop.icon
            assert not desktop.icon.session_ended

    @pytest.mark.parametrize("end", ["close", "close while the menu is open", "destroy", "quit the loop"])
    def test_whatever_ends_the_window_ends_the_icon_and_takes_it_away(self, desktop: WindowsDesktop, end: str) -> None:
        with running(self.icon(desktop, KeyedItem("a", "a"))) as run:
            wait_until(lambda: desktop.tooltips, "the icon")
            if end == "destroy":
                window = desktop.window
                assert desktop.icon
                desktop.icon._post(lambda: win32.DestroyWindow(window))
            elif end == "quit the loop":
                ctypes.windll.user32.PostThreadMessageW(run.thread.native_id, _WM_QUIT, 0, 0)
            else:
                if end != "close":
                    desktop.open()
                win32.PostMessage(desktop.window, windows_api.WM_CLOSE, 0, 0)
            run.wait_for_end()
            assert run.error is None
            assert desktop.removed

    def test_what_nobody_handles_is_left_to_windows(self, desktop: WindowsDesktop) -> None:
        with running(self.icon(desktop, KeyedItem("a", "a"))):
            assert desktop.send(0x0014) == 0  # WM_ERASEBKGND without a brush
            assert desktop.send(0x0086, 1) == 1  # WM_NCACTIVATE, which pystray answers with 0

    def test_the_icon_follows_the_taskbars_colour(
        self, desktop: WindowsDesktop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        colours = ["dark"]
        monkeypatch.setattr(windows_api, "taskbar_colour", lambda: colours[0])
        with running(self.icon(desktop, KeyedItem("a", "a"))):
            desktop.window  # noqa: B018 - waits for it
            shown = len(desktop.icons)
            desktop.send(windows_api.WM_SETTINGCHANGE)
            colours[0] = "light"
            desktop.send(windows_api.WM_SETTINGCHANGE)
            wait_until(lambda: len(desktop.icons) > shown, "another picture")


@pytest.mark.parametrize(
    ("value", "colour"), [(1, "light"), (0, "dark"), (None, "dark")], ids=["light", "dark", "unset"]
)
def test_the_taskbars_colour_is_read_from_the_registry(
    value: int | None, colour: Taskbar, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = r"Software\notebook-tray tests"
    monkeypatch.setattr(windows_api, "_PERSONALIZE", ours)
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, ours) as key:
        try:
            if value is not None:
                winreg.SetValueEx(key, "SystemUsesLightTheme", 0, winreg.REG_DWORD, value)
            assert windows_api.taskbar_colour() is colour
        finally:
            winreg.DeleteKey(winreg.HKEY_CURRENT_USER, ours)
