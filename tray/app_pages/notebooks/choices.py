"""What the user chose on the page, from its JSON: only what the menu offers at this moment is a command. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, cast, get_args

from tray.app_pages.shared.asked import ChoiceError, text_of, values_of
from tray.app_pages.shared.lines import chosen
from tray.menu.needs import lines_for_the_user
from tray.menu.notebooks import notebook_actions
from tray.model import commands as c
from tray.model.lengths import MAXIMUM_SESSION_SECONDS, MINIMUM_SESSION_SECONDS, View
from tray.model.policy_rules import refuse_if_forbidden
from tray.model.problems import TrayError

if TYPE_CHECKING:
    from tray.fleet.snapshot import Snapshot
    from tray.menu.entries import Entry

# An ARN has up to 256 characters; keys of the menu's lines have an ARN and some more.
_LONGEST = 1000
_KINDS: Mapping[str, type[Any]] = {each.__name__: each for each in get_args(c.AboutNotebook)}


def read(body: bytes, snapshot: Snapshot, now: float) -> c.Command:
    """Return the command that a page asks for.

    `{"kind": "choose", "path": [KEY, …]}` is a line above the list; `{"kind": "choose", "profile": …, "arn": …,
    "path": …}` a line of a notebook instance's list. Otherwise `kind` is the name of a command about a notebook
    instance, with the command's own members.

    :raises ChoiceError: it is nothing of that form, or nothing that the menu offers now
    """
    values = values_of(body)
    kind = values.get("kind")
    if kind == "Refresh":
        return c.Refresh()
    if kind == "choose":
        entries = lines_for_the_user(snapshot, now)
        if "arn" in values:
            entries = notebook_actions(
                snapshot, now, text_of(values, "profile", _LONGEST), text_of(values, "arn", _LONGEST)
            )
        return chosen(entries, values.get("path"))
    command = cast("c.AboutNotebook", _command(values))
    try:
        refuse_if_forbidden(snapshot.policy, command)
    except TrayError:
        return command  # the controller refuses it in words
    if not _is_offered(command, snapshot, now):
        raise ChoiceError("not offered now")
    return command


def notebook_of(body: bytes) -> tuple[str, str]:
    """Return the profile and the ARN that a page asks about.

    :raises ChoiceError: it asks about nothing
    """
    return _notebook_of(values_of(body))


def _notebook_of(values: Mapping[str, Any]) -> tuple[str, str]:
    return text_of(values, "profile", _LONGEST), text_of(values, "arn", _LONGEST)


def _is_offered(command: c.AboutNotebook, snapshot: Snapshot, now: float) -> bool:
    """Whether the menu offers a command now; opening for any length that AWS takes."""
    if not isinstance(command, c.OpenNotebook | c.CopyLink | c.StartNotebook | c.AskToStop | c.StopNotebook):
        return command in _commands(lines_for_the_user(snapshot, now)) or any(
            command in _commands(notebook_actions(snapshot, now, seen[0].scope.profile, seen[0].arn))
            for seen in [snapshot.listing.seen(command.arn)]
            if seen
        )
    offered = {
        *_commands(notebook_actions(snapshot, now, command.profile, command.arn)),
        *_commands(lines_for_the_user(snapshot, now)),
    }
    if command in offered:
        return True
    if not isinstance(command, c.OpenNotebook | c.CopyLink):
        return False
    lengths = MINIMUM_SESSION_SECONDS <= command.session_seconds <= MAXIMUM_SESSION_SECONDS
    return lengths and any(
        isinstance(each, type(command)) and (each.profile, each.arn) == (command.profile, command.arn)
        for each in offered
    )


def _commands(entries: Iterable[Entry]) -> set[c.Command]:
    found: set[c.Command] = set()
    for each in entries:
        if each.command is not None and each.enabled:
            found.add(each.command)
        found |= _commands(each.children)
    return found


def _command(values: Mapping[str, Any]) -> Any:
    """Return the command whose members `values` are; every member has to be there, unless it has a default."""
    made = _KINDS.get(text_of(values, "kind", _LONGEST))
    if made is None:
        raise ChoiceError("no such command")
    known = {each.name: str(each.type) for each in fields(made)}
    given = {name: value for name, value in values.items() if name != "kind"}
    if not given.keys() <= known.keys():
        raise ChoiceError("no such member")
    try:
        return made(**{name: _value(known[name], value) for name, value in given.items()})
    except TypeError:
        raise ChoiceError("a member is missing") from None


def _value(kind: str, value: object) -> object:
    """Return a member whose type is written as `kind` in `model/commands.py`."""
    if kind == "View" and value in [each.value for each in View]:
        return View(value)
    if kind.startswith("OpenNotebook") and isinstance(value, dict):
        return _command({**value, "kind": "OpenNotebook"})
    if kind.endswith("None") and value is None:
        return None
    if type(value) is {"int": int, "bool": bool, "str": str}.get(kind) and len(str(value)) <= _LONGEST:
        return value
    raise ChoiceError("a member is not of its kind")
