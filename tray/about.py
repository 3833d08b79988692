"""What the package says of itself: its version, and the addresses of `[project.urls]` in `pyproject.toml`."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from tray import __version__

__all__ = ["ORIGINS", "__version__", "address", "origin", "place"]

ORIGINS = ("pip", "pipx", "uv", "deb", "installer", "application", "folder", "checkout", "other")
"""What `origin` may return."""

# What dpkg keeps of a package that is installed.
_OF_DPKG = Path("/var/lib/dpkg/info/notebook-tray.list")


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


@cache
def origin() -> str:
    """Return where this copy of the program came from, one of `ORIGINS`. Looks at files.

    pipx and uv leave a file in the environment that they make for a program (pipx_metadata.json, uv-receipt.toml); the
    file INSTALLER in a package's metadata names what installed it (PEP 376). An installer for Windows leaves its
    uninstaller beside the program.
    """
    if getattr(sys, "frozen", False):
        return _origin_of_frozen(Path(sys.executable))
    root = Path(__file__).parents[1]
    if (root / "pyproject.toml").is_file():
        return "checkout"
    environment = Path(sys.prefix)
    for name, file in (("pipx", "pipx_metadata.json"), ("uv", "uv-receipt.toml")):
        if (environment / file).is_file():
            return name
    for named in root.glob("notebook_tray-*.dist-info/INSTALLER"):
        try:
            tool = named.read_text("ascii")[:40].strip()
        except (OSError, ValueError):
            continue
        return tool if tool in ("pip", "uv") else "other"
    return "other"


def _origin_of_frozen(program: Path) -> str:
    if sys.platform == "win32":
        return "installer" if any(program.parent.glob("[Uu]ninst*.exe")) else "folder"
    if sys.platform == "darwin":
        return "application" if any(each.suffix == ".app" for each in program.parents) else "folder"
    packaged = program.is_relative_to("/usr") and not program.is_relative_to("/usr/local") and _OF_DPKG.is_file()
    return "deb" if packaged else "folder"
