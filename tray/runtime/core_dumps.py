"""No core dump of this program: its memory holds tokens and presigned URLs, and a dump is a file that others read.

For Linux and macOS; what Windows is told is in `windows_process`.

The limit of a core's size does it, and not PR_SET_DUMPABLE: of a process that is not dumpable, other programs of the
user can't read /proc/PID/exe, by which KeePassXC shows who asks for an item, and /proc/PID/root, by which a portal
finds out who calls it. Nor can a debugger of the user's own attach, which keeps no other program of the user's from
the keyring.
"""

from __future__ import annotations

import sys
from contextlib import suppress

# On Linux, a limit of 0 is for files alone: a program that the system pipes the core to (`|` in core_pattern; apport
# and systemd-coredump) is started all the same. It is not started where the limit is 1 (fs/coredump.c), and no file is
# as small as that.
_NONE = 1 if sys.platform == "linux" else 0

# The limit that this process came with; None while it is in force.
_came_with: int | None = None


def refuse() -> None:
    """Have the system write no core dump of this process, whatever it ends by.

    Only the soft limit changes. What this process starts inherits that: see `allow_for`.
    """
    global _came_with
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    wanted = _NONE if hard == resource.RLIM_INFINITY else min(_NONE, hard)
    if soft == wanted:
        return
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (wanted, hard))
        _came_with = soft


def allow_for(pid: int) -> None:
    """Let a process that this one has just started, the user's own browser for example, have the limit from before.

    On macOS no process can change another's limit: there it keeps ours, which is also the system's default.
    """
    if sys.platform != "linux" or _came_with is None:
        return
    import resource

    with suppress(OSError, ValueError):  # it has ended already, or became another user's
        resource.prlimit(pid, resource.RLIMIT_CORE, (_came_with, resource.getrlimit(resource.RLIMIT_CORE)[1]))
