"""`python -m tray` and the `notebook-tray` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    if sys.platform == "win32":
        from tray.runtime.windows_process import settle

        settle()
    if sys.platform == "linux":
        from tray.runtime.session_bus import settle as settle_bus

        settle_bus()
    from tray.runtime.core_dumps import refuse

    refuse()
    from tray.cli import main as run

    run()


if __name__ == "__main__":
    main()
