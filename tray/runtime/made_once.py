"""Something that is made with its first use, and then kept: what few runs need is neither imported nor kept before."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

T = TypeVar("T")


if TYPE_CHECKING:

    class _Loads(Protocol):
        def load(self) -> object: ...


L = TypeVar("L", bound="_Loads")


class MadeOnce(Generic[T]):
    """Makes it once, however many threads ask for it.

    :param make: called with a lock held: it waits for nothing
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: T | None = None

    @property
    def now(self) -> T | None:
        """What was made; None before its first use. Quick."""
        return self._made

    def __call__(self) -> T:
        """Return it, made if it isn't yet."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made


def loaded(service: L) -> L:
    """Return a service that has begun to read what earlier runs have kept."""
    service.load()
    return service
