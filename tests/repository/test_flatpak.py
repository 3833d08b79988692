"""The Flatpak's manifest lets the program talk to what it talks to, and to nothing else."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip(reason="D-Bus and Flatpak are Linux's", allow_module_level=True)

from tray.desktop.icon.linux import notifications, watcher
from tray.desktop.leaving.session_managers import SESSION_MANAGERS
from tray.desktop.presence import linux as presence
from tray.settings.profiles import secret_bus

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / "packaging" / "flatpak" / "io.github.notebook_tray.notebook_tray.yml"

SESSION = {
    watcher.WATCHER,
    notifications.SERVICE,
    secret_bus.BUS_NAME,
    *(each.name for each in SESSION_MANAGERS),
}
SYSTEM = {presence.LOGIN, presence.UPOWER}
# Names that nothing is sent to: by these the program knows which desktop shows its icon. In a Flatpak it can't, and has
# the menu that all desktops show.
ONLY_SEEN = {"org.gnome.Shell", "com.system76.CosmicStatusNotifierWatcher"}
# Names of interfaces and errors on those services, on the bus itself, and on the program's own objects.
# What the sandbox keeps the program from: by it, a program could start anything outside.
KEPT_FROM = {"org.freedesktop.systemd1"}
INTERFACES = re.compile(
    r"org\.freedesktop\.(?:DBus(?:\..*)?|Secret\..*|Secret|login1\.\w+)|org\.gnome\.SessionManager\.\w+|org\.xfce\.Session\.\w+|org\.kde\.StatusNotifierItem"
    r"|com\.canonical\.dbusmenu|org\.keepassxc\.KeePassXC\.MainWindow"
)
_NAME = re.compile(r"(?:org|com|net|io)(?:\.[A-Za-z_]\w*){2,}")


def allowed(option: str) -> set[str]:
    return set(re.findall(rf"^  - --{option}=(\S+)$", MANIFEST.read_text("utf-8"), re.MULTILINE))


def names_in(folder: Path) -> set[str]:
    """Return the texts in the code that are names on a bus. What is for other systems is not among them."""
    found = set()
    for file in folder.rglob("*.py"):
        if "macos" in str(file) or "windows" in str(file):
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _NAME.fullmatch(node.value):
                found.add(node.value)
    return found


def test_it_may_talk_to_what_the_program_talks_to() -> None:
    assert allowed("talk-name") == SESSION
    assert allowed("system-talk-name") == SYSTEM


def test_no_other_name_is_in_the_code() -> None:
    found = names_in(ROOT / "tray")
    assert found >= SESSION | SYSTEM
    assert {
        name for name in found - SESSION - SYSTEM - ONLY_SEEN - KEPT_FROM if not INTERFACES.fullmatch(name)
    } == set()


def test_it_owns_no_name_and_sees_no_home() -> None:
    assert allowed("own-name") == set()
    assert allowed("filesystem") == {"~/.aws:create"}
