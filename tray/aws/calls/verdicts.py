"""What the regions say of credentials: a refusal by one is no verdict where another accepts the same.

A region that an account has not enabled answers as if the credentials were unknown (UnrecognizedClientException, or
STS' InvalidClientTokenId), and some services answer so with a refused signature.
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

# A refusal waits so long for what other regions, which are being asked, say of the same credentials.
WAIT_SECONDS = 10.0


class Verdicts:
    """What each region last said of each signer. Safe to use from many threads."""

    def __init__(self) -> None:
        self._heard = threading.Condition()
        self._accepted: dict[Signer, dict[str, bool]] = {}
        self._asking: Counter[tuple[Signer, str]] = Counter()

    @contextmanager
    def asking(self, signer: Signer, region: str) -> Iterator[None]:
        """Note that a region is asked inside the block, and accepts the signer if the block ends without an error."""
        with self._heard:
            self._asking[signer, region] += 1
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
                    self._accepted.setdefault(signer, {})[region] = True
                self._heard.notify_all()

    def accepted_elsewhere(self, signer: Signer, region: str) -> bool:
        """Note that a region refuses a signer; return whether another accepts it.

        Waits for those that are being asked, for a few seconds: what they said before may be over.
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

    def forget(self, signer: Signer) -> None:
        """Forget what was said of a signer, whose credentials are others from now on."""
        with self._heard:
            self._accepted.pop(signer, None)
