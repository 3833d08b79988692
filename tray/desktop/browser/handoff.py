"""From a presigned URL to a page in the user's browser, without the URL in any process's arguments."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from tray.desktop.browser.browsers import find_browsers
from tray.desktop.browser.launch import run_browser
from tray.desktop.browser.redirect import OneShotRedirect
from tray.model.problems import ExitStatus, Kind, TrayError

if TYPE_CHECKING:
    from tray.model.activation import Activation

_log = logging.getLogger(__name__)

HAND_OFF_SECONDS = 60.0
# How long a page is kept after a browser's command has failed: some fail after they have handed the address on
# (explorer.exe ends with 1 whatever it did).
_AFTER_FAILURE_SECONDS = 4.0
# Of a shell: the program was not found, or can't be run. It has handed nothing on.
_NEVER_RAN = frozenset({126, 127})


def hand_off(url: str, *, lifetime_seconds: float = HAND_OFF_SECONDS, activation: Activation | None = None) -> None:
    """Open `url` in the default browser; return once the browser has fetched it.

    Blocks its thread until then; several hand-offs may run at once. Browsers are tried one after the other: when one
    can't be started, or fails and nobody asks for the page within some seconds, the next is tried. The call waits
    `lifetime_seconds` at most, and a started browser outlives this process. The first browser that starts gets the
    token of `activation`. The activation ends with this call.

    :raises TrayError: (desktop) no browser could be started, none asked for the page in time, what asked for it runs
        as another user, or this machine's loopback can't be listened on
    :raises ValueError: `url` holds characters that an HTTP header cannot carry
    """
    try:
        try:
            page = OneShotRedirect(url, lifetime_seconds)
        except OSError as error:
            raise _desktop_error("page-not-shown", reason=error.strerror or "") from error
        with page as redirect:
            search = _Search(redirect, activation)
            # On a separate thread: a browser in the foreground, or a look-up that hangs, may take for ever.
            threading.Thread(target=search.run, name="browser", daemon=True).start()
            if redirect.wait():
                return
    finally:
        if activation is not None:
            activation.end()
    raise search.error(lifetime_seconds)


class _Search:
    """Tries one browser after the other, until the page is fetched or closed."""

    def __init__(self, redirect: OneShotRedirect, activation: Activation | None) -> None:
        self._redirect = redirect
        self._activation = activation
        self._failures: list[tuple[str, int | None]] = []
        self._is_over = False  # every browser failed. One that ended well may have left the page to another process

    def run(self) -> None:
        try:
            if self._handed_on():
                return
        except Exception:  # noqa: BLE001 - otherwise the user would wait for a page that nobody was asked to open
            _log.exception("The look for a browser failed")
        self._is_over = True
        self._redirect.close()

    def _handed_on(self) -> bool:
        """Try each browser; return whether one may have taken the page, so that no other is to be tried."""
        for browser in find_browsers():
            if self._redirect.finished:
                return True
            failure = run_browser(browser, self._redirect.url, self._activation)
            if failure is None:
                return True
            self._failures.append(failure)
            ran = failure[1] is not None and failure[1] not in _NEVER_RAN
            if ran and (self._redirect.wait(_AFTER_FAILURE_SECONDS) or self._redirect.finished):
                return True
        return False

    def error(self, waited_seconds: float) -> TrayError:
        """Return why the page was not fetched. The error names programs and exit statuses, and no address."""
        if (refused := self._redirect.refused) is not None:
            return _desktop_error("browser-of-another-user", uid=refused.uid)
        if not self._is_over:
            return _desktop_error("browser-did-not-ask", seconds=f"{waited_seconds:.0f}")
        if self._failures:
            return _desktop_error("browsers-failed", failures=tuple(self._failures))
        return _desktop_error("no-browser")


def _desktop_error(code: str, **places: Any) -> TrayError:
    return TrayError(code, kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP, **places)
