"""Where this session's D-Bus bus is: found once, for the icon, the keyring and the programs that are started alike."""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path

ADDRESS = "DBUS_SESSION_BUS_ADDRESS"


def session_bus_address(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the session bus's address; None where this session has no bus.

    Where the variable is not set, libdbus and sd-bus look for the socket that systemd makes in the runtime folder. This
    function does the same.
    """
    if address := environment.get(ADDRESS):
        return address
    runtime = environment.get("XDG_RUNTIME_DIR")
    with suppress(OSError):  # another user's folder: `su` and `sudo` may leave its name in the environment
        if runtime and (socket := Path(runtime) / "bus").is_socket():
            return f"unix:path={socket}"
    return None


def settle(environment: MutableMapping[str, str] = os.environ) -> None:
    """Put the address into the environment, where it is missing: the keyring's libraries look nowhere else."""
    if (address := session_bus_address(environment)) is not None:
        environment[ADDRESS] = address
