"""Environment variables of this process that programs started by it must not get."""

from __future__ import annotations

import sys
from collections.abc import Mapping

# The keys that a user's shell may hold. A browser has no use for them, and keeps its environment for days.
SECRETS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
)

# What the desktop gave whoever started this process, for one window of its own: another program that has it would come
# to the front as if it had been asked for, or end the busy pointer of a start that goes on.
# https://wayland.app/protocols/xdg-activation-v1, https://specifications.freedesktop.org/startup-notification-spec/
STARTUP = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")


def for_children(ours: Mapping[str, str], *, frozen: bool | None = None) -> dict[str, str]:
    """Return what a program that we start gets of `ours`: all but what was meant for this process alone."""
    environment = _without_the_frozen(ours, frozen=frozen)
    for name in STARTUP:
        environment.pop(name, None)
    return environment


def _without_the_frozen(ours: Mapping[str, str], *, frozen: bool | None = None) -> dict[str, str]:
    """Return `ours` without what PyInstaller's start of a frozen program puts into it; elsewhere all of it.

    It points LD_LIBRARY_PATH at the program's own libraries, with which other programs may not start, and keeps the
    original in LD_LIBRARY_PATH_ORIG (PyInstaller's manual, "Runtime information", "LD_LIBRARY_PATH / LIBPATH
    considerations"). By the variables of _PYI_ a frozen program knows a child that is the same program.
    """
    environment = dict(ours)
    if not (frozen if frozen is not None else getattr(sys, "frozen", False)):
        return environment
    original = environment.pop("LD_LIBRARY_PATH_ORIG", None)
    environment.pop("LD_LIBRARY_PATH", None)
    if original is not None:
        environment["LD_LIBRARY_PATH"] = original
    return {name: value for name, value in environment.items() if not name.startswith("_PYI_")}
