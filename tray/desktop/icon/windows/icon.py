"""The tray icon on Windows: pystray's icon, with what pystray lacks.

pystray 0.19.5 lets other threads rebuild a menu that is open (moses-palmer/pystray#60). It doesn't check whether the
taskbar took the icon, answers a request to log off with no, and raises if a text is too long.
"""

from __future__ import annotations

import ctypes
import itertools
import logging
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

if sys.platform != "win32":
    raise ImportError("the Windows icon is Windows' own")

from pystray._util import win32
from pystray._win32 import Icon as PystrayIcon

from tray.desktop.icon.artwork import Artwork, Taskbar
from tray.desktop.icon.base import HostState
from tray.desktop.icon.steps import SteppedIcon
from tray.desktop.icon.windows import api
from tray.desktop.icon.windows.balloons import Balloons
from tray.desktop.icon.windows.console import stopped_from_console
from tray.desktop.icon.windows.format import icon_resource, tooltip
from tray.desktop.icon.windows.menu import PopupMenu
from tray.desktop.icon.windows.picture import picture
from tray.desktop.leaving.windows_messages import is_leaving

if TYPE_CHECKING:
    from PIL.Image import Image

    from tray.desktop.icon.pystray_core import MenuItem
    from tray.desktop.icon.windows.toasts import Center, Toasts
    from tray.model.notification import Notification

_log = logging.getLogger(__name__)

_WM_STEPS = win32.WM_USER + 12  # pystray uses 10 and 11

# At login the taskbar may come after the icon. If it takes longer than these retries, it announces itself to all
# windows once it is there.
_RETRY_SECONDS = 2.0
_MOST_RETRIES = 60
_RETRY_TIMER = 1

_numbers = itertools.count()


