"""The clipboard on Linux: Wayland's or X11's, owned by this program itself.

No other program is run for it: wl-copy writes the text to a temporary file, and xclip is not installed everywhere.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Mapping

from tray.desktop.clipboard.base import PRESIGNED_URL_SECONDS, Clipboard, contents_of
from tray.desktop.clipboard.held import HeldSelection, Selection
from tray.model.problems import ExitStatus, Kind, TrayError

_log = logging.getLogger(__name__)


class LinuxClipboard(Clipboard):
    """Copies to the desktop that the environment names at that moment."""

    def __init__(self) -> None:
        self._held: HeldSelection | None = None
        self._copying = threading.Lock()

    def copy_secret(self, text: str, *, lifetime_seconds: float = PRESIGNED_URL_SECONDS) -> None:
        """See `Clipboard.copy_secret`."""
        contents = contents_of(text)
        with self._copying:
            before, self._held = self._held, HeldSelection(_take(contents, os.environ), lifetime_seconds)
            if before is not None:
                before.release()

    def clear(self) -> None:
        """See `Clipboard.clear`."""
        with self._copying:
            if self._held is not None:
                self._held.release()
                self._held = None


def _take(contents: Mapping[str, bytes], environment: Mapping[str, str]) -> Selection:
    """Offer `contents` on the clipboard of the desktop that `environment` names.

    :raises TrayError: (desktop) there is no desktop, or its clipboard is closed to programs without a window
    """
    is_wayland = bool(environment.get("WAYLAND_DISPLAY")) or environment.get("XDG_SESSION_TYPE") == "wayland"
    if is_wayland:
        from tray.desktop.clipboard.wayland import WaylandSelection

        try:
            return WaylandSelection(contents, environment)
        except OSError as error:
            _log.info("Wayland's clipboard is not open to us: %s", error)
    # XWayland hands on the clipboard of an X11 program. On GNOME it always does, and GNOME has no other way for a
    # program without a window. On KWin and wlroots it does so only while an X11 window has the focus: copying would
    # seem to work, but the text would not arrive.
    is_gnome = "GNOME" in environment.get("XDG_CURRENT_DESKTOP", "").split(":")
    if environment.get("DISPLAY") and (is_gnome or not is_wayland):
        # Imported here and not at the top: python-xlib takes longer to import than the icon takes to appear.
        from tray.desktop.clipboard.x11 import X11Selection

        try:
            return X11Selection(contents, environment["DISPLAY"])
        except OSError as error:
            _log.info("X11's clipboard is not open to us: %s", error)
    elif is_wayland:
        raise _not_copied("closed")
    raise _not_copied("no-desktop")


def _not_copied(why: str) -> TrayError:
    return TrayError("link-not-copied", kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP, why=why)
