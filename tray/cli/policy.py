"""`notebook-tray policy`: what an administrator has set, where, and what is wrong there."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from tray.cli.output import print_json, problem_json, say, table, terminal_width
from tray.cli.stores import policy_watch
from tray.model.policy import FORBIDDING, POLICY_FILE, POLICY_SETTINGS, PREFERENCES_DOMAIN, REGISTRY_KEY
from tray.model.problems import ExitStatus
from tray.texts import help as helps
from tray.texts import policy as texts
from tray.texts.language import joined
from tray.texts.lengths import session_length

if TYPE_CHECKING:
    from tray.model.policy import Policy


@click.command("policy", help=helps.command("policy"))
@click.option("--json", "as_json", is_flag=True, help=helps.option("json"))
def policy(as_json: bool) -> None:
    """Be `notebook-tray policy`."""
    found = policy_watch().look()
    if as_json:
        _print_json(found)
    else:
        _print(found)
    if found.errors:
        sys.exit(ExitStatus.REFUSED)


def _print(found: Policy) -> None:
    if not found.set_by and not found.errors:
        say(texts.none_in_force(places()))
        return
    sources = dict(found.set_by)
    rows = [
        (each.name, _words(found, each.name) if each.name in sources else "-", sources.get(each.name, texts.not_set()))
        for each in POLICY_SETTINGS
    ]
    say(table(texts.headings(), rows, terminal_width()))
    for error in found.errors:
        place = texts.place(error.where, error.key, error.line)
        say(texts.error(place, error.problem.message), err=True)
        say(f"  → {error.problem.remedy}", err=True)


def _print_json(found: Policy) -> None:
    sources = dict(found.set_by)
    print_json(
        {
            "policy": {
                each.name: {"value": _value(found, each.name), "source": sources.get(each.name)}
                for each in POLICY_SETTINGS
            },
            "errors": [
                {
                    "source": each.where,
                    "key": each.key or None,
                    "line": each.line or None,
                    "problem": problem_json(each.problem, None, None),
                }
                for each in found.errors
            ],
        }
    )


def places() -> tuple[str, ...]:
    """Return where this system has a policy."""
    if sys.platform == "win32":
        return (rf"HKEY_LOCAL_MACHINE\{REGISTRY_KEY}", rf"HKEY_CURRENT_USER\{REGISTRY_KEY}")
    if sys.platform == "darwin":
        return (PREFERENCES_DOMAIN,)
    return (POLICY_FILE,)


def _value(found: Policy, name: str) -> object:
    """Return what is in force, for programs to read."""
    limits = found.limits
    match name:
        case "profiles":
            return [each.name for each in found.profiles]
        case "longest_session":
            return limits.longest_session_seconds
        case "views":
            return [each.value for each in limits.views]
        case "start_at_login" | "documentation_url" | "help_url":
            value = getattr(found, name)
            return value if value != "" else None
    return bool(getattr(limits, name.removeprefix(FORBIDDING)))


def _words(found: Policy, name: str) -> str:
    value = _value(found, name)
    if isinstance(value, bool):
        return texts.switched(value)
    if isinstance(value, int):
        return session_length(value)
    return joined(value) if isinstance(value, list) else str(value)
