"""The CLIPBOARD selection of an X server.

Protocol: Inter-Client Communication Conventions Manual (ICCCM), section 2.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from Xlib import X, Xatom
from Xlib.display import Display
from Xlib.error import ConnectionClosedError, DisplayError, XauthError, XError
from Xlib.protocol import event as xevent

if TYPE_CHECKING:
    from Xlib.xobject.drawable import Window

_log = logging.getLogger(__name__)


class X11Selection:
    """Owns CLIPBOARD on the display called `display_name`, offering `contents` by target.

    :raises OSError: there is no such display, it does not let us in, or another program kept the clipboard
    """

    def __init__(self, contents: Mapping[str, bytes], display_name: str) -> None:
        try:
            self._display = Display(display_name)
        except (DisplayError, XauthError, ConnectionClosedError) as error:
            raise ConnectionError(f"X display {display_name}: {error}") from error
        try:
            # By default python-xlib prints errors. The only error to expect is that a requestor is gone too early.
            self._display.set_error_handler(lambda error, _: _log.debug("X11: %s", error))
            self._clipboard = self._display.intern_atom("CLIPBOARD")
            self._targets = self._display.intern_atom("TARGETS")
            self._timestamp = self._display.intern_atom("TIMESTAMP")
            self._multiple = self._display.intern_atom("MULTIPLE")
            self._contents = {self._display.intern_atom(name): content for name, content in contents.items()}
            self._window = self._display.screen().root.create_window(
                0, 0, 1, 1, 0, X.CopyFromParent, event_mask=X.PropertyChangeMask
            )
            self._owned_since = self._server_time()
            self._window.set_selection_owner(self._clipboard, self._owned_since)
            if self._display.get_selection_owner(self._clipboard) != self._window:
                raise ConnectionError(f"X display {display_name}: CLIPBOARD stayed with another program")
        except BaseException:
            self.close()
            raise

    def fileno(self) -> int:
        """Return the connection's descriptor."""
        return self._display.fileno()

    def answer(self) -> bool:
        """Answer all requests that are waiting; return whether CLIPBOARD is still ours."""
        try:
            while self._display.pending_events():
                event = self._display.next_event()
                if isinstance(event, xevent.SelectionClear) and event.atom == self._clipboard:
                    return False
                if isinstance(event, xevent.SelectionRequest):
                    self._answer(event)
                # Inside the loop, since flush() also reads (python-xlib, Display.send_and_recv). An event that it reads
                # goes into the queue and no longer makes the descriptor readable.
                self._display.flush()
        except ConnectionClosedError:
            return False
        return True

    def close(self) -> None:
        """Leave the display; the server frees the clipboard if it is still ours."""
        self._contents = {}
        try:
            self._display.close()
        except ConnectionClosedError:
            _log.debug("The X server was gone first")

    def _server_time(self) -> int:
        """Return the server's time. A request for ownership needs a time, and CurrentTime would not do (2.1)."""
        self._window.change_property(Xatom.WM_NAME, Xatom.STRING, 8, b"", X.PropModeAppend)
        while True:
            event = self._display.next_event()
            if isinstance(event, xevent.PropertyNotify):
                return int(event.time)

    def _answer(self, request: xevent.SelectionRequest) -> None:
        # A client from before ICCCM names no property. The target's name is then the property's (2.2).
        place = request.property or request.target
        if request.target == self._multiple:
            is_done = bool(request.property) and self._put_several(request.requestor, place)
        else:
            is_done = self._put(request.requestor, place, request.target)
        notice = xevent.SelectionNotify(
            time=request.time,
            requestor=request.requestor,
            selection=request.selection,
            target=request.target,
            property=place if is_done else X.NONE,
        )
        request.requestor.send_event(notice)

    def _put(self, requestor: Window, place: int, target: int) -> bool:
        if target == self._targets:
            known = [self._targets, self._multiple, self._timestamp, *self._contents]
            requestor.change_property(place, Xatom.ATOM, 32, known)
        elif target == self._timestamp:
            requestor.change_property(place, Xatom.INTEGER, 32, [self._owned_since])
        elif target in self._contents:
            requestor.change_property(place, target, 8, self._contents[target])
        else:
            return False
        return True

    def _put_several(self, requestor: Window, place: int) -> bool:
        """Answer MULTIPLE: the property at `place` holds pairs of a target and a property.

        In a pair that can't be answered, the property becomes None (2.6.2).
        """
        try:
            asked = requestor.get_full_property(place, X.AnyPropertyType)
        except XError:
            return False
        if asked is None or asked.format != 32:
            return False
        words: Sequence[int] = asked.value
        pairs = list(zip(words[::2], words[1::2], strict=False))
        done = [(target, where if self._put(requestor, where, target) else X.NONE) for target, where in pairs]
        requestor.change_property(place, asked.property_type, 32, [word for pair in done for word in pair])
        return True
