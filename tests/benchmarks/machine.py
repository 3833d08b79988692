"""Where and with what was measured, for the JSON and the line above the table."""

from __future__ import annotations

import ctypes
import importlib.metadata
import os
import platform
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tray
from tests.benchmarks.aws_cli import cli_versions

_LIBRARIES = ("boto3", "botocore", "dbus-fast", "pystray")


def about() -> dict[str, Any]:
    """Return machine, versions and date. What a system can't say is left out: Windows has no load."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"system": _system(), "processor": _processor(), "cores": os.cpu_count(), **_memory_and_load()},
        "versions": {
            "notebook-tray": tray.__version__,
            "python": platform.python_version(),
            **_library_versions(),
            **cli_versions(),
        },
    }


def headline(about: dict[str, Any]) -> str:
    """Return it in two lines."""
    machine, versions = about["machine"], about["versions"]
    where = [about["date"], machine["processor"], f"{machine['cores']} cores", machine["system"]]
    if "load_before" in machine:
        where.append(f"load before {machine['load_before'][0]}")
    return ", ".join(where) + "\n" + ", ".join(f"{name} {versions[name]}" for name in versions)


def _system() -> str:
    system = f"{platform.system()} {platform.release()}"
    if sys.platform == "win32":
        # Only Wine's ntdll has it (dlls/ntdll/ntdll.spec of Wine: `@ cdecl wine_get_version()`).
        wine_version = getattr(ctypes.WinDLL("ntdll"), "wine_get_version", None)
        if wine_version:
            wine_version.restype = ctypes.c_char_p
            system += f" under Wine {wine_version().decode('ascii')}"
    return system


def _memory_and_load() -> dict[str, Any]:
    if sys.platform == "win32":
        return {}
    return {
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "load_before": [round(load, 2) for load in os.getloadavg()],
    }


def _library_versions() -> dict[str, str]:
    found = {}
    for name in _LIBRARIES:
        with suppress(importlib.metadata.PackageNotFoundError):  # no system has all of them
            found[name] = importlib.metadata.version(name)
    return found


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
