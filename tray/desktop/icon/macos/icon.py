"""The tray icon on macOS: pystray's icon, with what pystray lacks.

AppKit belongs to the main thread (https://developer.apple.com/library/archive/documentation/Cocoa/Conceptual/\
Multithreading/ThreadSafetySummary/ThreadSafetySummary.html), and newer systems end a program that touches a menu from
another thread. pystray 0.19.5 touches the menu from any thread that sets something (moses-palmer/pystray#60). It gives
a click to the item that is at the clicked index when the click arrives, and has no picture for Retina displays (#163).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import AppKit
from Foundation import NSAppleEventManager, NSObject
from PyObjCTools import AppHelper
from pystray._darwin import Icon as PystrayIcon

from tray.desktop.icon.artwork import Artwork
from tray.desktop.icon.base import HostState
from tray.desktop.icon.macos.center import Center, is_signed_bundle
from tray.desktop.icon.macos.image import template_image
from tray.desktop.icon.macos.notifications import Notifications
from tray.desktop.icon.macos.signals import signals_wake
from tray.desktop.icon.menu_evaluation import evaluate
from tray.desktop.icon.menutree import EMPTY, ItemKind, Node
from tray.desktop.icon.steps import SteppedIcon

if TYPE_CHECKING:
    from tray.model.commands import Command
    from tray.model.notification import Notification

# kCoreEventClass and kAEQuitApplication (AERegistry.h): what a logout sends to every program, and the Dock's Quit.
_CORE_EVENT, _QUIT = (int.from_bytes(code, "big") for code in (b"aevt", b"quit"))
# kAEQuitReason, which a logout adds to what it sends, and its values kAEReallyLogOut, kAERestart, kAEShutDown and
# kAEQuitAll (AERegistry.h). The Dock's Quit has none.
_QUIT_REASON = int.from_bytes(b"why?", "big")
_LEAVING = frozenset(int.from_bytes(code, "big") for code in (b"rlgo", b"rest", b"shut", b"quia"))


class Icon(SteppedIcon, PystrayIcon):
    """A `TrayIcon` (see `base.py`) for macOS; an `icon` may be an `Artwork` or one PIL image.

    The icon must be made and `run` on the main thread.

    The menu is made anew when it is about to open, and at no other time. So nothing moves under the pointer, and a
    click reaches the item that it was on. `attention` itself shows nothing, as the menu bar has no such state: the
    shape of the icon shows it.
    """

    HAS_DEFAULT_ACTION = False
    HAS_MENU = True
    HAS_MENU_RADIO = False
    HAS_NOTIFICATION = True

    def __init__(self, name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(name, *args, **kwargs)
        self.attention = False
        self._notifications = Notifications()
        self._center: Center | None = None  # until the first notification
        self._menu_is_stale = True
        # These belong to the main thread.
        self._host_told = False
        self._menu_is_open = False
        self._tree = EMPTY
        self._shown_menu = AppKit.NSMenu.alloc().initWithTitle_(name)
        # Kept here, since a menu holds no reference to its delegate, and an item none to its target.
        self._responder = MenuResponder.alloc().init()
        self._responder.icon = self

    def run(self, setup: Callable[[Any], object] | None = None) -> None:
        """Show the icon until `stop`. It may be called once for an icon, on the main thread, on which callbacks run.

        `setup` runs on a separate thread; without `setup`, the icon just becomes visible.
        """
        with signals_wake(partial(AppHelper.callAfter, _nothing)):
            try:
                self._prepare()
                # These two are pystray's: they start the setup thread, then mark the menu as stale and let setup go on.
                self._start_setup(partial(self._set_up, setup))
                self._mark_ready()
                self._begin_steps()
                with self._quitting_on_request():
                    self._app.run()
            finally:
                self._end_steps()
                if self._center is not None:
                    self._center.close()
                self._running = self._visible = False
                self._shown_menu.setDelegate_(None)
                self._status_bar.removeStatusItem_(self._status_item)

    def stop(self) -> None:
        """Make `run` return, also if it has yet to begin."""
        self._post(self._end)

    def notify(self, notification: Notification) -> None:
        """Show a notification: with buttons in a signed application bundle, else without; see `TrayIcon.notify`."""
        if not self._ended:
            if is_signed_bundle():
                self._post(partial(self._show_in_center, notification))
            else:
                self._show_without_buttons(notification)

    def withdraw(self, about: str) -> None:
        """See `TrayIcon.withdraw`. Notification Center can't take back what osascript showed."""
        self._post(partial(self._withdraw_from_center, about))

    # pystray's setters call these, on any thread.

    def _show(self) -> None:
        # pystray sets this after we return, when the main thread may have shown it already.
        self._visible = True
        self._post(self._apply_visibility)

    def _hide(self) -> None:
        self._visible = False
        self._post(self._apply_visibility)

    def _update_icon(self) -> None:
        self._icon_valid = True
        self._post(self._apply_icon)

    def _update_title(self) -> None:
        self._post(self._apply_title)

    def _update_menu(self) -> None:
        self._menu_is_stale = True

    def _wake(self) -> None:
        AppHelper.callAfter(self._take_steps)

    def _show_without_buttons(self, notification: Notification) -> None:
        self._notifications.show(notification.title, notification.whole_text)

    def _do_action(self, command: Command) -> None:
        self._post(partial(self._act, command, None))

    # From here on, everything runs on the main thread.

    def _show_in_center(self, notification: Notification) -> None:
        if self._center is None:
            self._center = Center(choose=self._do_action, instead=self._show_without_buttons)
        self._center.show(notification)

    def _withdraw_from_center(self, about: str) -> None:
        if self._center is not None:
            self._center.withdraw(about)

    def _prepare(self) -> None:
        # No icon in the Dock and no application menu. A bundle says the same with LSUIElement.
        self._app.setActivationPolicy_(AppKit.NSApplicationActivationPolicyAccessory)
        # Without it, macOS keeps place and visibility under a name that all programs of one Python share.
        self._status_item.setAutosaveName_(self.name)
        self._shown_menu.setAutoenablesItems_(False)
        self._shown_menu.setDelegate_(self._responder)
        self._status_item.setMenu_(self._shown_menu)
        self._post(self._apply_title)

    @contextmanager
    def _quitting_on_request(self) -> Iterator[None]:
        """Stop the icon when the system asks the program to quit. AppKit itself would call exit() and bypass Python."""
        events = NSAppleEventManager.sharedAppleEventManager()

        def take_over() -> None:
            events.setEventHandler_andSelector_forEventClass_andEventID_(
                self._responder, "quit:reply:", _CORE_EVENT, _QUIT
            )

        # Called once the loop runs, since AppKit sets its own handler while the loop starts.
        AppHelper.callAfter(take_over)
        try:
            yield
        finally:
            events.removeEventHandlerForEventClass_andEventID_(_CORE_EVENT, _QUIT)

    def _apply_icon(self) -> None:
        icon = self._icon
        if icon is not None:
            self._icon_image = template_image(icon if isinstance(icon, Artwork) else Artwork.of(icon))
            self._status_item.button().setImage_(self._icon_image)

    def _apply_title(self) -> None:
        super()._update_title()
        self._status_item.button().setAccessibilityLabel_(self.title or self.name)

    def _apply_visibility(self) -> None:
        self._status_item.button().setHidden_(not self._visible)
        if self._visible and not self._host_told:
            self._host_told = True
            if self._on_host is not None:
                # Every Mac has a menu bar.
                self._guard(partial(self._on_host, HostState.PRESENT), "on_host")

    def _end(self) -> None:
        if self._menu_is_open:
            # An open menu has its own loop, which would go on until the user closes the menu.
            self._shown_menu.cancelTrackingWithoutAnimation()
        super()._stop()

    def _menu_needs_update(self) -> None:
        if self._menu_is_open:
            return
        if self._on_open is not None:
            self._guard(self._on_open, "on_open")
            # At once, so that the user sees what on_open did to the icon as well.
            self._take_steps()
        if self._menu_is_stale:
            self._menu_is_stale = False
            self._guard(self._make_menu, "The menu")

    def _make_menu(self) -> None:
        # Evaluated as a whole before anything is removed: if the evaluation fails, the old menu stays.
        self._tree = evaluate(self._menu, self._tree)
        self._shown_menu.removeAllItems()
        self._fill(self._shown_menu, self._tree.root)

    def _fill(self, shown: AppKit.NSMenu, parent: Node) -> None:
        for node in parent.children:
            shown.addItem_(self._item(node))

    def _item(self, node: Node) -> AppKit.NSMenuItem:
        if node.kind is ItemKind.SEPARATOR:
            return AppKit.NSMenuItem.separatorItem()
        item = AppKit.NSMenuItem.alloc().initWithTitle_action_keyEquivalent_(node.label, None, "")
        item.setEnabled_(node.enabled)
        if node.kind is ItemKind.SUBMENU:
            submenu = AppKit.NSMenu.alloc().initWithTitle_(node.label)
            submenu.setAutoenablesItems_(False)
            self._fill(submenu, node)
            item.setSubmenu_(submenu)
            return item
        item.setTarget_(self._responder)
        item.setAction_("choose:")
        # The click brings back the node that the user pointed at, even if the menu has changed meanwhile.
        item.setRepresentedObject_(node)
        if node.kind is not ItemKind.ACTION:
            item.setState_(AppKit.NSControlStateValueOn if node.checked else AppKit.NSControlStateValueOff)
        return item

    def _choose(self, node: Node) -> None:
        """Run an item's action, then update the menu, as pystray does after every choice."""
        if node.item is not None:
            self._guard(partial(node.item, self), f"The menu item “{node.label}”")
            self.update_menu()


