"""What every system's clipboard does for us, and what is put on it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

# CreatePresignedNotebookInstanceUrl's page in the SageMaker API reference: the URL has to be used within 5 minutes.
PRESIGNED_URL_SECONDS = 300.0

# A presigned URL has one or two thousand. Half of what a pipe takes at once (pipe(7)), and an eighth of what an X
# server takes in one request: a text of this size never makes the clipboard's thread wait for a reader.
MAXIMUM_BYTES = 32 * 1024

# Klipper, KDE's clipboard history, keeps nothing that has this beside it, and other histories have followed; KeePassXC
# offers it with every password (its src/gui/Clipboard.cpp).
_HISTORY_HINT = "x-kde-passwordManagerHint"


class Clipboard(ABC):
    """Holds one secret at a time: in memory, for a while, and not in a clipboard history where that can be told."""

    @abstractmethod
    def copy_secret(self, text: str, *, lifetime_seconds: float = PRESIGNED_URL_SECONDS) -> None:
        """Put `text` on the clipboard until something else is copied, `lifetime_seconds` pass or the program ends.

        May block for as long as the desktop takes to answer.

        :raises TrayError: (desktop) this desktop's clipboard cannot be reached
        :raises ValueError: `text` is longer than 32 KiB
        """

    @abstractmethod
    def clear(self) -> None:
        """Take back what was copied here, if it still is on the clipboard."""


def contents_of(text: str) -> Mapping[str, bytes]:
    """Return what is offered for `text`: bytes by their name, which X11 calls a target and Wayland a MIME type.

    :raises ValueError: it is longer than 32 KiB
    """
    encoded = text.encode()
    if len(encoded) > MAXIMUM_BYTES:
        raise ValueError(f"a text for the clipboard has at most {MAXIMUM_BYTES} bytes")
    contents = dict.fromkeys(("text/plain;charset=utf-8", "UTF8_STRING"), encoded)
    if text.isascii():  # STRING is Latin-1 (ICCCM, section 2.7.1), and plain text/plain is anybody's guess
        contents |= dict.fromkeys(("text/plain", "STRING"), encoded)
    return {**contents, _HISTORY_HINT: b"secret"}
