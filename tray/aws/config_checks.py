"""Finds the parts of the AWS files that botocore silently ignores: files it can't read, and sections it drops."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tray.aws.config import config_paths
from tray.aws.ini import Section, is_utf_16, quoted, sections_of, words_of_header
from tray.aws.parse_errors import unreadable
from tray.model.problems import Kind, Problem, TrayError

# The first words of headers that botocore's `build_profile_map` knows.
_NAMED = ("profile", "sso-session", "services")
# What is written in place of them.
_SPELLINGS = {
    **dict.fromkeys(("sso_session", "ssosession", "sso-sessions", "session"), "sso-session"),
    "service": "services",
}
# Sections that only the AWS CLI reads (AWS CLI User Guide, "Using plugins" and "Preview services").
_OF_THE_CLI = ("plugins", "preview")
_VARIABLES = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")
_MOST_SECTIONS = 50
_MOST_LETTERS = 150


def unread_files() -> tuple[Problem, ...]:
    """Return a problem for each of the two files that exists and isn't read. botocore and the AWS CLI ignore it."""
    found = (_unread(path, variable) for path, variable in zip(config_paths(), _VARIABLES, strict=True))
    return tuple(problem for problem in found if problem is not None)


def refused_files() -> tuple[Problem, ...]:
    """Return those of `unread_files` that this user may not read: their profiles are missing."""
    return tuple(problem for problem in unread_files() if dict(problem.places)["what"] in ("system", "utf-16"))


def _unread(path: Path, variable: str) -> Problem | None:
    what, reason = "", ""
    try:
        mode = path.stat().st_mode
        if stat.S_ISCHR(mode):
            return None  # /dev/null, or NUL on Windows: the user means that there is no file
        if stat.S_ISDIR(mode):
            what = "folder"
        elif not stat.S_ISREG(mode):
            what = "pipe"
        else:
            with path.open("rb") as file:
                start = file.read(4096)
            # Without a byte order mark, botocore parses the file and understands nothing in it.
            what = "utf-16" if is_utf_16(start) and not start.startswith((b"\xff\xfe", b"\xfe\xff")) else ""
    except FileNotFoundError:
        if path.is_symlink():
            what = "link"
        elif os.environ.get(variable):
            what = "missing"
    except NotADirectoryError:
        what = "missing"
    except OSError as error:
        what, reason = "system", error.strerror or type(error).__name__
    if not what:
        return None
    named_by = variable if os.environ.get(variable) else ""
    return Problem.of(
        "aws-file-not-read", Kind.CONFIGURATION, path=str(path), what=what, reason=reason, variable=named_by
    )


@dataclass(frozen=True, slots=True)
class DroppedSection:
    """A section that botocore doesn't read, or reads differently from what the user means.

    `what` is a code for the reason, which the texts know. `instead` is the header that botocore would read. `meant` is
    the AWS profile that the user means, if there is one.
    """

    what: str
    path: Path
    line: int
    section: str
    instead: str
    meant: str

    @property
    def problem(self) -> Problem:
        """The dropped section as a problem for the user."""
        return Problem.of(
            "aws-section-not-read",
            Kind.CONFIGURATION,
            what=self.what,
            path=str(self.path),
            line=self.line,
            section=_printable(self.section),
            instead=_printable(self.instead),
        )


def sections_not_read() -> tuple[DroppedSection, ...]:
    """Return the sections of both files that botocore drops or reads differently from what is meant; 50 at most."""
    config, credentials = config_paths()
    return (*_of_config(config), *_of_credentials(credentials))[:_MOST_SECTIONS]


def section_not_read(aws_profile: str) -> Problem | None:
    """Return the problem of a dropped section that is meant as this AWS profile, if there is one."""
    return next((each.problem for each in sections_not_read() if each.meant == aws_profile), None)


def why_missing(aws_profile: str) -> Problem | None:
    """Return why an AWS profile isn't found, if the reason is a dropped section or an unread file."""
    return section_not_read(aws_profile) or next(iter(unread_files()), None)


