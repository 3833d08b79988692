"""Reads the profiles on a separate thread, so that a keyring that doesn't answer or asks the user holds nothing up."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.fleet.schedule import elapsed_seconds
from tray.fleet.snapshot import Source
from tray.model.problems import Kind, Problem, TrayError
from tray.runtime.workers import Workers

if TYPE_CHECKING:
    from tray.fleet.snapshot import Listing
    from tray.fleet.state import Slice
    from tray.settings.profiles.model import StoredProfiles
    from tray.settings.profiles.store import ProfileStore

log = logging.getLogger(__name__)

# A working keyring answers sooner. A refresh waits no longer for one that asks the user or doesn't answer.
_READ_SECONDS = 1.0
# How often a locked keyring is read without asking the user: the login or another program may unlock it meanwhile.
_LOCKED_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Read:
    """The result of a reading: the profiles, or why they can't be read."""

    stored: StoredProfiles | None
    problem: Problem | None = None


class KeyringReading:
    """A reading that is under way or over. `asks`: it may ask the user to unlock the keyring."""

    def __init__(self, future: Future[Read], *, asks: bool) -> None:
        self._future = future
        self.asks = asks

    @property
    def is_over(self) -> bool:
        """Whether the reading is over."""
        return self._future.done()

    def outcome(self, within_seconds: float) -> Read | None:
        """Return the result of the reading; None if it is not over within `within_seconds`.

        :raises Exception: an error in this program
        """
        wait((self._future,), within_seconds)
        return self._future.result() if self._future.done() else None


class KeyringReader:
    """Reads the profiles, one reading at a time; safe to use from many threads.

    :param on_over: called on the reading's thread when the reading is over; must not block
    """

    def __init__(self, store: ProfileStore, on_over: Callable[[], object]) -> None:
        self._store = store
        self._on_over = on_over
        self._workers = Workers("keyring reading", 1)
        self._lock = threading.Lock()
        self._reading: KeyringReading | None = None
        self._stored: StoredProfiles | None = None

    def read(self, *, ask: bool) -> KeyringReading:
        """Begin a reading, or return the one that is under way if it serves as well; never blocks.

        :param ask: whether the user may be asked to unlock the keyring
        """
        with self._lock:
            reading = self._reading
            if reading is None or reading.is_over or (ask and not reading.asks):
                future = self._workers.submit(lambda: self._read(ask=ask))
                self._reading = reading = KeyringReading(future, asks=ask)
                future.add_done_callback(lambda _: self._on_over())
            return reading

    def _read(self, *, ask: bool) -> Read:
        try:
            # If nothing has changed, this takes two reads of the keyring instead of one per profile.
            if self._stored is None or self._stored.generation != self._store.generation(ask=ask):
                self._stored = self._store.load(ask=ask)
        except TrayError as error:
            log.warning("keyring: %s", error)
            return Read(None, error.problem)
        stored = self._stored
        if stored.problems:
            self._stored = None  # unlocking, for example, may mend the problem without changing the generation
        return Read(stored)


class KeyringWatch:
    """The refresher's view of the keyring, for the refresher's thread: no call lasts much over a second.

    A reading that takes longer goes on. Its result is used when it is there; the previous one counts until then. A
    keyring that can't be read is tried every 15 s, without asking the user.

    :param may_ask: whether the user may be asked to unlock the keyring for the first reading
    """

    def __init__(
        self,
        store: ProfileStore,
        listing: Slice[Listing],
        *,
        may_ask: bool,
        clock: Callable[[], float],
        on_over: Callable[[], object],
    ) -> None:
        self._reader = KeyringReader(store, on_over)
        self._listing = listing
        self._clock = clock
        self._may_ask = may_ask
        # The time at which the keyring was last found to be unreadable; None while it can be read.
        self._locked_at: float | None = None
        # A reading that the refresh did not wait for, and the result of one that no refresh has used yet.
        self._late: KeyringReading | None = None
        self._found: Read | None = None

    def allow_asking(self) -> None:
        """Let the next reading ask the user to unlock the keyring. May be called on any thread."""
        self._may_ask = True

    @property
    def is_first_reading(self) -> bool:
        """Whether the first reading of the profiles is under way."""
        return self._late is not None and not self._listing.now.keyring_read

    def late_in(self) -> float:
        """Return the seconds until the result of a late reading can be used."""
        return 0.0 if self._late is not None and self._late.is_over else math.inf

    def look_in(self) -> float:
        """Return the seconds until the next check whether the keyring can be read."""
        if self._locked_at is None:
            return math.inf
        return max(0.0, _LOCKED_SECONDS - elapsed_seconds(self._locked_at, self._clock()))

    def read(self, problems: list[tuple[str | Source, Problem]]) -> StoredProfiles | None:
        """Return the profiles for a refresh; None while they can't be read. Add what is wrong to `problems`."""
        found, self._found = self._found, None
        if found is None:
            ask, self._may_ask = self._may_ask, False
            found = self._read(ask=ask)
        if found is None:
            problems.append((Source.KEYRING, Problem.of("keyring-waited-for", Kind.KEYRING)))
            return None
        if found.problem is not None:
            problems.append((Source.KEYRING, found.problem))
            self._locked_at = self._clock()
        elif found.stored is not None:
            problems += [(bad.name or Source.KEYRING, bad.problem) for bad in found.stored.problems]
        return found.stored

    def look(self) -> bool:
        """Check the keyring without asking the user; return whether its profiles are to be listed now."""
        found = self._read(ask=False)
        return found is not None and self._take(found)

    def take_late(self) -> bool:
        """Take the result of a late reading; return whether its profiles are to be listed now."""
        late, self._late = self._late, None
        found = late.outcome(0) if late is not None else None
        return found is not None and self._take(found)

    def _take(self, found: Read) -> bool:
        problem, stored = found.problem, found.stored
        if problem is not None:
            self._locked_at = self._clock()
        if problem is not None or (stored is not None and self._listing.now.is_of(stored)):
            self._listing.update(lambda listing: listing.with_keyring_problem(problem))
            return False
        log.info("the keyring can be read again")
        self._found = found
        return True

    def _read(self, *, ask: bool) -> Read | None:
        self._locked_at = None
        reading = self._reader.read(ask=ask)
        self._late = None
        found = reading.outcome(_READ_SECONDS)
        if found is None:
            self._late = reading
        return found
