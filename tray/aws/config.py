"""The profiles in the AWS config and credentials files, read with botocore's own parser."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tray.errors import Kind, TrayError


@dataclass(frozen=True, slots=True)
class AwsProfile:
    """A profile of the AWS config and credentials files. `region` is the one it names itself, if any."""

    name: str
    region: str | None


@dataclass(frozen=True, slots=True)
class ConfigFingerprint:
    """Tells whether the files have changed since: equal fingerprints, equal files."""

    files: tuple[tuple[Path, int, int, int] | None, ...]


def config_paths() -> tuple[Path, Path]:
    """Return the paths of the config and the credentials file; either may not exist.

    The same environment variables as every AWS SDK: AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE
    (AWS SDKs and Tools Reference Guide, "Location of the shared config and credentials files").
    """
    config = os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config"
    credentials = os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials"
    return Path(config).expanduser(), Path(credentials).expanduser()


def config_fingerprint() -> ConfigFingerprint:
    """Return the fingerprint of both files as they are now."""

    def of(path: Path) -> tuple[Path, int, int, int] | None:
        try:
            stat = path.stat()
        except OSError:
            return None
        return path, stat.st_ino, stat.st_mtime_ns, stat.st_size

    return ConfigFingerprint(tuple(of(path) for path in config_paths()))


def read_aws_profiles() -> tuple[AwsProfile, ...]:
    """Return the profiles of both files, the config file's first, each in the order of the file.

    No file at all is no error: there are no profiles then.

    :raises TrayError: (configuration) a file is there and can't be read or parsed
    """
    return _read(config_fingerprint())


@functools.lru_cache(maxsize=1)
def _read(_fingerprint: ConfigFingerprint) -> tuple[AwsProfile, ...]:
    """Read the files once for each state that they are in: every profile asks for its region at every refresh."""
    # Here and not at the top: this is a worker's job, and the icon must not wait for botocore's import.
    from botocore.configloader import load_config, raw_config_parse

    config_path, credentials_path = config_paths()
    merged: dict[str, dict[str, Any]] = {}
    # A profile is [profile NAME] in the config file and [NAME] in the credentials file; load_config knows the former.
    for path, read in ((config_path, _profiles_of(load_config)), (credentials_path, raw_config_parse)):
        for name, settings in _parsed(path, read).items():
            if isinstance(settings, dict):
                merged[name] = {**merged.get(name, {}), **settings}
    return tuple(AwsProfile(name, _region(settings)) for name, settings in merged.items())


def _profiles_of(load: Any) -> Any:
    return lambda path: load(path)["profiles"]


def _region(settings: dict[str, Any]) -> str | None:
    region = settings.get("region")
    return region.strip() or None if isinstance(region, str) else None


def _parsed(path: Path, read: Any) -> dict[str, Any]:
    from botocore.exceptions import ConfigNotFound, ConfigParseError

    try:
        parsed: dict[str, Any] = read(str(path))
        return parsed
    except ConfigNotFound:
        return {}
    except (ConfigParseError, OSError, UnicodeError) as error:
        raise TrayError(
            "AWS config unreadable",
            f"The file {path} can't be read: {_what_is_wrong(error)}",
            "Correct the file; every section is [name] and every setting name = value.",
            kind=Kind.CONFIGURATION,
        ) from error


def _what_is_wrong(error: Exception) -> str:
    # configparser's own words quote the line that it stumbled on, which may hold a key: say where, and not what.
    cause = error.__context__ or error
    errors = getattr(cause, "errors", None)
    line = errors[0][0] if errors else getattr(cause, "lineno", None)
    return f"line {line} makes no sense." if line else f"{type(cause).__name__}."
