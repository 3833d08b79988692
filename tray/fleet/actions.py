"""What a person asks for in the menu, done on workers: open, copy a link, choose profiles and session lengths."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.errors import TrayError
from tray.fleet.attempts import attempt
from tray.fleet.opening import open_notebook, presigned_url
from tray.fleet.values import LastOpened, Notebook, Notice, Opening, Snapshot, View
from tray.profiles.model import Profile
from tray.workers import Workers

if TYPE_CHECKING:
    from tray.activation import Activation
    from tray.aws.cloud import Cloud
    from tray.fleet.board import Board
    from tray.fleet.refresh import Refresher
    from tray.profiles.store import ProfileStore

log = logging.getLogger(__name__)


class Actions:
    """Each method returns at once; the board shows what is under way, and `on_failure` tells what went wrong.

    `hand_off` gives a URL to the browser, with the click's activation if there is one, and `copy` puts it on the
    clipboard; `starts_at_login` asks the system whether it starts the program at login (None: it can't be had here),
    and `set_autostart` has it do so. All four may block and raise TrayError. `keep_last` keeps what was opened for the
    next run of the program; it may block.
    """

    def __init__(
        self,
        board: Board,
        store: ProfileStore,
        cloud: Cloud,
        refresher: Refresher,
        *,
        opening: Workers,
        hand_off: Callable[[str, Activation | None], None],
        copy: Callable[[str], None],
        on_failure: Callable[[Notice], None],
        on_copied: Callable[[Notebook], None],
        starts_at_login: Callable[[], bool | None] = lambda: None,
        set_autostart: Callable[[bool], None] = lambda _: None,
        keep_last: Callable[[LastOpened], None] = lambda _: None,
    ) -> None:
        self._board = board
        self._store = store
        self._cloud = cloud
        self._refresher = refresher
        self._opening = opening
        self._keyring = Workers("keyring", 1)  # one change after the other, in the order of the clicks
        self._hand_off = hand_off
        self._copy = copy
        self._on_failure = on_failure
        self._on_copied = on_copied
        self._keep_last = keep_last
        self._starts_at_login = starts_at_login
        self._set_autostart = set_autostart
        self._autostart = Workers("autostart", 1)  # of its own: the keyring may wait for the person
        self._reading_autostart = False
        self._unchecked: dict[str, list[Profile]] = {}

    def open(self, notebook: Notebook, view: View, session_seconds: int, activation: Activation | None = None) -> None:
        """Open a notebook instance in the browser. One that is being opened so already is not opened twice.

        `activation` brings the browser to the front; it is ended in any case.
        """

        def hand_off(url: str) -> None:
            self._hand_off(url, activation)

        def act() -> None:
            open_notebook(self._cloud, notebook, view, session_seconds, hand_off)
            self._keep_last(LastOpened(notebook.place.profile, notebook.arn))

        self._begin(
            Opening(notebook, view, session_seconds),
            f"Opening {notebook.name}",
            act,
            activation,
        )

    def copy_link(self, notebook: Notebook, view: View, session_seconds: int) -> None:
        """Put a presigned URL of a notebook instance on the clipboard."""

        def act() -> None:
            self._copy(presigned_url(self._cloud, notebook, view, session_seconds).reveal())
            self._on_copied(notebook)

        self._begin(Opening(notebook, view, session_seconds, copying=True), f"Copying the link of {notebook.name}", act)

    def set_session_seconds(self, session_seconds: int) -> None:
        """Make `session_seconds` the default session length of every profile."""
        self._change_all("Session length", lambda profile: replace(profile, session_seconds=session_seconds))

    def set_view(self, view: View) -> None:
        """Make `view` the one in which a plain open shows the notebook instances of every profile."""
        self._change_all("View", lambda profile: replace(profile, view=view))

    def check_profile(self, aws_profile: str) -> None:
        """Configure an AWS profile; what was unchecked before comes back as it was configured."""

        def with_it(profiles: Mapping[str, Profile]) -> dict[str, Profile]:
            new = self._unchecked.pop(aws_profile, None) or [Profile(name=aws_profile, aws_profile=aws_profile)]
            result = dict(profiles)
            for profile in new:
                name = _free_name(profile.name, result)
                result[name] = replace(profile, name=name)
            return result

        self._edit(f"Adding {aws_profile}", with_it)

    def uncheck_profile(self, name: str) -> None:
        """Take a profile out of the keyring; how it was configured is kept for as long as the program runs."""

        def without(profiles: Mapping[str, Profile]) -> dict[str, Profile]:
            if name in profiles:
                self._unchecked.setdefault(profiles[name].aws_profile, []).append(profiles[name])
            return {other: profile for other, profile in profiles.items() if other != name}

        self._edit(f"Removing {name}", without)

    def read_autostart(self) -> None:
        """Ask the system anew whether it starts the program at login: the person may have changed it elsewhere."""
        if not self._reading_autostart:
            self._reading_autostart = True
            self._autostart.submit(self._read_autostart)

    def set_autostart(self, on: bool) -> None:
        """Have the program started at login, or not. The board then shows what the system has made of it."""

        def work() -> None:
            subject = "Start at login"
            notice = self._attempt(subject, lambda: self._set_autostart(on))
            self._board.update(lambda snapshot: replace(snapshot, notice=notice))
            self._read_autostart()

        self._autostart.submit(work)

    def _read_autostart(self) -> None:
        # Before it is asked: what changes from here on is for the next time.
        self._reading_autostart = False
        try:
            starts = self._starts_at_login()
        except TrayError as error:
            log.warning("start at login: %s", error)
            starts = None
        except Exception:
            log.exception("start at login can't be read")
            starts = None
        self._board.update(lambda snapshot: replace(snapshot, starts_at_login=starts))

    def _begin(
        self, opening: Opening, subject: str, act: Callable[[], None], activation: Activation | None = None
    ) -> None:
        if opening in self._board.snapshot.openings:
            if activation is not None:
                activation.end()
            return

        def begun(snapshot: Snapshot) -> Snapshot:
            notebook = opening.notebook
            last = snapshot.last_opened if opening.copying else LastOpened(notebook.place.profile, notebook.arn)
            return replace(snapshot, openings=(*snapshot.openings, opening), notice=None, last_opened=last)

        self._board.update(begun)

        def work() -> None:
            notice = self._attempt(subject, act)
            if activation is not None:
                activation.end()
            self._board.update(
                lambda snapshot: replace(
                    snapshot,
                    openings=tuple(other for other in snapshot.openings if other != opening),
                    notice=notice or snapshot.notice,
                )
            )
            if notice:
                # What was shown may be out of date: it has been stopped meanwhile, say.
                self._refresher.refresh()

        self._opening.submit(work)

    def _change_all(self, subject: str, change: Callable[[Profile], Profile]) -> None:
        self._edit(subject, lambda profiles: {name: change(profile) for name, profile in profiles.items()})

    def _edit(self, subject: str, change: Callable[[Mapping[str, Profile]], Mapping[str, Profile]]) -> None:
        def work() -> None:
            notice = self._attempt(subject, lambda: self._store.edit(change))
            self._board.update(lambda snapshot: replace(snapshot, notice=notice))
            self._refresher.refresh()

        self._keyring.submit(work)

    def _attempt(self, subject: str, act: Callable[[], object]) -> Notice | None:
        notice = attempt(subject, act)
        if notice is not None:
            self._on_failure(notice)
        return notice


def _free_name(name: str, taken: Mapping[str, Profile]) -> str:
    """Return `name`, or where another profile has it, `name 2` and so on: nothing configured is written over."""
    candidates = itertools.chain([name], (f"{name} {at}" for at in itertools.count(2)))
    return next(free for free in candidates if free not in taken)
