"""The resident program's outer part: shows the icon first, and then starts `program.py` behind it.

This module imports only what the icon needs: the rest takes longer to import than the icon takes to appear.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from tray.desktop.icon import HostState, KeyedItem, Menu, MenuItem, icon_class
from tray.desktop.icon.artwork import Artwork
from tray.desktop.single_instance import Claim, claim
from tray.model.problems import TrayError
from tray.texts import menu as menu_texts
from tray.texts.reading import Reading, read_as

if TYPE_CHECKING:
    from pathlib import Path

    from tray.desktop.display import DisplayWatch
    from tray.desktop.single_instance.messages import InstanceRequest, Names
    from tray.desktop.single_instance.session import Session
    from tray.model.activation import Activation
    from tray.model.commands import Command, StayingPage
    from tray.model.notification import Notification
    from tray.model.problems import Problem
    from tray.program import Program
    from tray.runtime.own_files import OwnFiles
    from tray.settings.profiles.store import ProfileStore

# A panel may start after this program, or start again. If it is still missing after this time, the user is told.
_PATIENCE_SECONDS = 10
# The key of the notification that there is no tray.
_NO_HOST = "no tray"


class App:
    """The tray. `make_store` returns the store of profiles; it is called on a worker, as it may import the keyring.

    `at_login` means that no user waits for the start: the tray silently waits for parts of the desktop that are not
    there yet. Without `autostart`, the menu doesn't offer the start at login. What the tray needs in its next run is
    kept in `keeps_in`, by default in the system's folder for that. With a `claim`, the tray is the one running copy,
    other processes can send requests, and it ends once an upgrade has replaced its files: see `make_way`.
    """

    def __init__(
        self,
        make_store: Callable[[], ProfileStore],
        title: str = "Notebook Tray",
        *,
        at_login: bool = False,
        autostart: bool = True,
        keeps_in: Path | None = None,
        claim: Claim | None = None,
    ) -> None:
        self._make_store = make_store
        self._at_login = at_login
        self._autostart = autostart
        self._keeps_in = keeps_in
        self._claim = claim
        self._host = HostState.PRESENT
        self._is_over = False  # the icon goes or has gone, and the process is about to
        self._quit = False  # by the user, who may stay
        self._session_ended = False
        self._display: DisplayWatch | None = None
        self._program: Program | None = None
        self._starting: threading.Thread | None = None
        self._newer: OwnFiles | None = None  # what an upgrade has put in the place of this copy, when it is to start
        self._page_wanted: StayingPage | None = None  # before there is a program that opens it
        self._taking_page = threading.Lock()
        self._no_host_timer: threading.Timer | None = None
        self._icon = icon_class()(
            "notebook-tray",
            Artwork.load("refreshing"),
            title,
            Menu(self._items),
            on_open=self._opened,
            on_secondary=self._open_last,
            on_host=self._host_changed,
            on_action=self._acted,
            on_error=self._failed,
        )

    def run(self) -> None:
        """Show the icon until the user quits.

        :raises TrayError: (no desktop) there is no session bus, or it went away
        """
        signal.signal(signal.SIGTERM, lambda *_: self._leave())
        signal.signal(signal.SIGINT, lambda *_: self._leave())
        # The terminal was closed. Under nohup, the signal is ignored, and stays so.
        if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, lambda *_: self._leave())
        try:
            self._icon.run(self._show_icon)
        finally:
            self._is_over = True
            self._finish()

    def _show_icon(self, _icon: object) -> None:
        self._icon.visible = True

    def _items(self) -> Iterable[MenuItem]:
        if self._program is not None:
            return self._program.items()
        # These two lines have the same keys in the later menu, so that they stay the same lines.
        return [
            KeyedItem("state", menu_texts.starting(), enabled=False),
            Menu.SEPARATOR,
            KeyedItem("quit", menu_texts.quit_(), self._quit_by_user),
        ]

    def _opened(self) -> None:
        if self._program is not None:
            self._program.menu_opened()

    def _open_last(self) -> None:
        if self._program is not None:
            self._program.open_last()

    def _host_changed(self, state: HostState) -> None:
        self._host = state
        if self._starting is None:
            # The icon is shown, or there is no tray to show it. In both cases, the rest can start now.
            from tray.runtime.heap import share_one_heap

            share_one_heap()  # here, where this thread is still the only one
            self._starting = threading.Thread(target=self._start_program, name="start", daemon=True)
            self._starting.start()
        if self._no_host_timer is not None:
            self._no_host_timer.cancel()
            self._no_host_timer = None
        if state is HostState.PRESENT:
            self._withdraw(_NO_HOST)  # the notification is no longer true
        else:
            tell = self._log_no_host if self._at_login else self._say_no_host
            self._no_host_timer = threading.Timer(_PATIENCE_SECONDS, tell, [state])
            self._no_host_timer.daemon = True
            self._no_host_timer.start()

    def _start_program(self) -> None:
        import logging

        from tray import __version__
        from tray.runtime.logs import start_logging

        start_logging()
        logging.getLogger(__name__).info("Notebook Tray %s", __version__)
        # Started before the profiles are read, so that every later change by another process is reported here.
        self._serve()
        self._watch_display()
        try:
            from tray.fleet.files.state_file import state_folder
            from tray.program import Program
            from tray.runtime.own_files import OwnFiles

            program = Program(
                self._icon,
                self._make_store(),
                state_folder=self._keeps_in or state_folder(),
                autostart=self._autostart,
                at_login=self._at_login,
                leave=self._quit_by_user,
                own_files=OwnFiles.here() if self._claim is not None else None,
                start_anew=self._start_anew,
            )
            self._program = program
            program.start()
            self._show_wanted_page(program)
        except Exception as error:
            logging.getLogger(__name__).exception("the program behind the icon did not start")
            self._failed(error)

    def _serve(self) -> None:
        try:
            if self._claim is not None:
                self._claim.serve(self._asked, self._follow)
        except Exception:
            import logging

            logging.getLogger(__name__).exception("other processes can't reach this one")

    def _watch_display(self) -> None:
        """End with the screen: the bus may outlive it, and then nobody would see the icon."""
        try:
            from tray.desktop.display import display_watch

            self._display = display_watch()
            self._display.start(self._display_ended)
        except Exception:
            import logging

            logging.getLogger(__name__).exception("the end of the screen would not be noticed")

    def _leave(self) -> None:
        self._is_over = True
        self._icon.stop()

    def _quit_by_user(self) -> None:
        self._quit = True
        self._leave()

    def _display_ended(self) -> None:
        self._session_ended = True
        self._leave()

    def _finish(self) -> None:
        """Stop what is to be stopped when the session ends, if that is why the icon has gone; 4 s at most.

        The main thread may wait here: the icon's loop is over, and Python ends the other threads with the process.
        """
        if self._program is not None:
            ended = self._session_ended or self._icon.session_ended
            self._program.leaving.finish(session_ended=ended, by_user=self._quit)

    def _start_anew(self, newer: OwnFiles) -> None:
        self._newer = newer
        self._leave()

    def make_way(self) -> None:
        """Have what an upgrade has installed take the place of this process, if it has ended for that.

        :raises OSError: it can't be started
        """
        if self._newer is not None:
            from tray.desktop.autostart import AT_LOGIN

            self._newer.become(AT_LOGIN)  # as at a login: the user has not started it, and is told nothing

    def _follow(self, session: Session) -> None:
        """Belong to the desktop session of a later start: ours may have ended, and left us the bus."""
        from tray.desktop.single_instance.session import move_to, session_of

        if move_to(session, os.environ):
            import logging

            logging.getLogger(__name__).info("Moved to another desktop session")
        if self._display is not None and session_of(session):
            self._display.moved()  # also to one of the same name, as all displays of one computer may have

    def _asked(self, request: InstanceRequest) -> Names | None:
        """Carry out the request of another process: a second start, or a command. Return the names that it asks for."""
        if request in (request.SHOW, request.SESSION) and self._is_over:
            from tray.desktop.single_instance.messages import EndingError

            raise EndingError
        if request is request.SHOW:
            self._show_yourself()
        elif request is request.SESSION:
            pass  # which `_follow` has done
        elif request is request.QUIT:
            self._quit_by_user()
        elif request is request.NAMES:
            return self._program.names() if self._program is not None else None
        elif request is request.NOTEBOOKS:
            from tray.model.commands import ShowNotebooks

            self._show_page(ShowNotebooks())
        elif request is request.SETTINGS:
            from tray.model.commands import ShowSettings

            self._show_page(ShowSettings())
        elif request is request.SET_UP:
            from tray.model.commands import ShowSetUp

            self._show_page(ShowSetUp())
        elif self._program is not None:
            from tray.model.commands import FollowChoices, FollowProfiles, Refresh

            # A refresh follows changed profiles too. The keyring may prompt only a user who asks for a refresh.
            followed = FollowChoices() if request is request.CHOICES_CHANGED else FollowProfiles()
            self._program.controller.do(Refresh() if request is request.REFRESH else followed)
        return None

    def _show_page(self, command: StayingPage) -> None:
        self._page_wanted = command
        if self._program is not None:
            self._show_wanted_page(self._program)

    def _show_wanted_page(self, program: Program) -> None:
        # Whoever comes first takes it: the request of another process, or the start that it came into.
        with self._taking_page:
            wanted, self._page_wanted = self._page_wanted, None
        if wanted is not None:
            program.controller.do(wanted)

    def _show_yourself(self) -> None:
        if self._host is not HostState.PRESENT:
            self._say_no_host(self._host)
            return
        from tray.fleet.telling.notifications import running

        self._answer(running(sys.platform))

    def _failed(self, _error: Exception) -> None:
        """Tell the user of an error in this program; the log has the details."""
        from tray.fleet.telling.notifications import did_not_work

        if self._program is not None:
            self._program.notifier.show(did_not_work())
        else:
            self._icon.notify(did_not_work(in_menu=False))

    def _answer(self, notification: Notification) -> None:
        if self._program is not None:
            self._program.notifier.answer(notification)
        else:
            self._icon.notify(notification)

    def _withdraw(self, about: str) -> None:
        if self._program is not None:
            self._program.notifier.withdraw(about)
        else:
            self._icon.withdraw(about)

    def _acted(self, command: Command, activation: Activation | None) -> None:
        """Carry out the command of a notification's button."""
        if self._program is not None:
            self._program.act(command, activation)
            return
        # Before the program has started, and if it doesn't start, there is a button for the log alone.
        if activation is not None:
            activation.end()
        threading.Thread(target=_open_log, name="log", daemon=True).start()

    def _log_no_host(self, state: HostState) -> None:
        # Otherwise a user without a tray would be told so at every login. A start by hand does say so.
        import logging

        logging.getLogger(__name__).warning("No system tray: %s", state.value)

    def _say_no_host(self, state: HostState) -> None:
        from tray.desktop.icon.linux.hosts import no_host
        from tray.fleet.telling.notifications import no_tray

        problem: Problem = no_host(state, os.environ.get("XDG_CURRENT_DESKTOP", ""))
        self._answer(no_tray(problem, _NO_HOST))
        with suppress(OSError, ValueError):  # the terminal may be gone
            print(problem.text(), file=sys.stderr, flush=True)  # noqa: T201 - for a start from a terminal


