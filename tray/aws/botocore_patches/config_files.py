"""The AWS config and credentials files, read by botocore's own parser.

Relies on `load_config` and `raw_config_parse` (botocore/configloader.py). Without them the program knows no AWS
profiles, and a `TrayError` says so: another parser would read the files differently from the AWS CLI.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tray.aws.botocore_patches.release import unknown_botocore


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
    try:
        parsed: dict[str, Any] = parse(str(path))
        return parsed
    except ConfigNotFound:
        return None
