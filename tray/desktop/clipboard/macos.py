"""The clipboard on macOS: the general pasteboard, which keeps what a program has copied after the program has ended."""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TypeVar

from tray.desktop.clipboard.base import MAXIMUM_BYTES, PRESIGNED_URL_SECONDS, Clipboard
from tray.model.problems import ExitStatus, Kind, TrayError

_log = logging.getLogger(__name__)

T = TypeVar("T")

# Types that clipboard managers look for, with any content: they mark a text as secret, and as there only for a moment.
# http://nspasteboard.org
_MARKS = ("org.nspasteboard.ConcealedType", "org.nspasteboard.TransientType")

_MAIN_THREAD_WITHIN_SECONDS = 10.0


class MacClipboard(Clipboard):
    """Copies to the general pasteboard of this Mac alone: Universal Clipboard hands the text to no other device.

    The state of this object belongs to the main thread, and so needs no lock.
    """

    def __init__(self) -> None:
        self._forgetting: threading.Timer | None = None
        # The pasteboard's change count after we copied; the count rises whenever a program copies something.
        self._ours: int | None = None

    def copy_secret(self, text: str, *, lifetime_seconds: float = PRESIGNED_URL_SECONDS) -> None:
        """See `Clipboard.copy_secret`. May be called from any thread while the icon runs; else on the main thread."""
        if len(text.encode()) > MAXIMUM_BYTES:
            raise ValueError(f"a text for the clipboard has at most {MAXIMUM_BYTES} bytes")
        _on_main(partial(self._copy, text, lifetime_seconds))

    def clear(self) -> None:
        """See `Clipboard.clear`. What another program has copied since stays."""
        try:
            _on_main(self._clear)
        except TrayError as error:
            _log.info("The link stays on the clipboard: %s", error)

    # From here on, everything runs on the main thread.

    def _copy(self, text: str, lifetime_seconds: float) -> None:
        from AppKit import NSPasteboard, NSPasteboardContentsCurrentHostOnly, NSPasteboardTypeString

        board = NSPasteboard.generalPasteboard()
        # As clearContents does, but new contents are for this Mac alone.
        board.prepareForNewContentsWithOptions_(NSPasteboardContentsCurrentHostOnly)
        # The marks first: a clipboard manager may look at any moment.
        for mark in _MARKS:
            board.setString_forType_("", mark)
        if not board.setString_forType_(text, NSPasteboardTypeString):
            raise _not_copied("taken")
        self._ours = board.changeCount()
        if self._forgetting is None:
            # The pasteboard outlives this process. If the process is killed, the URL that stays on it soon expires.
            atexit.register(self.clear)
        else:
            self._forgetting.cancel()
        self._forgetting = threading.Timer(lifetime_seconds, self.clear)
        self._forgetting.daemon = True
        self._forgetting.start()

    def _clear(self) -> None:
        from AppKit import NSPasteboard

        board = NSPasteboard.generalPasteboard()
        if self._ours is not None and board.changeCount() == self._ours:
            board.clearContents()
        self._ours = None


def _on_main(work: Callable[[], T]) -> T:
    """Do `work` on the main thread, as AppKit's classes need unless they say otherwise.

    :raises TrayError: (desktop) the main thread did not begin the work in time
    """
    from Foundation import NSThread
    from PyObjCTools import AppHelper

    if NSThread.isMainThread():
        return work()
    done: Future[T] = Future()

    def do() -> None:
        if done.set_running_or_notify_cancel():
            try:
                done.set_result(work())
            except Exception as error:  # noqa: BLE001 - raised on the waiting thread
                done.set_exception(error)

    AppHelper.callAfter(do)
    try:
        return done.result(_MAIN_THREAD_WITHIN_SECONDS)
    except TimeoutError:
        if done.cancel():  # so that the text is not copied after we said that it was not
            raise _not_copied("busy") from None
        return done.result()


def _not_copied(why: str) -> TrayError:
    return TrayError("link-not-copied", kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP, why=why)
