"""Commands as the user types them: each value quoted as the shell of this system wants it."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterable

# Neither cmd.exe nor PowerShell reads anything but a plain word in these.
_PLAIN_ON_WINDOWS = re.compile(r"[\w./:\\+=-]+", re.ASCII)

# Quoted, these are more than a word: cmd.exe ends a quoted part at each quotation mark, PowerShell at each that isn't
# doubled, at those of typesetting too, and it carries out what stands in $( ). No quoting is right for both shells.
_QUOTES_ON_WINDOWS = frozenset('"\u201c\u201d\u201e')
_OPERATORS_ON_WINDOWS = frozenset("&|<>^;(){}$`")
# Stands for a name that no command can have.
_PLACEHOLDER = "NAME"


class Argument(str):
    """A name as a word of a command: no option, whatever it begins with. A profile may be called `--device`."""

    __slots__ = ()


def command(*words: str) -> str:
    """Return a command of this program, such as `notebook-tray profiles set 'my team' --region REGION`."""
    dashed = [word for word in words if isinstance(word, Argument) and word.startswith("-")]
    if not dashed:
        return typed("notebook-tray", *words)
    others = [word for word in words if not (isinstance(word, Argument) and word.startswith("-"))]
    return typed("notebook-tray", *others, "--", *dashed)


# What the command was typed with that says which notebook instance it is about, and how that is opened: a command that
# its problem names is to do the same with the same.
_place: tuple[str, ...] = ()
_opening: tuple[str, ...] = ()


def use_typed(profile: str | None, region: str | None) -> None:
    """Have the commands that texts name be about the notebook instance that this process' command was typed with."""
    global _place
    given = (("--profile", profile), ("--region", region))
    _place = tuple(word for name, value in given if value is not None for word in option(name, value))


def use_typed_opening(length: str | None, view: str | None) -> None:
    """Have the commands that texts name open as this process' command was typed to open."""
    global _opening
    given = (("--for", length), ("--view", view))
    _opening = tuple(word for name, value in given if value is not None for word in option(name, value))


def on_notebook(verb: str, name: str, *options: str) -> str:
    """Return a command on a notebook instance, with the profile, the region and so on with which it was named."""
    return command(verb, name, *options, *(_opening if verb == "open" else ()), *_place)


def option(name: str, value: str) -> tuple[str, ...]:
    """Return an option of another program's command, as words: one where its value would be taken for an option."""
    return (f"{name}={value}",) if value.startswith("-") else (name, value)


def typed(*words: str) -> str:
    """Return the words of a command as a shell wants them."""
    return joined_for(sys.platform, words)


def joined_for(platform: str, words: Iterable[str]) -> str:
    """Return the words of a command as the shells of a system want them.

    On Windows, NAME stands for a name that a shell might carry out as another command: names come from files and links.

    :param platform: as sys.platform has it. Windows' shells take double quotation marks, and cmd.exe knows no others.
    """
    return " ".join(_windows(word) if platform == "win32" else shlex.quote(word) for word in words)


def _windows(word: str) -> str:
    if _PLAIN_ON_WINDOWS.fullmatch(word):
        return word
    if "$(" in word or (_QUOTES_ON_WINDOWS.intersection(word) and _OPERATORS_ON_WINDOWS.intersection(word)):
        return _PLACEHOLDER
    # As the C runtime takes arguments apart: backslashes count where a quotation mark follows them.
    # https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments
    # The lookbehind keeps a long row of backslashes from being tried from each of them.
    escaped = re.sub(r'(?<!\\)(\\*)"', r'\1\1\\"', word)
    return '"' + re.sub(r"(?<!\\)(\\+)$", r"\1\1", escaped) + '"'