def _open_log() -> None:
    from tray.wiring.outside import open_log

    try:
        open_log()
    except TrayError:
        import logging

        logging.getLogger(__name__).warning("the log can't be shown", exc_info=True)


def run(*, at_login: bool = False) -> None:
    """Show the tray with the profiles of the OS keyring, until the user quits.

    If a copy already runs, it shows itself instead and then belongs to this desktop session; after a start at login,
    without a message.

    :param at_login: the session has started the program, and no user waits for it
    :raises TrayError: (no desktop) there is no session bus, or it went away; or a running copy does not answer
    """
    try:
        ours = claim()
    except TrayError as error:
        # Without the lock, there may be two icons, and other processes don't reach this one. That is better than none.
        with read_as(Reading.COMMAND), suppress(OSError, ValueError):
            print(error.problem.text(), file=sys.stderr, flush=True)  # noqa: T201
        App(_stored_profiles, at_login=at_login).run()
        return
    if ours is None and at_login:
        from tray.desktop.single_instance.client import claim_or_hand_over

        ours = claim_or_hand_over()
        if ours is None:
            return
    if ours is None:
        from tray.desktop.single_instance.client import claim_or_show

        ours = claim_or_show()
    if ours is None:
        from tray.texts.notifications import running_already

        print(running_already(), flush=True)  # noqa: T201
        return
    app = App(_stored_profiles, at_login=at_login, claim=ours)
    with ours:
        app.run()
    app.make_way()


def _stored_profiles() -> ProfileStore:
    from tray.fleet.profiles.policed_profiles import PolicedStore

    return PolicedStore()
