"""Stores which notebook instance the user opened last, from one run of the program to the next."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tray.fleet.snapshot import LastOpened
from tray.fleet.state_file import StateFile

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)


class Recent:
    """Stores a profile's name and an ARN, which are no secrets. A file that fails counts as missing.

    :param path: None to store nothing
    """

    def __init__(self, path: Path | None) -> None:
        self._file = StateFile(path)

    def load(self) -> LastOpened | None:
        """Return what was opened last; None if that isn't known. Reads a file."""
        try:
            match self._file.read():
                case {"profile": str(profile), "arn": str(arn)}:
                    return LastOpened(profile, arn)
        except (OSError, ValueError) as error:
            log.info("what was opened last can't be read: %s", type(error).__name__)
        return None

    def keep(self, last: LastOpened) -> None:
        """Store what was opened last. Writes a file, whole or not at all."""
        try:
            self._file.write({"profile": last.profile, "arn": last.arn})
        except OSError as error:
            log.info("what was opened last can't be kept: %s", type(error).__name__)
