"""What is said between a process and the running copy, as bytes."""

from __future__ import annotations

import pytest

from tray.desktop.instance import messages as m

KEY, OTHER_KEY = bytes(range(32)), bytes(32)
THEIRS, OURS = b"t" * m.NONCE_BYTES, b"o" * m.NONCE_BYTES


def test_where_it_listens_is_read_as_it_was_written() -> None:
    where = m.Whereabouts(1234, r"\\.\pipe\notebook-tray-é", KEY)
    assert m.Whereabouts.decoded(where.encoded()) == where
    assert m.Whereabouts.decoded(where.encoded().ljust(1024)) == where


def test_the_key_is_not_shown() -> None:
    assert KEY.hex() not in repr(m.Whereabouts(1, "x", KEY))
    assert str(KEY) not in repr(m.Whereabouts(1, "x", KEY))


WHOLE = m.Whereabouts(1, "x", KEY).encoded()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        bytes(1024),
        b" " * 1024,
        WHOLE[:-1],
        b"\xff" + WHOLE,
        b"[]",
        b"null",
        b'{"pid": 1, "address": "x"}',
        b'{"pid": "1", "address": "x", "key": "00"}',
        b'{"pid": true, "address": "x", "key": "00"}',
        b'{"pid": 1, "address": null, "key": "00"}',
        b'{"pid": 1, "address": "x", "key": "zz"}',
        b"[" * 100_000,
    ],
)
def test_what_says_nowhere_is_refused(content: bytes) -> None:
    with pytest.raises(m.MessageError):
        m.Whereabouts.decoded(content)


@pytest.mark.parametrize("request_", m.Request)
def test_a_request_arrives(request_: m.Request) -> None:
    assert m.read_ask(m.ask(request_, KEY, THEIRS, OURS), KEY, THEIRS) == m.Ask(request_, OURS)


@pytest.mark.parametrize("outcome", m.Outcome)
def test_an_answer_arrives(outcome: m.Outcome) -> None:
    given = m.Answer(outcome, 1234)
    assert m.read_answer(m.answer(given, KEY, THEIRS, OURS), KEY, THEIRS, OURS) == given


def test_a_nonce_arrives() -> None:
    assert m.nonce_of(m.hello(OURS)) == OURS


@pytest.mark.parametrize("message", [b"", b"notebook-tray", m.hello(OURS)[:-1], m.hello(OURS) + b"x", b"#CHALLENGE#"])
def test_what_is_no_first_message_is_refused(message: bytes) -> None:
    with pytest.raises(m.MessageError) as refused:
        m.nonce_of(message)
    assert not isinstance(refused.value, m.VersionError)


def test_another_version_is_told_apart() -> None:
    with pytest.raises(m.VersionError):
        m.nonce_of(b"notebook-tray/10\nwhatever")


def test_every_bit_of_a_request_is_sealed() -> None:
    message = m.ask(m.Request.SHOW, KEY, THEIRS, OURS)
    for position in range(len(message)):
        changed = bytearray(message)
        changed[position] ^= 1
        with pytest.raises(m.MessageError, match="without the key"):
            m.read_ask(bytes(changed), KEY, THEIRS)


def test_a_seal_holds_for_its_key_its_nonces_and_its_direction() -> None:
    asked = m.ask(m.Request.SHOW, KEY, THEIRS, OURS)
    answered = m.answer(m.Answer(m.Outcome.DONE, 1), KEY, THEIRS, OURS)
    for refused in (
        lambda: m.read_ask(asked, OTHER_KEY, THEIRS),
        lambda: m.read_ask(asked, KEY, OURS),
        lambda: m.read_ask(answered, KEY, THEIRS),
        lambda: m.read_answer(answered, OTHER_KEY, THEIRS, OURS),
        lambda: m.read_answer(answered, KEY, OURS, OURS),
        lambda: m.read_answer(answered, KEY, THEIRS, THEIRS),
        lambda: m.read_answer(asked, KEY, THEIRS, b""),
    ):
        with pytest.raises(m.MessageError, match="without the key"):
            refused()


def test_ours_are_small() -> None:
    for request in m.Request:
        assert len(m.ask(request, KEY, THEIRS, OURS)) < m.MOST_BYTES / 10
