"""Linux: a file of root's, which nobody else may write, in folders of which the same holds.

Otherwise a user could write their own policy into it, or put another file in its place.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from tray.model.policy import POLICY_FILE, Document, Given
from tray.model.problems import Kind, Problem
from tray.runtime.whole_files import NoFileError, read_beginning

if TYPE_CHECKING:
    from collections.abc import Sequence

# More than a policy may have; a longer file is refused by whoever parses it.
_MOST_BYTES = 64 * 1024 + 1
# Links on the way, of which Linux itself follows as many (path_resolution(7)).
_MOST_LINKS = 40
_ROOT = 0

_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


class _RefusedError(Exception):
    """What is on the way to the file isn't root's alone."""

    def __init__(self, path: str, fault: str) -> None:
        super().__init__(path)
        self.problem = Problem.of("policy-not-trusted", Kind.CONFIGURATION, path=path, fault=fault)


def sources(path: Path = Path(POLICY_FILE), *, top: Path = Path("/"), owner: int = _ROOT) -> Sequence[Given | Document]:
    """Return the file, or why it is refused; nothing where there is none.

    :param top: the folder from which on the way is looked at; tests have their own, and another `owner`
    """
    try:
        _check_way(path, top, owner)
        return (Document(str(path), read_beginning(path, _MOST_BYTES)),)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except _RefusedError as error:
        return (Given(str(path), problem=error.problem),)
    except NoFileError:
        return (Given(str(path), problem=_unreadable(path, "no regular file")),)
    except (OSError, ValueError) as error:
        return (Given(str(path), problem=_unreadable(path, getattr(error, "strerror", None) or type(error).__name__)),)


def stamp(path: Path = Path(POLICY_FILE)) -> object:
    """Return what changes with the file: its identity, size and times, of which the last changes with its owner too."""
    try:
        found = path.stat()
    except OSError as error:
        return error.errno or 0
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _check_way(path: Path, top: Path, owner: int) -> None:
    """Look at each folder and link on the way to a file, and at the file.

    Whoever may change none of them can't change either what they lead to, between this look and the reading.

    :raises _RefusedError: one of them is another's, or others may write to it
    :raises OSError: there is none, or it can't be looked at
    """
    at, waiting, links = top, list(reversed(path.relative_to(top).parts)), 0
    _check(at, owner)
    while waiting:
        part = waiting.pop()
        if part == "..":
            at = at.parent if at != top else at
            continue
        there = at / part
        found = _check(there, owner)
        if not stat.S_ISLNK(found.st_mode):
            at = there
            continue
        links += 1
        if links > _MOST_LINKS:
            raise OSError(0, "too many links")
        target = there.readlink()
        if target.is_absolute():
            if not target.is_relative_to(top):
                raise _RefusedError(str(target), "elsewhere")
            at, target = top, target.relative_to(top)
        waiting += reversed(target.parts)


def _check(path: Path, owner: int) -> os.stat_result:
    found = path.lstat()
    if found.st_uid != owner:
        raise _RefusedError(str(path), "owner")
    # A link has all permissions, and nobody can write to it.
    if found.st_mode & _OTHERS_MAY_WRITE and not stat.S_ISLNK(found.st_mode):
        raise _RefusedError(str(path), "writable")
    return found


def _unreadable(path: Path, reason: str) -> Problem:
    return Problem.of("policy-unreadable", Kind.CONFIGURATION, path=str(path), reason=reason)
