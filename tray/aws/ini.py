"""Finds lines and sections of an AWS config or credentials file, as `configparser` counts them.

botocore's parser gives values without their lines. This module reads a file again, only to say where an error is.
"""

from __future__ import annotations

import io
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

# Much more than the file of 10,000 profiles has.
_MOST_BYTES = 16 * 1024 * 1024
LONGEST_HEADER = 4096
"""How long the header of a section may be; the program reads no longer one."""
_HEADER = re.compile(r"\[(?P<header>.+)\]")
_OPTION = re.compile(r"[=:]")
_CONFLICT = re.compile(rb"^(?:<{7}|>{7})(?= |\r?$)", re.MULTILINE)


@dataclass(slots=True)
class Section:
    """A section: its header without the brackets, its line, and the lines of its settings and nested settings.

    `nested_without_value` is the first nested line without “=”; botocore can't parse such a line. `swallowed` are the
    headers that are indented, and their lines: each is read as one more line of the setting above it.
    """

    header: str
    line: int
    settings: dict[str, int] = field(default_factory=dict)
    nested: dict[tuple[str, str], int] = field(default_factory=dict)
    nested_without_value: int | None = None
    swallowed: list[tuple[str, int]] = field(default_factory=list)


def read_bytes(path: Path) -> bytes:
    """Return the beginning of a file; nothing if the file can't be read, or is endless (a pipe or a device)."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(_MOST_BYTES)
    except OSError:
        return b""


def sections_of(path: Path) -> tuple[Section, ...]:
    """Return the sections of a file in their order, [DEFAULT] included; none if it can't be read."""
    # The encoding is the one in which `configparser` opens the file.
    lines = io.TextIOWrapper(io.BytesIO(read_bytes(path)), errors="replace")
    found: list[Section] = []
    setting, indent, opened = "", 0, False
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text[0] in "#;":
            continue
        deep = len(line) - len(line.lstrip())
        if found and setting and deep > indent:
            if opened:
                _nested(found[-1], setting, text, number)
            elif inner := _HEADER.fullmatch(text):
                found[-1].swallowed.append((inner["header"], number))
            continue
        indent = deep
        if header := _HEADER.match(text):
            found.append(Section(header["header"], number))
            setting = ""
        elif found:
            name, *value = _OPTION.split(text, maxsplit=1)
            setting = name.strip().lower()
            opened = not "".join(value).strip()  # botocore reads indented lines as nested only below an empty value
            found[-1].settings.setdefault(setting, number)
    return tuple(found)


def _nested(section: Section, setting: str, text: str, number: int) -> None:
    name, equals, _ = text.partition("=")
    if equals:
        section.nested.setdefault((setting, name.strip()), number)
    elif section.nested_without_value is None:
        section.nested_without_value = number


def bad_encoding(data: bytes) -> tuple[str, int]:
    """Return what is wrong with the encoding of a file's bytes, and in which line; ("", 0) if nothing is wrong.

    `bom` is UTF-8 with a byte order mark, and `utf-16` is UTF-16 or UTF-32. `zeros` are what a crash leaves in a file
    that was being written. `encoding` means that the bytes are not in the encoding in which Python, and so botocore,
    reads text files here.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or is_utf_16(data[:4096]):
        return "utf-16", 1
    if (zero := data.find(b"\0")) >= 0:
        return "zeros", data.count(b"\n", 0, zero) + 1
    if data.startswith(b"\xef\xbb\xbf"):
        return "bom", 1
    try:
        data.decode(encoding_here())
    except UnicodeDecodeError as error:
        return "encoding", data.count(b"\n", 0, error.start) + 1
    return "", 0


def is_utf_16(start: bytes) -> bool:
    """Whether the beginning of a file is UTF-16 or UTF-32 without a byte order mark: every other byte of it is zero."""
    zeros = sorted(start[at::2].count(b"\0") for at in (0, 1))
    half = len(start) // 2
    return half > 0 and zeros[1] >= half * 0.8 and zeros[0] <= half * 0.6


def broken_header(data: bytes, before: int) -> int:
    """Return the line of the last header without a name or without “]”, up to the line `before`; 0 without one."""
    lines = data.splitlines()[:before]
    return max((at for at, line in enumerate(lines, 1) if line.startswith(b"[") and b"]" not in line[2:]), default=0)


def conflict(data: bytes) -> int:
    """Return the line of the first mark of a merge conflict, as git writes it; 0 without one."""
    found = _CONFLICT.search(data)
    return data.count(b"\n", 0, found.start()) + 1 if found else 0


def encoding_here() -> str:
    """Return the encoding in which Python opens a text file by default."""
    return io.TextIOWrapper(io.BytesIO()).encoding


def words_of_header(header: str) -> tuple[str, ...]:
    """Return the words of a section's header, split as botocore does; none if its quotation marks don't match.

    None of one that is longer than any name, either: the time of `shlex` grows with the square of its length.
    """
    try:
        return tuple(shlex.split(header)) if len(header) <= LONGEST_HEADER else ()
    except ValueError:
        return ()


def quoted(name: str) -> str:
    """Return a name in the form for a section's header, in which botocore reads it as one word."""
    if re.fullmatch(r"[\w@%+=:,./-]+", name):
        return name
    return shlex.quote(name) if '"' in name or "\\" in name else f'"{name}"'
