"""Windows' toasts, through WinRT: the one module that calls it.

All calls but `look` are for one thread, which lives until the program ends: the handlers of toasts belong to its
apartment. PyWinRT is imported with the first toast, as it takes a tenth of a second and 8 MB.

https://learn.microsoft.com/uwp/api/windows.ui.notifications.toastnotification: a running desktop program hears of
clicks by the events of the `ToastNotification` that it showed, for as long as it keeps that object.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if sys.platform != "win32":
    raise ImportError("toasts are Windows' own")

from tray.desktop.icon.base import NotificationStyle
from tray.desktop.icon.windows import app_id
from tray.desktop.icon.windows.toasts import Handlers, NoToastsError
from tray.desktop.package_identity import is_packaged
from tray.model.problems import TrayError

if TYPE_CHECKING:
    from winrt.system import Object
    from winrt.windows.ui.notifications import ToastDismissedEventArgs, ToastNotification, ToastNotifier

_log = logging.getLogger(__name__)

# 1809: the oldest Windows 10 that Microsoft still supports (LTSC 2019). Older ones may want a shortcut in the Start
# menu for an AppUserModelID.
_OLDEST_BUILD = 17763

_GROUP = "tray"


class ToastCenter:
    """Shows this program's toasts: a `toasts.Center`.

    :raises NoToastsError: this Windows has none for this program
    """

    def __init__(self) -> None:
        _raise_if_unsuited()
        try:
            from winrt.runtime import ApartmentType, init_apartment
            from winrt.windows.data.xml.dom import XmlDocument
            from winrt.windows.ui import notifications
        except (ImportError, OSError) as error:
            raise NoToastsError(f"PyWinRT can't be imported ({error})") from error
        self._document = XmlDocument
        self._winrt = notifications
        try:
            init_apartment(ApartmentType.MULTI_THREADED)
            self._history = notifications.ToastNotificationManager.history  # which says whether Windows has toasts
            app_id.register()
            self._notifier = notifications.ToastNotificationManager.create_toast_notifier(app_id.APP_ID)
        except (OSError, TrayError) as error:
            raise NoToastsError(_reason(error)) from error
        with suppress(OSError):  # what a killed process has left: its buttons would do nothing
            self._history.remove_group(_GROUP, app_id.APP_ID)

    def style(self) -> NotificationStyle:
        """See `toasts.Center.style`."""
        return _style_of(self._notifier)

    def show(self, xml: str, tag: str, handlers: Handlers) -> object:
        """See `toasts.Center.show`."""
        try:
            return self._show(xml, tag, handlers)
        except OSError as error:
            raise NoToastsError(_reason(error)) from error

    def _show(self, xml: str, tag: str, handlers: Handlers) -> ToastNotification:
        document = self._document()
        document.load_xml(xml)
        toast = self._winrt.ToastNotification(document)
        toast.tag = tag
        toast.group = _GROUP
        with suppress(OSError):  # Windows 10 before 1903 doesn't know it
            toast.expires_on_reboot = True
        event_args, user_closed = self._winrt.ToastActivatedEventArgs, self._winrt.ToastDismissalReason.USER_CANCELED

        def activated(_toast: object, given: Object | None) -> None:
            with _guarded():
                if given is not None:
                    handlers.chosen(given.as_(event_args).arguments)

        def dismissed(_toast: object, given: ToastDismissedEventArgs | None) -> None:
            with _guarded():
                # One that timed out may be in the Action Center, where its buttons still work.
                if given is not None and given.reason == user_closed:
                    handlers.gone()

        def failed(_toast: object, _given: object) -> None:
            with _guarded():
                handlers.failed()

        toast.add_activated(activated)
        toast.add_dismissed(dismissed)
        toast.add_failed(failed)
        self._notifier.show(toast)
        return toast

    def remove(self, tag: str) -> None:
        """See `toasts.Center.remove`."""
        try:
            self._history.remove(tag, _GROUP, app_id.APP_ID)
        except OSError as error:
            _log.debug("Toast %s is not there to be removed: %s", tag, _reason(error))


def look() -> NotificationStyle:
    """Return how notifications would be shown, without showing or registering anything."""
    try:
        _raise_if_unsuited()
        from winrt.windows.ui.notifications import ToastNotificationManager

        return _style_of(ToastNotificationManager.create_toast_notifier(app_id.APP_ID))
    except (NoToastsError, ImportError, OSError):
        return NotificationStyle.BALLOONS


def _raise_if_unsuited() -> None:
    # Of the system itself: what Windows tells a program depends on the manifest of the program's executable.
    _major, _minor, build = sys.getwindowsversion().platform_version
    if build < _OLDEST_BUILD:
        raise NoToastsError(f"build {build} of Windows is older than Windows 10 1809")
    if is_packaged():
        raise NoToastsError("Windows would not see the AppUserModelID, as Python is from the Microsoft Store")


def _style_of(notifier: ToastNotifier) -> NotificationStyle:
    try:
        setting = notifier.setting
    except OSError:
        # Before the first toast Windows knows no setting (CommunityToolkit/WindowsCommunityToolkit#3626).
        return NotificationStyle.BUTTONS
    match setting.name:
        case "ENABLED":
            return NotificationStyle.BUTTONS
        case "DISABLED_FOR_APPLICATION" | "DISABLED_FOR_USER":
            return NotificationStyle.OFF
        case _policy:
            # The policy that turns toasts off does not affect balloons, its documentation says:
            # https://learn.microsoft.com/windows/client-management/mdm/policy-csp-admx-wpn#notoastnotification
            return NotificationStyle.BALLOONS


@contextmanager
def _guarded() -> Iterator[None]:
    """Let no exception out: in a callback it is undefined what Windows' own code makes of one (PyWinRT's docs)."""
    try:
        yield
    except Exception:  # noqa: BLE001 - whatever it is
        _log.exception("A toast's handler failed")


def _reason(error: Exception) -> str:
    """Return what is known of an error: PyWinRT's have a number, and a text only where Windows has one."""
    code = getattr(error, "winerror", None)
    number = f" {code & 0xFFFFFFFF:#010x}" if isinstance(code, int) else ""
    return f"{type(error).__name__}{number} {getattr(error, 'strerror', None) or ''}".strip()
