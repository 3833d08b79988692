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
# In a command that is ready to be run, "%s" is the address and "%%" a percent sign.
_READY = {"%": "%%", "s": "%s", "c": ":"}


def entries(variable: str, *, windows: bool) -> list[str]:
    """Return the commands in BROWSER. A separator in quotation marks separates nothing."""
    marks, separator = ('"', ";") if windows else ("\"'", ":")
    found, inside = [""], ""
    for at, character in enumerate(variable):
        if character == separator and not inside:
            found.append("")
            continue
        found[-1] += character
        if character == inside:
            inside = ""
        elif character in marks and not inside and variable.find(character, at + 1) > at:
            inside = character
    return [entry.strip() for entry in found if entry.strip()]


def words(entry: str, *, windows: bool, exists: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the words of a command, in which "%s" stands for the address and "%%" for a percent sign.

    A path with blanks in it needs no quotation marks if `exists` knows the program. Return () for no command: nothing
    but `%s` and `&`, or an unclosed quotation mark.
    """
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
    for end in range(len(parts), 1, -1):
        program = " ".join(parts[:end])
        if exists(program):
            return [program, *" ".join(parts[end:]).split()]
    return []


def _windows(entry: str) -> Iterator[str]:
    """Give the words of a command as Windows' programs read them: a backslash counts only before a quotation mark.

    https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments

    :raises ValueError: a quotation mark is not closed
    """
    word: str | None = None
    inside, at = False, 0
    while at < len(entry):
        slashes = at
        while at < len(entry) and entry[at] == "\\":
            at += 1
        slashes = at - slashes
        marked = at < len(entry) and entry[at] == '"'
        if slashes:
            word = (word or "") + "\\" * (slashes // 2 if marked else slashes)
        if at == len(entry):
            break
        if marked and slashes % 2:
            word = (word or "") + '"'
        elif marked:
            word, inside = word or "", not inside
        elif entry[at] in " \t" and not inside:
            if word is not None:
                yield word
            word = None
        else:
            word = (word or "") + entry[at]
        at += 1
    if inside:
        raise ValueError("no closing quotation mark")
    if word is not None:
        yield word