class MenuResponder(NSObject):
    """The object that AppKit calls on the main thread: the menu's delegate, the items' target, and the quit handler.

    AppKit calls its methods by their Objective-C selectors. The name of the class is global to the process.
    """

    icon: Icon

    def menuNeedsUpdate_(self, _menu: AppKit.NSMenu) -> None:  # noqa: N802
        """NSMenuDelegate: the menu is about to open."""
        self.icon._menu_needs_update()

    def menuWillOpen_(self, _menu: AppKit.NSMenu) -> None:  # noqa: N802
        """NSMenuDelegate: the menu opens."""
        self.icon._menu_is_open = True

    def menuDidClose_(self, _menu: AppKit.NSMenu) -> None:  # noqa: N802
        """NSMenuDelegate: the menu closed. AppKit sends the choice after this."""
        self.icon._menu_is_open = False

    def choose_(self, sender: AppKit.NSMenuItem) -> None:
        """Run the action of the item that was clicked."""
        node = sender.representedObject()
        if isinstance(node, Node):
            self.icon._choose(node)

    def quit_reply_(self, event: object, _reply: object) -> None:
        """End the program at the system's request. The reply has no error, so it means yes."""
        self.icon.session_ended = _reason_of(event) in _LEAVING
        self.icon.stop()


def _reason_of(event: Any) -> int:
    """Return why the system asks the program to quit, as a four-character code; 0 if it gives no reason."""
    reason = event.attributeDescriptorForKeyword_(_QUIT_REASON)
    return 0 if reason is None else int(reason.enumCodeValue() or reason.typeCodeValue())


def _nothing() -> None:
    """Let the main thread run Python code."""
