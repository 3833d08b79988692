"""What is run to open a page is what Python's own `webbrowser` runs: each is started, and what it got compared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip(reason="only on linux: webbrowser looks for these commands", allow_module_level=True)

ADDRESS = "http://127.0.0.1:4711/the-path"

RECORDER = """#!/bin/sh
for word in "${0##*/}" "$@"; do printf '%s\\037' "$word"; done >>"$RECORD"
echo >>"$RECORD"
"""
GOOD = RECORDER + "exec /bin/sleep 0.2\n"  # webbrowser takes one that has ended already for one that failed
BAD = RECORDER + "exit 3\n"

THEIRS = "import sys, webbrowser; webbrowser.open(sys.argv[1])"
OURS = """
import sys
from tray.desktop.browser.browsers import find_browsers
from tray.desktop.browser.launch import run_browser
for browser in find_browsers():
    if run_browser(browser, sys.argv[1]) is None:
        break
"""
HASTY = """
import os
from pathlib import Path
from tray.desktop.browser import lookup
from tray.desktop.browser.browsers import find_browsers
lookup.LIMIT_SECONDS = 0.3
print(*(browser.name for browser in find_browsers()))
environments = [place / "environ" for place in Path("/proc").glob("[0-9]*") if int(place.name) != os.getpid()]
def of_ours(environment):
    try:
        return f"RECORD={os.environ['RECORD']}".encode() in environment.read_bytes()
    except OSError:
        return False
print(sum(map(of_ours, environments)))
"""
NAMES = """
import json
from tray.desktop.browser.browsers import find_browsers
print(json.dumps([getattr(browser, "arguments", browser.name) for browser in find_browsers()]))
"""


class Programs:
    """A folder of recording programs, as the only ones on PATH."""

    def __init__(self, folder: Path) -> None:
        self._bin = folder / "bin"
        self._bin.mkdir()
        self._record = folder / "record"

    def add(self, name: str, script: str = GOOD) -> None:
        program = self._bin / name
        program.write_text(script)
        program.chmod(0o755)

    def run(self, code: str, extra: Mapping[str, str]) -> str:
        environment = {
            "PATH": str(self._bin),
            "PYTHONPATH": os.pathsep.join(sys.path),
            "RECORD": str(self._record),
            "HOME": str(self._bin.parent),
            **extra,
        }
        ended = subprocess.run(
            [sys.executable, "-c", code, ADDRESS],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def commands(self, code: str, extra: Mapping[str, str]) -> list[list[str]]:
        """Run `code`; return the command lines that were started, each once, in order."""
        self._record.write_text("")
        self.run(code, extra)
        deadline = time.monotonic() + 20
        while not (lines := self._record.read_text().splitlines()):  # webbrowser does not wait for all of them
            assert time.monotonic() < deadline, "nothing was started"
            time.sleep(0.01)
        return [line.split("\037")[:-1] for line in dict.fromkeys(lines)]

    def found(self, extra: Mapping[str, str]) -> list[list[str]]:
        """Return what `find_browsers` finds, best first."""
        return list(json.loads(self.run(NAMES, extra)))


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    return Programs(tmp_path)


DISPLAY = {"DISPLAY": ":4711"}


@pytest.mark.parametrize(
    ("available", "environment"),
    [
        (["firefox"], DISPLAY),
        (["firefox"], {"WAYLAND_DISPLAY": "wayland-4711"}),
        (["chromium"], DISPLAY),
        (["google-chrome", "chromium"], DISPLAY),
        (["opera"], DISPLAY),
        (["xdg-open", "firefox", "chromium"], DISPLAY),
        (["gio", "firefox"], DISPLAY),
        (["x-www-browser"], DISPLAY),
        (["kfmclient"], {**DISPLAY, "KDE_FULL_SESSION": "true"}),
        (["kfm", "konqueror"], DISPLAY),
        (["konqueror"], DISPLAY),
        (["mine"], {"BROWSER": "mine"}),
        (["mine"], {"BROWSER": "mine %s"}),
        (["mine"], {"BROWSER": "mine --first 'one word' --at=%s%s"}),
        (["mine"], {"BROWSER": "mine %s &"}),
        (["mine", "xdg-open"], {**DISPLAY, "BROWSER": "mine"}),
        (["firefox", "xdg-open"], {**DISPLAY, "BROWSER": "firefox"}),
        (["mine"], {"BROWSER": "missing:mine %s"}),
        (["mine"], {"BROWSER": "missing %s::mine"}),
        (["xdg-open"], {**DISPLAY, "BROWSER": ""}),
        (["xdg-open"], {**DISPLAY, "BROWSER": "missing:missing %s"}),
    ],
)
def test_the_command_is_webbrowsers(programs: Programs, available: list[str], environment: dict[str, str]) -> None:
    for name in available:
        programs.add(name)
    theirs = programs.commands(THEIRS, environment)
    assert len(theirs) == 1
    assert programs.commands(OURS, environment) == theirs


def test_the_default_browser_of_the_desktop_comes_first(programs: Programs) -> None:
    for name in ("xdg-open", "firefox", "chromium"):
        programs.add(name)
    programs.add("xdg-settings", "#!/bin/sh\necho chromium.desktop\n")
    assert programs.commands(OURS, DISPLAY) == programs.commands(THEIRS, DISPLAY) == [["chromium", ADDRESS]]


def test_one_that_fails_is_followed_by_the_next(programs: Programs) -> None:
    programs.add("bad", BAD)
    programs.add("good")
    environment = {"BROWSER": "bad %s:good"}
    theirs = programs.commands(THEIRS, environment)
    assert programs.commands(OURS, environment) == theirs == [["bad", ADDRESS], ["good", ADDRESS]]


def test_after_browser_the_desktops_own_is_left(programs: Programs) -> None:
    programs.add("bad", BAD)
    programs.add("xdg-open")
    environment = {**DISPLAY, "BROWSER": "bad"}
    assert programs.commands(OURS, environment) == [["bad", ADDRESS], ["xdg-open", ADDRESS]]


def test_konqueror_is_tried_under_all_its_names(programs: Programs) -> None:
    programs.add("kfmclient", BAD)
    programs.add("konqueror")
    environment = {**DISPLAY, "KDE_FULL_SESSION": "true"}
    assert programs.commands(OURS, environment) == [
        ["kfmclient", "openURL", ADDRESS],
        ["konqueror", "--silent", ADDRESS],
    ]


def test_gnome_web_is_started_without_an_option_it_no_longer_has(programs: Programs) -> None:
    programs.add("epiphany")
    assert programs.commands(OURS, DISPLAY) == [["epiphany", ADDRESS]]


@pytest.mark.parametrize("entry", [None, "w3m", "lynx %s", "elinks %s &", "/usr/bin/links %s"])
def test_text_browsers_are_passed_over(programs: Programs, entry: str | None) -> None:
    for name in ("www-browser", "links", "elinks", "lynx", "w3m"):
        programs.add(name)
    environment = {"TERM": "xterm"}
    if entry is not None:
        environment["BROWSER"] = entry
    assert programs.found(environment) == []


def test_a_text_browser_in_a_window_of_its_own_is_the_persons_choice(programs: Programs) -> None:
    assert programs.found({"BROWSER": "xterm -e w3m %s"}) == [["xterm", "-e", "w3m", "%s"]]


@pytest.mark.parametrize("entry", ["", " ", ":", "'unclosed %s", "&", " %s", "\t:\t"])
def test_an_entry_that_webbrowser_trips_over_hides_no_other(programs: Programs, entry: str) -> None:
    programs.add("xdg-open")
    assert ["xdg-open", "%s"] in programs.found({**DISPLAY, "BROWSER": entry})


@pytest.mark.parametrize(
    ("entry", "arguments"),
    [
        ("mine --profile-directory=Work", ["--profile-directory=Work", ADDRESS]),
        ("mine -P 'my work'", ["-P", "my work", ADDRESS]),
        ("mine --half=50%% %s", ["--half=50%", ADDRESS]),
        ("mine --literal=%%s", ["--literal=%s", ADDRESS]),
        ("mine --at='%s' &", [f"--at={ADDRESS}"]),
        ("mine --flag &", ["--flag", ADDRESS]),
        ("mine '--proxy=host:8080' %s", ["--proxy=host:8080", ADDRESS]),
        ("mine --proxy=host%c8080 %s", ["--proxy=host:8080", ADDRESS]),
        ("missing --flag:mine --other", ["--other", ADDRESS]),
    ],
)
def test_a_command_with_arguments_is_run_with_them(programs: Programs, entry: str, arguments: list[str]) -> None:
    for name in ("mine", "xdg-open"):
        programs.add(name)
    assert programs.commands(OURS, {**DISPLAY, "BROWSER": entry}) == [["mine", *arguments]]


def test_a_command_that_is_missing_is_known_to_be(programs: Programs) -> None:
    programs.add("xdg-open")
    found = programs.found({**DISPLAY, "BROWSER": "missing --flag"})
    assert found == [["missing", "--flag", "%s"], ["xdg-open", "%s"]]


def test_nothing_to_be_found(programs: Programs) -> None:
    assert programs.found({}) == []
    assert programs.found(DISPLAY) == []


def test_many_first_look_ups_at_once_all_find_it(programs: Programs) -> None:
    """webbrowser alone gives an empty list to who asks while another thread fills it."""
    programs.add("firefox")
    programs.add("xdg-settings", "#!/bin/sh\nexec /bin/sleep 0.3\n")
    code = """
