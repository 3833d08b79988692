"""Reads an administrator's policy, and reads it anew when it may have changed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from tray.model.policy import NO_POLICY, Document, Given, Policy, PolicyError
from tray.model.problems import Problem

log = logging.getLogger(__name__)

_UNKNOWN = object()


def _look() -> Sequence[Given | Document]:
    from tray.desktop.policy import look

    return look()


def _stamp() -> object:
    from tray.desktop.policy import stamp

    return stamp()


def read_policy() -> Policy:
    """Return the policy in force now. Reads files or the registry, within bounds; raises nothing."""
    return PolicyWatch().look()


class PolicyWatch:
    """The policy in force. Safe to use from many threads.

    A source that can't be read as a whole any more (a typing error in the file, say) sets what it set when it was last
    read by this process, so that nothing that was forbidden is allowed by it. One that is gone sets nothing.

    :param sources: returns what each source gives
    :param stamp: returns a value that is equal to an earlier one if no source has changed since; None where that is
        not known
    """

    def __init__(
        self,
        sources: Callable[[], Sequence[Given | Document]] = _look,
        stamp: Callable[[], object] = _stamp,
    ) -> None:
        self._sources = sources
        self._stamp = stamp
        self._lock = threading.Lock()
        self._seen: object = _UNKNOWN
        self._good: dict[str, Given] = {}
        self._now = NO_POLICY
        self._heard: Callable[[Policy], object] = lambda _: None

    @property
    def now(self) -> Policy:
        """The policy as it was last read. Quick."""
        return self._now

    def tell(self, heard: Callable[[Policy], object]) -> None:
        """Have `heard` called with each policy that is another one than before; it must be quick."""
        self._heard = heard

    def look(self) -> Policy:
        """Read the policy, if it may have changed, and return it. Reads files or the registry."""
        with self._lock:
            stamp = self._stamp()
            if stamp is not None and stamp == self._seen:
                return self._now
            before, self._now = self._now, self._read_or_keep()
            # What kept a source from being used may be a folder above the file, of which the stamp tells nothing.
            self._seen = stamp if all(each.key for each in self._now.errors) else _UNKNOWN
            changed = before != self._now
        if changed:
            for error in self._now.errors:
                log.warning("policy: %s, line %d, %s: %s", error.where, error.line, error.key, error.problem.code)
            log.info("the policy sets %s", ", ".join(name for name, _ in self._now.set_by) or "nothing")
            self._heard(self._now)
        return self._now

    def _read_or_keep(self) -> Policy:
        """Return the policy; what was set before still holds where an error of ours keeps it from being read."""
        try:
            return self._read()
        except Exception:
            log.exception("the policy can't be read")
            return replace(self._now, errors=(PolicyError("", "", 0, Problem.of("own-error")),))

    def _read(self) -> Policy:
        found = self._sources()
        if not found:
            self._good = {}
            return NO_POLICY
        from tray.settings.policy import given_in, policy_of  # most computers have no policy

        given = [given_in(each) if isinstance(each, Document) else each for each in found]
        used = [
            replace(self._good[each.where], problem=each.problem)
            if each.problem is not None and each.where in self._good
            else each
            for each in given
        ]
        self._good = {each.where: replace(each, problem=None) for each in used if each.values}
        return policy_of(used)
