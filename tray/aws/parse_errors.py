"""Says why botocore can't parse an AWS config or credentials file: names the line, and quotes nothing of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tray.aws.ini import bad_encoding, broken_header, conflict, encoding_here, read_bytes, sections_of
from tray.model.problems import Kind, TrayError

if TYPE_CHECKING:
    from botocore.exceptions import ConfigParseError

# Names of settings. Other text may be part of a key, for example of a long key that continues on the next line.
_NAME = re.compile(r"[a-z][a-z_0-9]{0,40}")
_LIKE_A_KEY = re.compile(r"(?=.*\d)[a-z0-9]{16,}")
_MOST_LETTERS = 100
_MOST_OF_START = 1024


# How files begin that are of another form: what the console, the portal of Identity Center and other tools give.
_FORMS = {
    "json": re.compile(rb"\{\s*\"|\[\s*\{"),
    "html": re.compile(rb"<"),
    "csv": re.compile(rb"[^\n]{0,200}access key", re.IGNORECASE),
    "shell": re.compile(rb"(?:export|set|setx|\$env:)\s*AWS_", re.IGNORECASE),
    "yaml": re.compile(rb"(?:---|[\w-]+:\s*$)", re.MULTILINE),
}


def unreadable(error: ConfigParseError | OSError, credentials: Path | None = None) -> TrayError:
    """Return the error for a file that can't be read or parsed; `credentials` is the path of the credentials file.

    configparser's own message quotes the bad line, which may hold a key. The message is therefore not used.
    """
    path = Path(str(error.filename if isinstance(error, OSError) else error.kwargs["path"]))
    cause = error if isinstance(error, OSError) else (error.kwargs.get("error") or error.__context__ or error)
    what, line, name = _cause(cause, path)
    return TrayError(
        "aws-config-unreadable",
        kind=Kind.CONFIGURATION,
        path=str(path),
        line=line or None,
        what=what,
        name=name,
        error=getattr(cause, "strerror", None) or type(cause).__name__,
        encoding=encoding_here() if what == "encoding" else "",
        of_credentials=path == credentials,
    )


def _cause(cause: object, path: Path) -> tuple[str, int | None, str]:
    """Return what is wrong, in which line, and the name of the section or setting."""
    if isinstance(cause, OSError):
        return "system", None, ""
    data = read_bytes(path)
    wrong, line = bad_encoding(data)
    if wrong:
        return wrong, line, ""
    errors = getattr(cause, "errors", None)
    number = errors[0][0] if errors else getattr(cause, "lineno", None)
    # What configparser finds is often the consequence: it reads a header without “]” as a line of no meaning, which it
    # reports last.
    if line := conflict(data):
        return "conflict", line, ""
    start = data[:_MOST_OF_START].lstrip()
    if _FORMS["json"].match(start):
        return "json", None, ""
    if number and (line := broken_header(data, number)):
        return "header", line, ""
    match type(cause).__name__:
        case "DuplicateSectionError":
            return "section-twice", number, str(getattr(cause, "section", ""))[:_MOST_LETTERS]
        case "DuplicateOptionError":
            option = str(getattr(cause, "option", ""))
            shown = _NAME.fullmatch(option) and not _LIKE_A_KEY.fullmatch(option)
            return "setting-twice", number, option if shown else ""
        case "MissingSectionHeaderError":
            return next((form for form, begins in _FORMS.items() if begins.match(start)), "no-section"), number, ""
        case "ValueError":  # from botocore's own parser of indented lines
            lines = [each.nested_without_value for each in sections_of(path) if each.nested_without_value]
            return "nested", min(lines, default=None), ""
        case _:
            return "line", number, ""
