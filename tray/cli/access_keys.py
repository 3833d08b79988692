"""Access keys on the command line: asked for without echo or read from standard input, and never printed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from tray.model.access_keys import AccessKey

C = TypeVar("C", bound=Callable[..., Any])


def access_key_options(command: C) -> C:
    """Add the options that give a profile an access key of its own."""
    for option in (
        click.option("--session-token", is_flag=True, help="Ask for a session token too: the key is a temporary one."),
        click.option(
            "--secret-stdin", is_flag=True, help="Read the secret from standard input (then the token): lines."
        ),
        click.option(
            "--access-key",
            "key_id",
            metavar="[ID]",
            is_flag=False,
            flag_value="",
            help="Sign with an access key that is kept in the keyring; its secret is asked for.",
        ),
    ):
        command = option(command)
    return command


def check_access_key_options(key_id: str | None, secret_stdin: bool, session_token: bool) -> None:
    """Refuse options that don't go together, before anything is asked.

    :raises click.UsageError: they don't
    :raises TrayError: (usage) the id can't be one
    """
    from tray.model.access_keys import check_key_id

    if key_id is None:
        if secret_stdin or session_token:
            raise click.UsageError("--secret-stdin and --session-token go with --access-key.")
        return
    if key_id:
        check_key_id(key_id)
    if secret_stdin:
        if not key_id:
            raise click.UsageError("With --secret-stdin, name the key: --access-key ID.")
    elif not sys.stdin.isatty():
        # Without a terminal, Python would read on, and show what is typed.
        raise click.UsageError("There is no terminal to ask for the secret on: give it with --secret-stdin.")


def ask_access_key(key_id: str, secret_stdin: bool, session_token: bool) -> AccessKey:
    """Return the access key, with what is asked for or read; the options were checked.

    :raises TrayError: (usage) a part of it can't be right
    """
    from tray.model.access_keys import AccessKey, check_key_id

    if secret_stdin:
        secret = sys.stdin.readline().strip()
        return AccessKey(key_id, secret, sys.stdin.readline().strip() if session_token else "")
    key_id = key_id or check_key_id(click.prompt("Access key ID", err=True).strip())
    secret = click.prompt("Secret access key", hide_input=True, err=True).strip()
    token = click.prompt("Session token", hide_input=True, err=True).strip() if session_token else ""
    return AccessKey(key_id, secret, token)


def kept_access_key(name: str, *, ask: bool = True) -> AccessKey:
    """Return the access key that the keyring has for a profile, with its secret, to sign with.

    :raises TrayError: it has none, or can't be read; without `ask`, also if it would have to be unlocked
    """
    from tray.settings.profiles.store import ProfileStore

    return ProfileStore().access_key(name, ask=ask)
