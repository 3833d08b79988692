"""What is imported where it is used: it would cost each command time, and an idle tray memory."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("imports", "late"),
    [
        # What `--version` takes:
        ("tray.__main__, tray.cli, tray.about, tray.texts.menu_help", "tray.model"),
        ("tray.app, tray.program", "tray.texts.problems"),
        ("tray.app, tray.program", "tray.fleet.planned_stops.plans"),
        (
            "tray.cli.notebooks, tray.fleet.refreshing.listing, tray.aws.cloud, tray.fleet.profiles.policed_profiles",
            "tray.model.commands",
        ),
        ("tray.cli.profile_changing, tray.fleet.profiles.policed_profiles", "tray.model.commands"),
        ("tray.cli.profile_changing, tray.fleet.profiles.policed_profiles", "tray.aws.cloud"),
        ("tray.cli.profile_changing, tray.fleet.profiles.policed_profiles", "tray.model.sign_in"),
        ("tray.cli.profiles", "tray.cli.profile_changing"),
        ("tray.cli.profile_changing, tray.fleet.profiles.policed_profiles", "http.client"),
    ],
)
def test_it_is_imported_late(imports: str, late: str) -> None:
    code = f"import sys, {imports}; print([each for each in sys.modules if f'{{each}}.'.startswith('{late}.')])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.strip() == "[]"
