"""Which keyring the profiles are kept in."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import keyring
from keyring.backend import KeyringBackend, get_all_keyring
from keyring.backends import SecretService, chainer, fail, null
from keyring.util import platform_

from tray.settings.profiles.errors import Doing, keyring_error, no_keyring, translated
from tray.settings.profiles.secret_service import SecretServiceKeyring

if TYPE_CHECKING:
    from tray.model.problems import TrayError

_log = logging.getLogger(__name__)


def open_backend() -> KeyringBackend:
    """Return the keyring that keyring's own rules choose, if it is fit to keep profiles.

    The rules: PYTHON_KEYRING_BACKEND, then keyringrc.cfg, then the best that works here
    (https://keyring.readthedocs.io/en/latest/#configuring).

    :raises TrayError: (keyring) there is none, the choice can't be loaded, or it drops what it is given, or
        writes it to the disk in plain text
    """
    chosen_by = _chosen_by()
    try:
        backend = _detect(look_again=chosen_by is None)
    except Exception as error:  # whatever the module that is named there raises when it is imported
        if chosen_by is None:
            with translated(Doing.FINDING):
                raise
        kind = type(error).__name__
        _log.info("the keyring chosen by %s can't be loaded: %s", chosen_by or "the environment", kind)
        raise keyring_error("keyring-choice-does-not-work", error=kind, file=chosen_by) from None
    for candidate in _members(backend):
        refusal = _refusal(candidate, chosen_by)
        if refusal is None:
            _stay_on_this_machine(candidate)
            return _quick(candidate)
        if candidate is backend or chosen_by is not None:
            raise refusal
    raise no_keyring(Doing.FINDING)


def _detect(look_again: bool) -> KeyringBackend:
    with _without_looking_for_macos():
        backend = keyring.get_keyring()
    if not look_again or any(not isinstance(member, fail.Keyring) for member in _members(backend)):
        return backend
    # keyring looks once in a process's life. A tray that the session starts may be earlier than the keyring,
    # so what found nothing is forgotten (jaraco.functools.once gives `reset` for that) and looked for again.
    with suppress(KeyError):  # reset's, when nothing was looked for yet
        get_all_keyring.reset()
    keyring.core.init_backend()
    return keyring.get_keyring()


@contextmanager
def _without_looking_for_macos() -> Iterator[None]:
    """Keep keyring from looking for macOS' frameworks elsewhere: with two or more processes, for 50 to 100 ms.

    Its macOS backend is then as unfit as ever, which keyring finds out by the system's name.
    """
    name = "keyring.backends.macOS.api"
    modules: dict[str, Any] = sys.modules
    if sys.platform == "darwin" or name in modules:
        yield
        return
    modules[name] = None  # Python's own way to say that a module is not to be had
    try:
        yield
    finally:
        del modules[name]


def _members(backend: KeyringBackend) -> list[KeyringBackend]:
    """Return a chain's members, best first, or the backend alone.

    One keyring and not a chain, because a chain reads from all its members and deletes from the first: what
    was removed could come back from another.
    """
    return list(backend.backends) if isinstance(backend, chainer.ChainerBackend) else [backend]


def _refusal(backend: KeyringBackend, chosen_by: str | None) -> TrayError | None:
    name = f"{type(backend).__module__}.{type(backend).__qualname__}"
    places = {"backend": name, "file": chosen_by, "system": sys.platform}
    if isinstance(backend, null.Keyring):
        return keyring_error("keyring-forgets", **places)
    if isinstance(backend, fail.Keyring):
        if chosen_by is None:
            return no_keyring(Doing.FINDING)
        return keyring_error("keyring-keeps-nothing", **places)
    # keyrings.alt has PlaintextKeyring in .file, .pyfs and .multi, and others follow its naming.
    if any("plaintext" in kind.__name__.lower() for kind in type(backend).__mro__):
        return keyring_error("keyring-in-plain-text", **places)
    return None


def _quick(backend: KeyringBackend) -> KeyringBackend:
    return SecretServiceKeyring(backend) if type(backend) is SecretService.Keyring else backend


def _stay_on_this_machine(backend: KeyringBackend) -> None:
    """Keep Windows' items on this machine: keyring's default lets them roam with the account."""
    if hasattr(type(backend), "persist") and "KEYRING_PROPERTY_PERSIST" not in os.environ:
        backend.persist = "local machine"  # type: ignore[attr-defined]


def _chosen_by() -> str | None:
    """Return the file that chooses a keyring; empty where PYTHON_KEYRING_BACKEND does, None where nothing does."""
    if "PYTHON_KEYRING_BACKEND" in os.environ:
        return ""
    configuration = platform_.config_root() / "keyringrc.cfg"
    return str(configuration) if configuration.exists() else None
