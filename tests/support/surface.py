"""A person's answers to a sign-in, without pages."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from tray.model.sign_in import SignInCancelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.model.problems import Problem
    from tray.model.sign_in import Callback, DeviceCode, MfaQuestion


class Typing:
    """Someone who types MFA codes, one after the other, and cancels when there is none left."""

    def __init__(self, *codes: str | Callable[[], str]) -> None:
        self._codes = list(codes)
        self.questions: list[MfaQuestion] = []
        self.ended: list[Problem | None] = []
        self.cancelled = False

    def mfa_code(self, question: MfaQuestion) -> str:
        self.questions.append(question)
        if not self._codes:
            raise SignInCancelled
        code = self._codes.pop(0)
        return code if isinstance(code, str) else code()

    def mfa_done(self, problem: Problem | None) -> None:
        self.ended.append(problem)

    def open(self, url: str) -> None:
        raise AssertionError(f"no page belongs to an MFA code's sign-in: {url}")

    def callback(self, state: str) -> AbstractContextManager[Callback]:
        raise AssertionError(f"nothing comes back from a browser: {state}")

    def device_code(self, code: DeviceCode) -> AbstractContextManager[None]:
        raise AssertionError(f"there is no device code: {code.url}")
