"""What programs print, and what the program writes for others: credential processes, the log, the doctor's report."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.bad_input import (
    any_json,
    as_json,
    check_growth,
    check_shown,
    check_told,
    damaged,
    fragments,
    long_inputs,
    near,
    pieces,
    raw,
    repeated,
    texts,
)
from tray.aws.botocore_patches.commands import split_command
from tray.aws.botocore_patches.times import parse_time
from tray.aws.credentials.malformed import check_usable
from tray.aws.credentials.processes import _read, last_words
from tray.aws.credentials.token_store import token_time
from tray.cli.doctor.redaction import Redaction, environment_secrets
from tray.model.problems import TrayError
from tray.model.signer import AwsProfile
from tray.runtime.logs import _RedactingFormatter

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
WHOLE = {
    "Version": 1,
    "AccessKeyId": "ASIAIOSFODNN7EXAMPLE",
    "SecretAccessKey": SECRET,
    "SessionToken": "t",
    "Expiration": "2999-01-01T00:00:00Z",
    "AccountId": "111122223333",
}
times = st.sampled_from(
    [
        *("2999-01-01", "2999-01-01T00:00:00+99:99", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "now"),
        *(4_000_000_000, 4_000_000_000_000, "4000000000", -1, 1e400, "1e400", "nan", "12:00 XYZ", "1" * 5000, "٣" * 10),
    ]
)
outputs = (
    near(WHOLE, times | any_json).map(as_json)
    | times.map(lambda time: as_json({**WHOLE, "Expiration": time}))
    | any_json.map(as_json)
    | damaged(as_json(WHOLE))
    | raw
)


@given(outputs)
@example(as_json({**WHOLE, "Expiration": "1" * 60_000})).via("a time of thousands of digits")
@example(as_json({**WHOLE, "Expiration": "10 am " * 10_000})).via("a time that goes on and on")
@example(as_json({**WHOLE, "Expiration": "1e99999999"})).via("a number beyond all numbers")
@example(as_json({**WHOLE, "AccountId": -1})).via("an account below zero")
@example(as_json({**WHOLE, "AccountId": "\u202e" * 1000})).via("an account that turns")
@example(b"[" * 60_000).via("lists within lists")
def test_a_process_prints_credentials_or_is_told_without_them(stdout: bytes) -> None:
    try:
        found = _read("research", "tool", stdout, "")
        check_usable(found["access_key"], found["secret_key"], found["token"], AwsProfile("research"))
    except TrayError as error:
        check_told(error, 3000)
        assert SECRET not in str(error.problem)
        return
    assert isinstance(found["access_key"], str)
    assert isinstance(found["secret_key"], str)
    assert found["token"] is None or isinstance(found["token"], str)
    assert found["account_id"] is None or re.fullmatch(r"[0-9]{12}", found["account_id"], re.ASCII)
    if found["expiry_time"] is not None:
        assert datetime.fromisoformat(found["expiry_time"]).tzinfo is not None


@given(raw | texts.map(lambda text: text.encode("utf-16", "surrogatepass")), st.sampled_from([1, 2000]))
@example("Fehler: \u00fc\n".encode("latin-1"), 1).via("another encoding")
def test_the_last_words_of_a_process_are_one_seen_line(stderr: bytes, times_over: int) -> None:
    words = last_words(stderr * times_over)
    check_shown(words, 300)
    said = last_words(stderr.replace(b"\n", b" ")[:200] + f"\nerror: secret={SECRET}\n".encode())
    assert SECRET not in said


@given(texts | times.map(str))
@example("\udfff").via("half of a pair")
@example("10 am " * 1000).via("a time that goes on and on")
def test_a_time_has_a_zone_or_is_none(text: str) -> None:
    with suppress(ValueError, OverflowError):
        assert parse_time(text).tzinfo is not None
    found = token_time(text)
    assert found is None or (found.tzinfo is not None and 2000 <= found.year < 2100)


@given(texts)
def test_a_command_is_words_or_has_no_closing_quote(text: str) -> None:
    with suppress(ValueError):
        assert all(isinstance(word, str) for word in split_command(text))


secrets_in_logs = st.sampled_from(["eyJhbGciOiJIUzI1NiJ9.x.y", "abcDEF123", "a%2Fb", "s3cr3t-tok_en~"])


@given(
    texts,
    secrets_in_logs,
    st.sampled_from(["authToken=", "AUTHTOKEN=", "?authToken="]),
    st.sampled_from([" ", '"', "&", "\n", "'", ">"]),
)
def test_no_token_of_an_address_stays_in_the_log(before: str, secret: str, name: str, behind: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, f"{before} https://h/{name}{secret}{behind}x", None, None)
    line = _RedactingFormatter("%(message)s").format(record)
    assert secret not in line
    assert "https://h/" in line


@given(st.sampled_from(["user:hunter2secret", "hunter2secret", "a:b@hunter2secret", "\u00fc:hunter2secret"]), texts)
def test_no_password_of_an_address_stays_in_the_log(user: str, text: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "%s http://%s@proxy.example:1/", (text, user), None)
    assert "hunter2secret" not in _RedactingFormatter("%(message)s").format(record)


exact = st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="…"), min_size=6, max_size=12)


@given(st.lists(exact, max_size=4), st.lists(pieces | exact, max_size=6), st.data())
@example(["abcdef", "defghi"], ["abcdefghi"], None).via("secrets that share letters")
def test_no_secret_stays_in_a_report(secrets: list[str], other: list[str], data: Any) -> None:
    parts = [*other, *secrets]
    mixed = data.draw(st.permutations(parts)) if data is not None else parts
    report = Redaction(secrets, PurePosixPath("/home/me"))("".join(mixed))
    for secret in secrets:
        assert secret not in report


known_forms = st.sampled_from(
    [
        ("https://h.example/x?{}", "code=s3cr3tc0de"),
        ("http://{}@proxy.example/", "user:hunter2secret"),
        ("token={}", "abcdef123456"),
        ("Secret={}", "abcdef123456"),
        ("{}", "AKIAIOSFODNN7EXAMPLE"),
        ("{}", "ASIAIOSFODNN7EXAMPLE"),
        ("x {} y", SECRET),
        ("{}", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc"),
        ("role/{}", "jane.doe@corp.example"),
        ("/home/me/x /home/{}/y", "somebody-else"),
        ("C:\\Users\\{}\\x", "jane doe"),
    ]
)
around = st.lists(st.sampled_from([" ", "\n", ", ", "; ", "(", ")", "“", "” ", "x ", "\x1b[0m "]), max_size=3).map(
    "".join
)


@given(known_forms, around, around)
def test_what_looks_like_a_secret_does_not_stay(form: tuple[str, str], before: str, behind: str) -> None:
    shape, secret = form
    report = Redaction((), PurePosixPath("/home/me"))(f"{before}{shape.format(secret)}{behind}")
    assert secret not in report
    assert Redaction((), PurePosixPath("/home/me"))(report) == report


@given(st.dictionaries(st.sampled_from(["https_proxy", "NO_PROXY", "AWS_SECRET_ACCESS_KEY", "X_TOKEN", "PATH"]), texts))
@example({"https_proxy": "http://[user:password@x"}).via("an address of IPv6 that is cut off")
@example({"HTTP_PROXY": "user:p%40ss@x:y"}).via("a proxy without a scheme")
def test_secrets_of_any_environment_are_texts(environment: dict[str, str]) -> None:
    found = environment_secrets(environment)
    assert all(isinstance(each, str) for each in found)
    token = environment.get("AWS_SECRET_ACCESS_KEY", "/")
    assert token.startswith("/") or token in found


REDACT = Redaction(("abcdef", "ghijkl"), PurePosixPath("/home/me"))


def logged(text: str) -> str:
    return _RedactingFormatter("%(message)s").format(logging.LogRecord("x", 20, "", 0, text, None, None))


def read_output(text: str) -> None:
    try:
        _read("research", "tool", as_json({**WHOLE, "Expiration": text}), "")
    except TrayError as error:
        assert error.problem.code


PARSERS: dict[str, Callable[[str], object]] = {
    "the log": logged,
    "the report": REDACT,
    "last words": lambda text: last_words(text.encode("utf-8", "surrogatepass")),
    "output": read_output,
    "environment": lambda text: environment_secrets({"https_proxy": text, "X_TOKEN": text}),
}


@pytest.mark.parametrize("parser", PARSERS)
@long_inputs
@given(fragments, st.sampled_from(["", "http://", "authToken=", "/home/", "C:\\Users\\", "a@", "eyJ", "10 am "]))
@example("10 am ", "").via("a time that goes on and on")
@example("a.", "a@").via("a host without end")
@example("@", "http://").via("names of users without end")
def test_the_time_grows_with_the_length(parser: str, fragment: str, beginning: str) -> None:
    check_growth(PARSERS[parser], lambda length: repeated(fragment, length, beginning, "\0"), 60_000)
