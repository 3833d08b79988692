"""The environment that a browser gets from this program: the user's own, not the program's."""

from __future__ import annotations

import os
from collections.abc import Mapping

from tray.runtime.environment import SECRETS, STARTUP, for_children


def browser_environment(
    ours: Mapping[str, str] | None = None, *, token: str = "", frozen: bool | None = None
) -> dict[str, str]:
    """Return the environment for a browser: `ours` (by default the process's) without AWS keys; see `for_children`.

    With the activation `token` of a click, the browser may bring its window to the front. Wayland programs look for the
    token in one variable and X11 programs in the other; on GNOME the token is a startup id as well. Both variables are
    set, as GLib does (g_desktop_app_info_launch_uris_with_spawn in gio/gdesktopappinfo.c), since the browser itself
    decides whether it runs on Wayland or X11.
    """
    environment = for_children(os.environ if ours is None else ours, frozen=frozen)
    for name in SECRETS:
        environment.pop(name, None)
    if token:
        environment.update(dict.fromkeys(STARTUP, token))
    return environment