class Icon(SteppedIcon, PystrayIcon):
    """A `TrayIcon` (see `base.py`) for Windows; an `icon` may be an `Artwork` or one PIL image.

    The menu is made when it is opened and stays as it is until it closes.
    """

    def __init__(self, name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(name, *args, **kwargs)
        self._message_handlers |= {
            _WM_STEPS: self._on_steps,
            win32.WM_NOTIFY: self._on_click,
            win32.WM_DISPLAYCHANGE: self._on_looks_changed,
            win32.WM_TASKBARCREATED: self._on_taskbar_created,
            api.WM_SETTINGCHANGE: self._on_looks_changed,
            api.WM_TIMER: self._on_timer,
            api.WM_INITMENUPOPUP: self._on_menu_popup,
            api.WM_CLOSE: self._on_close,
            api.WM_DESTROY: self._on_destroy,
            api.WM_QUERYENDSESSION: lambda *_: 1,
            api.WM_ENDSESSION: self._on_end_session,
        }
        self._thread = None  # which pystray sets once the loop begins
        self._menu_handle = None  # pystray's own is never made
        self.attention = False  # Windows has no way to ask for it; the picture and the tooltip show it
        self._setup: Callable[[Any], object] | None = None
        self._is_over = threading.Event()
        # These belong to the thread of `run`.
        self._is_added = False
        self._was_told = False
        self._is_destroyed = False
        self._retries = 0
        self._shown: tuple[Any, ...] = ()
        self._shown_tooltip = ""
        self._popup: PopupMenu | None = None
        self._double = False
        self._balloons = Balloons(self._inform, self._act)
        self._toasts: Toasts | None = None  # until the first notification

    def run(self, setup: Callable[[Any], object] | None = None) -> None:
        """Show the icon until `stop`. It may be called once for an icon, and callbacks run on its thread.

        `setup` runs on a separate thread; without `setup`, the icon just becomes visible. It is no error if there is no
        taskbar: the icon waits for one, and `on_host` is told.
        """
        api.see_real_pixels()
        self._setup = setup
        with stopped_from_console(self.stop, self._is_over):
            try:
                self._run()
            finally:
                self._end_steps()
                self._is_over.set()
                self._running = self._visible = self._is_added = False
                self._release_icon()
                if self._toasts is not None:
                    self._toasts.close()

    def stop(self) -> None:
        """Make `run` return, also if it has yet to begin."""
        self._post(self._quit)

    def notify(self, notification: Notification) -> None:
        """Show a notification as a toast with buttons; as a balloon without, where there are no toasts."""
        with self._lock:
            if self._ended:
                return
            if self._toasts is None:
                self._toasts = self._make_toasts()
        self._toasts.show(notification)

    def withdraw(self, about: str) -> None:
        """Take back the toast or balloon about a matter; see `TrayIcon.withdraw`."""
        if self._toasts is not None:
            self._toasts.withdraw(about)

    def _make_toasts(self) -> Toasts:
        from tray.desktop.icon.windows.toasts import Toasts  # here, since the start is to take no longer

        return Toasts(
            choose=lambda command: self._post(partial(self._act, command, None)),
            instead=lambda notification: self._post(partial(self._balloons.show, notification)),
            withdraw_instead=lambda about: self._post(partial(self._balloons.withdraw, about)),
            make_center=_toast_center,
        )

    # pystray's setters call these, on any thread.

    def _show(self) -> None:
        # pystray sets this after we return, when the icon's thread may have looked at it already.
        self._visible = True
        self._post(self._publish)

    def _hide(self) -> None:
        self._visible = False
        if self._thread is threading.current_thread():
            self._take_away()  # at the loop's end, whoever ended it, no step is taken any more
        else:
            self._post(self._publish)

    def _update_icon(self) -> None:
        self._icon_valid = True
        self._post(self._publish)

    def _update_title(self) -> None:
        self._post(self._publish)

    def _update_menu(self) -> None:
        """Do nothing: the menu is made when it is opened."""

    def _wake(self) -> None:
        api.post_message(self._window, _WM_STEPS)

    # From here on, everything runs on the thread of `run`.

    def _register_class(self) -> int:
        """Register our own window class: Windows answers the messages without a handler, and not a plain 0."""
        return int(
            win32.RegisterClassEx(
                win32.WNDCLASSEX(
                    cbSize=ctypes.sizeof(win32.WNDCLASSEX),
                    lpfnWndProc=_WINDOW_PROCEDURE,
                    hInstance=win32.GetModuleHandle(None),
                    lpszClassName=f"{self.name}{next(_numbers)}SystemTrayIcon",
                )
            )
        )

    def _mark_ready(self) -> None:
        self._begin_steps()
        # Only now that there is a window: a setup thread that waits in vain for a window would keep the process alive.
        self._start_setup(partial(self._set_up, self._setup))
        super()._mark_ready()

    @property
    def _window(self) -> int:
        """The icon's window, which is there for as long as `run` goes on."""
        if self._hwnd is None:
            raise RuntimeError("the icon does not run")
        return self._hwnd

    def _mainloop(self) -> None:
        try:
            super()._mainloop()
        except OSError:  # pystray destroys the window at the loop's end
            if not self._is_destroyed:
                raise
            win32.DestroyWindow(self._menu_hwnd)
            self._unregister_class(self._atom)

    def _handle(self, message: int, wparam: int, lparam: int) -> int | None:
        """Handle a message to our window; None leaves it to Windows."""
        handler = self._message_handlers.get(message)
        if handler is None:
            return None
        answer = 0

        def handled() -> None:
            nonlocal answer
            answer = handler(wparam, lparam) or 0

        self._guard(handled, f"Handling the window message {message:#x}")
        return answer

    def _on_steps(self, _wparam: int, _lparam: int) -> None:
        self._take_steps()

    def _quit(self) -> None:
        api.end_menu()
        self._take_away()
        win32.PostQuitMessage(0)

    def _publish(self) -> None:
        """Bring the taskbar up to date with what was set."""
        if not self._visible or self._icon is None:
            self._take_away()
            return
        looks = (self._icon, api.small_icon_size(), api.taskbar_colour())
        words = tooltip(self.title, self.name)
        if self._is_added and looks == self._shown and words == self._shown_tooltip:
            return
        former = self._icon_handle
        if looks != self._shown or former is None:
            self._icon_handle = _handle_of(*looks)
        fields = {"uCallbackMessage": win32.WM_NOTIFY, "hIcon": self._icon_handle, "szTip": words}
        is_shown = self._send(win32.NIM_MODIFY if self._is_added else win32.NIM_ADD, **fields)
        if not is_shown and not self._is_added:
            # A busy taskbar, as at login, may have added the icon but answered too late.
            is_shown = self._send(win32.NIM_MODIFY, **fields)
        self._shown, self._shown_tooltip = looks, words
        if former is not None and former != self._icon_handle:
            win32.DestroyIcon(former)
        if is_shown:
            self._added()
        elif not self._is_added:
            self._wait_for_taskbar()
        else:
            _log.info("The taskbar did not take the icon's new looks")

    def _send(self, code: int, **fields: object) -> bool:
        return api.notify_icon(code, self._window, win32.NIF_MESSAGE | win32.NIF_ICON | win32.NIF_TIP, **fields)

    def _added(self) -> None:
        self._is_added = True
        self._retries = 0
        api.kill_timer(self._window, _RETRY_TIMER)
        if not self._was_told:
            self._was_told = True
            _log.info("The taskbar has the icon")
            if self._on_host is not None:
                self._guard(partial(self._on_host, HostState.PRESENT), "on_host")

    def _wait_for_taskbar(self) -> None:
        if self._retries == 0:
            _log.info("The taskbar is not there yet; trying again every %g seconds", _RETRY_SECONDS)
            api.set_timer(self._window, _RETRY_TIMER, round(1000 * _RETRY_SECONDS))
        self._retries += 1
        if self._retries > _MOST_RETRIES:
            api.kill_timer(self._window, _RETRY_TIMER)
            _log.warning("No taskbar took the icon; waiting for one to say that it is there")

    def _take_away(self) -> None:
        if self._is_added:
            self._is_added = False
            api.notify_icon(win32.NIM_DELETE, self._window, 0)

    def _on_timer(self, _wparam: int, _lparam: int) -> None:
        self._publish()

    def _on_taskbar_created(self, _wparam: int, _lparam: int) -> None:
        self._is_added = False  # the taskbar that had it is gone
        self._retries = 0
        self._publish()

    def _on_looks_changed(self, _wparam: int, _lparam: int) -> None:
        # WM_SETTINGCHANGE says what changed ("ImmersiveColorSet"), but any process may choose the text. To look at the
        # taskbar's colour anew costs less than to read that text. This is done in a step, since the taskbar may be
        # waiting for this handler to return.
        self._post(self._publish)

    def _on_close(self, _wparam: int, _lparam: int) -> None:
        # As `taskkill` without /F asks. Windows' default would destroy the window, and leave the loop running without.
        _log.info("Asked to close")
        self._quit()

    def _on_destroy(self, _wparam: int, _lparam: int) -> None:
        # Whatever destroys the window: a loop without it would wait for ever, and the process hold the claim.
        _log.warning("The icon's window is gone")
        self._is_destroyed = True
        self._quit()

    def _on_end_session(self, is_ending: int, options: int) -> None:
        # What is to be done before the session ends, another window waits for (`leaving/windows.py`).
        if is_ending:
            self.session_ended = is_leaving(options)
            _log.info("The session ends" if self.session_ended else "Asked to make room for an installer")
            self._quit()

    def _inform(self, text: str, title: str, urgent: bool) -> bool:
        return self._is_added and api.notify_icon(
            win32.NIM_MODIFY,
            self._window,
            win32.NIF_INFO,
            szInfo=text,
            szInfoTitle=title,
            dwInfoFlags=0 if urgent else api.NIIF_RESPECT_QUIET_TIME,
        )

    def _on_click(self, _wparam: int, mouse_message: int) -> None:
        if mouse_message == api.NIN_BALLOONUSERCLICK:
            self._balloons.clicked()
        elif mouse_message in (api.WM_MBUTTONUP, api.WM_LBUTTONDBLCLK):
            # A double click is told after its first click, and its second one is to open no menu.
            self._double = mouse_message == api.WM_LBUTTONDBLCLK
            self._secondary()
        elif mouse_message == win32.WM_LBUTTONUP and self._double:
            self._double = False
        elif mouse_message == win32.WM_LBUTTONUP and (default := self._default_item()) is not None:
            self._choose(default)
        elif mouse_message in (win32.WM_LBUTTONUP, win32.WM_RBUTTONUP):
            self._open_menu()

    def _default_item(self) -> MenuItem | None:
        found: list[MenuItem] = []
        self._guard(lambda: found.extend(item for item in self._menu or () if item.default), "The menu")
        return found[0] if found else None

    def _open_menu(self) -> None:
        if self._popup is not None:
            return
        if self._on_open is not None:
            self._guard(self._on_open, "on_open")
        if self._menu is None:
            return
        chosen = None
        self._popup = PopupMenu(self._menu)
        try:
            chosen = self._popup.track(self._window)
        finally:
            self._popup.close()
            self._popup = None
        if chosen is not None:
            self._choose(chosen)

    def _on_menu_popup(self, handle: int, _lparam: int) -> None:
        if self._popup is not None:
            self._popup.fill(handle)

    def _choose(self, item: MenuItem) -> None:
        self._guard(partial(item, self), f"The menu item “{item.text}”")


def _window_procedure(hwnd: int, message: int, wparam: int, lparam: int) -> int:
    icon = Icon._HWND_TO_ICON.get(hwnd)
    answer = icon._handle(message, wparam, lparam) if isinstance(icon, Icon) else None
    return api.default_window_procedure(hwnd, message, wparam, lparam) if answer is None else answer


# Kept for as long as the module is: Windows holds a plain pointer to it.
_WINDOW_PROCEDURE = win32.WNDPROC(_window_procedure)


def _toast_center() -> Center:
    from tray.desktop.icon.windows.toast_center import ToastCenter  # with the first notification

    return ToastCenter()


def _handle_of(icon: Artwork | Image, size: int, taskbar: Taskbar) -> int:
    artwork = icon if isinstance(icon, Artwork) else Artwork.of(icon)
    return api.create_icon(icon_resource(picture(artwork, size, taskbar)), size)
