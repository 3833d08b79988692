"""The icon for macOS, held to the contract on a stand-in for AppKit, and to what AppKit asks besides."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from tests.contract.icon_contract import IconContract
from tests.support.appkit import run_loop, stand_in
from tests.support.notes import note
from tests.support.osascript import Osascript
from tests.support.running_icon import running
from tests.support.waiting import wait_until
from tray.desktop.icon import HostState, KeyedItem, Menu, TrayIcon
from tray.desktop.icon.artwork import STATES, Artwork
from tray.model.commands import Refresh
from tray.texts.visible import visible

if TYPE_CHECKING:
    from tests.support.appkit.mac import Mac
    from tray.model.commands import Command

# A real Mac has the real AppKit, which is not to be shadowed, and Windows has no pthread_sigmask for the stand-in.
pytestmark = pytest.mark.only_on("linux")


class MacDesktop:
    """A Mac's menu bar and its notifications."""

    def __init__(self, mac: Mac, osascript: Osascript) -> None:
        from tray.desktop.icon.macos.icon import Icon

        class RunHere(Icon):
            """Takes the thread of `run` for the main one."""

            def run(self, setup: Callable[[Any], object] | None = None) -> None:
                run_loop.current.become_main()
                super().run(setup)

        self.icon_class: type[TrayIcon] = RunHere
        self.mac = mac
        self.outline = mac.outline
        self.checked = mac.checked
        self.choose = mac.choose
        self.open = mac.open_menu
        self.osascript = osascript
        self.notifications = osascript.notifications

    def title(self) -> str:
        return str(self.mac.button().tooltip)


