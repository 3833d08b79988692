"""Foreign text on its way to the user: what programs print, what AWS says, notifications, toasts, labels, the menu."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.bad_input import check_growth, check_shown, fragments, long_inputs, repeated, texts, unseen_in
from tests.support.samples import NOW, notebook, snapshot
from tray.aws.errors.refusals import one_line
from tray.aws.foreign_text import harmless
from tray.aws.setting_faults import shown
from tray.desktop.icon.linux import wire
from tray.desktop.icon.windows import format as windows_format
from tray.desktop.icon.windows.toast_xml import MOST_BYTES, toast_xml
from tray.fleet.telling import notifications
from tray.menu.entries import Entry
from tray.menu.layout import menu
from tray.model.commands import CopyDetails, KeepAllRunning
from tray.model.notification import MOST_IN_TEXT, Notification, without_urls
from tray.model.notification_kinds import NotificationKind
from tray.model.problems import Kind, Problem

LONGEST_LINE = 1001

SECRETS = (
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AKIAIOSFODNN7EXAMPLE",
    "ASIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "IQoJb3JpZ2luX2VjEHoaCXVzLWVhc3QtMSJHMEUCIQDx",
)
# What a secret may stand between: whatever is no part of it, and no blank makes it a part of something longer.
around = st.lists(
    st.sampled_from([" ", "\n", "\t", '"', "'", ",", ";", "(", ")", "[", "x ", " y ", "\x1b[31m", "\u202e", "{", ": "]),
    max_size=4,
).map("".join)


@given(texts)
@example("\x1b]0;title\x07\x1b[2J").via("what steers a terminal")
@example(".\u200b..").via("an ellipsis, parted by what has no width")
@example("e\u200b\u0301").via("an accent, parted from its letter")
@example("\ufdfa" * 1000).via("a letter that stands for eighteen")
@example("\ufdfa " * 400).via("words that become longer")
def test_what_a_program_prints_is_one_seen_line(text: str) -> None:
    line = harmless(text)
    check_shown(line, LONGEST_LINE)
    assert harmless(line) == line


@given(st.sampled_from(SECRETS), around, around)
def test_no_key_stays_in_what_a_program_prints(secret: str, before: str, behind: str) -> None:
    assert secret not in harmless(f"{before}{secret}{behind}")


names_of_secrets = st.sampled_from(["password", "Secret", "TOKEN", "api_key", "apikey", "passphrase", "credentials"])


@given(
    names_of_secrets,
    st.sampled_from(["=", ": ", ":", " = ", '":"', "': '"]),
    st.sampled_from(["hunter2", "abc-DEF", "p%40ss"]),
)
def test_nothing_stays_behind_the_name_of_a_secret(name: str, sign: str, secret: str) -> None:
    assert secret not in harmless(f"failed: {name}{sign}{secret}")


@given(st.sampled_from(["http", "https", "socks5h"]), st.sampled_from(["user:pass", "user", ":secret", "a%40b:c@d"]))
def test_no_password_stays_in_an_address(scheme: str, user: str) -> None:
    assert user not in harmless(f"no route to {scheme}://{user}@proxy.example:3128/")


@given(texts, st.integers(1, 400))
def test_what_aws_says_is_one_seen_line(text: str, most: int) -> None:
    line = one_line(text, most)
    check_shown(line, most)
    assert one_line(line, most) == line


@given(texts | st.sampled_from(SECRETS), around)
def test_a_setting_s_value_is_shown_short_seen_and_without_a_key(text: str, before: str) -> None:
    value = shown(f"{before}{text}")
    if value is not None:
        check_shown(value, 100)
        assert not any(secret in value for secret in SECRETS[:3])


@given(texts, texts)
@example("https://example.com/?token=1", "\u202eat https://user:pass@host/a").via("addresses, and a mark of direction")
@example("a\ud800", "\x1b[31m").via("half of a pair, and what steers a terminal")
def test_a_notification_has_seen_words_and_no_address(title: str, text: str) -> None:
    made = Notification(NotificationKind.DONE, title, text, about="x", where=f"{title} {text}")
    for each in (made.title, made.text, made.where, made.whole_text):
        check_shown(each, 2 * MOST_IN_TEXT + 1, keep="\t" if each is made.title else "\n\t")
        assert without_urls(each) == each
        assert not re.search(r"://\S*[a-z0-9]\S*[/?@]", each)


@given(st.text("abc/:?@=&.x1 \n", max_size=40), st.sampled_from(["authToken=eyJx", "user:hunter2@", "code=123456"]))
def test_no_secret_of_an_address_stays(text: str, secret: str) -> None:
    for url in (f"https://h.example/x?{secret}", f"https://{secret}@h.example/"):
        assert secret not in without_urls(f"{text} {url} {text}")


@st.composite
def notified(draw: st.DrawFn) -> Notification:
    actions = draw(st.lists(texts.map(lambda label: (label, CopyDetails(""))), max_size=3))
    return Notification(
        NotificationKind.FAILED,
        draw(texts) * draw(st.sampled_from([1, 100])),
        draw(texts) * draw(st.sampled_from([1, 200])),
        about="x",
        where=draw(texts),
        actions=tuple(actions),
        urgent=draw(st.booleans()),
        click_acts=draw(st.booleans()),
    )


@given(notified(), st.sampled_from(["", "file:///C:/a.png", "file:///C:/a'\"<&\u202e.png"]))
def test_a_toast_is_xml_with_its_words_alone_and_not_too_long(made: Notification, picture: str) -> None:
    tokens = [f"{number:032x}" for number in range(len(made.actions))]
    xml = toast_xml(made, tokens, picture)
    assert len(xml.encode()) <= MOST_BYTES
    root = ElementTree.fromstring(xml)
    assert [each.tag for each in root.iter()].count("action") == len(tokens)
    assert {each.get("arguments") for each in root.iter("action")} == set(tokens)
    assert {each.tag for each in root.iter()} <= {"toast", "visual", "binding", "text", "image", "actions", "action"}
    for each in root.iter("text"):
        check_shown(each.text or "", 500, keep="\n\t")


@given(texts, st.integers(2, 130))
@example("\U0001f4d3" * 3, 5).via("characters of two units, one of which would be cut in half")
def test_texts_for_windows_fit(text: str, units: int) -> None:
    for made in (windows_format.cut(text, units), windows_format.with_where(text, text, units)):
        assert len(made.encode("utf-16-le")) // 2 <= units
        assert "\0" not in made
    tip = windows_format.tooltip(text, "Notebook Tray")
    assert tip.strip("\0")
    assert len(tip.encode("utf-16-le")) // 2 <= windows_format.TOOLTIP_UNITS


@given(texts)
def test_a_label_for_windows_has_no_mnemonic_and_no_column(text: str) -> None:
    label = windows_format.menu_label(text)
    assert "&" not in label.replace("&&", "")
    assert "\t" not in label
    assert "\0" not in label


@given(texts, st.booleans())
def test_texts_for_the_bus_can_be_sent(text: str, markup: bool) -> None:
    plain = wire.dbus_text(text)
    assert "\0" not in plain
    plain.encode()
    assert "_" not in wire.menu_label(text).replace("__", "")
    body = wire.notification_body(text, markup=markup)
    body.encode()
    if markup:
        assert "<" not in body
        cleaned = re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", body)
        assert "".join(ElementTree.fromstring(f"<p>{cleaned}</p>").itertext()).count("<") == text.count("<")


def labels(entries: Iterable[Entry]) -> list[str]:
    return [label for each in entries for label in (each.label, *labels(each.children))]


CODES: dict[str, tuple[str, dict[str, str]]] = {
    "throttled": ("said", {"profile": "a", "region": "eu-west-1"}),
    "signature-refused": ("said", {"aws_profile": "a", "profile": "b"}),
    "no-session-length": ("given", {}),
    "no-instance-name": ("name", {}),
    "link-refused": ("where", {"partition": "aws"}),
}


@given(st.sampled_from(sorted(CODES)), texts, st.sampled_from([1, 1000]))
@example("link-refused", "\u202e", 1).via("a mark that turns what follows")
def test_no_problem_brings_what_is_unseen_to_the_user(code: str, text: str, times: int) -> None:
    place, others = CODES[code]
    problem = Problem(code, ((place, text * times), *others.items()), Kind.OTHER)
    for words in (problem.title, problem.message, problem.remedy):
        check_shown(words, 50_000)
    listing = snapshot(notebook("a"), notebook("b", profile="other")).listing
    scopes = tuple(replace(each, problem=problem) for each in listing.scopes)
    for label in labels(menu(snapshot(notebook("a"), scopes=scopes), NOW)):
        check_shown(label, 200)
    told = notifications.failed(KeepAllRunning(), problem, text)
    check_shown(told.title, 201, keep="\t")
    check_shown(told.text, MOST_IN_TEXT, keep="\n\t")


@given(st.lists(texts, max_size=5), st.lists(st.tuples(texts, texts), max_size=2))
@example(["a\u202eb", "\ud800", "\n"], [("x\x1b[31m", "\u2028")]).via(
    "names in the AWS config that turn, and end, a line"
)
def test_no_name_brings_what_is_unseen_into_the_menu(aws_profiles: list[str], broken: list[tuple[str, str]]) -> None:
    problems = tuple(
        (name, Problem.of("profile-damaged", Kind.KEYRING, profile=profile)) for name, profile in broken if name
    )
    known = snapshot(notebook("a"), aws_profiles=tuple(dict.fromkeys(aws_profiles)), problems=problems)
    for label in labels(menu(known, NOW)):
        check_shown(label, 250)
    assert any("a" in label for label in labels(menu(known, NOW)))


PARSERS: dict[str, Callable[[str], object]] = {
    "a program's line": harmless,
    "a line of AWS": one_line,
    "a setting's value": shown,
    "without addresses": without_urls,
    "a notification": lambda text: Notification(NotificationKind.DONE, text, text, about="x"),
    "a toast": lambda text: toast_xml(Notification(NotificationKind.DONE, text, text, about="x"), []),
    "a label for the bus": wire.menu_label,
    "a label for Windows": windows_format.menu_label,
    "a text for Windows": lambda text: windows_format.cut(text, 100),
}


@pytest.mark.parametrize("parser", PARSERS)
@long_inputs
@given(fragments, st.sampled_from(["", "http://", "token=", "\x1b[", "\x1b]", "eyJ", "a"]))
@example("a://", "").via("one address in another")
@example(".,", "a://a").via("what may stand behind an address")
def test_the_time_grows_with_the_length(parser: str, fragment: str, beginning: str) -> None:
    check_growth(PARSERS[parser], lambda length: repeated(fragment, length, beginning, "\0"), 40_000)
    assert not unseen_in(harmless(repeated(fragment, 3000, beginning)))
