"""The page that shows a device code, for the user to compare with the code on the sign-in page."""

from __future__ import annotations

import threading
from html import escape
from typing import TYPE_CHECKING

from tray.pages.html import paragraphs
from tray.pages.visit import PageVisit, button
from tray.texts import pages as texts

if TYPE_CHECKING:
    from tray.model.sign_in import DeviceCode


class DeviceCodePage(PageVisit):
    """Shows `code` and a link to the page that confirms it; the Cancel button sets `cancelled`.

    :raises OSError: this machine's loopback can't be listened on
    """

    def __init__(self, code: DeviceCode, cancelled: threading.Event) -> None:
        self._code = code
        lifetime_seconds = code.expires_in_seconds + 60.0
        super().__init__(
            self._shown, lambda _: None, cancelled, lifetime_seconds, name="device code page", refreshing=True
        )

    def _shown(self) -> tuple[str, str]:
        minutes = max(1, self._code.expires_in_seconds // 60)
        title, message = texts.confirm()
        return title, (
            f"{paragraphs(message)}"
            f'<output aria-label="{escape(texts.your_code())}">{escape(self._code.user_code)}</output>'
            f"{paragraphs(texts.holds_for(minutes))}"
            f'<a class="button" href="{escape(self._code.complete_url)}" target="_blank" rel="noopener noreferrer">'
            f"{escape(texts.open_sign_in_page())}</a>"
            f"{self.form(button('cancel', texts.cancel(), other=True))}"
        )
