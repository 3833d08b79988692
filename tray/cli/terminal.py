"""What a command's sign-in shows and asks: on the terminal, and in the browser if there is one."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING

import click

from tray.cli.output import say
from tray.cli.streams import is_terminal
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.model.sign_in import SignInCancelled
from tray.texts import commands as texts

if TYPE_CHECKING:
    from tray.model.problems import Problem
    from tray.model.prompts import Callback
    from tray.model.sign_in import DeviceCode, MfaQuestion


class TerminalSurface:
    """The prompts of a command's sign-in. `cancel` may be called from any thread."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()

    @property
    def cancelled(self) -> bool:
        """Whether the user cancelled."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Cancel the sign-in: it ends the next time it checks `cancelled`."""
        self._cancelled.set()

    def callback(self, state: str) -> AbstractContextManager[Callback]:
        """Listen for the browser's return inside the block.

        :raises OSError: this machine's loopback can't be listened on
        """
        from tray.pages.callback import CallbackPage

        return CallbackPage(state, self._cancelled)

    def open(self, url: str) -> None:
        """Open a page in the browser, or print its address if there is none: only we can complete that sign-in."""
        from tray.desktop.browser.handoff import hand_off

        say(texts.go_on_in_browser(), err=True)
        try:
            hand_off(url)
        except TrayError as error:
            if error.status is not ExitStatus.NO_DESKTOP:
                raise
            say(texts.open_yourself(url), err=True)

    @contextmanager
    def device_code(self, code: DeviceCode) -> Iterator[None]:
        """Print the code and the address, and open it in a browser if there is one."""
        minutes = max(1, code.expires_in_seconds // 60)
        say(texts.confirm_code(code.url, code.user_code, minutes), err=True)
        # On a separate thread: meanwhile the sign-in polls for the code, which the user may confirm on another device.
        threading.Thread(target=_open_quietly, args=(code.complete_url,), name="browser", daemon=True).start()
        yield

    def mfa_code(self, question: MfaQuestion) -> str:
        """Ask for the digits on the terminal, without echo.

        :raises SignInCancelled: the user cancelled
        :raises TrayError: (desktop) there is no terminal to ask on
        """
        if not is_terminal(sys.stdin):
            raise TrayError(
                "mfa-without-terminal",
                kind=Kind.DESKTOP,
                status=ExitStatus.NO_DESKTOP,
                aws_profile=question.aws_profile,
                serial=question.serial,
            )
        if question.refused:
            say(question.refused, err=True)
        try:
            asked: str = click.prompt(
                texts.ask_mfa_code(question.serial, question.aws_profile), hide_input=True, err=True
            )
        except click.Abort:
            raise SignInCancelled from None
        return asked.strip()

    def mfa_done(self, problem: Problem | None) -> None:
        """Say nothing: the command tells how it ended."""


def _open_quietly(url: str) -> None:
    from tray.desktop.browser.handoff import hand_off

    with suppress(TrayError, ValueError):
        hand_off(url)
