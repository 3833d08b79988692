"""What became of one fault's injections."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self

MOST_MS = 100.0
# What is added up over two runs.
_COUNTED = ("times", "survived", "lasted", "words", "answers", "lost", "seconds")


@dataclass
class Result:
    """`lasted` is how often it was to last until it is said, and `words` how often it was said.

    The growth is that after the first few injections.

    `bus_ms` is what the bus itself took just before the worst answer: the machine's part.
    """

    name: str
    title: str
    times: int = 0
    survived: int = 0
    lasted: int = 0
    words: int = 0
    worst_ms: float = 0.0
    bus_ms: float = 0.0
    answers: int = 0
    lost: int = 0
    grown_kib: int = 0
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)

    @classmethod
    def none(cls, name: str, title: str) -> Self:
        """Return that nothing is known: its lane ended before."""
        return cls(name, title, failures=["its lane ended before"])

    @property
    def is_slow(self) -> bool:
        """Whether an answer took longer than it may."""
        return self.worst_ms > MOST_MS

    @property
    def is_only_slow(self) -> bool:
        """Whether that is all that was wrong."""
        return self.is_slow and len(self.failures) == 1 and self.survived == self.times

    @property
    def is_doubtful(self) -> bool:
        """Whether something was wrong that more injections may show to be the machine's or the desktop's fault.

        That a profile was lost or something opened twice is beyond doubt.
        """
        return bool(self.failures) and not self.lost and not any("twice" in each for each in self.failures)

    def followed_by(self, again: Self) -> Self:
        """Return the same with as many injections more, whose failures are those that count."""
        more = {name: getattr(self, name) + getattr(again, name) for name in _COUNTED}
        worst = again if self.is_only_slow else max(self, again, key=lambda each: each.worst_ms)
        grown = max(self.grown_kib, again.grown_kib) if self.is_only_slow else again.grown_kib
        return replace(again, **more, worst_ms=worst.worst_ms, bus_ms=worst.bus_ms, grown_kib=grown)
