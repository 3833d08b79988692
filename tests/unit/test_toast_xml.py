"""The XML of a toast: what a real parser makes of it, also of hostile words."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.parsers import expat

import pytest

from tests.support.notes import note
from tray.desktop.icon.windows.toast_xml import LABEL_UNITS, MOST_BYTES, TEXT_UNITS, TITLE_UNITS, toast_xml
from tray.model import commands as c
from tray.model.lengths import View
from tray.texts.visible import visible

ARN = "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/m"
OPEN = c.OpenNotebook("research", ARN, View.LAB, 3600)
READY = (("Open", OPEN), ("Copy link", c.Refresh()))

# What is told, and what of it is shown.
HOSTILE = {
    '</text><action content="x"/>': '</text><action content="x"/>',
    "]]><![CDATA[<!--": "]]><![CDATA[<!--",
    "&amp;&#0;&unknown;": "&amp;&#0;&unknown;",
    "\"'\n\t<>": "\"'\n\t<>",
    '<!DOCTYPE a [<!ENTITY b "c">]>&b;': '<!DOCTYPE a [<!ENTITY b "c">]>&b;',
    "a\0\x01\x08\x0b\x0c\x1b\ufffe\uffffb": "ab",
    "half \ud83d of one": "half  of one",
    "🔬 \U0010ffff ‮rtl": "🔬 \U0010ffff ‮rtl",
}


def parsed(xml: str) -> ElementTree.Element:
    expat.ParserCreate().Parse(xml.encode(), True)  # a second parser takes it as well
    return ElementTree.fromstring(xml)  # noqa: S314 - our own


def test_a_toast_has_the_words_and_a_token_for_each_button() -> None:
    xml = toast_xml(note("It can be opened.", "m is ready", actions=READY, where="In the menu."), ["7", "8"])
    toast = parsed(xml)
    assert (toast.tag, toast.get("launch"), toast.get("scenario")) == ("toast", "7", None)
    assert [text.text for text in toast.iterfind("visual/binding/text")] == ["m is ready", "It can be opened."]
    assert [(each.get("content"), each.get("arguments")) for each in toast.iterfind("actions/action")] == [
        ("Open", "7"),
        ("Copy link", "8"),
    ]
    assert toast.find("visual/binding/image") is None
    for secret in (ARN, "research", "OpenNotebook"):
        assert secret not in xml


def test_without_buttons_the_text_says_where() -> None:
    toast = parsed(toast_xml(note("It can be opened.", where="In the menu."), []))
    assert [text.text for text in toast.iterfind("visual/binding/text")] == ["Title", "It can be opened. In the menu."]
    assert toast.find("actions") is None
    assert toast.get("launch") == ""


def test_a_click_on_a_question_itself_has_no_token() -> None:
    toast = parsed(toast_xml(note("Stop it?", actions=READY, click_acts=False), ["7", "8"]))
    assert toast.get("launch") == ""
    assert [each.get("arguments") for each in toast.iterfind("actions/action")] == ["7", "8"]


def test_an_urgent_one_stays_if_it_has_buttons_that_end_it() -> None:
    assert parsed(toast_xml(note("now", actions=READY, urgent=True), ["7", "8"])).get("scenario") == "reminder"
    assert parsed(toast_xml(note("now", urgent=True), [])).get("scenario") is None


def test_the_picture_is_beside_the_text() -> None:
    image = parsed(toast_xml(note("text"), [], "file:///C:/a%20b/idle.png")).find("visual/binding/image")
    assert image is not None
    assert (image.get("placement"), image.get("src")) == ("appLogoOverride", "file:///C:/a%20b/idle.png")
    assert parsed(toast_xml(note("text"), [], "file:///" + 600 * "x")).find("visual/binding/image") is None


@pytest.mark.parametrize(("words", "shown"), HOSTILE.items())
def test_hostile_words_are_words(words: str, shown: str) -> None:
    toast = parsed(toast_xml(note(words, words, actions=((words, c.Quit()),)), ["7"]))
    assert [each.tag for each in toast.iter()] == ["toast", "visual", "binding", "text", "text", "actions", "action"]
    # A notification's own words are escaped already; what is left of them is up to XML.
    told = [visible(words, keep).replace("\ufffe", "").replace("\uffff", "") for keep in ("\t", "\n\t")]
    assert [text.text for text in toast.iterfind("visual/binding/text")] == told
    button = toast.find("actions/action")
    assert button is not None
    assert button.attrib == {"content": shown, "arguments": "7", "activationType": "background"}


@pytest.mark.parametrize("letter", ["x", "&", "<", '"', "ж", "語", "🔬"])
def test_a_toast_is_never_too_long(letter: str) -> None:
    label = (1000 * letter, c.Quit())
    picture = "file:///" + 592 * "x"
    xml = toast_xml(note(1000 * letter, 200 * letter, actions=(label, label, label)), ["7", "8", "9"], picture)
    assert len(xml.encode()) <= MOST_BYTES
    title, text = (each.text or "" for each in parsed(xml).iterfind("visual/binding/text"))
    assert len(title.encode("utf-16-le")) <= 2 * TITLE_UNITS
    assert len(text.encode("utf-16-le")) <= 2 * TEXT_UNITS
    for button in parsed(xml).iterfind("actions/action"):
        assert len((button.get("content") or "").encode("utf-16-le")) <= 2 * LABEL_UNITS
