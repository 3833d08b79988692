"""Prints what the installer says of the program, as options of makensis, one a line.

usage: about.py [VERSION] (in place of the program's own)
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import resources

from tray import __version__

_ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Print the options."""
    version = sys.argv[1] if len(sys.argv) > 1 else __version__
    urls = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["project"]["urls"]
    for name, value in {
        "VERSION": version,
        "NUMBERS": ".".join(map(str, resources.numbers(version))),
        "PUBLISHER": resources.PUBLISHER,
        "COPYRIGHT": resources.copyright_line(_ROOT),
        "HOME": urls["Repository"],
        "HELP": urls["Documentation"],
        "ASSETS": _ROOT / "assets" / "application",
    }.items():
        print(f"-D{name}={value}")


if __name__ == "__main__":
    main()
