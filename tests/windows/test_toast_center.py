"""The way to Windows' toasts: the real PyWinRT, on a Windows that may have none (as Wine), and on stand-ins for its own
classes; and the registry key by which Windows knows whose toasts they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from xml.parsers import expat

import pytest
from winrt.windows.data.xml import dom
from winrt.windows.ui import notifications
from winrt.windows.ui.notifications import NotificationSetting

from tests.support import registry
from tests.support.windows_desktop import is_wine
from tray.desktop.icon.base import NotificationStyle
from tray.desktop.icon.look import look
from tray.desktop.icon.windows import app_id, toast_center
from tray.desktop.icon.windows.toast_center import ToastCenter
from tray.desktop.icon.windows.toasts import Handlers, NoToastsError

KEY = r"Software\Classes\AppUserModelId\NotebookTray.NotebookTray"
XML = '<toast launch="1"><visual><binding template="ToastGeneric"><text>t</text></binding></visual></toast>'


def refused(code: int) -> OSError:
    """Return an error as PyWinRT makes one of an HRESULT, which it takes for signed."""
    return OSError(22, "", None, code - (1 << 32))


class Platform:
    """What WinRT's classes would have shown and been asked."""

    def __init__(self) -> None:
        self.setting: NotificationSetting | OSError = NotificationSetting.ENABLED
        self.shown: list[FakeToast] = []
        self.asked: list[tuple[Any, ...]] = []
        self.refuses = False


class FakeDocument:
    def __init__(self) -> None:
        self.xml = ""

    def load_xml(self, xml: str) -> None:
        expat.ParserCreate().Parse(xml.encode(), True)
        self.xml = xml


class FakeToast:
    def __init__(self, content: FakeDocument) -> None:
        self.content = content
        self.tag = self.group = ""
        self.activated: Callable[[Any, Any], None] = lambda *_: None
        self.dismissed: Callable[[Any, Any], None] = lambda *_: None
        self.failed: Callable[[Any, Any], None] = lambda *_: None

    @property
    def expires_on_reboot(self) -> bool:
        return False

    @expires_on_reboot.setter
    def expires_on_reboot(self, _value: bool) -> None:
        raise refused(0x80004002)  # E_NOINTERFACE, as on a Windows that doesn't know it

    def add_activated(self, handler: Callable[[Any, Any], None]) -> None:
        self.activated = handler

    def add_dismissed(self, handler: Callable[[Any, Any], None]) -> None:
        self.dismissed = handler

    def add_failed(self, handler: Callable[[Any, Any], None]) -> None:
        self.failed = handler


class Untyped:
    """The arguments of a click, which Windows gives as an object without a type."""

    def __init__(self, arguments: str) -> None:
        self.arguments = arguments

    def as_(self, wanted: object) -> SimpleNamespace:
        assert wanted is notifications.ToastActivatedEventArgs
        return SimpleNamespace(arguments=self.arguments)


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    platform = Platform()

    class Notifier:
        @property
        def setting(self) -> NotificationSetting:
            if isinstance(platform.setting, OSError):
                raise platform.setting
            return platform.setting

        def show(self, toast: FakeToast) -> None:
            if platform.refuses:
                raise refused(0x803E0115)
            platform.shown.append(toast)

    class History:
        def remove(self, *what: str) -> None:
            platform.asked.append(("remove", *what))
            raise refused(0x80070490)  # ERROR_NOT_FOUND

        def remove_group(self, *what: str) -> None:
            platform.asked.append(("remove_group", *what))
            raise refused(0x80070490)

    def notifier(application: str) -> Notifier:
        platform.asked.append(("notifier", application))
        return Notifier()

    monkeypatch.setattr(toast_center, "_OLDEST_BUILD", 0)
    monkeypatch.setattr(dom, "XmlDocument", FakeDocument)
    monkeypatch.setattr(notifications, "ToastNotification", FakeToast)
    monkeypatch.setattr(
        notifications, "ToastNotificationManager", SimpleNamespace(create_toast_notifier=notifier, history=History())
    )
    with registry.private_registry():
        yield platform


class Heard:
    def __init__(self) -> None:
        self.what: list[str] = []
        self.handlers = Handlers(self.what.append, lambda: self.what.append("gone"), lambda: self.what.append("failed"))


def test_the_real_package_has_what_is_used() -> None:
    manager: Any = notifications.ToastNotificationManager
    used: dict[Any, tuple[str, ...]] = {
        type(manager): ("create_toast_notifier", "history"),
        notifications.ToastNotification: (
            *("add_activated", "add_dismissed", "add_failed"),
            *("tag", "group", "expires_on_reboot"),
        ),
        notifications.ToastNotifier: ("setting", "show"),
        notifications.ToastNotificationHistory: ("remove", "remove_group"),
        notifications.ToastActivatedEventArgs: ("arguments", "as_"),
        notifications.ToastDismissedEventArgs: ("reason",),
        notifications.ToastDismissalReason: ("USER_CANCELED", "APPLICATION_HIDDEN", "TIMED_OUT"),
        notifications.NotificationSetting: ("ENABLED", "DISABLED_FOR_APPLICATION", "DISABLED_FOR_USER"),
        dom.XmlDocument: ("load_xml",),
    }
    assert [(owner, name) for owner, names in used.items() for name in names if not hasattr(owner, name)] == []


