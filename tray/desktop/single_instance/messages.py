"""What a process says to the running copy, and what that answers: a line of JSON each, as values and as bytes.

Whoever can open the socket may ask: it stands in a folder that only this user can enter, and on Windows the name of the
pipe can't be guessed. A new request, or a new member beside these, is no new version: older programs answer that they
don't know the request. Nothing is ever unpickled, since a pickle is a program.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any

# Of one message. Ours have about 60 bytes.
MOST_BYTES = 4096

_VERSION = 2


class InstanceRequest(Enum):
    """What the running copy can be asked to do."""

    SHOW = "show"  # say where its icon is
    REFRESH = "refresh"  # list the notebook instances anew, and ask to unlock the keyring if need be
    PROFILES_CHANGED = "profiles-changed"  # follow what another process did to the profiles, and ask for nothing


class InstanceOutcome(Enum):
    """How the running copy answers."""

    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"  # a request that its version doesn't know


class MessageError(ValueError):
    """These bytes are no message of ours."""


class VersionError(MessageError):
    """The running copy is of a release that speaks another version of this."""


@dataclass(frozen=True, slots=True)
class InstanceAnswer:
    """What the running copy, which is the process `pid`, made of a request."""

    outcome: InstanceOutcome
    pid: int


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where the running copy listens; kept in the file of its lock."""

    pid: int
    address: str

    def encoded(self) -> bytes:
        """Return it as the file holds it."""
        return _line({"pid": self.pid, "address": self.address})

    @classmethod
    def decoded(cls, data: bytes) -> Whereabouts:
        """Return what a file holds.

        :raises MessageError: it is empty, damaged, or half written
        """
        values = _values(data)
        return cls(_value(values, "pid", int), _value(values, "address", str))


def ask(request: InstanceRequest) -> bytes:
    """Return what asks for `request`."""
    return _line({"notebook-tray": _VERSION, "request": request.value})


def read_ask(message: bytes) -> InstanceRequest | None:
    """Return what is asked for; None for a request that this version doesn't know.

    :raises MessageError: it is something else
    """
    known = {request.value: request for request in InstanceRequest}
    return known.get(_value(_of_this_version(message), "request", str))


def answer(given: InstanceAnswer) -> bytes:
    """Return what answers."""
    return _line({"notebook-tray": _VERSION, "outcome": given.outcome.value, "pid": given.pid})


def read_answer(message: bytes) -> InstanceAnswer:
    """Return what is answered.

    :raises VersionError: it is of another version
    :raises MessageError: it is something else
    """
    if message.startswith(b"notebook-tray/"):  # the first version spoke first
        raise VersionError("version 1")
    values = _of_this_version(message)
    known = {outcome.value: outcome for outcome in InstanceOutcome}
    return InstanceAnswer(
        known.get(_value(values, "outcome", str), InstanceOutcome.UNKNOWN), _value(values, "pid", int)
    )


def _of_this_version(message: bytes) -> dict[str, Any]:
    values = _values(message)
    if _value(values, "notebook-tray", int) != _VERSION:
        raise VersionError("another version")
    return values


def _line(values: dict[str, Any]) -> bytes:
    return json.dumps(values).encode() + b"\n"


def _values(data: bytes) -> dict[str, Any]:
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
