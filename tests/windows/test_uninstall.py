"""`notebook-tray uninstall` removes what tells Windows whose notifications are shown."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from tests.support import registry
from tray.cli import uninstall
from tray.desktop.icon.windows import app_id
from tray.desktop.single_instance import client

KEY = r"Software\Classes\AppUserModelId\NotebookTray.NotebookTray"


def test_the_key_of_notifications_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    for other in ("_profiles", "_autostart", "_folders"):
        monkeypatch.setattr(uninstall, other, list)
    monkeypatch.setattr(client, "end_all", lambda: False)
    with registry.private_registry():
        app_id.register()
        ran = CliRunner().invoke(uninstall.uninstall, ["--yes"])
        assert ran.exit_code == 0, ran.output
        assert KEY in ran.output
        assert app_id.place() == ""
        assert KEY not in CliRunner().invoke(uninstall.uninstall, ["--yes"]).output
