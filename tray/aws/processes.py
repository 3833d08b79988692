"""The processes that botocore starts for a profile's `credential_process`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.credentials import CredentialResolver

if sys.platform == "win32":
    _windowless = partial(subprocess.Popen, creationflags=subprocess.CREATE_NO_WINDOW)

    def start_without_window(resolver: CredentialResolver) -> None:
        """Have the credential processes of a session start without a console window, which would flash up.

        There are two places: a profile's own `credential_process`, and that of the `source_profile` of a role. There
        is no public way to either.
        """
        resolver.get_provider("custom-process")._popen = _windowless  # type: ignore[attr-defined]
        builder = resolver.get_provider("assume-role")._profile_provider_builder  # type: ignore[attr-defined]
        make: Callable[[str], Any] = builder._create_process_provider

        def make_windowless(profile_name: str) -> object:
            provider = make(profile_name)
            provider._popen = _windowless
            return provider

        builder._create_process_provider = make_windowless

else:

    def start_without_window(resolver: CredentialResolver) -> None:
        """Do nothing: this system shows no windows for processes."""
