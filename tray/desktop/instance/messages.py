"""What a process says to the running copy, and what that answers; as values and as bytes.

A conversation is three messages:

1. The running copy says the protocol's version and a nonce.
2. The other asks: a seal, then JSON with the request and a nonce of its own.
3. The running copy answers: a seal, then JSON with its process and whether it was done.

A new request, or a new value beside these, is no new version; older programs answer that they don't know the request.

A seal is HMAC-SHA256 over both the direction and the nonces, with the key that only this person's processes can read.
So each end knows that the other could read it, and no seal is good for a second time or the other direction.
multiprocessing's own authentication would wait for ever for a client that says nothing, and on Python 3.11 it is made
of MD5, which a system in FIPS mode refuses.

Nothing of it is ever unpickled: a pickle is a program.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

# Of one message. Ours have about 120 bytes.
MOST_BYTES = 4096

NONCE_BYTES = 16
_SEAL_BYTES = 32
_PROGRAM = b"notebook-tray/"
_HELLO = _PROGRAM + b"1\n"
_ASK = b"ask"
_ANSWER = b"answer"


class Request(Enum):
    """What the running copy can be asked to do."""

    SHOW = "show"  # say where its icon is
    REFRESH = "refresh"  # list the notebook instances anew, and ask to unlock the keyring if need be
    PROFILES_CHANGED = "profiles-changed"  # follow what another process did to the profiles, and ask for nothing


class Outcome(Enum):
    """How the running copy answers."""

    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"  # a request that its version doesn't know


class MessageError(ValueError):
    """These bytes are no message of ours, or of somebody without the key."""


class VersionError(MessageError):
    """The running copy is of a release that speaks another version of this."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the running copy, which is the process `pid`, made of a request."""

    outcome: Outcome
    pid: int


@dataclass(frozen=True, slots=True)
class Ask:
    """A request as it arrived: None is one that this version doesn't know."""

    request: Request | None
    nonce: bytes


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where the running copy listens, and the key to it; kept in the file of its lock."""

    pid: int
    address: str
    key: bytes = field(repr=False)

    def encoded(self) -> bytes:
        """Return it as the file holds it."""
        return _encoded({"pid": self.pid, "address": self.address, "key": self.key.hex()})

    @classmethod
    def decoded(cls, data: bytes) -> Whereabouts:
        """Return what a file holds.

        :raises MessageError: it is empty, damaged, or half written
        """
        values = _decoded(data)
        return cls(_value(values, "pid", int), _value(values, "address", str), _hex(values, "key"))


def hello(nonce: bytes) -> bytes:
    """Return the first message."""
    return _HELLO + nonce


def nonce_of(message: bytes) -> bytes:
    """Return the nonce in a first message.

    :raises VersionError: it is of another version
    :raises MessageError: it is something else
    """
    if message.startswith(_PROGRAM) and not message.startswith(_HELLO):
        raise VersionError("another version")
    if not message.startswith(_HELLO) or len(message) != len(_HELLO) + NONCE_BYTES:
        raise MessageError("not Notebook Tray")
    return message[len(_HELLO) :]


def ask(request: Request, key: bytes, theirs: bytes, ours: bytes) -> bytes:
    """Return the second message; `theirs` is the nonce of the first, `ours` one for the answer."""
    return _sealed({"request": request.value, "nonce": ours.hex()}, key, _ASK + theirs)


def read_ask(message: bytes, key: bytes, ours: bytes) -> Ask:
    """Return what a second message asks for; `ours` is the nonce of the first.

    :raises MessageError: it is something else, or made without the key
    """
    values = _opened(message, key, _ASK + ours)
    known = {request.value: request for request in Request}
    return Ask(known.get(_value(values, "request", str)), _hex(values, "nonce"))


def answer(given: Answer, key: bytes, ours: bytes, theirs: bytes) -> bytes:
    """Return the third message; `ours` is the nonce of the first, `theirs` of the second."""
    return _sealed({"outcome": given.outcome.value, "pid": given.pid}, key, _ANSWER + ours + theirs)


def read_answer(message: bytes, key: bytes, theirs: bytes, ours: bytes) -> Answer:
    """Return what a third message says; `theirs` is the nonce of the first, `ours` of the second.

    :raises MessageError: it is something else, or made without the key
    """
    values = _opened(message, key, _ANSWER + theirs + ours)
    known = {outcome.value: outcome for outcome in Outcome}
    return Answer(known.get(_value(values, "outcome", str), Outcome.UNKNOWN), _value(values, "pid", int))


def _sealed(values: dict[str, Any], key: bytes, context: bytes) -> bytes:
    body = _encoded(values)
    return _seal(body, key, context) + body


def _opened(message: bytes, key: bytes, context: bytes) -> dict[str, Any]:
    seal, body = message[:_SEAL_BYTES], message[_SEAL_BYTES:]
    if not hmac.compare_digest(seal, _seal(body, key, context)):
        raise MessageError("made without the key")
    return _decoded(body)


def _seal(body: bytes, key: bytes, context: bytes) -> bytes:
    return hmac.digest(key, b"notebook-tray\0" + context + b"\0" + body, "sha256")


def _encoded(values: dict[str, Any]) -> bytes:
    return json.dumps(values).encode()


def _decoded(data: bytes) -> dict[str, Any]:
    try:
        values = json.loads(data)
    except (ValueError, RecursionError):
        raise MessageError("not JSON") from None
    if not isinstance(values, dict):
        raise MessageError("not an object")
    return values


def _value(values: dict[str, Any], name: str, kind: type[Any]) -> Any:
    value = values.get(name)
    if type(value) is not kind:  # a bool is an int to isinstance
        raise MessageError(f"no {name}")
    return value


def _hex(values: dict[str, Any], name: str) -> bytes:
    try:
        return bytes.fromhex(_value(values, name, str))
    except ValueError:
        raise MessageError(f"no {name}") from None
