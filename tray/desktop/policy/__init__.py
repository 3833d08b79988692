"""Where each system keeps what an administrator has set. The door: `look`, `stamp`.

No environment variable and no option moves these places: a user could else leave the policy behind by it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.model.policy import Document, Given

__all__ = ["look", "stamp"]


def look() -> Sequence[Given | Document]:
    """Return what the sources of this system give, the one that counts most first. Reads within bounds; raises nothing.

    The call imports the module of this system.
    """
    if sys.platform == "win32":
        from tray.desktop.policy.windows import sources
    elif sys.platform == "darwin":
        from tray.desktop.policy.macos import sources
    else:
        from tray.desktop.policy.linux import sources
    return sources()


def stamp() -> object:
    """Return a value that is equal to an earlier one if nothing has changed since; None where only `look` tells."""
    if sys.platform in ("win32", "darwin"):
        return None
    from tray.desktop.policy.linux import stamp as stamped

    return stamped()
