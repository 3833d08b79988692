"""The page that asks for the digits of an MFA device."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from html import escape
from typing import TYPE_CHECKING

from tray.model.mfa_code import MOST_LETTERS, six_digits
from tray.model.problems import Kind, TrayError
from tray.model.sign_in import SignInCancelled
from tray.pages.visit import PageVisit, button
from tray.texts import pages as texts

if TYPE_CHECKING:
    from tray.model.sign_in import MfaQuestion

LIFETIME_SECONDS = 10 * 60.0
MOST_TRIES = 10
_LOOK_SECONDS = 0.2


class MfaPage(PageVisit):
    """Asks for six digits, and asks again if AWS refused them; the Cancel button sets `cancelled`.

    :raises OSError: this machine's loopback can't be listened on
    """

    def __init__(self, question: MfaQuestion, cancelled: threading.Event) -> None:
        self._question = question
        self._reason = question.refused
        self._asking = True
        self._tries = 0
        self._until = time.monotonic() + LIFETIME_SECONDS
        self._came = threading.Event()
        self._digits = ""
        super().__init__(self._shown, self._taken, cancelled, LIFETIME_SECONDS + 60.0, name="MFA page")

    def ask_again(self, question: MfaQuestion) -> bool:
        """Ask again, after AWS refused the digits; return whether a browser still shows the page."""
        watched = self.is_watched()
        self._came.clear()
        self._digits, self._reason, self._asking = "", question.refused, True
        self.changed()
        return watched

    def wait(self, failed: Callable[[], TrayError | None] = lambda: None) -> str:
        """Return the digits that the user typed; raise the error that `failed` returns, if it returns one.

        :raises SignInCancelled: the user cancelled, or took longer than 10 minutes
        :raises TrayError: the user tried more than 10 times
        """
        while not self._came.wait(_LOOK_SECONDS):
            if error := failed():
                raise error
            if self._cancelled.is_set() or time.monotonic() >= self._until:
                raise SignInCancelled
        if self._tries > MOST_TRIES:
            raise _too_often(self._question)
        return self._digits

    def _shown(self) -> tuple[str, str] | None:
        if not self._asking:
            return None
        question = self._question
        alert = f'<p role="alert" id="why">{escape(self._reason)}</p>' if self._reason else ""
        asks = texts.asks_for_digits(f"<b>{escape(question.aws_profile)}</b>", f"<b>{escape(question.serial)}</b>")
        label = escape(texts.six_digits())
        return texts.enter_mfa_code(), (
            f"<p>{asks}</p>{alert}"
            + self.form(
                f'<label for="code">{label}</label>'
                '<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code"'
                # As many as `six_digits` reads: a browser cuts what is pasted to this length, and says nothing.
                f' maxlength="{MOST_LETTERS}"'
                f' required autofocus title="{label}"{" aria-describedby=why" if alert else ""}><br>'
                f"{button('check', texts.go_on())}{button('cancel', texts.cancel(), other=True)}"
            )
        )

    def _taken(self, fields: Mapping[str, str]) -> None:
        if not self._asking:
            return  # a form that was sent twice
        code = six_digits(fields.get("code", ""))
        self._tries += 1
        if self._tries > MOST_TRIES:
            self._asking = False
            self._came.set()
        elif code is None:
            self._reason = texts.not_six_digits()
        else:
            self._digits, self._asking = code, False
            self._came.set()


def _too_often(question: MfaQuestion) -> TrayError:
    return TrayError(
        "too-many-codes",
        kind=Kind.SIGN_IN,
        codes=MOST_TRIES,
        aws_profile=question.aws_profile,
        serial=question.serial,
    )
