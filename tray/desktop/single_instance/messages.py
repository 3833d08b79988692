"""Requests to the running copy and its answers, as values and as bytes: each is one line of JSON.

Any process that can open the socket may ask. The socket is in a folder that only this user can enter, and on Windows
nobody can guess the name of the pipe. A new request, or a new member of the JSON object, needs no new version: older
programs answer that they don't know the request. Nothing is ever unpickled, since a pickle is a program.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from tray.model.profile_names import MAXIMUM_NAME_LENGTH

# The longest request that is read. Requests of this version have about 60 bytes, and those
# with a session some hundreds.
MOST_BYTES = 4096
# The longest answer that is read. Names of 10,000 notebook instances, which have up to 63 letters each, take 660 KiB.
MOST_ANSWER_BYTES = 2 * 1024 * 1024

_VERSION = 2


Names = Mapping[str, tuple[str, ...]]
"""What the running copy knows, by kind: `notebooks` and `profiles`."""


class InstanceRequest(Enum):
    """What the running copy can be asked to do."""

    SHOW = "show"  # say where its icon is
    REFRESH = "refresh"  # list the notebook instances anew, and ask to unlock the keyring if need be
    QUIT = "quit"  # end: its profiles are being removed, say
    NAMES = "names"  # say which notebook instances and profiles it knows: for a shell's completions
    NOTEBOOKS = "notebooks"  # open the page of all notebook instances
    SETTINGS = "settings"  # open the page of the settings
    SET_UP = "set-up"  # open the page that adds profiles
    SESSION = "session"  # belong to the desktop session of the process that asks, without a word
    CHOICES_CHANGED = "choices-changed"  # follow what another process keeps at the top of the menu, or has set
    PROFILES_CHANGED = "profiles-changed"  # follow what another process did to the profiles, and ask for nothing


class InstanceOutcome(Enum):
    """What became of a request."""

    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"  # the running copy's version doesn't know the request


class MessageError(ValueError):
    """These bytes are no message of ours."""


class VersionError(MessageError):
    """The other process is of a release that speaks another version of these messages."""


class EndingError(Exception):
    """The running copy is about to end: the process that asks gets no answer, and tries to become the running copy."""


@dataclass(frozen=True, slots=True)
class InstanceAnswer:
    """The running copy's answer to a request; `pid` is the running copy's process id.

    `names` are what it knows, where it was asked for that: of `notebooks` and of `profiles`.
    """

    outcome: InstanceOutcome
    pid: int
    names: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where the running copy listens. The running copy keeps this in its lock file."""

    pid: int
    address: str

    def encoded(self) -> bytes:
        """Return the bytes for the lock file."""
        return _line({"pid": self.pid, "address": self.address})

    @classmethod
    def decoded(cls, data: bytes) -> Whereabouts:
        """Return what the bytes of a lock file say.

        :raises MessageError: the file is empty, damaged, or half written
        """
        values = _values(data)
        return cls(_value(values, "pid", int), _value(values, "address", str))


def ask(request: InstanceRequest, session: Mapping[str, str] | None = None) -> bytes:
    """Return the message that asks for `request`, from a process of `session`."""
    values: dict[str, Any] = {"notebook-tray": _VERSION, "request": request.value}
    return _line(values | ({"session": dict(session)} if session else {}))


def read_session(message: bytes) -> dict[str, str]:
    """Return the session of the process that asks; nothing if it doesn't say.

    :raises MessageError: the message is something else
    """
    found = _values(message).get("session")
    if not isinstance(found, dict):
        return {}
    return {name: value for name, value in found.items() if isinstance(value, str)}


def read_ask(message: bytes) -> InstanceRequest | None:
    """Return what a message asks for; None for a request that this version doesn't know.

    :raises VersionError: the message is of another version
    :raises MessageError: the message is something else
    """
    known = {request.value: request for request in InstanceRequest}
    return known.get(_value(_of_this_version(message), "request", str))


def answer(given: InstanceAnswer) -> bytes:
    """Return the message that gives this answer, with as many of its names as can be read."""
    values = {"notebook-tray": _VERSION, "outcome": given.outcome.value, "pid": given.pid}
    names = {kind: list(each) for kind, each in given.names.items()}
    message = _line(values | ({"names": names} if names else {}))
    while len(message) > MOST_ANSWER_BYTES:
        longest = max(names.values(), key=lambda each: sum(map(len, each)))
        del longest[len(longest) // 2 :]
        message = _line(values | {"names": names})
    return message


def read_answer(message: bytes) -> InstanceAnswer:
    """Return the answer in a message.

    :raises VersionError: the message is of another version
    :raises MessageError: the message is something else
    """
    if message.startswith(b"notebook-tray/"):  # in version 1 the running copy spoke first
        raise VersionError("version 1")
    values = _of_this_version(message)
    known = {outcome.value: outcome for outcome in InstanceOutcome}
    return InstanceAnswer(
        known.get(_value(values, "outcome", str), InstanceOutcome.UNKNOWN), _value(values, "pid", int), _names(values)
    )


def _names(values: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    found = values.get("names")
    if not isinstance(found, dict):
        return {}
    return {
        kind: tuple(name for name in names if isinstance(name, str) and _is_name(name))
        for kind, names in found.items()
        if isinstance(names, list)
    }


def _is_name(name: str) -> bool:
    # Names are printed for a shell: what no name can hold would steer its terminal.
    return len(name) <= MAXIMUM_NAME_LENGTH and name.isprintable()


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
    if type(value) is not kind:  # not isinstance, which takes a bool for an int
        raise MessageError(f"no {name}")
    return value
