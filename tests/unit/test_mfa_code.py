"""The digits of an MFA device, however they were typed or pasted."""

from __future__ import annotations

import re
import threading

import pytest

from tests.unit.test_pages import QUESTION, ask, form, token_of
from tray.model.mfa_code import MOST_LETTERS, six_digits
from tray.pages.mfa import MfaPage

PASTED = {
    "plain": "123456",
    "in groups": "123 456",
    "in pairs": " 12 34 56\t",
    "hyphen": "123-456",
    "non-breaking hyphen": "123\u2011456",
    "en dash": "123\u2013456",
    "minus sign": "123\u2212456",
    "dot": "123.456",
    "middle dot": "123·456",
    "no-break space": "123\u00a0456",
    "narrow no-break space": "123\u202f456",
    "ideographic space": "123\u3000456",
    "zero-width space": "123\u200b456",
    "marks of direction": "\u2068123456\u2069",
    "byte order mark": "\ufeff123456",
    "line break": "123456\r\n",
    "full-width": "１２３４５６",
    "full-width with its hyphen": "１２３－４５６",
    "Arabic-Indic": "١٢٣٤٥٦",
    "Devanagari": "१२३४५६",
}


@pytest.mark.parametrize("text", PASTED.values(), ids=PASTED.keys())
def test_what_shows_six_digits_is_a_code(text: str) -> None:
    assert six_digits(text) == "123456"


@pytest.mark.parametrize(
    "text",
    ["", " ", "12345", "1234567", "12345a", "12345²", "12345①", "123+456", "123/456", "½23456", "123456" + " " * 60],
)
def test_what_does_not_is_none(text: str) -> None:
    assert six_digits(text) is None


@pytest.mark.parametrize("text", PASTED.values(), ids=PASTED.keys())
def test_the_page_takes_it_whole(text: str) -> None:
    with MfaPage(QUESTION, threading.Event()) as page:
        html = ask(page.url)[1]
        field = re.search(r'<input id="code"[^>]*>', html)
        assert field is not None
        assert "pattern=" not in field[0], "the browser would refuse it"
        assert f'maxlength="{MOST_LETTERS}"' in field[0], "the browser would cut it"
        assert len(text) <= MOST_LETTERS
        form(page, {"code": text, "do": "check", "token": token_of(page)})
        assert page.wait() == "123456"
