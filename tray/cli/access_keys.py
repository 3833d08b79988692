"""Access keys on the command line: asked for without echo or read from standard input, and never printed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tray.cli.stores import profile_store
from tray.texts import commands as texts
from tray.texts import help as helps

if TYPE_CHECKING:
    from tray.model.access_keys import AccessKey

C = TypeVar("C", bound=Callable[..., Any])


def access_key_options(command: C) -> C:
    """Add the options that give a profile an access key of its own."""
    for option in (
        click.option("--session-token", is_flag=True, help=helps.option("session-token")),
        click.option("--secret-stdin", is_flag=True, help=helps.option("secret-stdin")),
        click.option(
            "--access-key",
            "key_id",
            metavar="[ID]",
            is_flag=False,
            flag_value="",
            help=helps.option("access-key"),
        ),
    ):
        command = option(command)
    return command


def check_access_key_options(key_id: str | None, secret_stdin: bool, session_token: bool) -> None:
    """Refuse options that don't go together, before the user is asked for anything.

    :raises click.UsageError: the options don't go together
    :raises TrayError: (usage) the id can't be an access key's id
    """
    from tray.model.access_keys import check_key_id

    if key_id is None:
        if secret_stdin or session_token:
            raise click.UsageError(texts.key_options_alone())
        return
    if key_id:
        check_key_id(key_id)
    if secret_stdin:
        if not key_id:
            raise click.UsageError(texts.key_not_named())
    elif not sys.stdin.isatty():
        # Without a terminal, Python would still read the secret, and show what is typed.
        raise click.UsageError(texts.no_terminal_for_secret())


def ask_access_key(key_id: str, secret_stdin: bool, session_token: bool) -> AccessKey:
    """Ask for the missing parts of the access key, or read them, and return it; the options are already checked.

    :raises TrayError: (usage) a part of the access key can't be right
    """
    from tray.model.access_keys import AccessKey, check_key_id

    if secret_stdin:
        secret = sys.stdin.readline().strip()
        return AccessKey(key_id, secret, sys.stdin.readline().strip() if session_token else "")
    key_id = key_id or check_key_id(click.prompt(texts.ask_key_id(), err=True).strip())
    secret = click.prompt(texts.ask_secret(), hide_input=True, err=True).strip()
    token = click.prompt(texts.ask_session_token(), hide_input=True, err=True).strip() if session_token else ""
    return AccessKey(key_id, secret, token)


def kept_access_key(name: str, *, ask: bool = True) -> AccessKey:
    """Return the access key that the keyring has for a profile, with its secret, to sign with.

    :raises TrayError: the profile has none, or the keyring can't be read; without `ask`, also if the keyring is locked
    """
    return profile_store().access_key(name, ask=ask)
