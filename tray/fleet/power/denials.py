"""What AWS has just denied the user: it is not offered again for an hour."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tray.model.power import DENIED_SECONDS, Denial, Power
from tray.model.problems import Kind, TrayError

if TYPE_CHECKING:
    from tray.fleet.state import Slice

_MOST = 1000
# Of the actions by which credentials are got, in IAM's names.
_OF_CREDENTIALS = ("sts:", "sso:", "sso-oauth:", "signin:")


class Denials:
    """Owns the snapshot's slice for what was denied. Quick."""

    def __init__(self, denials: Slice[tuple[Denial, ...]], clock: Callable[[], float] = time.time) -> None:
        self._denials = denials
        self._clock = clock

    @contextmanager
    def noting(self, power: Power, arn: str) -> Iterator[None]:
        """Note whether AWS denies what is done inside the block.

        :raises TrayError: as inside the block
        """
        try:
            yield
        except TrayError as error:
            if _is_of_the_call(error):
                self._keep(arn, power, denied=True)
            raise
        self._keep(arn, power, denied=False)

    def _keep(self, arn: str, power: Power, *, denied: bool) -> None:
        now = self._clock()

        def kept(denials: tuple[Denial, ...]) -> tuple[Denial, ...]:
            others = tuple(
                each
                for each in denials
                if (each.arn, each.power) != (arn, power) and 0 <= now - each.since < DENIED_SECONDS
            )
            return (*others, Denial(arn, power, now))[-_MOST:] if denied else others

        self._denials.update(kept)


def _is_of_the_call(error: TrayError) -> bool:
    """Return whether AWS denied the call itself, and not the credentials for it: those may be given the next minute."""
    action = str(dict(error.problem.places).get("action", ""))
    return error.problem.kind is Kind.DENIED and bool(action) and not action.startswith(_OF_CREDENTIALS)
