"""Access keys on the command line: asked for without echo or read from standard input, and never printed."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tray.cli.stores import profile_store
from tray.cli.streams import is_terminal
from tray.texts import commands as texts
from tray.texts import help as helps

if TYPE_CHECKING:
    from tray.model.access_keys import AccessKey

# More than any token of AWS has.
_MOST_BYTES = 64 * 1024

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
    elif not is_terminal(sys.stdin):
        # Without a terminal, Python would still read the secret, and show what is typed.
        raise click.UsageError(texts.no_terminal_for_secret())


def ask_access_key(key_id: str, secret_stdin: bool, session_token: bool) -> AccessKey:
    """Ask for the missing parts of the access key, or read them, and return it; the options are already checked.

    :raises TrayError: (usage) a part of the access key can't be right
    """
    from tray.model.access_keys import AccessKey, check_given, check_key_id

    if secret_stdin:
        lines = _piped_lines()
        secret = next(lines)
        return check_given(AccessKey(key_id, secret, next(lines) if session_token else ""))
    key_id = key_id or check_key_id(click.prompt(texts.ask_key_id(), err=True).strip())
    secret = click.prompt(texts.ask_secret(), hide_input=True, err=True).strip()
    token = click.prompt(texts.ask_session_token(), hide_input=True, err=True).strip() if session_token else ""
    return check_given(AccessKey(key_id, secret, token))


def _piped_lines() -> Iterator[str]:
    """Yield the lines of standard input, each as it comes, without what encloses them; empty ones at its end.

    PowerShell and Windows' editors begin what they write with a byte order mark, and may write UTF-16.
    """
    encoding, read = "utf-8-sig", sys.stdin.buffer
    line = read.readline(_MOST_BYTES)
    if line.startswith(codecs.BOM_UTF16_LE):
        encoding = "utf-16-le"
    elif line.startswith(codecs.BOM_UTF16_BE):
        encoding = "utf-16-be"
    while True:
        if encoding == "utf-16-le" and line.endswith(b"\n"):
            line += read.read(1)  # the other half of the line break
        # What is in no such encoding is refused as a character that no key has.
        yield line.decode(encoding, "replace").strip("\ufeff").strip()
        line = read.readline(_MOST_BYTES)


def kept_access_key(name: str, *, ask: bool = True) -> AccessKey:
    """Return the access key that the keyring has for a profile, with its secret, to sign with.

    :raises TrayError: the profile has none, or the keyring can't be read; without `ask`, also if the keyring is locked
    """
    return profile_store().access_key(name, ask=ask)
