"""The installed program with shorter waits: what it would do in 10 or 15 s comes in one."""

from __future__ import annotations

import sys

_CODE = """
import sys
import tray.app
from tray.__main__ import main
from tray.fleet.refreshing import keyring_reading, refresh
for module, name in (
    (tray.app, "_PATIENCE_SECONDS"),  # how long a tray may take to come before the user is told that there is none
    (refresh, "FRESH_SECONDS"),  # when what the menu shows is old
    (keyring_reading, "_LOCKED_SECONDS"),  # when a locked keyring is looked at again
):
    getattr(module, name)
    setattr(module, name, 1)
sys.exit(main())
"""

HASTY_PROGRAM = [sys.executable, "-c", _CODE]
