"""What the package says of itself: its version, and the addresses of `[project.urls]` in `pyproject.toml`."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from tray import __version__

__all__ = ["__version__", "address", "place"]


def address(label: str) -> str:
    """Return the address that `pyproject.toml` has for `label`, such as `Issues`; empty where there is none."""
    return _addresses().get(label, "")


@cache
def _addresses() -> dict[str, str]:
    # Here, as a start needs neither.
    import tomllib
    from importlib.metadata import PackageNotFoundError, metadata

    checkout = Path(__file__).parents[1] / "pyproject.toml"
    if checkout.is_file():
        urls: dict[str, str] = tomllib.loads(checkout.read_text("utf-8"))["project"]["urls"]
        return urls
    try:
        found = metadata("notebook-tray").get_all("Project-URL") or []
    except PackageNotFoundError:
        return {}
    return {label.strip(): url.strip() for label, _, url in (each.partition(",") for each in found)}


def place() -> str:
    """Return the folder that this copy of the program runs from."""
    return str(Path(sys.executable if getattr(sys, "frozen", False) else __file__).parent)
