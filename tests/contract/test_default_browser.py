"""The default browser is the one that xdg-open starts, with the same arguments: both are run on the same files."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.waiting import wait_until
from tray.desktop.browser.mimeapps import default_browser

pytestmark = pytest.mark.only_on("linux", reason="xdg-open")

ADDRESS = "http://127.0.0.1:4711/the-path"
_OURS = """
import sys
from tray.desktop.browser.browsers import Command, find_browsers
from tray.desktop.browser.launch import run_browser
from tray.desktop.browser.mimeapps import default_browser
first = next(find_browsers())
assert first == Command(default_browser())
assert run_browser(first, sys.argv[1]) is None
"""
_NAMES = """
from tray.desktop.browser.browsers import find_browsers
print(*(browser.name for browser in find_browsers()), sep="\\n")
"""
CHOICE = "[Default Applications]\nx-scheme-handler/http={}\n"


@dataclass
class Home:
    """A home folder and a system of its own, with programs that write down how they were started."""

    folder: Path
    desktop: str = "X-Generic"
    more: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What a program of this desktop gets."""
        return {
            "PATH": f"{self.folder / 'bin'}:/usr/bin:/bin",
            "HOME": str(self.folder),
            "XDG_CURRENT_DESKTOP": self.desktop,
            "XDG_DATA_DIRS": str(self.folder / "share"),
            "XDG_CONFIG_DIRS": str(self.folder / "xdg"),
            "DISPLAY": ":9",  # a name is all that is looked for: nothing connects to it
            **self.more,
        }

    def write(self, path: str, text: str) -> None:
        """Write a file of the home folder."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def program(self, name: str, *, status: int = 0) -> Path:
        """Put a program on PATH that writes down its arguments."""
        self.write(f"bin/{name}", f"#!/bin/sh\nprintf '%s\\0' \"$0\" \"$@\" >>'{self._record}'\nexit {status}\n")
        path = self.folder / "bin" / name
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    def application(self, name: str, command: str, folder: str = ".local/share/applications", more: str = "") -> None:
        """Install an application."""
        self.write(
            f"{folder}/{name}.desktop",
            f"[Desktop Entry]\nType=Application\nName=A browser\nExec={command}\n"
            f"MimeType=x-scheme-handler/http;x-scheme-handler/https;\n{more}\n",
        )

    @property
    def _record(self) -> Path:
        return self.folder / "record"

    def started_by_xdg_open(self) -> list[str]:
        """Return the command line that xdg-open starts."""
        subprocess.run(["xdg-open", ADDRESS], env=self.environment, timeout=60, check=True)
        return self._recorded()

    def started_by_us(self) -> list[str]:
        """Return the command line that we start."""
        self.run(_OURS)
        return self._recorded()

    def run(self, code: str) -> str:
        """Run Python code on this desktop, in a process of its own as `webbrowser` looks once; return its output."""
        environment = {**self.environment, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", code, ADDRESS]
        return subprocess.run(
            command, env=environment, timeout=60, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def _recorded(self) -> list[str]:
        wait_until(lambda: self._record.exists() and self._record.read_text("utf-8").endswith("\0"), "a browser")
        words = self._record.read_text("utf-8").split("\0")[:-1]
        self._record.unlink()
        return [Path(words[0]).name, *words[1:]]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    if not shutil.which("xdg-open") or not shutil.which("gio"):
        pytest.skip(reason="xdg-open or gio is not installed")
    made = Home(tmp_path)
    made.program("fox")
    made.program("other browser")
    return made


@pytest.fixture(params=["X-Generic", "GNOME", "X-Cinnamon", "MATE"])
def of_each_desktop(home: Home, request: pytest.FixtureRequest) -> Home:
    home.desktop = request.param
    return home


def test_what_the_person_chose(of_each_desktop: Home) -> None:
    home = of_each_desktop
    home.application("fox", "fox --new-window %u")
    home.write(".config/mimeapps.list", CHOICE.format("fox.desktop;"))
    assert home.started_by_us() == home.started_by_xdg_open() == ["fox", "--new-window", ADDRESS]


def test_the_choice_of_the_system_where_the_person_made_none(of_each_desktop: Home) -> None:
    home = of_each_desktop
    home.application("fox", "fox %U", "share/applications")
    home.application("other", "other %U", "share/applications")
    home.write("share/applications/mimeapps.list", CHOICE.format("fox.desktop"))
    assert home.started_by_us() == home.started_by_xdg_open() == ["fox", ADDRESS]


def test_an_application_that_is_gone_is_passed_over(of_each_desktop: Home) -> None:
    home = of_each_desktop
    home.application("fox", "fox %u")
    home.write(".config/mimeapps.list", CHOICE.format("gone.desktop;fox.desktop"))
    assert home.started_by_us() == home.started_by_xdg_open() == ["fox", ADDRESS]


@pytest.mark.parametrize("desktop", ["GNOME", "MATE"])
def test_the_list_of_one_desktop_goes_before_that_of_all(home: Home, desktop: str) -> None:
    home.desktop = desktop
    home.application("fox", "fox %u")
    home.application("all", '"other browser" %u')
    home.write(".config/mimeapps.list", CHOICE.format("all.desktop"))
    home.write(f".config/{desktop.lower()}-mimeapps.list", CHOICE.format("fox.desktop"))
    assert home.started_by_us() == home.started_by_xdg_open() == ["fox", ADDRESS]


@pytest.mark.parametrize(
    ("command", "started"),
    [
        ('"other browser" "--a b=\\\\$x" %u', ["other browser", "--a b=$x", ADDRESS]),
        ("fox --half=50%% %u", ["fox", "--half=50%", ADDRESS]),
    ],
)
def test_how_a_command_is_written(home: Home, command: str, started: list[str]) -> None:
    home.desktop = "GNOME"
    home.application("fox", command)
    home.write(".config/mimeapps.list", CHOICE.format("fox.desktop"))
    assert home.started_by_us() == home.started_by_xdg_open() == started


def test_a_command_that_names_no_place_for_the_address_gets_it_last(home: Home) -> None:
    home.application("fox", "fox --tab")
    home.write(".config/mimeapps.list", CHOICE.format("fox.desktop"))
    assert home.started_by_us() == home.started_by_xdg_open() == ["fox", "--tab", ADDRESS]


def test_hyphens_in_a_name_may_be_folders(home: Home) -> None:
    home.desktop = "GNOME"
    home.application("org/fox-beta", "fox %u")
    home.write(".config/mimeapps.list", CHOICE.format("org-fox-beta.desktop"))
    assert home.started_by_us() == home.started_by_xdg_open() == ["fox", ADDRESS]


@pytest.mark.parametrize(
    "more", ["Hidden=true", "Terminal=true", "TryExec=not-installed"], ids=["hidden", "in a terminal", "not installed"]
)
def test_what_is_no_graphical_browser_here_is_left_to_xdg_open(home: Home, more: str) -> None:
    home.application("fox", "fox %u", more=more)
    home.write(".config/mimeapps.list", CHOICE.format("fox.desktop"))
    assert default_browser(home.environment) is None


@pytest.mark.parametrize(
    ("desktop", "more"),
    [("KDE", {}), ("XFCE", {}), ("LXQt", {}), ("", {}), ("Unheard-Of", {}), ("GNOME", {"SNAP": "/snap/tray/1"})],
)
def test_a_desktop_with_settings_of_its_own_is_left_to_xdg_open(home: Home, desktop: str, more: dict[str, str]) -> None:
    home.desktop, home.more = desktop, more
    home.application("fox", "fox %u")
    home.write(".config/mimeapps.list", CHOICE.format("fox.desktop"))
    assert default_browser(home.environment) is None


@pytest.mark.parametrize("command", ["", "Exec=fox --gapplication-service", "Exec=fox --half=50%%u"])
def test_no_other_browser_is_opened_in_place_of_one_that_is_started_over_dbus(home: Home, command: str) -> None:
    home.application("other", '"other browser" %u')
    home.write(".local/share/applications/fox.desktop", f"[Desktop Entry]\nDBusActivatable=true\n{command}\n")
    home.write(".config/mimeapps.list", CHOICE.format("fox.desktop;other.desktop"))
    assert default_browser(home.environment) is None
    home.write(".local/share/applications/fox.desktop", "[Desktop Entry]\nDBusActivatable=true\nExec=fox %u\n")
    assert default_browser(home.environment) == ("fox", "%s")


@pytest.mark.parametrize("between", ["", "[Added Associations]\na/b=c.desktop\n[Default Applications]\n"])
def test_two_choices_in_one_list_are_left_to_xdg_open(of_each_desktop: Home, between: str) -> None:
    home = of_each_desktop
    home.application("fox", "fox %u")
    home.application("other", '"other browser" %u')
    line = "x-scheme-handler/http={}\n"
    first, second = line.format("fox.desktop"), line.format("other.desktop")
    home.write(".config/mimeapps.list", f"[Default Applications]\n{first}{between}{second}")
    assert default_browser(home.environment) is None
    assert home.run(_NAMES).splitlines()[0] == "xdg-open"
    home.write(".config/mimeapps.list", f"[Default Applications]\n{first}{between}{first}")
    assert default_browser(home.environment) == ("fox", "%s")


def test_a_choice_counts_from_the_next_look_on(home: Home) -> None:
    home.application("fox", "fox %u")
    assert default_browser(home.environment) is None
    home.write(".config/mimeapps.list", CHOICE.format("fox.desktop"))
    assert default_browser(home.environment) == ("fox", "%s")


def test_broken_files_are_passed_over(home: Home) -> None:
    home.write(".config/x-generic-mimeapps.list", "\0\xff[Default Applications\nx-scheme-handler/http\n=;;\n")
    home.write(".local/share/applications/bad.desktop", "not an entry")
    home.application("fox", "fox %u")
    home.write(".config/mimeapps.list", CHOICE.format("bad.desktop;../../fox;;fox.desktop"))
    assert default_browser(home.environment) == ("fox", "%s")


def test_it_goes_before_xdg_open_which_is_tried_when_it_fails(home: Home) -> None:
    home.program("fox", status=3)
    home.application("fox", "fox %u")
    home.write(".config/mimeapps.list", CHOICE.format("fox.desktop"))
    names = [Path(name).name for name in home.run(_NAMES).splitlines()]
    assert names[0] == "fox"
    assert "xdg-open" in names[1:]
