"""What a browser that we start gets as its environment: the person's own, not the program's."""

from __future__ import annotations

import os
from collections.abc import Mapping

from tray.environment import SECRETS, without_the_frozen


def browser_environment(ours: Mapping[str, str] | None = None, *, frozen: bool | None = None) -> dict[str, str]:
    """Return the environment for a browser: `ours` (by default the process's) without AWS keys.

    Nor has it what a frozen program has in its own; see `without_the_frozen`.
    """
    environment = without_the_frozen(os.environ if ours is None else ours, frozen=frozen)
    for name in SECRETS:
        environment.pop(name, None)
    return environment
