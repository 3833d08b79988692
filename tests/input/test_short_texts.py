"""What users type and AWS names: lengths of time, codes, names, regions, ARNs and addresses."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.bad_input import (
    check_growth,
    check_shown,
    check_told,
    fragments,
    letters,
    long_inputs,
    pieces,
    raw,
    repeated,
    texts,
    unseen_in,
)
from tray.aws.errors import network
from tray.model.access_keys import AccessKey, check_key_id
from tray.model.arns import is_notebook_arn, notebook_arn, region_of
from tray.model.center import Center
from tray.model.identity_center import CenterRole, check_start_url, is_account, is_role, plain_start_url
from tray.model.lengths import (
    MAXIMUM_SESSION_SECONDS,
    MINIMUM_SESSION_SECONDS,
    parse_session_length,
    parse_span,
)
from tray.model.mfa_code import six_digits
from tray.model.notebooks import check_notebook_name
from tray.model.problems import TrayError
from tray.model.profile_names import MAXIMUM_NAME_LENGTH, fault_of, free_name
from tray.model.short_text import short_text
from tray.settings.profiles.model import check_region
from tray.texts.visible import visible

amounts = st.builds(lambda *parts: "".join(parts), st.sampled_from(["", "0", "1", "30", "٣", "9999", "12"]), pieces)
lengths_of_time = (
    st.tuples(st.integers(0, 99999), st.integers(0, 99999)).map(lambda each: f"{each[0]}h{each[1]}m")
    | st.lists(amounts | st.sampled_from(["h", "m", "H", "min"]), max_size=5).map("".join)
    | texts
)


@given(lengths_of_time)
@example("１h").via("digits that are not ASCII")
@example("1h\n").via("a line's end after a length")
@example("\ud800").via("half of a pair")
def test_a_length_of_time_is_whole_seconds_within_its_bounds(text: str) -> None:
    for parse, least, most in (
        (parse_session_length, MINIMUM_SESSION_SECONDS, MAXIMUM_SESSION_SECONDS),
        (parse_span, 60, 10_000 * 3660),
    ):
        try:
            seconds = parse(text)
        except TrayError as error:
            check_told(error)
        else:
            assert type(seconds) is int
            assert least <= seconds <= most
            assert seconds % 60 == 0


exceptions = st.lists(
    texts | st.sampled_from(["*.amazonaws.com", "10.0.0.0/8", "https://a.b", "a b", "a;.b", "[::1]", "10.*", "/", "."]),
    max_size=5,
).map(",".join)


@given(
    exceptions,
    st.sampled_from(["https://api.sagemaker.eu-west-1.amazonaws.com", "http://10.1.2.3:1", "//", "http://["]),
)
@example("*" * 3000 + "x", "http://10.1.2.3").via("a pattern that could be tried for ever")
def test_an_exception_from_the_proxy_is_one_of_those_listed_or_none(listed: str, url: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network, "getproxies_environment", lambda: {"no": listed})
        entry, instead = network.exception_meant(url)
    assert bool(entry) == bool(instead)
    assert len(entry) <= 100
    assert (entry + instead).isprintable()


@given(st.integers(MINIMUM_SESSION_SECONDS // 60, MAXIMUM_SESSION_SECONDS // 60))
def test_a_length_of_time_is_read_as_it_is_written(minutes: int) -> None:
    written = f"{minutes // 60}h{minutes % 60}m"
    assert parse_session_length(written) == parse_session_length(f"{minutes}m") == minutes * 60


blanks = st.sampled_from([" ", "-", "\u00a0", "\u200b", "\t", "·", "\u2212", "\n", "\u202e"])
digit_signs = st.sampled_from("0123456789٠١٢３４𝟓𝟔")


@given(st.lists(digit_signs | blanks, max_size=12).map("".join) | texts)
@example("²" * 6).via("superscripts, which are no digits")
@example("\ud800" * 6).via("halves of pairs")
def test_a_code_is_six_ascii_digits_or_none(text: str) -> None:
    code = six_digits(text)
    if code is not None:
        assert re.fullmatch(r"[0-9]{6}", code, re.ASCII)
        assert sum(each.isdecimal() for each in text) == 6


@given(st.text("0123456789", min_size=6, max_size=6), st.lists(blanks, min_size=7, max_size=7))
def test_a_code_is_read_whatever_separates_its_digits(code: str, between: list[str]) -> None:
    spread = "".join(blank + digit for blank, digit in zip(between, code, strict=False)) + between[-1]
    assert six_digits(spread) == code


name_letters = st.sampled_from("abzAZ09-") | letters


@given(st.text(name_letters, max_size=70) | texts)
@example("a-" * 31 + "a").via("as many hyphens as there can be")
@example("a" + "-" * 62 + "a").via("hyphens in a row, one letter too many")
def test_a_name_of_a_notebook_instance_is_one_or_told(name: str) -> None:
    try:
        assert check_notebook_name(name) == name
    except TrayError as error:
        check_told(error)
    else:
        assert re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9-]{0,62}", name, re.ASCII)
        assert not name.endswith("-")


@given(texts)
@example("\ud800").via("half of a pair")
@example("a\u202eb").via("a name that turns its direction")
def test_what_a_profile_may_be_called_can_be_shown(name: str) -> None:
    if fault_of(name) is None:
        check_shown(name, MAXIMUM_NAME_LENGTH)
        assert name == name.strip()
        taken = [name, f"{name} 2"]
        free = free_name(name, taken)
        assert free not in taken
        assert fault_of(free) is None


@given(texts, st.text("abc-123", max_size=70))
@example("eu-west-1\n", "eu-west-1\n").via("a line's end after a region")
def test_a_region_is_a_host_label_or_told(text: str, likely: str) -> None:
    for region in (text, likely):
        try:
            assert check_region(region) == region
        except TrayError as error:
            check_told(error)
        else:
            assert re.fullmatch(r"[a-z0-9-]{1,63}", region, re.ASCII)


parts_of_arns = st.sampled_from(
    ["arn", ":", "aws", "aws-cn", "sagemaker", "eu-west-1", "111122223333", "notebook-instance/", "a", "\n", "１" * 12]
)
GOOD_ARN = "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/a"


@given(
    st.lists(parts_of_arns | pieces, max_size=9).map("".join)
    | st.tuples(st.just(GOOD_ARN), pieces).map("".join)
    | st.lists(parts_of_arns, max_size=7).map(":".join)
)
@example(GOOD_ARN + "\n").via("a line's end after an ARN")
@example(GOOD_ARN.replace("111122223333", "１" * 12)).via("digits that are not ASCII")
@example(GOOD_ARN + "\u212a").via("a letter that becomes a k")
def test_an_arn_is_plain_or_none(text: str) -> None:
    found = notebook_arn(text)
    assert (found is not None) == is_notebook_arn(text)
    if found is not None:
        assert (
            text == f"arn:{text.split(':')[1]}:sagemaker:{found.region}:{found.account}:notebook-instance/{found.name}"
        )
        assert text.isascii()
        assert text.isprintable()
        assert len(text) <= 256
        assert region_of(text) == found.region
    assert isinstance(region_of(text), str)


@given(texts | st.text("AKIAZ019_", max_size=130), texts, texts)
@example("AKIAIOSFODNN7EXAMPLE\n", "x", "").via("a line's end after a key")
def test_an_access_key_can_be_sent_or_is_refused_unseen(key_id: str, secret: str, token: str) -> None:
    try:
        key = AccessKey(key_id, secret, token)
    except TrayError as error:
        check_told(error)
        for each in (secret, token):
            assert len(each) < 12 or each not in str(error.problem.places)
    else:
        assert check_key_id(key_id) == key_id
        for each in (key.key_id, key.secret, key.session_token):
            assert each.isascii()
            assert not each or each.isprintable()
            assert " " not in each


urls = st.builds(
    lambda *parts: "".join(parts),
    st.sampled_from(["https://", "HTTPS://", "http://", "", "//", "https:", " https://"]),
    st.sampled_from(["d-1.awsapps.com", "D-1.AWSAPPS.COM", "a@b", "[::1]", "[::1", "\u212a.com", "a:0", "a:٣", "a\\b"])
    | texts,
    st.sampled_from(["", ":443", ":80", ":x", ":99999999"]),
    st.sampled_from(["/start", "/start/#/", "/start?x", "/start\n", "/a b", "/\u202e", ""]) | texts,
)


@given(urls)
@example("https://[").via("an address of IPv6 that is cut off")
@example("https://a.example/\ud800").via("half of a pair")
@example("https://a.example/st\nart").via("a line's end, which urlsplit leaves out")
@example("https://a.example\t/start").via("a tab, which urlsplit leaves out")
def test_a_start_url_is_one_word_of_https_and_stays_as_it_is(text: str) -> None:
    assert isinstance(plain_start_url(text), str)
    try:
        url = check_start_url(text)
    except TrayError as error:
        check_told(error)
        return
    assert url.isascii()
    assert url.isprintable()
    assert re.fullmatch(r"https://[^\s@?#\\\"'<>]+", url)
    assert check_start_url(url) == url


@given(texts, texts, st.text("0123456789１", max_size=13))
def test_a_role_has_a_number_and_a_name_of_iam(start_url: str, role: str, account: str) -> None:
    try:
        made = CenterRole(Center(start_url, "eu-west-1"), account, role)
    except TrayError as error:
        check_told(error)
    else:
        assert re.fullmatch(r"[0-9]{12}", made.account, re.ASCII)
        assert re.fullmatch(r"[\w+=,.@-]{1,64}", made.role, re.ASCII)
    assert is_account(account) == bool(re.fullmatch(r"[0-9]{12}", account, re.ASCII))


@given(texts, st.integers(1, 60))
def test_a_short_text_is_short_and_seen(text: str, most: int) -> None:
    check_shown(short_text(text, most), 10 * most)


@given(texts)
def test_what_is_made_visible_can_be_written(text: str) -> None:
    seen = visible(text)
    assert not unseen_in(seen)
    assert visible(seen) == seen
    seen.encode()
    assert visible(text, keep="\n").count("\n") == text.count("\n")


PARSERS: dict[str, Callable[[str], object]] = {
    "session length": parse_session_length,
    "span": parse_span,
    "code": six_digits,
    "notebook name": check_notebook_name,
    "profile name": fault_of,
    "region": check_region,
    "ARN": notebook_arn,
    "region of an ARN": region_of,
    "key id": check_key_id,
    "secret": lambda text: AccessKey("AKIAIOSFODNN7EXAMPLE", text, text),
    "start URL": check_start_url,
    "account": is_account,
    "role": is_role,
    "short text": short_text,
    "visible": visible,
}
BEGINNINGS = ("", "a-", GOOD_ARN, "https://a.example/", "1h", "http://")


@pytest.mark.parametrize("parser", PARSERS)
@long_inputs
@given(fragments, st.sampled_from(BEGINNINGS))
def test_the_time_grows_with_the_length(parser: str, fragment: str, beginning: str) -> None:
    def act(text: str) -> None:
        try:
            PARSERS[parser](text)
        except TrayError as error:
            check_told(error)

    check_growth(act, lambda length: repeated(fragment, length, beginning, "\0"), 100_000)


@given(raw)
def test_nothing_that_is_no_text_is_an_arn(data: bytes) -> None:
    assert notebook_arn(data) is None
    assert notebook_arn(list(data)) is None
