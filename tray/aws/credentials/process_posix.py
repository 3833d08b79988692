"""Starting a credential_process, and ending it with its children, on Linux and macOS."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

from tray.runtime.core_dumps import allow_for

if sys.platform != "win32":

    class ProcessTree:
        """A process in a separate session: it has no terminal to ask on, and its children can be ended with it.

        :raises OSError: the process can't be started
        """

        def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
            self.process = subprocess.Popen(  # noqa: S603 # nosec B603 # the user's credential_process, without a shell
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
            allow_for(self.process.pid)

        def kill(self) -> None:
            """End the process and its children, as far as they still run."""
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):  # macOS: EPERM where only zombies are left
                self.process.kill()

        def close(self) -> None:
            """Do nothing: there is nothing to close."""

    def has_more(pipe: int, seconds: float) -> bool:
        """Whether a pipe has something to read or has ended; waits for `seconds` at most."""
        waiting = select.poll()  # select() takes no descriptor above 1,023
        waiting.register(pipe, select.POLLIN)
        return bool(waiting.poll(seconds * 1000))
