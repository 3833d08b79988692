"""What BROWSER says, taken apart as the user's system writes commands: pure functions.

BROWSER is a list of commands, best first. In each, `%s` is the address, `%%` a percent sign and `%c` a colon (man(1),
"BROWSER", after http://www.catb.org/~esr/BROWSER/); a command without `%s` gets the address as its last argument.
Python's `webbrowser` takes a command without `%s` for the name of one program, arguments and all, and on Windows takes
away the backslashes of its path.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator

_CODE = re.compile(r"%([%sc])")
# A quotation mark with the backslashes before it, a blank, or what is neither.
_PIECE_ON_WINDOWS = re.compile(r'(?P<slashes>\\*)"|(?P<blank>[ \t])|\\+|[^\\" \t]+')
# Of a path that is written without quotation marks. Each of its blanks may be its end: each is looked for on the disk.
_MOST_BLANKS, _LONGEST_PATH = 32, 4096
# CreateProcess takes no longer command line; shlex's time grows with the square of a word's length.
_LONGEST_COMMAND = 32_767
# In a command that is ready to be run, "%s" is the address and "%%" a percent sign.
_READY = {"%": "%%", "s": "%s", "c": ":"}


def entries(variable: str, *, windows: bool) -> list[str]:
    """Return the commands in BROWSER. A separator in quotation marks separates nothing."""
    marks, separator = ('"', ";") if windows else ("\"'", ":")
    found: list[str] = []
    begins, inside = 0, ""
    for at, character in enumerate(variable):
        if character == separator and not inside:
            found.append(variable[begins:at])
            begins = at + 1
        elif character == inside:
            inside = ""
        elif character in marks and not inside and variable.find(character, at + 1) > at:
            inside = character
    found.append(variable[begins:])
    return [entry.strip() for entry in found if entry.strip()]


def words(entry: str, *, windows: bool, exists: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the words of a command, in which "%s" stands for the address and "%%" for a percent sign.

    A path with blanks in it needs no quotation marks if `exists` knows the program. Return () for no command: nothing
    but `%s` and `&`, an unclosed quotation mark, or more than a command line may have.
    """
    if len(entry) > _LONGEST_COMMAND:
        return ()
    try:
        split = _with_spaces(entry, exists) or (list(_windows(entry)) if windows else shlex.split(entry))
    except ValueError:
        return ()
    if split and split[-1] == "&":  # for a shell: the command is not waited for, which nobody does here
        split.pop()
    if not split or split[0] == "%s":
        return ()
    program, *arguments = split
    ready = [_CODE.sub(lambda code: _READY[code[1]], argument) for argument in arguments]
    has_address = any(code[1] == "s" for argument in arguments for code in _CODE.finditer(argument))
    return (program, *ready, *([] if has_address else ["%s"]))


def for_address(argument: str, address: str) -> str:
    """Return one of the `words` with the address in its place."""
    return re.sub(r"%([%s])", lambda code: "%" if code[1] == "%" else address, argument)


def _with_spaces(entry: str, exists: Callable[[str], bool]) -> list[str]:
    """Return the words of an entry whose program's path has blanks; [] if it has none. CreateProcess does the same."""
    if entry.startswith(('"', "'")):
        return []
    parts = entry.split(" ")
    for end in range(min(len(parts), _MOST_BLANKS), 1, -1):
        program = " ".join(parts[:end])
        if len(program) <= _LONGEST_PATH and exists(program):
            return [program, *" ".join(parts[end:]).split()]
    return []


def _windows(entry: str) -> Iterator[str]:
    """Give the words of a command as Windows' programs read them: a backslash counts only before a quotation mark.

    https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments

    :raises ValueError: a quotation mark is not closed
    """
    word: list[str] | None = None  # its pieces
    inside = False
    for piece in _PIECE_ON_WINDOWS.finditer(entry):
        if piece["blank"] and not inside:
            if word is not None:
                yield "".join(word)
            word = None
            continue
        word = [] if word is None else word
        if piece["slashes"] is None:
            word.append(piece[0])
            continue
        slashes = len(piece["slashes"])
        word.append("\\" * (slashes // 2))
        if slashes % 2:
            word.append('"')
        else:
            inside = not inside
    if inside:
        raise ValueError("no closing quotation mark")
    if word is not None:
        yield "".join(word)
