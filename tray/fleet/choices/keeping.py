"""Stores which notebook instances the user keeps at the top of the menu, and changes that."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from tray.fleet.files.state_file import StateFile
from tray.model.arns import notebook_arn
from tray.model.kept import MOST_KEPT
from tray.model.problems import TrayError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from tray.fleet.state import State
    from tray.fleet.tasks import Cancelling, TaskRunner
    from tray.model.commands import KeepAtTop
    from tray.runtime.workers import Workers

# The tray and the command line share this file.
FILE_NAME = "kept-at-top.json"
# With those that AWS no longer lists, and that may come back.
_MOST_STORED = 100


class KeptFile:
    """Stores ARNs, which are no secrets. What this release doesn't know stays in the file. Blocks for the disk.

    :param path: None to store nothing
    """

    def __init__(self, path: Path | None) -> None:
        self._file = StateFile(path, "what is kept at the top")
        self._lock = threading.Lock()

    def load(self) -> tuple[str, ...]:
        """Return the ARNs, in the order in which they were chosen; none if the file can't be used."""
        entries = _entries(self._file.stored())
        return tuple(dict.fromkeys(found.arn for each in entries if (found := notebook_arn(each)) is not None))

    def change(self, arns: Collection[str], *, keep: bool, known: Iterable[str] = ()) -> None:
        """Keep notebook instances, or no longer: what another program has stored meanwhile stays.

        :param known: what is kept where the file is missing or damaged

        :raises TrayError: it can't be stored
        """
        try:
            with self._lock, self._file.alone():
                stored = self._read()
                before = _entries(stored) if stored is not None else list(known)
                after = [each for each in before if keep or each not in arns]
                after += [arn for arn in arns if keep and arn not in after]
                if keep and len(after) > _MOST_STORED:
                    raise _enough(self.load())
                self._file.write({**(stored if isinstance(stored, dict) else {}), "kept": after})
        except OSError as error:
            raise self._file.refusal("kept-not-stored", error) from error

    def _read(self) -> Any:
        try:
            return self._file.read()
        except ValueError:
            return None


class Keeping:
    """Owns the snapshot's slice of what is kept at the top. `set` and `follow` return at once.

    :param workers: one separate worker, so that changes are written in their order
    """

    def __init__(self, state: State, tasks: TaskRunner, *, workers: Workers, path: Path | None) -> None:
        self._state = state
        self._kept = state.kept
        self._tasks = tasks
        self._workers = workers
        self._file = KeptFile(path)

    def load(self) -> None:
        """Take what is stored. Reads a file."""
        self._kept.set(self._file.load())

    def follow(self) -> None:
        """Take what another program has stored."""
        self._workers.start(self.load)

    def set(self, command: KeepAtTop) -> None:
        """Keep a notebook instance at the top, or no longer, and store that."""
        arn = command.arn
        full = command.kept and self._is_full(arn)

        def changed(before: tuple[str, ...]) -> tuple[str, ...]:
            others = tuple(each for each in before if each != arn)
            return (before if arn in before else (*before, arn)) if command.kept else others

        def act(_: Cancelling) -> None:
            if full:
                raise _enough(self._kept.now)
            self._file.change((arn,), keep=command.kept, known=self._kept.now)
            self._kept.update(changed)  # once more: `follow` may have read the file just before

        if not full:
            self._kept.update(changed)
        self._tasks.begin(command, act, workers=self._workers, again=True)

    def _is_full(self, arn: str) -> bool:
        """Whether no more can be kept: what AWS no longer lists takes no place, since the menu doesn't show it."""
        others = {each for each in self._kept.now if each != arn}
        return sum(each.arn in others for each in self._state.snapshot.listing.notebooks) >= MOST_KEPT


def check_room(arns: Collection[str]) -> None:
    """Check that one more can be kept beside `arns`.

    :raises TrayError: there are enough; the error names them
    """
    if len(arns) >= MOST_KEPT:
        raise _enough(arns)


def _enough(arns: Iterable[str]) -> TrayError:
    return TrayError("enough-kept", names=tuple(found.name for arn in arns if (found := notebook_arn(arn)) is not None))


def _entries(stored: Any) -> list[Any]:
    match stored:
        case {"kept": [*entries]}:
            return entries
    return []