def test_the_real_windows_shows_a_toast_or_says_that_it_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toast_center, "_OLDEST_BUILD", 0)
    if is_wine():
        with pytest.raises(NoToastsError, match="OSError 0x80040154"):  # REGDB_E_CLASSNOTREG
            ToastCenter()
        assert look().style is NotificationStyle.BALLOONS
        assert app_id.place() == "", "nothing is registered in vain"
        return
    try:
        center = ToastCenter()
        assert center.show(XML, "1", Heard().handlers)
        center.remove("1")
    finally:
        app_id.unregister()


def test_an_old_windows_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toast_center, "_OLDEST_BUILD", 1_000_000)
    with pytest.raises(NoToastsError, match=r"build \d+ of Windows is older"):
        ToastCenter()
    assert look().style is NotificationStyle.BALLOONS


def test_a_python_of_the_store_shows_no_toasts(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toast_center, "is_packaged", lambda: True)
    with pytest.raises(NoToastsError, match="Microsoft Store"):
        ToastCenter()


def test_a_toast_is_shown_under_our_name(platform: Platform) -> None:
    center, heard = ToastCenter(), Heard()
    kept = center.show(XML, "1a2b-3", heard.handlers)
    (toast,) = platform.shown
    assert kept is toast
    assert (toast.content.xml, toast.tag, toast.group) == (XML, "1a2b-3", "tray")
    assert platform.asked == [
        ("notifier", "NotebookTray.NotebookTray"),
        ("remove_group", "tray", "NotebookTray.NotebookTray"),  # what an earlier run has left
    ]
    center.remove("1a2b-3")
    assert platform.asked[-1] == ("remove", "1a2b-3", "tray", "NotebookTray.NotebookTray")
    assert registry.value(KEY, "DisplayName") == "Notebook Tray"


def test_what_windows_tells_of_a_toast_is_passed_on(platform: Platform) -> None:
    center, heard = ToastCenter(), Heard()
    center.show(XML, "1", heard.handlers)
    (toast,) = platform.shown
    toast.activated(toast, Untyped("7"))
    toast.activated(toast, None)
    reasons = notifications.ToastDismissalReason
    for reason in (reasons.TIMED_OUT, reasons.APPLICATION_HIDDEN, reasons.USER_CANCELED):
        toast.dismissed(toast, SimpleNamespace(reason=reason))
    toast.dismissed(toast, None)
    toast.failed(toast, None)
    assert heard.what == ["7", "gone", "failed"]


def test_no_exception_gets_out_to_windows(platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    center = ToastCenter()
    center.show(XML, "1", Handlers(fail, fail, fail))
    (toast,) = platform.shown
    toast.activated(toast, Untyped("7"))
    toast.failed(toast, None)
    assert caplog.text.count("A toast's handler failed") == 2


def test_a_refused_toast_is_said_with_windows_number(platform: Platform) -> None:
    center = ToastCenter()
    platform.refuses = True
    with pytest.raises(NoToastsError, match="0x803e0115"):
        center.show(XML, "1", Heard().handlers)


@pytest.mark.parametrize(
    ("setting", "style"),
    [
        (NotificationSetting.ENABLED, NotificationStyle.BUTTONS),
        (NotificationSetting.DISABLED_FOR_APPLICATION, NotificationStyle.OFF),
        (NotificationSetting.DISABLED_FOR_USER, NotificationStyle.OFF),
        (NotificationSetting.DISABLED_BY_GROUP_POLICY, NotificationStyle.BALLOONS),
        (NotificationSetting.DISABLED_BY_MANIFEST, NotificationStyle.BALLOONS),
        (refused(0x80070490), NotificationStyle.BUTTONS),  # no toast yet
    ],
)
def test_windows_settings_say_how_notifications_are_shown(
    platform: Platform, setting: NotificationSetting | OSError, style: NotificationStyle
) -> None:
    platform.setting = setting
    assert ToastCenter().style() is style
    assert toast_center.look() is style


def test_the_key_is_written_brought_up_to_date_and_removed() -> None:
    with registry.private_registry():
        assert app_id.place() == ""
        app_id.unregister()
        registry.put(KEY, "IconUri", "of an older installation")
        app_id.register()
        assert registry.value(KEY, "DisplayName") == "Notebook Tray"
        assert str(registry.value(KEY, "IconUri")).endswith("application-toast.png")
        assert app_id.place() == rf"HKEY_CURRENT_USER\{KEY}"
        app_id.unregister()
        assert app_id.place() == ""
