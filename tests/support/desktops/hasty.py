"""The installed program with shorter waits: what it would do in 10 or 15 s comes in one."""

from __future__ import annotations

import sys

_CODE = """
import sys
import tray.app
import tray.fleet.refreshing.refresh
from tray.__main__ import main
# How long a tray may take to come before the user is told that there is none.
tray.app._PATIENCE_SECONDS = 1
# When what the menu shows is old, and when a locked keyring is looked at again.
tray.fleet.refreshing.refresh.FRESH_SECONDS = tray.fleet.refreshing.refresh._LOCKED_SECONDS = 1
sys.exit(main())
"""

HASTY_PROGRAM = [sys.executable, "-c", _CODE]
