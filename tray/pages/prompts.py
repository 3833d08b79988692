"""What a sign-in shows and asks in the user's browser: our pages as the `SignInPrompts` of `tray.model.prompts`."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tray.model.problems import ExitStatus, Kind, Problem, TrayError
from tray.model.sign_in import SignInCancelled
from tray.pages.callback import CallbackPage
from tray.pages.device_code import DeviceCodePage
from tray.pages.mfa import MfaPage

if TYPE_CHECKING:
    from tray.model.sign_in import DeviceCode, MfaQuestion

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.2


class BrowserPrompts:
    """The pages of one sign-in. `open_page` opens an address, and may block until the browser has asked for it.

    `show_code` shows a device code in addition to the page, for example in a notification.
    """

    def __init__(
        self, open_page: Callable[[str], None], *, show_code: Callable[[DeviceCode], None] | None = None
    ) -> None:
        self._open_page = open_page
        self._show_code = show_code
        self._cancelled = threading.Event()
        self._mfa: MfaPage | None = None

    @property
    def cancelled(self) -> bool:
        """Whether the user cancelled."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """End the sign-in: a method that waits raises `SignInCancelled` within half a second."""
        self._cancelled.set()
        mfa = self._mfa
        if mfa is not None:
            mfa.changed()

    def callback(self, state: str) -> CallbackPage:
        """Listen for the browser to return with `state`.

        :raises OSError: this machine's loopback can't be listened on
        """
        return CallbackPage(state, self._cancelled)

    def open(self, url: str) -> None:
        """Open a page in the browser; return once the browser has asked for the page.

        :raises TrayError: (desktop) there is no browser, or the browser didn't ask for the page
        :raises SignInCancelled: the user cancelled meanwhile
        """
        self._wait_for(_Opening(self._open_page, url))

    def _wait_for(self, opening: _Opening) -> None:
        while not opening.over.wait(_LOOK_SECONDS):
            if self.cancelled:
                raise SignInCancelled
        if opening.failure is not None:
            raise opening.failure

    @contextmanager
    def device_code(self, code: DeviceCode) -> Iterator[None]:
        """Show the code inside the block, on a page and with `show_code`.

        :raises TrayError: (desktop) the code can't be shown at all
        """
        try:
            page = DeviceCodePage(code, self._cancelled)
        except OSError as error:
            if self._show_code is None:
                raise _unshown() from error
            self._show_code(code)
            # If our page can't be shown, open AWS' page, which has the code in its address.
            _Opening(self._open_page, code.complete_url)
            yield
            return
        with page:
            opening = _Opening(self._open_page, page.url)
            if self._show_code is not None:
                self._show_code(code)  # where no browser opens, this is what the user has
            else:
                self._wait_for(opening)
            try:
                yield
            except TrayError as error:
                page.finish(error.problem)
                raise
            except SignInCancelled:
                self._cancelled.set()
                raise
            except Exception:
                page.finish(Problem.of("sign-in-own-error"))
                raise
            else:
                page.finish()

    def mfa_code(self, question: MfaQuestion) -> str:
        """Return the digits that the user typed; the page stays open for more questions until `mfa_done`.

        :raises SignInCancelled: the user cancelled, or took longer than 10 minutes
        :raises TrayError: (desktop) the question can't be shown; or (sign-in) the user tried more than 10 times
        """
        if self._mfa is not None:
            if self._mfa.ask_again(question):
                return self._mfa.wait()
            again = _Opening(self._open_page, self._mfa.url)  # the user has closed the page
            return self._mfa.wait(lambda: again.failure)
        try:
            page = self._mfa = MfaPage(question, self._cancelled)
        except OSError as error:
            raise _unshown() from error
        opening = _Opening(self._open_page, page.url)
        return page.wait(lambda: opening.failure)

    def mfa_done(self, problem: Problem | None) -> None:
        """Show on the page, which waits for AWS to check the code, that it was accepted, or what finally went wrong."""
        mfa, self._mfa = self._mfa, None
        if mfa is not None:
            if not self.cancelled:
                mfa.finish(problem)
            mfa.close()


class _Opening:
    """Opens a page on a separate thread, since handing it to a browser may take a minute to fail."""

    def __init__(self, open_page: Callable[[str], None], url: str) -> None:
        self.over = threading.Event()
        self.failure: TrayError | None = None
        self._open_page = open_page
        threading.Thread(target=self._run, args=[url], name="opening a page", daemon=True).start()

    def _run(self, url: str) -> None:
        try:
            self._open_page(url)
        except TrayError as error:
            log.warning("a page of a sign-in was not opened: %s", error)
            self.failure = error
        except Exception:
            log.exception("a page of a sign-in was not opened")
            self.failure = _unshown()
        finally:
            self.over.set()


def _unshown() -> TrayError:
    return TrayError("sign-in-not-shown", kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP)
