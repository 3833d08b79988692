"""The icon for macOS as a program of its own, on its main thread: on a Mac with the real AppKit, on Linux a stand-in.

What the person does is done by the program itself, since nothing else may touch its menu; no pointer is moved.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.only_on("linux", "darwin")

PROGRAM = """
import atexit, signal, sys, threading
if sys.platform != "darwin":
    from tests.support import appkit
    appkit.install()
from Foundation import NSThread
from tray.desktop.icon import KeyedItem, Menu
from tray.desktop.icon.artwork import Artwork
from tray.desktop.icon.macos.icon import Icon

def say(*words):
    print(*words, flush=True)

def chosen():
    say("chosen", NSThread.isMainThread())
    thread = threading.Thread(target=change)
    thread.start()
    thread.join()

def change():
    icon.icon, icon.title = Artwork.load("attention"), "changed"
    icon.update_menu()
    icon.visible = True

def shown(state):
    say(state.value)
    icon._responder.menuNeedsUpdate_(icon._shown_menu)
    icon._shown_menu.performActionForItemAtIndex_(1)

items = [
    KeyedItem("more", "more", Menu(KeyedItem("a", "a", checked=lambda _: True), Menu.SEPARATOR, KeyedItem("b", "b"))),
    KeyedItem("choose", "choose", chosen),
]
icon = Icon("notebook-tray-test", Artwork.load("idle"), "title", Menu(*items), on_host=shown, on_error=say)
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda *_: icon.stop())
atexit.register(say, "cleaned up")
icon.run()
say("ended")
if sys.platform != "darwin":
    from tests.support.appkit import run_loop
    assert not run_loop.current.violations, run_loop.current.violations
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_is_shown_chosen_from_and_ended_by_a_signal(number: signal.Signals) -> None:
    """The loop runs no Python while it waits: the signal has to wake it."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout
        assert process.stdout.readline() == "present\n"
        assert process.stdout.readline() == "chosen True\n"
        process.send_signal(number)
        output, _ = process.communicate(timeout=60)
        assert (process.returncode, output) == (0, "ended\ncleaned up\n")
    finally:
        process.kill()
        process.wait()


APP = """
import threading
from pathlib import Path
from tests.support import appkit
appkit.install()
import tray.app
from tests.support.appkit import run_loop
from tests.support.appkit.mac import Mac
from tests.support.waiting import wait_until
from tray.desktop.icon.macos.icon import Icon
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.store import ProfileStore

tray.app.icon_class = lambda: Icon

def person():
    wait_until(lambda: "No AWS profiles found" in mac.outline(), "the program behind the icon")
    print(mac.outline())
    print(mac.button().tooltip)
    mac.choose("Quit")

mac = Mac()
threading.Thread(target=person, daemon=True).start()
tray.app.App(lambda: ProfileStore(MemoryKeyring(), Path.home() / "lock")).run()
print("violations:", run_loop.current.violations)
"""


@pytest.mark.only_on("linux")
def test_the_whole_program_runs_behind_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", APP],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    outline, tooltip, violations = done.stdout.splitlines() or [done.stderr] * 3
    assert outline.startswith("['No AWS profiles found', ('Profiles', [")
    assert tooltip == "Notebook Tray: No AWS profiles found"
    assert violations == "violations: []"
    assert done.returncode == 0
