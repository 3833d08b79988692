"""Whether the kernel's files say that the computer runs on battery."""

from __future__ import annotations

from pathlib import Path

import pytest

from tray.desktop.presence.power_supply import on_battery

MAINS, NO_MAINS = {"type": "Mains", "online": "1"}, {"type": "Mains", "online": "0"}
DRAINED, CHARGING = {"type": "Battery", "status": "Discharging"}, {"type": "Battery", "status": "Charging"}
MOUSE = {"type": "Battery", "scope": "Device", "status": "Discharging"}


@pytest.mark.parametrize(
    ("supplies", "expected"),
    [
        ([], False),
        ([MAINS], False),
        ([NO_MAINS, DRAINED], True),
        ([DRAINED], True),
        ([MAINS, DRAINED], False),
        ([NO_MAINS, CHARGING], False),
        ([MOUSE], False),
        ([MOUSE, DRAINED | {"scope": "System"}], True),
        ([{}], False),
    ],
)
def test_on_battery(tmp_path: Path, supplies: list[dict[str, str]], expected: bool) -> None:
    for number, supply in enumerate(supplies):
        folder = tmp_path / f"supply{number}"
        folder.mkdir()
        for name, value in supply.items():
            (folder / name).write_text(f"{value}\n")
    assert on_battery(tmp_path) is expected


def test_a_computer_without_power_supplies(tmp_path: Path) -> None:
    assert on_battery(tmp_path / "none") is False