import threading
from tray.desktop.browser.browsers import find_browsers, prepare
found = []
threads = [threading.Thread(target=prepare)]
threads += [threading.Thread(target=lambda: found.append(list(find_browsers()))) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print([len(browsers) for browsers in found])
"""
    assert programs.run(code, DISPLAY) == f"{[1] * 8}\n"


@pytest.mark.parametrize(
    "broken",
    [
        "#!/bin/sh\n/bin/sleep 60 & wait\n",
        "#!/bin/sh\n/bin/sleep 60 & echo firefox.desktop\n",
        "#!/bin/sh\nprintf '\\377\\376.desktop\\n'\n",
        "#!/bin/sh\nexec /usr/bin/yes ''\n",
        "#!/bin/sh\nexec /bin/cat /dev/zero\n",
        "#!/bin/sh\nkill -9 $$\n",
        "#!/nonexistent/sh\n",
        "",  # of a package that was written to a full disk
        "\x7fELF",
    ],
)
def test_a_program_that_webbrowser_trips_over_hides_no_browser(programs: Programs, broken: str) -> None:
    programs.add("xdg-open")
    programs.add("firefox")
    programs.add("xdg-settings", broken)
    names, left = programs.run(HASTY, {**DISPLAY, "XDG_CURRENT_DESKTOP": "KDE"}).splitlines()
    assert "xdg-open" in names.split()
    assert left == "0", "what it has started is ended with it"


def test_what_xdg_settings_says_is_heard(programs: Programs) -> None:
    programs.add("xdg-open")
    programs.add("firefox")
    programs.add("xdg-settings", "#!/bin/sh\necho firefox.desktop\n")
    assert programs.found({**DISPLAY, "XDG_CURRENT_DESKTOP": "KDE"})[0][0] == "firefox"
