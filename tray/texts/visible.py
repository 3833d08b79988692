"""Foreign text as it may be shown: without what steers a terminal, or turns the direction of what follows."""

from __future__ import annotations

import re

# C0 and C1 control characters, DEL, the marks and embeddings that change direction (Unicode Standard Annex 9), the
# separators that begin a new line or paragraph, and halves of surrogate pairs, which no encoding can write.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str, keep: str = "") -> str:
    """Return `text` with each such character as an escape, such as `\\x1b`; those in `keep` stay."""
    return _UNSEEN.sub(lambda found: found[0] if found[0] in keep else _escape(found[0]), text)


def _escape(character: str) -> str:
    number = ord(character)
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"
