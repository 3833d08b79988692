"""Keeps which tag names a notebook instance's owner, which the user chooses, and the owners that AWS has told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tray.fleet.files.state_file import StateFile
from tray.model.problems import ExitStatus, TrayError

if TYPE_CHECKING:
    from pathlib import Path

TAG_FILE_NAME = "owner-tag.json"
OWNERS_FILE_NAME = "owners.json"
MOST_OWNERS = 10_000
# TagKey and TagValue of botocore's service model (sagemaker/2017-07-24).
LONGEST_KEY, LONGEST_OWNER = 128, 256
_LONGEST_ARN = 256
_LATEST = 1e11  # the year 5138
# Ten thousand of the longest ARNs, with owners of 64 letters, several bytes each.
_MOST_BYTES = 6 * 1024 * 1024


def check_tag_key(key: str) -> str:
    """Return `key` if a tag can have it.

    :raises TrayError: (usage) it can't
    """
    if not key.strip() or len(key) > LONGEST_KEY or not key.isprintable():
        raise TrayError("no-tag-key", status=ExitStatus.USAGE, key=key[:LONGEST_KEY], most=LONGEST_KEY)
    return key


class OwnerTagFile:
    """Stores the key of the tag. Blocks for the disk.

    :param path: None to store nothing
    """

    def __init__(self, path: Path | None) -> None:
        self._file = StateFile(path, "which tag names the owner")

    def load(self) -> str:
        """Return the key; empty if owners aren't asked for, or the file can't be used."""
        match self._file.stored():
            case {"key": str(key)} if 0 < len(key) <= LONGEST_KEY and key.isprintable():
                return key
        return ""

    def store(self, key: str) -> None:
        """Store a key, empty to ask for no owners.

        :raises TrayError: it can't be stored
        """
        self._file.store({"key": key}, "owner-tag-not-kept")


@dataclass(frozen=True, slots=True)
class Owners:
    """What AWS told of a tag: by ARN, the owner (empty: there is no such tag) and when, in seconds since the epoch."""

    key: str = ""
    told: Mapping[str, tuple[str, float]] = field(default_factory=dict)


class OwnersFile:
    """Stores what was told: ARNs, names and times. What can't be used counts as missing. Blocks for the disk.

    :param path: None to store nothing
    """

    def __init__(self, path: Path | None) -> None:
        self._file = StateFile(path, "who owns what", most_bytes=_MOST_BYTES)

    def load(self) -> Owners:
        """Return what was stored."""
        match self._file.stored():
            case {"key": str(key), "owners": dict(owners)} if len(key) <= LONGEST_KEY and key.isprintable():
                return Owners(key, _sensible(owners))
        return Owners()

    def keep(self, owners: Owners) -> None:
        """Store what was told last; a failure is logged."""
        latest = [*owners.told.items()][-MOST_OWNERS:]
        self._file.keep({"key": owners.key, "owners": dict(latest)})


def _sensible(stored: Mapping[str, Any]) -> dict[str, tuple[str, float]]:
    found: dict[str, tuple[str, float]] = {}
    for arn, each in [*stored.items()][-MOST_OWNERS:]:
        match each:
            case [str(owner), int() | float() as at] if (
                len(arn) <= _LONGEST_ARN and len(owner) <= LONGEST_OWNER and owner.isprintable() and 0 <= at <= _LATEST
            ):
                found[arn] = (owner, float(at))
    return found
