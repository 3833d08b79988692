"""Desktop entry files, as far as this program needs them to start programs: pure functions.

https://specifications.freedesktop.org/desktop-entry-spec/latest/
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

# Desktops would not start a program with one of these characters in its path. GLib 2.74 and systemd 252 look for the
# program before they remove the escapes for "%" from its path. systemd removes the escapes for "\\" twice. The
# specification does not allow "=" ("The Exec key").
NOT_STARTED = frozenset("%\\=\n\r")

_GROUP = "Desktop Entry"
_BLANKS = " \t\r"
_ESCAPES = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
# An argument that is written without quotes. The specification allows more characters than these.
_BARE = re.compile(r"[A-Za-z0-9_@:,./-]+")
# In a quoted argument, each of these characters has a backslash before it ("The Exec key").
_ESCAPED_IN_QUOTES = re.compile(r'(["`$\\])')
_FIELD_CODE = re.compile(r"%(.)", re.DOTALL)
# Not `\s`: a blank of another script is a part of an argument.
_WORD = re.compile(r'(?:"(?:[^"\\]|\\.)*"|\\.|[^ \t\r\n"\\])+', re.DOTALL)
_PART = re.compile(r'"((?:[^"\\]|\\.)*)"|\\(.)|([^"\\]+)', re.DOTALL)


def entry_text(values: Mapping[str, str]) -> str:
    """Return the text of the file for an entry with these values."""
    lines = [f"{key}={_escaped(value)}" for key, value in values.items()]
    return "\n".join([f"[{_GROUP}]", *lines, ""])


def entry_values(text: str) -> dict[str, str]:
    """Return the values of the desktop entry in `text`, by key; empty where `text` holds no entry.

    A translated value has its language in its key, as in `Name[de]`.
    """
    values: dict[str, str] = {}
    group = ""
    # Only what ends a line of such a file: str.splitlines() has others, such as U+2028, which a path may hold.
    for line in text.split("\n"):
        stripped = line.strip(_BLANKS)
        if stripped.startswith("[") and stripped.endswith("]"):
            group = stripped[1:-1]
        elif group == _GROUP and "=" in stripped and not stripped.startswith("#"):
            key, _, value = stripped.partition("=")
            values.setdefault(key.rstrip(_BLANKS), _unescaped(value.lstrip(_BLANKS)))
    return values


def exec_value(command: Sequence[str]) -> str:
    """Return the value of `Exec` that starts `command`, before `entry_text` adds the file's own escapes."""
    return " ".join(argument if _BARE.fullmatch(argument) else _quoted(argument) for argument in command)


def exec_command(value: str, fields: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return the command in a value of `Exec`.

    :param fields: what the field codes stand for, by letter; a code that is not among them stands for nothing
    """
    given = {"%": "%", **(fields or {})}
    words = ("".join(_plain(part) for part in _PART.finditer(word)) for word in _WORD.findall(value))
    known = ((word, _FIELD_CODE.sub(lambda code: given.get(code[1], ""), word)) for word in words)
    return tuple(plain for word, plain in known if plain or not word)


def is_true(value: str | None) -> bool:
    """Whether a boolean value is set and true."""
    return value in ("true", "1")  # entries had "1" before version 1.0, and GLib still takes it


def names(value: str) -> list[str]:
    """Return the strings in a value that is a list of strings."""
    return [name for name in value.split(";") if name]


def _quoted(argument: str) -> str:
    escaped = _ESCAPED_IN_QUOTES.sub(r"\\\1", argument.replace("%", "%%"))
    return f'"{escaped}"'


def _plain(part: re.Match[str]) -> str:
    quoted, escaped, bare = part.groups()
    if quoted is not None:
        return re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)
    return escaped if escaped is not None else bare


def _escaped(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    # Blanks around a value don't belong to it, unless they are escaped.
    if escaped.startswith(" "):
        escaped = f"\\s{escaped[1:]}"
    return f"{escaped[:-1]}\\s" if escaped.endswith(" ") else escaped


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), value)
