"""Whether a Linux computer runs on battery, read from the kernel's files and without any service.

The files are documented in `Documentation/ABI/testing/sysfs-class-power` of the Linux kernel.
"""

from __future__ import annotations

from pathlib import Path

POWER_SUPPLIES = Path("/sys/class/power_supply")


def on_battery(folder: Path) -> bool:
    """Return whether one of the computer's own batteries discharges and no mains adapter is plugged in."""
    try:
        supplies = list(folder.iterdir())
    except OSError:
        return False
    if any(_read(supply, "type") == "Mains" and _read(supply, "online") == "1" for supply in supplies):
        return False
    return any(
        # A mouse or a headset has a battery too; its scope is “Device”.
        _read(supply, "type") == "Battery"
        and _read(supply, "scope") != "Device"
        and _read(supply, "status") == "Discharging"
        for supply in supplies
    )


def _read(supply: Path, name: str) -> str:
    try:
        return (supply / name).read_text("ascii", "replace").strip()
    except OSError:
        return ""
