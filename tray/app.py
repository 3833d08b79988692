"""The resident program: makes the parts and joins them. The only module that knows them all.

Threads: the icon's own (the main one), which only reads the snapshot and passes commands on; one that refreshes; and
workers for AWS, the keyring and the browser. They meet in `Board`, whose snapshot is swapped whole.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tray.aws.cloud import Cloud
from tray.desktop.clipboard import get_clipboard
from tray.desktop.icon import HostState, KeyedItem, Menu, MenuItem, icon_class
from tray.desktop.icon.artwork import Artwork
from tray.desktop.icon.hosts import no_host
from tray.errors import Problem, TrayError
from tray.fleet.actions import Actions
from tray.fleet.board import Board
from tray.fleet.refresh import Refresher
from tray.fleet.survey import MOST_AT_ONCE
from tray.menu import entries as e
from tray.menu import words
from tray.menu.layout import menu
from tray.profiles.store import ProfileStore
from tray.workers import Workers

if TYPE_CHECKING:
    from tray.fleet.values import Notebook, Notice

log = logging.getLogger(__name__)

# At login the panel may come after us; only then is a missing one worth a word.
_PATIENCE_SECONDS = 10


class App:
    """The tray, joined to what it shows and does. `run` blocks until the person quits."""

    def __init__(self, store: ProfileStore, title: str = "Notebook Tray") -> None:
        aws = Workers("aws", MOST_AT_ONCE)
        # Opening has workers of its own: a click never queues behind the lists of a slow refresh.
        opening = Workers("opening", 8)
        self._board = Board(self._show)
        cloud = Cloud()
        self._refresher = Refresher(self._board, store, cloud, aws=aws)
        self._actions = Actions(
            self._board,
            store,
            cloud,
            self._refresher,
            opening=opening,
            hand_off=_hand_off,
            copy=_copy,
            on_failure=self._tell_failure,
            on_copied=self._tell_copied,
        )
        self._art = {state: Artwork.load(state) for state in ("idle", "refreshing", "attention")}
        self._no_host_timer: threading.Timer | None = None
        self._icon = icon_class()(
            "notebook-tray",
            self._art["refreshing"],
            title,
            Menu(self._items),
            on_open=self._opened,
            on_host=self._host_changed,
            on_error=self._tell_error,
        )

    def run(self) -> None:
        """Show the icon until the person quits.

        :raises TrayError: (no desktop) there is no session bus, or it went away
        """
        signal.signal(signal.SIGTERM, lambda *_: self._icon.stop())
        signal.signal(signal.SIGINT, lambda *_: self._icon.stop())
        self._icon.run(self._begin)

    def _begin(self, _icon: object) -> None:
        self._icon.visible = True
        self._refresher.start()

    def _show(self) -> None:
        """Bring icon, tooltip and menu up to date; from any thread, and without waiting for the icon's."""
        snapshot, now = self._board.snapshot, time.time()
        attention = words.needs_attention(snapshot)
        state = "refreshing" if words.busy(snapshot) else "attention" if attention else "idle"
        self._icon.icon = self._art[state]
        self._icon.attention = attention
        self._icon.title = words.tooltip(snapshot, now)
        self._icon.update_menu()

    def _items(self) -> Iterable[MenuItem]:
        return _bound(menu(self._board.snapshot, time.time()), self._do)

    def _opened(self) -> None:
        self._refresher.refresh_if_old()
        self._icon.update_menu()  # the ages in it are as old as its last change

    def _do(self, command: e.Command) -> None:
        match command:
            case e.OpenNotebook(profile, arn, view, session_seconds):
                if notebook := self._known(profile, arn):
                    self._actions.open(notebook, view, session_seconds)
            case e.CopyLink(profile, arn, view, session_seconds):
                if notebook := self._known(profile, arn):
                    self._actions.copy_link(notebook, view, session_seconds)
            case e.Refresh():
                self._refresher.refresh()
            case e.SetSessionLength(session_seconds):
                self._actions.set_session_seconds(session_seconds)
            case e.CheckProfile(aws_profile):
                self._actions.check_profile(aws_profile)
            case e.UncheckProfile(name):
                self._actions.uncheck_profile(name)
            case e.Quit():
                self._icon.stop()

    def _known(self, profile: str, arn: str) -> Notebook | None:
        notebook = self._board.snapshot.find(profile, arn)
        if notebook is None:
            self._icon.notify("It is no longer there: refresh to see what is.", "Notebook instance not found")
        return notebook

    def _tell_failure(self, notice: Notice) -> None:
        self._tell(notice.problem, f"{notice.subject}: ")

    def _tell_error(self, _error: Exception) -> None:
        self._tell(
            Problem(
                "That did not work",
                "An error in Notebook Tray kept your choice from being carried out.",
                "The log has the details; please report it.",
            )
        )

    def _tell_copied(self, notebook: Notebook) -> None:
        self._icon.notify(
            "Paste it within 5 minutes. Whoever has the link can use it: share it with nobody.",
            f"Link of {notebook.name} copied",
        )

    def _tell(self, problem: Problem, subject: str = "") -> None:
        self._icon.notify(f"{problem.message} {problem.remedy}", f"{subject}{problem.title}")

    def _host_changed(self, state: HostState) -> None:
        log.info("tray host: %s", state.name)
        if self._no_host_timer is not None:
            self._no_host_timer.cancel()
            self._no_host_timer = None
        if state is not HostState.PRESENT:
            self._no_host_timer = threading.Timer(_PATIENCE_SECONDS, self._say_no_host, [state])
            self._no_host_timer.daemon = True
            self._no_host_timer.start()

    def _say_no_host(self, state: HostState) -> None:
        problem = no_host(state, os.environ.get("XDG_CURRENT_DESKTOP", ""))
        log.warning("%s: %s", problem.title, problem.message)
        print(problem.text(), file=sys.stderr)  # noqa: T201 - for those who start it from a terminal
        self._tell(problem)


