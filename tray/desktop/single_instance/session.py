"""The desktop session that a process belongs to, as its environment has it: pure functions.

On Linux, a user's bus and what runs on it may outlive a session (`loginctl enable-linger`, or an ssh login). The
running copy would then go on with a display that is gone: browsers would not start, and the clipboard would fail.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")
_OTHERS = (
    *("XAUTHORITY", "XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE", "XDG_SESSION_ID", "XDG_SESSION_DESKTOP"),
    *("XDG_SEAT", "XDG_VTNR", "XDG_MENU_PREFIX", "DESKTOP_SESSION", "KDE_FULL_SESSION", "KDE_SESSION_VERSION"),
    *("GNOME_SETUP_DISPLAY", "SWAYSOCK", "I3SOCK", "HYPRLAND_INSTANCE_SIGNATURE"),
)
_LONGEST = 200  # letters of a value: paths and names. All of them fit in one message

Session = Mapping[str, str]


def session_of(environ: Mapping[str, str]) -> Session:
    """Return what `environ` says of its desktop session; nothing where there is no screen, as in an ssh login."""
    if not any(environ.get(name) for name in _SCREENS):
        return {}
    return {name: value for name in (*_SCREENS, *_OTHERS) if (value := environ.get(name, "")) and _fits(value)}


def move_to(session: Session, environ: MutableMapping[str, str]) -> bool:
    """Have `environ` be of `session`; return whether it was of another. A session without a screen changes nothing."""
    session = session_of(session)
    if not session or session == session_of(environ):
        return False
    for name in (*_SCREENS, *_OTHERS):
        environ.pop(name, None)
    environ.update(session)
    return True


def _fits(value: str) -> bool:
    return len(value) <= _LONGEST and value.isprintable()
