"""Desktop entry files, as far as starting a program needs them: pure functions.

https://specifications.freedesktop.org/desktop-entry-spec/latest/
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_GROUP = "Desktop Entry"
_ESCAPES = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
# An argument that needs no quotes; not all that the specification lets go without.
_BARE = re.compile(r"[A-Za-z0-9_@:,./-]+")
# In a quoted argument, these have a backslash before them ("The Exec key").
_ESCAPED_IN_QUOTES = re.compile(r'(["`$\\])')
_FIELD_CODE = re.compile(r"%(.)", re.DOTALL)
_WORD = re.compile(r'(?:"(?:[^"\\]|\\.)*"|\\.|[^\s"\\])+', re.DOTALL)
_PART = re.compile(r'"((?:[^"\\]|\\.)*)"|\\(.)|([^"\\]+)', re.DOTALL)


def entry_text(values: Mapping[str, str]) -> str:
    """Return the file for an entry with these values."""
    lines = [f"{key}={_escaped(value)}" for key, value in values.items()]
    return "\n".join([f"[{_GROUP}]", *lines, ""])


def entry_values(text: str) -> dict[str, str]:
    """Return the values of an entry, without those in other languages; what is no entry has none."""
    values: dict[str, str] = {}
    group = ""
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith("[") and stripped.endswith("]"):
            group = stripped[1:-1]
        elif group == _GROUP and "=" in stripped and not stripped.startswith("#"):
            key, _, value = stripped.partition("=")
            values.setdefault(key.rstrip(), _unescaped(value.lstrip()))
    return values


def exec_value(command: Sequence[str]) -> str:
    """Return the value of `Exec` that starts `command`, as it is before the file's own escapes."""
    return " ".join(argument if _BARE.fullmatch(argument) else _quoted(argument) for argument in command)


def exec_command(value: str, fields: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return the command in a value of `Exec`. `fields` gives what field codes stand for, by letter; else nothing."""
    given = {"%": "%", **(fields or {})}
    words = ("".join(_plain(part) for part in _PART.finditer(word)) for word in _WORD.findall(value))
    known = ((word, _FIELD_CODE.sub(lambda code: given.get(code[1], ""), word)) for word in words)
    return tuple(plain for word, plain in known if plain or not word)


def is_true(value: str | None) -> bool:
    """Whether a boolean value is set and true."""
    return value in ("true", "1")  # "1" is what entries had before version 1.0, and GLib still takes


def names(value: str) -> list[str]:
    """Return the strings in a list of them."""
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
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), value)
