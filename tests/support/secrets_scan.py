"""Looks for a secret in every place where another program, or a later reader, could find it."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tests.support.processes import pids

_CHUNK_BYTES = 1 << 20


def scan_for(token: str, roots: Sequence[Path], *, excluding: Sequence[Path] = ()) -> list[str]:
    """Return every place that `token` is in, as it is or quoted as in a URL; never the token itself.

    Searched are `/proc/*/cmdline` and `/proc/*/environ` of all processes that this one may read, and every file
    below `roots`, names of files and targets of symbolic links included. Left out are the folders `excluding`:
    give the browser's own profile there, and nothing else. A browser has to know what it opened, keeps it in its
    history and its session, and guards them as its own.

    :raises ValueError: the token is too short for its finding to mean anything
    """
    if len(token) < 8:
        raise ValueError("A token of less than 8 characters is found everywhere")
    forms = {os.fsencode(form) for form in (token, quote(token), quote(token, safe=""), quote(quote(token, safe="")))}
    return sorted({*_in_processes(forms), *_in_files(forms, roots, excluding)})


class Watch:
    """A search that goes on; `found` is every place so far, `searches` how often it looked for a known token."""

    def __init__(
        self, token_of: Callable[[], str | None], roots: Sequence[Path], excluding: Sequence[Path] = ()
    ) -> None:
        self._token_of = token_of
        self._roots = roots
        self._excluding = excluding
        self._found: set[str] = set()
        self._ending = threading.Event()
        self._failure: Exception | None = None
        self.searches = 0
        self._thread = threading.Thread(target=self._search_on, name="secrets scan", daemon=True)
        self._thread.start()

    @property
    def found(self) -> list[str]:
        """Every place that held the token at any time."""
        return sorted(self._found)

    def finish(self) -> None:
        """Search a last time and stop.

        :raises AssertionError: there never was a token to look for, so that nothing found means nothing
        """
        self._ending.set()
        self._thread.join()
        if self._failure:
            raise self._failure
        assert self.searches, "no token was issued while it was watched for"

    def _search_on(self) -> None:
        try:
            while not self._ending.wait(0.02):
                self._search()
            self._search()
        except Exception as failure:  # noqa: BLE001 - raised again by finish(), on the test's own thread
            self._failure = failure

    def _search(self) -> None:
        if token := self._token_of():
            self._found.update(scan_for(token, self._roots, excluding=self._excluding))
            self.searches += 1


@contextmanager
def watching(
    token_of: Callable[[], str | None], roots: Sequence[Path], *, excluding: Sequence[Path] = ()
) -> Iterator[Watch]:
    """Search again and again on a thread, from the moment that `token_of` gives a token until the block ends.

    A process that lived between two searches can be missed: let what it starts write its arguments down below
    `roots`, as `tests.support.browser` does.
    """
    watch = Watch(token_of, roots, excluding)
    try:
        yield watch
    finally:
        watch.finish()


def _in_processes(forms: set[bytes]) -> Iterator[str]:
    for pid in pids():
        for name in ("cmdline", "environ"):
            path = Path(f"/proc/{pid}/{name}")
            try:
                content = path.read_bytes()
            except OSError:
                continue  # ended meanwhile, or another user's
            if any(form in content for form in forms):
                yield str(path)


def _in_files(forms: set[bytes], roots: Sequence[Path], excluding: Sequence[Path]) -> Iterator[str]:
    for root in roots:
        for folder, folder_names, file_names in os.walk(root):
            folder_names[:] = [name for name in folder_names if Path(folder, name) not in excluding]
            for name in [*folder_names, *file_names]:
                path = Path(folder, name)
                # The place is named by its folder when it is the name itself that tells.
                if any(form in os.fsencode(name) for form in forms):
                    yield f"a name in {folder}"
                elif _holds(path, forms):
                    yield str(path)


def _holds(path: Path, forms: set[bytes]) -> bool:
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            return any(form in os.fsencode(path.readlink()) for form in forms)
        return stat.S_ISREG(mode) and _file_holds(path, forms)
    except OSError:
        return False  # removed meanwhile, or not ours to read


def _file_holds(path: Path, forms: set[bytes]) -> bool:
    # The end of one chunk is kept before the next, so that a token across their border is found.
    overlap = max(map(len, forms)) - 1
    kept = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            content = kept + chunk
            if any(form in content for form in forms):
                return True
            kept = content[-overlap:]
    return False
