"""What every system's clipboard does for this program, and what the program puts on it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

# CreatePresignedNotebookInstanceUrl's page in the SageMaker API reference: the URL has to be used within 5 minutes.
PRESIGNED_URL_SECONDS = 300.0

# A presigned URL has one or two thousand bytes. The maximum is half of what a pipe takes at once (pipe(7)), and an
# eighth of what an X server takes in one request: such a text never makes the clipboard's thread wait for a reader.
MAXIMUM_BYTES = 32 * 1024

# Klipper, KDE's clipboard history, keeps no text that is offered with this hint, and other histories have followed.
# KeePassXC offers it with every password (its src/gui/Clipboard.cpp).
_HISTORY_HINT = "x-kde-passwordManagerHint"


class Clipboard(ABC):
    """Holds one secret at a time: in memory, for a while, and not in a clipboard history if the history can be told."""

    @abstractmethod
    def copy_secret(self, text: str, *, lifetime_seconds: float = PRESIGNED_URL_SECONDS) -> None:
        """Put `text` on the clipboard until something else is copied, `lifetime_seconds` pass or the program ends.

        This may block for as long as the desktop takes to answer.

        :raises TrayError: (desktop) this desktop's clipboard cannot be reached
        :raises ValueError: `text` is longer than 32 KiB
        """

    @abstractmethod
    def clear(self) -> None:
        """Take back what `copy_secret` copied, if it still is on the clipboard."""


def contents_of(text: str) -> Mapping[str, bytes]:
    """Return what is offered for `text`: bytes by the name of their format (X11's target, Wayland's MIME type).

    :raises ValueError: `text` is longer than 32 KiB
    """
    encoded = text.encode()
    if len(encoded) > MAXIMUM_BYTES:
        raise ValueError(f"a text for the clipboard has at most {MAXIMUM_BYTES} bytes")
    contents = dict.fromkeys(("text/plain;charset=utf-8", "UTF8_STRING"), encoded)
    if text.isascii():  # STRING is Latin-1 (ICCCM, section 2.7.1), and text/plain alone names no encoding
        contents |= dict.fromkeys(("text/plain", "STRING"), encoded)
    return {**contents, _HISTORY_HINT: b"secret"}