def run() -> None:
    """Show the tray with the profiles of the OS keyring, until the person quits.

    :raises TrayError: (no desktop) there is no session bus, or it went away
    """
    App(ProfileStore()).run()


def run_demo() -> None:
    """Show the tray on the embedded endpoint; nothing of the person's is read or written.

    :raises TrayError: (no desktop) there is no session bus, or it went away
    """
    from tray.demo.endpoint import running_endpoint
    from tray.demo.sample import sample_profiles, sample_world, write_sample_files
    from tray.profiles.memory import MemoryKeyring
    from tray.profiles.model import Profile

    samples = sample_profiles()
    with (
        tempfile.TemporaryDirectory(prefix="notebook-tray-demo-") as name,
        running_endpoint(sample_world(samples)) as endpoint,
    ):
        folder = Path(name)
        files = write_sample_files(folder, endpoint.url, samples)
        for conflicting in files.conflicting:
            os.environ.pop(conflicting, None)
        os.environ.update(files.environment)
        store = ProfileStore(MemoryKeyring(), folder / "lock")
        for sample in samples:
            store.add(Profile(sample.name, sample.name, sample.regions))
        App(store, "Notebook Tray (demo)").run()


def _bound(entries: Iterable[e.Entry], do: Callable[[e.Command], None]) -> list[MenuItem]:
    """Return menu entries as items of the tray's menu whose choice is passed to `do`."""
    return [Menu.SEPARATOR if entry is e.SEPARATOR else _item(entry, do) for entry in entries]


def _item(entry: e.Entry, do: Callable[[e.Command], None]) -> MenuItem:
    action: Menu | Callable[[], None] | None = None
    if entry.children:
        action = Menu(*_bound(entry.children, do))
    elif (command := entry.command) is not None:
        action = lambda: do(command)  # noqa: E731 - a def of its own would need a name for nothing
    return KeyedItem(
        entry.key,
        entry.label,
        action,
        checked=None if (checked := entry.checked) is None else lambda _: checked,
        radio=entry.radio,
        enabled=entry.enabled,
    )


def _hand_off(url: str) -> None:
    # Here and not at the top: the icon comes first.
    from tray.desktop.browser.handoff import hand_off

    try:
        hand_off(url)
    except TrayError as error:
        raise error.advised("Or choose “Copy link” in the menu.") from error


def _copy(url: str) -> None:
    clipboard = get_clipboard()
    if clipboard is None:
        raise TrayError(
            "No clipboard here",
            "Copying a link is not possible on this system yet.",
            "Print it instead: notebook-tray open NAME --print-url",
        )
    clipboard.copy_secret(url)
