"""What the program knows: one snapshot, written by the owners of its slices, read by anybody without waiting."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Generic, TypeVar

from tray.fleet.snapshot import LastOpened, Listing, Snapshot, Tasks

log = logging.getLogger(__name__)

T = TypeVar("T")


class State:
    """Holds one `Snapshot`, which is swapped whole.

    Reading takes no lock, so the icon's thread never waits for a worker. The lock is held only while the next snapshot
    is derived from the present one, never across a call to anything outside.

    Each slice has one owner: the service that is given it changes it, and nothing else does.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._snapshot = Snapshot()
        self._listeners: tuple[Callable[[], object], ...] = ()
        self.listing: Slice[Listing] = Slice(self, "listing")
        self.tasks: Slice[Tasks] = Slice(self, "tasks")
        self.starts_at_login: Slice[bool | None] = Slice(self, "starts_at_login")
        self.last_opened: Slice[LastOpened | None] = Slice(self, "last_opened")

    @property
    def snapshot(self) -> Snapshot:
        """What is known now."""
        return self._snapshot

    def listen(self, listener: Callable[[], object]) -> None:
        """Have `listener` called after each change, on the thread that made it; it reads the snapshot itself.

        A listener that fails is logged, and keeps neither the others nor the one who made the change from going on.
        """
        with self._lock:
            self._listeners = (*self._listeners, listener)

    def change(self, change: Callable[[Snapshot], Snapshot]) -> None:
        """Replace the snapshot by what `change` makes of it, and tell of it if it became another.

        For slices, and for tests; the program's services change their slices.
        """
        with self._lock:
            before = self._snapshot
            self._snapshot = after = change(before)
            listeners = self._listeners
        if after == before:
            return
        for listener in listeners:
            try:
                listener()
            except Exception:
                log.exception("a change of what is known could not be shown")


class Slice(Generic[T]):
    """A part of the snapshot, as its owner has it."""

    def __init__(self, state: State, name: str) -> None:
        self._state = state
        self._name = name

    @property
    def now(self) -> T:
        """What it is now."""
        found: T = getattr(self._state.snapshot, self._name)
        return found

    def update(self, change: Callable[[T], T]) -> None:
        """Replace it by what `change` makes of it; `change` is quick, and calls nothing outside."""

        def changed(before: Snapshot) -> Snapshot:
            new: dict[str, Any] = {self._name: change(getattr(before, self._name))}
            return replace(before, **new)

        self._state.change(changed)

    def set(self, value: T) -> None:
        """Replace it by `value`."""
        self.update(lambda _: value)
