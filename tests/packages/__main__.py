"""`python -m tests.packages`: installs, runs, upgrades and removes all that `make package` has made; prints a table.

`make test-packages` runs it, on Linux, as root. Exit status 1 if a step fails. CI=true makes what is skipped a failure.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.packages import debian_package, flatpak, newcomer, python_packages
from tests.packages.built import copies, of_this_version
from tests.packages.machine import ROOT
from tests.packages.table import Table


def main() -> int:
    """Try all packages, or those that the arguments name: python, deb, flatpak, newcomer."""
    # An end from outside ends what was started, too: as an exception it passes every `finally`.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    wanted = sys.argv[1:] or ["python", "deb", "flatpak", "newcomer"]
    table, began = Table(), time.monotonic()
    built = of_this_version()
    with tempfile.TemporaryDirectory(prefix="nt-pkg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if "newcomer" in wanted:
            newcomer.walks(table, built, ROOT / "build" / "newcomer")
        if "python" in wanted:
            python_packages.sources(table, built, folder)
        if "flatpak" in wanted:
            flatpak.looked_at(table, folder)
        if {"python", "deb"} & {*wanted}:
            again, newer = copies(folder / "copies")
            if "deb" in wanted:
                debian_package.looked_at(table, built, again, folder)
                debian_package.installed(table, built, newer, folder)
            if "python" in wanted:
                python_packages.installed(table, built, newer, folder)
    print(f"\n{table.text()}\n\n{table.closing_line()} in {time.monotonic() - began:.0f} s")
    skipped = [row for row in table.rows if row.result == "skipped"]
    return 1 if table.failed or (skipped and os.environ.get("CI") == "true") else 0


if __name__ == "__main__":
    sys.exit(main())
