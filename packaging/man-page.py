"""Prints the manual page, notebook-tray(1), made of what `notebook-tray --help` says, and of every command.

usage: man-page.py SECONDS-SINCE-1970 (of the page's date)
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ["LANGUAGE"] = "en"
# What commands log goes nowhere.
os.environ["XDG_STATE_HOME"] = os.environ["HOME"] = tempfile.gettempdir()

import click

from tray import __version__
from tray.about import address
from tray.cli.commands import cli
from tray.model.policy import POLICY_FILE

NAME = "notebook-tray"

_EXIT = (
    ("0", "Done."),
    (
        "1",
        "AWS, a notebook instance or an administrator's policy refused; for list and cost, also if only a part of the "
        "list could not be had; for doctor and policy, if something is wrong; for uninstall, if something stays.",
    ),
    ("2", "Wrong usage."),
    ("3", "No tray or no browser here, no running tray that could do it, or the start at login is not possible."),
    ("4", "The keyring failed."),
)
_ENVIRONMENT = (
    ("AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, AWS_CA_BUNDLE, …", "As for all AWS SDKs."),
    ("HTTPS_PROXY, NO_PROXY", "The proxy to AWS, where the system's settings don't name it."),
    ("BROWSER", "A browser to use in place of the default one."),
    ("LANGUAGE, LC_ALL, LC_MESSAGES, LANG", "The language of what is said."),
)
_FILES = (
    ("~/.aws/config, ~/.aws/credentials", "The profiles of the AWS CLI."),
    ("~/.local/state/notebook-tray", "What is remembered from run to run, and the log. It has no secrets."),
    (POLICY_FILE, "What an administrator has set for all users of the computer: see the command policy."),
    (
        "/usr/share/notebook-tray/autostart/notebook-tray.desktop",
        "In the Debian package: what an administrator links into /etc/xdg/autostart to start the tray for all users.",
    ),
)


def page(seconds: int) -> str:
    """Return the page in roff, dated by `seconds` since 1970."""
    date = datetime.fromtimestamp(seconds, UTC).date().isoformat()
    lines = [
        f'.TH "NOTEBOOK\\-TRAY" "1" "{date}" "Notebook Tray {__version__}" "User Commands"',
        ".SH NAME",
        f"{_text(NAME)} \\- Amazon SageMaker notebook instances in the system tray",
        ".SH SYNOPSIS",
        f".B {_text(NAME)}",
        ".RI [ COMMAND ]",
        ".SH DESCRIPTION",
        "Without a command, shows the icon: its menu lists the notebook instances of all configured AWS profiles, and",
        "opens, starts and stops them. The commands do the same at a terminal, and configure the program.",
        *_of_root(),
        ".SH COMMANDS",
        *_of_commands(),
        ".SH EXIT STATUS",
        *_table(_EXIT),
        ".SH ENVIRONMENT",
        *_table(_ENVIRONMENT),
        ".SH FILES",
        *_table(_FILES),
        ".SH BUGS",
        f"Please report them at {_text(address('Issues'))}; {_text(NAME)} doctor says what may be wrong here.",
        ".SH SEE ALSO",
        _text(address("Documentation")),
    ]
    return "\n".join([*lines, ""])


def _of_root() -> Iterator[str]:
    yield ".SH OPTIONS"
    yield from _options(cli, click.Context(cli, info_name=NAME))


def _of_commands() -> Iterator[str]:
    for command, path, context in _all(cli, (NAME,), click.Context(cli, info_name=NAME)):
        usage = " ".join([*path, *command.collect_usage_pieces(context)])
        yield f".SS {_text(usage)}"
        for paragraph in (command.help or "").split("\n\n"):
            yield _text(" ".join(paragraph.split()))
            yield ".PP"
        yield from _options(command, context)


def _all(
    group: click.Command, path: tuple[str, ...], context: click.Context
) -> Iterator[tuple[click.Command, tuple[str, ...], click.Context]]:
    if not isinstance(group, click.Group):
        return
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None:
            continue
        below = click.Context(command, info_name=name, parent=context)
        yield command, (*path, name), below
        yield from _all(command, (*path, name), below)


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    records = [each.get_help_record(context) for each in command.get_params(context)]
    # Every command has --help: said once, of all.
    yield from _table([each for each in records if each and (command is cli or not each[0].endswith("--help"))])


def _table(rows: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> Iterator[str]:
    for name, what in rows:
        yield ".TP"
        yield f".B {_text(name)}"
        yield _text(" ".join(what.split()))


def _text(words: str) -> str:
    """Return words as a line of roff: without what roff would take for its own."""
    escaped = words.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    escaped = escaped.replace("~", "\\(ti").replace("^", "\\(ha").replace("“", "\\(lq").replace("”", "\\(rq")
    escaped = escaped.replace("…", "\\&...").replace("’", "\\(cq").replace('"', "\\(dq")
    # A line that begins with a dot is a request.
    return re.sub(r"^([.'])", r"\\&\1", escaped)


if __name__ == "__main__":
    sys.stdout.write(page(int(sys.argv[1])))
