"""Remembers which regions accept a signer's credentials: a refusal counts only if no other region accepts them.

A region that an account has not enabled answers as if the credentials were unknown (UnrecognizedClientException, or
STS' InvalidClientTokenId). Some services answer instead that the signature is wrong.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.signer import Signer

# How long a refusal waits for the answers of other regions to calls that are under way with the same credentials.
WAIT_SECONDS = 10.0


class Verdicts:
    """What each region last said of each signer. Safe to use from many threads."""

    def __init__(self) -> None:
        self._heard = threading.Condition()
        self._accepted: dict[Signer, dict[str, bool]] = {}
        self._asking: Counter[tuple[Signer, str]] = Counter()

    @contextmanager
    def asking(self, signer: Signer, region: str) -> Iterator[None]:
        """Note that a call to `region` runs inside the block; the region accepts the signer if no error ends it."""
        with self._heard:
            self._asking[signer, region] += 1
            # What is said of credentials from before a change counts no more after it.
            known = self._accepted
        accepted = False
        try:
            yield
            accepted = True
        finally:
            with self._heard:
                self._asking[signer, region] -= 1
                if not self._asking[signer, region]:
                    del self._asking[signer, region]
                if accepted:
                    known.setdefault(signer, {})[region] = True
                self._heard.notify_all()

    def forget_all(self) -> None:
        """Forget what was said: signers may have other credentials from now on."""
        with self._heard:
            self._accepted = {}

    def accepted_elsewhere(self, signer: Signer, region: str) -> bool:
        """Note that a region refuses a signer; return whether another accepts it.

        Waits a few seconds for calls to other regions that are under way: their earlier answers may be out of date.
        """
        until = time.monotonic() + WAIT_SECONDS
        with self._heard:
            known = self._accepted.setdefault(signer, {})
            known[region] = False
            while (left := until - time.monotonic()) > 0:
                others = {where for who, where in self._asking if who == signer and where != region}
                if not others or any(accepts for where, accepts in known.items() if where not in others):
                    break
                self._heard.wait(left)
            return any(accepts for where, accepts in known.items() if where != region)