def check_aws_file(path: Path) -> int | None:
    """Return how many sections of the file at `path` are read; None if there is no such file.

    :raises TrayError: (configuration) the file can't be read or parsed
    """
    from botocore.exceptions import ConfigParseError

    from tray.aws.botocore_patches.config_files import parse_config, parse_credentials

    unread = _unread(path, _VARIABLES[path == config_paths()[1]])
    if unread is not None and dict(unread.places)["what"] != "missing":
        raise TrayError.of(unread)
    try:
        # Only the config file has nested settings.
        parsed = parse_credentials(path)
        if path == config_paths()[0]:
            parse_config(path)
    except (ConfigParseError, OSError) as error:
        raise unreadable(error, config_paths()[1]) from error
    if parsed is None:
        return None
    # An indented one is no section at all for the parser.
    dropped = {each.section for each in sections_not_read() if each.path == path and each.what != "indented"}
    return len([header for header in parsed if header not in dropped])


def _of_config(path: Path) -> list[DroppedSection]:
    found: list[DroppedSection] = []
    before: dict[tuple[str, str], tuple[str, int]] = {}
    headers = sections_of(path)
    for section in headers:
        header, words = section.header, words_of_header(section.header)
        found += _swallowed(section, path)
        if header == "default" or (header.startswith(_NAMED) and len(words) == 2):
            kind = next((name for name in _NAMED if header.startswith(name)), "profile")
            key = kind, header if header == "default" else words[1]
            if key in before and before[key][0] != header:
                # Of two sections for one profile, botocore takes the whole last one.
                earlier, line = before[key]
                found.append(DroppedSection("twice", path, line, earlier, f"[{header}]", ""))
            before[key] = header, section.line
            continue
        if header in _OF_THE_CLI:
            continue
        if header == "DEFAULT":
            if not any(each.header == "default" for each in headers):
                found.append(DroppedSection("all", path, section.line, header, "[default]", "default"))
            continue
        found.append(_meant(header, path, section.line))
    return found


def _of_credentials(path: Path) -> list[DroppedSection]:
    found: list[DroppedSection] = []
    for section in sections_of(path):
        found += _swallowed(section, path)
        first, _, name = section.header.strip().partition(" ")
        if first in ("profile", "sso-session", "services"):
            name = name.strip().strip("\"'")
            meant = name if first == "profile" else ""
            what = "credentials" if first == "profile" else "of-config"
            instead = f"[{name}]" if first == "profile" else str(config_paths()[0])
            found.append(DroppedSection(what, path, section.line, section.header, instead, meant))
    return found


def _swallowed(section: Section, path: Path) -> Iterator[DroppedSection]:
    for header, line in section.swallowed:
        first, _, name = header.strip().partition(" ")
        meant = name.strip().strip("\"'") if first == "profile" else header
        yield DroppedSection("indented", path, line, header, f"[{header}]", meant)


def _meant(header: str, path: Path, line: int) -> DroppedSection:
    """Return why botocore doesn't read a header of the config file, and what the user may mean by it."""
    first, _, rest = header.strip().partition(" ")
    name = " ".join(rest.split()).strip("\"'")
    kind = _SPELLINGS.get(first.lower(), first.lower())
    if kind in _NAMED and name:
        what = "quotes" if not words_of_header(header) else "blank"
        if first != kind or header != header.strip():
            what = "spelling"
        meant = name if kind == "profile" else ""
        return DroppedSection(what, path, line, header, f"[{kind} {quoted(name)}]", meant)
    if kind in _NAMED:
        return DroppedSection("nameless", path, line, header, f"[{kind} NAME]", "")
    if header.strip().lower() == "default":
        return DroppedSection("spelling", path, line, header, "[default]", "default")
    plain = header.strip()
    return DroppedSection("prefix", path, line, header, f"[profile {quoted(plain)}]", plain)


def _printable(header: str) -> str:
    plain = "".join(each if each.isprintable() else "�" for each in header)
    return plain if len(plain) <= _MOST_LETTERS else plain[: _MOST_LETTERS - 1] + "…"
