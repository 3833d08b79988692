"""What the two messages say with which Windows ends a session: the same to every window.

https://learn.microsoft.com/windows/win32/shutdown/wm-endsession
"""

from __future__ import annotations

WM_QUERYENDSESSION = 0x0011
WM_ENDSESSION = 0x0016
ENDSESSION_CLOSEAPP = 0x00000001
ENDSESSION_LOGOFF = 0x80000000


def is_leaving(options: int) -> bool:
    """Return whether the user leaves, by the options (LPARAM) of a message.

    Without any, the system shuts down. With ENDSESSION_CLOSEAPP alone, an installer wants the program out of its way.
    """
    return not options & ENDSESSION_CLOSEAPP or bool(options & ENDSESSION_LOGOFF)
