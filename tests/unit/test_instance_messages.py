"""What is said between a process and the running copy, as bytes."""

from __future__ import annotations

import pytest

from tray.desktop.single_instance import messages as m


def test_where_it_listens_is_read_as_it_was_written() -> None:
    where = m.Whereabouts(1234, r"\\.\pipe\notebook-tray-é")
    assert m.Whereabouts.decoded(where.encoded()) == where
    assert m.Whereabouts.decoded(where.encoded().ljust(1024)) == where


WHOLE = m.Whereabouts(1, "x").encoded()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        bytes(1024),
        b" " * 1024,
        WHOLE[:-2],
        b"\xff" + WHOLE,
        b"[]",
        b"null",
        b'{"pid": 1}',
        b'{"pid": "1", "address": "x"}',
        b'{"pid": true, "address": "x"}',
        b'{"pid": 1, "address": null}',
        b"[" * 100_000,
    ],
)
def test_what_says_nowhere_is_refused(content: bytes) -> None:
    with pytest.raises(m.MessageError):
        m.Whereabouts.decoded(content)


@pytest.mark.parametrize("request_", m.InstanceRequest)
def test_a_request_arrives(request_: m.InstanceRequest) -> None:
    message = m.ask(request_)
    assert m.read_ask(message) is request_
    assert len(message) < m.MOST_BYTES / 10
    assert message.count(b"\n") == 1


def test_a_request_of_a_later_release_is_told_apart() -> None:
    assert m.read_ask(m.ask(m.InstanceRequest.SHOW).replace(b"show", b"dance")) is None


@pytest.mark.parametrize("outcome", m.InstanceOutcome)
def test_an_answer_arrives(outcome: m.InstanceOutcome) -> None:
    given = m.InstanceAnswer(outcome, 1234)
    assert m.read_answer(m.answer(given)) == given


@pytest.mark.parametrize("message", [b"notebook-tray/1\n0123456789abcdef", b'{"notebook-tray": 3, "outcome": "done"}'])
def test_another_version_is_told_apart(message: bytes) -> None:
    with pytest.raises(m.VersionError):
        m.read_answer(message)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"notebook-tray": true}',
        b'{"notebook-tray": 2}',
        b"[" * 100_000,
        b"HTTP/1.1 400 Bad",
    ],
)
def test_what_is_no_message_is_refused(message: bytes) -> None:
    for read in (m.read_ask, m.read_answer):
        with pytest.raises(m.MessageError) as refused:
            read(message)
        assert not isinstance(refused.value, m.VersionError)