@pytest.fixture
def desktop(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[MacDesktop]:
    with stand_in():
        from tests.support.appkit.mac import Mac
        from tray.desktop.icon.macos import notifications as macos_notifications

        osascript = Osascript(tmp_path_factory.mktemp("osascript"))
        monkeypatch.setattr(macos_notifications, "_OSASCRIPT", str(osascript.path))
        yield MacDesktop(Mac(), osascript)


class TestMacIcon(IconContract):
    pass


def icon_of(desktop: MacDesktop, *items: Any, **options: Any) -> TrayIcon:
    return desktop.icon_class("notebook-tray", Artwork.load("idle"), "Notebook Tray", Menu(*items), **options)


def test_a_menu_that_is_open_stays_what_it_is_until_it_is_opened_again(desktop: MacDesktop) -> None:
    names = ["a"]
    icon = icon_of(desktop, lambda: [KeyedItem(name, name) for name in names])
    with running(icon):
        desktop.mac.open_menu()
        names[:] = ["b", "c"]
        icon.update_menu()
        icon.title = "changed"  # a step that the open menu doesn't hold up, after the update
        wait_until(lambda: desktop.title() == "changed", "the title")
        assert desktop.outline() == ["a"]
        desktop.mac.close_menu()
        assert desktop.outline() == ["b", "c"]


def test_appkit_asking_for_the_open_menu_again_changes_nothing(desktop: MacDesktop) -> None:
    """It does for a key that is pressed, which may be some item's."""
    opened: list[str] = []
    icon = icon_of(desktop, KeyedItem("a", lambda _: f"opened {len(opened)}"), on_open=lambda: opened.append("now"))
    with running(icon):
        desktop.mac.open_menu()
        icon.update_menu()
        desktop.mac.on_main(lambda: desktop.mac.status_item_menu()._tell("menuNeedsUpdate:") or True)
        assert desktop.outline() == ["opened 1"]
        desktop.mac.close_menu()


def test_a_click_does_what_was_pointed_at_however_the_menu_changed_meanwhile(desktop: MacDesktop) -> None:
    chosen: list[str] = []
    names = ["a", "b", "c"]

    def items() -> list[KeyedItem]:
        return [KeyedItem(name, name, lambda _icon, item: chosen.append(item.text)) for name in names]

    icon = icon_of(desktop, items)
    with running(icon):
        desktop.mac.open_menu()
        names[:] = ["new", "a", "b"]
        icon.update_menu()
        desktop.choose("b")
        wait_until(lambda: chosen, "the choice")
        assert chosen == ["b"]


def test_what_on_open_changes_is_seen_at_once(desktop: MacDesktop) -> None:
    label = ["old"]

    def opened() -> None:
        label[0] = "new"
        icon.update_menu()
        icon.title = "new title"

    icon = icon_of(desktop, KeyedItem("a", lambda _: label[0]), on_open=opened)
    with running(icon):
        desktop.mac.open_menu()
        assert desktop.mac.button().tooltip == "new title"
        assert desktop.outline() == ["new"]
        desktop.mac.close_menu()


def test_the_menu_is_evaluated_when_it_opens_and_only_if_it_may_have_changed(desktop: MacDesktop) -> None:
    evaluated: list[str] = []

    def items() -> list[KeyedItem]:
        evaluated.append(threading.current_thread().name)
        return [KeyedItem("a", "a")]

    icon = icon_of(desktop, items)
    with running(icon):
        for _ in range(20):
            icon.update_menu()
        desktop.mac.status_item()
        assert evaluated == []
        desktop.outline()
        desktop.outline()
        assert evaluated == ["icon"]


def test_a_menu_that_fails_leaves_the_one_from_before(desktop: MacDesktop, caplog: pytest.LogCaptureFixture) -> None:
    errors: list[Exception] = []
    fails = [False]

    def label(_item: object) -> str:
        if fails[0]:
            raise ZeroDivisionError("of the test")
        return "a"

    icon = icon_of(desktop, KeyedItem("a", label), on_error=errors.append)
    with running(icon):
        assert desktop.outline() == ["a"]
        fails[0] = True
        icon.update_menu()
        assert desktop.outline() == ["a"]
        assert [type(error) for error in errors] == [ZeroDivisionError]
        assert "The menu failed" in caplog.text


def test_what_is_disabled_can_not_be_chosen(desktop: MacDesktop) -> None:
    icon = icon_of(desktop, KeyedItem("a", "a", enabled=False), KeyedItem("b", "b"), KeyedItem("c", "c", enabled=False))
    with running(icon):
        assert desktop.mac.enabled() == ["b"]


@pytest.mark.parametrize("state", STATES)
def test_the_icon_is_a_template_sharp_on_every_display(desktop: MacDesktop, state: str) -> None:
    with running(icon_of(desktop, KeyedItem("a", "a"))) as run:
        run.icon.icon = Artwork.load(state)
        image = wait_until(lambda: desktop.mac.button().image, "the picture")
        assert image.is_template
        for scale in (1, 2):
            picture = image._drawn_at(scale)
            assert picture.size == (image.size.width * scale, image.size.height * scale)
            alpha = picture.convert("RGBA").getchannel("A").histogram()
            # A shape: neither nothing nor a black square.
            assert min(sum(alpha[:32]), sum(alpha[224:])) > 0.15 * picture.width * picture.height


def test_the_states_differ_by_shape(desktop: MacDesktop) -> None:
    from tray.desktop.icon.macos.image import template_pictures

    for scale in (0, 1):
        shapes = {template_pictures(Artwork.load(state))[scale].getchannel("A").tobytes() for state in STATES}
        assert len(shapes) == len(STATES)


def test_writing_is_a_hole_and_a_missing_size_is_made(desktop: MacDesktop) -> None:
    from tray.desktop.icon.macos.image import template_pictures

    picture = Image.new("RGBA", (40, 40), "#5b82f6")
    picture.paste("white", (0, 0, 20, 40))
    for each, size in zip(template_pictures(Artwork.of(picture)), (18, 36), strict=True):
        assert each.size == (size, size)
        assert each.getpixel((1, 1)) == (0, 0, 0, 0)
        assert each.getpixel((size - 2, 1)) == (0, 0, 0, 255)


def test_the_program_is_not_in_the_dock_and_has_a_name_of_its_own_in_the_menu_bar(desktop: MacDesktop) -> None:
    import AppKit

    with running(icon_of(desktop, KeyedItem("a", "a"))):
        item = desktop.mac.status_item()
        application = desktop.mac.on_main(AppKit.NSApplication.sharedApplication)  # type: ignore[attr-defined]
        assert application.activation_policy == AppKit.NSApplicationActivationPolicyAccessory
        assert item.autosave_name == "notebook-tray"
        assert desktop.mac.button().accessibility_label == "Notebook Tray"


def test_hidden_and_shown_again(desktop: MacDesktop) -> None:
    hosts: list[HostState] = []
    with running(icon_of(desktop, KeyedItem("a", "a"), on_host=hosts.append)) as run:
        button = desktop.mac.button()
        run.icon.visible = False
        wait_until(lambda: button.is_hidden, "the icon to go")
        run.icon.visible = True
        desktop.mac.status_item()
        assert hosts == [HostState.PRESENT]


def test_stop_closes_an_open_menu(desktop: MacDesktop) -> None:
    with running(icon_of(desktop, KeyedItem("a", "a"))) as run:
        desktop.mac.open_menu()
        run.icon.stop()
        run.wait_for_end()
        assert run.error is None


def test_a_stop_before_run_holds(desktop: MacDesktop) -> None:
    icon = icon_of(desktop, KeyedItem("a", "a"))
    icon.stop()
    with running(icon) as run:
        run.wait_for_end()
        assert run.error is None


def test_logging_out_ends_run_and_leaves_nothing_in_the_menu_bar(desktop: MacDesktop) -> None:
    with running(icon_of(desktop, KeyedItem("a", "a"))) as run:
        bar = desktop.mac.on_main(__import__("AppKit").NSStatusBar.systemStatusBar)
        desktop.mac.status_item()
        desktop.mac.log_out()
        run.wait_for_end()
        assert run.error is None
        assert bar.items == []


@pytest.mark.parametrize(
    ("reason", "ended"), [(b"rlgo", True), (b"rest", True), (b"shut", True), (b"quia", True), (b"", False)]
)
def test_the_icon_knows_whether_the_session_ends_with_it(desktop: MacDesktop, reason: bytes, ended: bool) -> None:
    icon = icon_of(desktop, KeyedItem("a", "a"))
    with running(icon) as run:
        desktop.mac.status_item()
        assert not icon.session_ended
        desktop.mac.log_out(reason)
        run.wait_for_end()
        assert icon.session_ended is ended


def test_words_in_a_notification_are_never_code_nor_arguments(
    desktop: MacDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the-key")
    words = [
        ('"); doShellScript("x', "\\"),
        ("Zürich → 日本 🎉", "line\nline\u2028\r\0\udc00"),
        ("{text}", "`${1}` */ // </script>"),
    ]
    icon = icon_of(desktop, KeyedItem("a", "a"))
    with running(icon):
        for title, message in words:
            icon.notify(note(message, title))
        wait_until(lambda: len(desktop.notifications()) == len(words), "the notifications")
    shown = [(title, visible(message, keep="\n")) for title, message in words]
    assert desktop.notifications() == shown
    for run in desktop.osascript.runs():
        assert (run / "arguments").read_text() == "-l\nJavaScript\n-\n"
        assert "the-key" not in (run / "environment").read_text()
        assert len((run / "script").read_text().splitlines()) == 4


def test_in_a_signed_bundle_a_notification_has_buttons(desktop: MacDesktop, monkeypatch: pytest.MonkeyPatch) -> None:
    from UserNotifications import UNUserNotificationCenter

    from tray.desktop.icon.macos import icon as macos_icon

    monkeypatch.setattr(macos_icon, "is_signed_bundle", lambda: True)
    center: Any = UNUserNotificationCenter.currentNotificationCenter()
    acted: list[tuple[Command, threading.Thread]] = []
    icon = icon_of(
        desktop,
        KeyedItem("a", "a"),
        on_action=lambda command, _: acted.append((command, threading.current_thread())),
    )
    with running(icon) as run:
        for about in ("one", "two", "three"):
            icon.notify(note("ready", about=about, actions=(("Open", Refresh()),)))
            wait_until(lambda about=about: about in center.shown, "the notification")
        icon.withdraw("three")
        center.press("two", "Open")
        assert wait_until(lambda: acted, "the command") == [(Refresh(), run.thread)]
        wait_until(lambda: list(center.shown) == ["one"], "the one that is over to go")
    assert not center.shown
    assert desktop.notifications() == []


def test_a_notification_that_is_refused_is_logged_without_its_words(
    desktop: MacDesktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from tray.desktop.icon.macos import notifications as macos_notifications

    caplog.set_level("INFO")
    refusing = Osascript(tmp_path, status=1)
    for program in (str(refusing.path), str(tmp_path / "missing")):
        monkeypatch.setattr(macos_notifications, "_OSASCRIPT", program)
        caplog.clear()
        macos_notifications.Notifications().show("secret title", "secret words")
        wait_until(lambda: "macOS shows no notification" in caplog.text, "the log")
        assert "secret" not in caplog.text
