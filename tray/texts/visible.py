"""Foreign text as it may be shown: without what steers a terminal, or turns the direction of what follows."""

from __future__ import annotations

import re

# C0 and C1 control characters, DEL, the marks and embeddings that change direction (Unicode Standard Annex 9), the
# separators that begin a new line or paragraph, and halves of surrogate pairs, which no encoding can write. And what
# has no look of its own, so that two names may look the same: spaces without width, invisible signs, tags, the fillers
# of Hangul. What joins or parts letters (U+200C, U+200D) stays: Persian and Hindi are written with it.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def visible(text: str, keep: str = "") -> str:
    """Return `text` with each such character as an escape, such as `\\x1b`; those in `keep` stay."""
    if text.isascii() and text.isprintable():  # as nearly all of a menu's thousands of labels
        return text
    return _UNSEEN.sub(lambda found: found[0] if found[0] in keep else _escape(found[0]), text)


def _escape(character: str) -> str:
    number = ord(character)
    if number < 256:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
