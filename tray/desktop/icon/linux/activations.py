"""The activation tokens that a Linux desktop gives with clicks, and how the desktop learns that a token is over.

GNOME's extension (46, `provideActivationToken` in its appIndicator.js) gives a token right before each choice in the
menu and begins a startup sequence for it. The busy pointer of the sequence stays for 15 s if nothing ends it. A choice
that opens no window can't end the sequence, and Chromium on X11 does not end it (seen in 150). The answer to the call
that brings the token can: the extension ends the sequence when the answer is an error. So the icon holds the answer
back until the token is over, and then answers with an error. The extension writes the error to the journal and goes on.

Plasma from 6.6 on gives a token right before each choice as well. Earlier versions give it when the menu is opened
(seen in 5.27). So the latest token is kept until a click takes it, however long that is. Plasma ignores the answer.

COSMIC waits for the answer before it sends the click (read in its applet's status_menu.rs, `ClickToken`); GNOME and
Plasma don't wait. So the answer is held back for GNOME alone.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from tray.model.activation import Activation

# No answer that is held back comes earlier. GNOME Shell begins a sequence by an X message, which the shell itself then
# sees. An error that reaches the shell before that message ends nothing, and the busy pointer stays (seen in 43, with
# an answer after 0.05 s). This time is also enough to see whether a click follows a token: if one does, it comes at
# once.
EARLIEST_SECONDS = 0.5
# Well below the 25 s after which D-Bus' libraries give up, and above the 15 s of the busy pointer.
LATEST_SECONDS = 20.0
# A browser may ask for a page before it shows its window, and showing the window takes the token.
_SHOWN_SECONDS = 2.0
# GNOME's tokens have about 50 characters, Plasma's have 6.
_MOST_CHARACTERS = 1024


def is_token(text: str) -> bool:
    """Whether a text from a desktop can be a token."""
    return 0 < len(text) <= _MOST_CHARACTERS and text.isascii() and text.isprintable()


@dataclass(eq=False, slots=True)
class _Held:
    """A token. `was_used` is done when the token is over, and says whether a program was started with it."""

    token: str = field(repr=False)
    was_used: asyncio.Future[bool]


class Activations:
    """Keeps the latest token for the click that follows it. Belongs to the thread of the loop.

    `holds_answers` is whether answers are held back, because the answer ends the host's busy pointer.
    """

    def __init__(self) -> None:
        self.holds_answers = False
        self._latest: _Held | None = None
        self._of_click: Activation | None = None
        self._answering: dict[_Held, asyncio.Task[object] | None] = {}
        self._closing = asyncio.Event()

    async def provide(self, token: str) -> bool:
        """Take a token from the host; return when the host is to be answered.

        Returns False when the host's busy pointer may end: the token is over, or no click has come for it. Returns True
        when the end of the token is still to come, and the answer is not held back or can't be held back any longer.

        :raises ValueError: `token` can't be a token
        """
        before, self._latest = self._latest, None
        if before is not None:
            _settle(before.was_used, used=False)
        if not token:  # Plasma's token on X11 is empty
            return True
        if not is_token(token):
            raise ValueError("no activation token")
        if self._closing.is_set():
            return False
        held = self._latest = _Held(token, asyncio.get_running_loop().create_future())
        if not self.holds_answers:
            return True
        self._answering[held] = asyncio.current_task()
        try:
            await asyncio.sleep(EARLIEST_SECONDS)
            if held is self._latest:  # no click has come; the token is kept for a later click
                return False
            await asyncio.wait({held.was_used}, timeout=LATEST_SECONDS - EARLIEST_SECONDS)
            if not held.was_used.done():
                return True
            if held.was_used.result():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._closing.wait(), _SHOWN_SECONDS)
            return False
        finally:
            del self._answering[held]

    @contextlib.contextmanager
    def clicked(self) -> Iterator[None]:
        """Hold the latest token ready for `take` inside the block, and end it there if nothing took it."""
        held, self._latest = self._latest, None
        self._of_click = None if held is None else _activation(held, asyncio.get_running_loop())
        try:
            yield
        finally:
            left = self.take()
            if left is not None:
                left.end()

    def take(self) -> Activation | None:
        """Return the token of the click that is being handled, once. The caller has to end it."""
        taken, self._of_click = self._of_click, None
        return taken

    async def close(self) -> None:
        """Answer all calls of the host that are still held back, since the connection is about to be closed.

        Takes half a second at most, and gives up after a second.
        """
        self._closing.set()
        for held in self._answering:
            _settle(held.was_used, used=False)
        answering = {task for task in self._answering.values() if task is not None}
        if answering:
            await asyncio.wait(answering, timeout=2 * EARLIEST_SECONDS)


def _activation(held: _Held, loop: asyncio.AbstractEventLoop) -> Activation:
    def ended(used: bool) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended, and the icon with it
            loop.call_soon_threadsafe(lambda: _settle(held.was_used, used=used))

    return Activation(held.token, ended)


def _settle(was_used: asyncio.Future[bool], *, used: bool) -> None:
    if not was_used.done():
        was_used.set_result(used)
