"""The six digits of an MFA device, as users type and paste them. Pure."""

from __future__ import annotations

import unicodedata

_DIGITS = 6  # tokenCodeType of STS takes these from a virtual device
# A longer text is no code, because no user pastes that many blanks around six digits.
MOST_LETTERS = 64


def six_digits(text: str) -> str | None:
    """Return the six digits in `text` in ASCII; None if the text is no code.

    Apps and messages show a code in groups ("123 456", "123-456"), input methods type full-width digits, and copying
    adds invisible characters. Digits of any script count; with any other letter or sign, the text is no code.
    """
    if len(text) > MOST_LETTERS:
        return None
    digits = [unicodedata.decimal(sign, None) for sign in text if not _separates(sign)]
    if len(digits) != _DIGITS or None in digits:
        return None
    return "".join(str(digit) for digit in digits)


def _separates(sign: str) -> bool:
    # Z*: blanks. Pd: hyphens and dashes. Cc, Cf: tabs, line breaks, zero-width spaces, marks of direction.
    return unicodedata.category(sign) in ("Zs", "Zl", "Zp", "Pd", "Cc", "Cf") or sign in ".·\u2212"
