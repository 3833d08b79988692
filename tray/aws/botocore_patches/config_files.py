"""The AWS config and credentials files, read by botocore's own parser.

Relies on `load_config` and `raw_config_parse` (botocore/configloader.py). Without them the program knows no AWS
profiles, and a `TrayError` says so: another parser would read the files differently from the AWS CLI.

botocore parses by `configparser`, whose `ParsingError.append` adds each line that is wrong to one message: its time
grows with the square of their number (a megabyte of another program's text took minutes). Here it adds the first ones.
botocore splits the header of a section by `shlex`, whose time grows with the square of its length (a megabyte took half
a minute). Here `_parse_section` drops a section with such a header; without it, botocore reads it in its own time.
"""

from __future__ import annotations

import configparser
from pathlib import Path
from typing import Any

from tray.aws.botocore_patches.release import unknown_botocore
from tray.aws.ini import LONGEST_HEADER

_MOST_QUOTED = 10
_append = configparser.ParsingError.append


def _append_some(error: configparser.ParsingError, lineno: int, line: str) -> None:
    if len(error.errors) < _MOST_QUOTED:
        _append(error, lineno, line)
    else:
        error.errors.append((lineno, line))


configparser.ParsingError.append = _append_some  # type: ignore[method-assign, assignment]


def parse_config(path: Path) -> dict[str, Any] | None:
    """Return the config file with its profiles, as a session's `full_config` has them; None if there is no such file.

    :raises botocore.exceptions.ConfigParseError: the file can't be parsed
    :raises OSError: the file can't be read
    """
    return _parsed("load_config", path)


def parse_credentials(path: Path) -> dict[str, Any] | None:
    """Return the sections of a file; None if there is no such file.

    :raises botocore.exceptions.ConfigParseError: the file can't be parsed
    :raises OSError: the file can't be read
    """
    return _parsed("raw_config_parse", path)


def _parsed(name: str, path: Path) -> dict[str, Any] | None:
    # Imported here and not at the top: a worker calls this, and the icon must not wait for botocore's import.
    from botocore import configloader
    from botocore.exceptions import ConfigNotFound

    parse = getattr(configloader, name, None)
    if parse is None:
        raise unknown_botocore("config")
    _drop_endless_headers(configloader)
    try:
        parsed: dict[str, Any] = parse(str(path))
        return parsed
    except ConfigNotFound:
        return None


def _drop_endless_headers(configloader: Any) -> None:
    parse_section = getattr(configloader, "_parse_section", None)
    if parse_section is None or getattr(parse_section, "is_bounded", False):
        return

    def bounded(key: str, values: Any) -> Any:
        return parse_section(key, values) if len(key) <= LONGEST_HEADER else {}

    bounded.is_bounded = True  # type: ignore[attr-defined]
    configloader._parse_section = bounded
