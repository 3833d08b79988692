"""Windows' side of a stage: a home folder of its own, and the Credential Manager, which is the login's."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# By this platformdirs finds a local folder other than the one that Windows says (its own API, for tests).
LOCAL_FOLDER = "WIN_PD_OVERRIDE_LOCAL_APPDATA"

# What a Windows program needs of the system, and where Python keeps what it has compiled.
_KEPT = ("COMSPEC", "PATH", "PATHEXT", "PYTHONPYCACHEPREFIX", "SYSTEMDRIVE", "SYSTEMROOT", "TEMP", "TMP")


@dataclass(frozen=True)
class CredentialManager:
    """In the place of a `SecretService`: `environment` is everything that a child process gets; there is no bus."""

    environment: Mapping[str, str]
    address: str = ""


@contextmanager
def credential_manager(folder: Path) -> Iterator[CredentialManager]:
    """Give an environment whose home is in `folder`, and in which the keyring is the Credential Manager."""
    home = folder / "home"
    local = home / "AppData" / "Local"
    local.mkdir(parents=True)
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    yield CredentialManager({**kept, "USERPROFILE": str(home), "LOCALAPPDATA": str(local), LOCAL_FOLDER: str(local)})
