"""Writes roles of IAM Identity Center to the AWS config file, for the AWS CLI and other programs of the user.

Only ever adds sections at the end, under names that are free: comments, order and line ends stay as they are. The file
is replaced whole, and what it was before is kept beside it.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tray.aws.config import config_paths, readable_aws_files
from tray.aws.credentials.center_roles import center_settings
from tray.aws.credentials.token_store import copy_sign_in
from tray.aws.ini import bad_encoding, encoding_here, quoted
from tray.model.problems import Kind, TrayError
from tray.runtime.whole_files import write_whole

if TYPE_CHECKING:
    from tray.model.center import Center
    from tray.model.identity_center import CenterRole

# The settings that make two AWS profiles the same role.
_SAME = ("sso_session", "sso_account_id", "sso_role_name")
BACKUP_SUFFIX = ".before-notebook-tray"

_HEADING = re.compile(r"^\[(.+)\]$", re.MULTILINE)

# Much more than the file of 10,000 profiles has.
_MOST_BYTES = 16 * 1024 * 1024
# botocore reads the file in the system's encoding, and splits a section's name as a shell would.
_ODD = re.compile(r"[^A-Za-z0-9@%+=,._ -]+")


@dataclass(frozen=True, slots=True)
class ConfigRole:
    """A role under the name that its AWS profile should have, and the profile's region."""

    name: str
    role: CenterRole
    region: str


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the names of the AWS profiles, into which file, and where the file before is; None if none.

    `sections` are the headings of all that was added: `profile lab`, `sso-session acme`.
    """

    names: tuple[str, ...]
    path: Path
    backup: Path | None
    sections: tuple[str, ...] = ()


def write_roles(roles: Sequence[ConfigRole]) -> Written:
    """Add an AWS profile for each role, and an sso-session if none leads there. The sign-in is one for all then.

    Roles that an AWS profile has already are left out. Blocks on the disk alone.

    :raises TrayError: (configuration) the AWS config can't be read, or can't be written
    """
    path = config_paths()[0]
    files = readable_aws_files()
    before = {role.role.center: center_settings(role.role.center, files) for role in roles}
    # A session that is called like its start URL is this program's own, and in no file.
    known = {center: found.session_name for center, found in before.items() if found.session_name != center.start_url}
    profiles: dict[str, dict[str, object]] = files.merged["profiles"]
    there = {tuple(each.get(name) for name in _SAME) for each in profiles.values()}
    new = [each for each in roles if (known.get(each.role.center), each.role.account, each.role.role) not in there]
    text, added = sections(new, {*profiles, "default"}, known, files.merged.get("sso_sessions", {}))
    if not added:
        return Written((), path, None)
    try:
        backup = _append(path, text)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise TrayError("config-not-written", kind=Kind.CONFIGURATION, path=str(path), reason=reason) from error
    files = readable_aws_files()
    for center, settings in before.items():
        copy_sign_in(settings, center_settings(center, files))
    return Written(added, path, backup, tuple(_HEADING.findall(text)))


def sections(
    roles: Iterable[ConfigRole], profiles: Collection[str], sessions: Mapping[Center, str], taken: Collection[str]
) -> tuple[str, tuple[str, ...]]:
    """Return the sections for roles, and the names of their AWS profiles: pure.

    :param profiles: names of AWS profiles that are taken
    :param sessions: the sso-sessions that lead to the roles' Identity Centers
    :param taken: names of sso-sessions that are taken
    """
    known, used, new = dict(sessions), set(profiles), set(taken)
    text: list[str] = []
    names: list[str] = []
    for each in roles:
        center = each.role.center
        if center not in known:
            known[center] = _free(center.host.partition(".")[0] or "sso", new)
            new.add(known[center])
            text.append(
                f"[sso-session {quoted(known[center])}]\n"
                f"sso_start_url = {center.start_url}\n"
                f"sso_region = {center.region}\n"
                "sso_registration_scopes = sso:account:access\n"
            )
        name = _free(_plain(each.name) or each.role.role, used)
        used.add(name)
        names.append(name)
        text.append(
            f"[profile {quoted(name)}]\n"
            f"sso_session = {known[center]}\n"
            f"sso_account_id = {each.role.account}\n"
            f"sso_role_name = {each.role.role}\n"
            f"region = {each.region}\n"
        )
    return "\n".join(text), tuple(names)


def _plain(name: str) -> str:
    return _ODD.sub("-", name).strip(" -")


def _free(name: str, taken: Collection[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free


def _append(path: Path, text: str) -> Path | None:
    """Add text to the end of a file, and return where the file before is kept; None if there was none.

    :raises OSError: it can't be written; the file is as it was
    """
    # A link stays one: what it leads to is replaced.
    real = path.resolve()
    found = _read(real)
    old, mode = found if found is not None else (b"", 0o600)
    if bad_encoding(old)[0]:
        raise OSError(0, "its encoding is not the one that AWS' programs read here")
    ends = "\r\n" if b"\r\n" in old else "\n"
    gap = "" if not old else "\n" if old.endswith(b"\n") else "\n\n"
    # An sso-session that is there has a name of any letters.
    new = old + f"{gap}{text}".replace("\n", ends).encode(encoding_here())
    backup = real.with_name(real.name + BACKUP_SUFFIX) if found is not None else None
    if backup is not None:
        write_whole(backup, old, mode=mode)
    if _read(real) != found:
        raise OSError(0, "another program has just changed it")
    write_whole(real, new, mode=mode)
    return backup


def _read(path: Path) -> tuple[bytes, int] | None:
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(state.st_mode) or state.st_size > _MOST_BYTES:
        raise OSError(0, "it is no plain file")
    return path.read_bytes(), stat.S_IMODE(state.st_mode)
