"""The page that shows a code to compare with that of the sign-in page."""

from __future__ import annotations

import threading
from html import escape
from typing import TYPE_CHECKING

from tray.pages.visit import Visit, button

if TYPE_CHECKING:
    from tray.model.sign_in import DeviceCode


class DeviceCodePage(Visit):
    """Shows `code` and the way to where it is confirmed; its Cancel button sets `cancelled`.

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
        return "Confirm this code at AWS", (
            "<p>Open the sign-in page of AWS, check that it shows the same code, and allow Notebook Tray.</p>"
            f"<output aria-label='Your code'>{escape(self._code.user_code)}</output>"
            f"<p>It holds for {minutes} minutes, and for this computer only. Confirm no code that someone sent you.</p>"
            f'<a class="button" href="{escape(self._code.complete_url)}" target="_blank" rel="noopener noreferrer">'
            "Open the sign-in page</a>"
            f"{self.form(button('cancel', 'Cancel', other=True))}"
        )
