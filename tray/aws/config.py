"""The AWS config and credentials files, parsed with botocore's own parser, and again only after a change."""

from __future__ import annotations

import functools
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tray.aws.parse_errors import unreadable
from tray.model.identity_center import plain_start_url

if TYPE_CHECKING:
    from collections.abc import Collection

    from tray.model.identity_center import CenterRole

_parsing = threading.Lock()


@dataclass(frozen=True, slots=True)
class ConfigProfile:
    """A profile of the AWS config and credentials files. `region` is the one it names itself, if any."""

    name: str
    region: str | None


@dataclass(frozen=True, slots=True)
class ConfigFingerprint:
    """Tells whether the files have changed: equal fingerprints mean equal files. The config file's part comes first."""

    files: tuple[tuple[Path, int, int, int, bool] | None, ...]


@dataclass(frozen=True, slots=True)
class AwsFiles:
    """Both files as botocore parses them. All sessions share this value, and nothing ever changes it.

    `config` comes from `parse_config` and `credentials` from `parse_credentials`; None for a file that doesn't exist.
    `merged` is the config with the credentials file's profiles in it, as a session's `full_config`.
    """

    config: dict[str, Any] | None = field(repr=False)
    credentials: dict[str, Any] | None = field(repr=False)
    merged: dict[str, Any] = field(repr=False)


def config_paths() -> tuple[Path, Path]:
    """Return the paths of the config and the credentials file; either may not exist.

    The same environment variables as every AWS SDK: AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE
    (AWS SDKs and Tools Reference Guide, "Location of the shared config and credentials files").
    """
    config = os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config"
    credentials = os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials"
    # botocore, too, expands variables in these paths.
    return expanded(config), expanded(credentials)


def expanded(path: str) -> Path:
    """Return a path of a setting with its variables and its “~” in full, as botocore and the AWS CLI read it."""
    found = Path(os.path.expandvars(path))
    try:
        return found.expanduser()
    except RuntimeError:
        return found  # “~name” of an unknown user: botocore leaves it as it is


def config_fingerprint() -> ConfigFingerprint:
    """Return the fingerprint of both files as they are now."""

    def of(path: Path) -> tuple[Path, int, int, int, bool] | None:
        try:
            stat = path.stat()
        except OSError:
            return None
        # A change of permissions changes neither the file's time nor its size.
        return path, stat.st_ino, stat.st_mtime_ns, stat.st_size, _may_read(path)

    return ConfigFingerprint(tuple(of(path) for path in config_paths()))


def _may_read(path: Path) -> bool:
    return os.access(path, os.R_OK, effective_ids=os.access in os.supports_effective_ids)


def read_aws_files() -> AwsFiles:
    """Return both files as they are now.

    :raises botocore.exceptions.ConfigParseError: a file is there and can't be parsed
    :raises OSError: a file is there and can't be read
    """
    with _parsing:  # after a change, 64 workers call this at once
        return _parse(config_fingerprint())


@functools.lru_cache(maxsize=1)
def _parse(_fingerprint: ConfigFingerprint) -> AwsFiles:
    # Imported here and not at the top: a worker calls this, and the icon must not wait for botocore's import.
    from tray.aws.botocore_patches.config_files import parse_config, parse_credentials

    config_path, credentials_path = config_paths()
    # A profile is [profile NAME] in the config file and [NAME] in the credentials file; load_config knows the former.
    config, credentials = parse_config(config_path), parse_credentials(credentials_path)
    profiles = dict(config["profiles"]) if config else {}
    for name, settings in (credentials or {}).items():
        profiles[name] = {**profiles.get(name, {}), **settings}
    return AwsFiles(config, credentials, {**(config or {}), "profiles": profiles})


def read_aws_profiles() -> tuple[ConfigProfile, ...]:
    """Return the profiles of both files, the config file's first, each in the order of the file.

    If neither file exists, there are no profiles, and that is no error.

    :raises TrayError: (configuration) a file is there and can't be read or parsed
    """
    profiles = readable_aws_files().merged["profiles"]
    return tuple(ConfigProfile(name, _region(settings)) for name, settings in profiles.items())


def aws_profiles_with(roles: Collection[CenterRole]) -> dict[str, CenterRole]:
    """Return the AWS profiles that sign with one of these roles, by name, each with its role; cheap for thousands.

    :raises TrayError: (configuration) a file is there and can't be read or parsed
    """
    if not roles:
        return {}
    files = readable_aws_files()
    sessions = files.merged.get("sso_sessions", {})
    wanted = {(each.account, each.role) for each in roles}
    known = {(each.account, each.role, each.center.start_url, each.center.region): each for each in roles}
    found = {}
    for name, settings in files.merged["profiles"].items():
        account, role = settings.get("sso_account_id"), settings.get("sso_role_name")
        # botocore makes dicts of indented lines.
        if not isinstance(account, str) or not isinstance(role, str) or (account, role) not in wanted:
            continue
        session = settings.get("sso_session")
        where = sessions.get(session, {}) if isinstance(session, str) else settings
        url, region = where.get("sso_start_url"), where.get("sso_region")
        if isinstance(url, str) and isinstance(region, str):
            of = known.get((account, role, plain_start_url(url), region))
            if of is not None:
                found[name] = of
    return found


def readable_aws_files() -> AwsFiles:
    """Return both files as they are now.

    :raises TrayError: (configuration) a file is there and can't be read or parsed
    """
    from botocore.exceptions import ConfigParseError

    try:
        return read_aws_files()
    except (ConfigParseError, OSError) as error:
        raise unreadable(error, config_paths()[1]) from error


def profile_settings(aws_profile: str) -> dict[str, Any]:
    """Return the settings of a profile for the words of an error; empty if it doesn't exist or can't be read."""
    from botocore.exceptions import ConfigParseError

    try:
        return dict(read_aws_files().merged["profiles"].get(aws_profile, {}))
    except (ConfigParseError, OSError):
        return {}


def _region(settings: dict[str, Any]) -> str | None:
    region = settings.get("region")
    return region.strip() or None if isinstance(region, str) else None
