"""Environment variables of this process that programs started by it must not get."""

from __future__ import annotations

import sys
from collections.abc import Mapping

# Variables with keys that a user's shell may have. A browser needs none of them, and keeps its environment for days.
SECRETS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
)

# The desktop's tokens for this process's start, for one window. Another program with such a token would come to the
# front as if the user had asked for it, or would end the busy pointer of a start that still goes on.
# https://wayland.app/protocols/xdg-activation-v1, https://specifications.freedesktop.org/startup-notification-spec/
STARTUP = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")


def for_children(ours: Mapping[str, str], *, frozen: bool | None = None) -> dict[str, str]:
    """Return the environment for a program that this one starts: `ours` without variables for this process alone."""
    environment = _without_the_frozen(ours, frozen=frozen)
    for name in STARTUP:
        environment.pop(name, None)
    return environment


def _without_the_frozen(ours: Mapping[str, str], *, frozen: bool | None = None) -> dict[str, str]:
    """Return `ours` without the variables that PyInstaller sets for a frozen program; if not frozen, all of `ours`.

    PyInstaller points LD_LIBRARY_PATH at the program's own libraries, with which other programs may not start, and
    keeps the original in LD_LIBRARY_PATH_ORIG (PyInstaller's manual, "Runtime information", "LD_LIBRARY_PATH / LIBPATH
    considerations"). By the _PYI_ variables, a frozen program recognizes a child that is the same program.
    """
    environment = dict(ours)
    if not (frozen if frozen is not None else getattr(sys, "frozen", False)):
        return environment
    original = environment.pop("LD_LIBRARY_PATH_ORIG", None)
    environment.pop("LD_LIBRARY_PATH", None)
    if original is not None:
        environment["LD_LIBRARY_PATH"] = original
    return {name: value for name, value in environment.items() if not name.startswith("_PYI_")}
