"""Chooses the keyring that keeps the profiles."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Iterator
from configparser import Error as ConfigParserError
from configparser import RawConfigParser
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import keyring
from keyring.backend import KeyringBackend, get_all_keyring
from keyring.backends import SecretService, chainer, fail, null
from keyring.util import platform_

from tray.settings.profiles.errors import Doing, keyring_error, no_keyring, translated
from tray.settings.profiles.secret_bus import SERVICE_PATH, SecretBus
from tray.settings.profiles.secret_service import SecretServiceKeyring

if TYPE_CHECKING:
    from tray.model.problems import TrayError

_log = logging.getLogger(__name__)

# https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-marshaling-object-path
_OBJECT_PATH = re.compile(r"/|(?:/[A-Za-z0-9_]+)+")

_shared: WeakKeyDictionary[KeyringBackend, KeyringBackend] = WeakKeyDictionary()


def open_backend() -> KeyringBackend:
    """Return the keyring that the keyring library's rules choose, if that keyring is fit to keep profiles.

    The rules: PYTHON_KEYRING_BACKEND, then keyringrc.cfg, then the best that works here
    (https://keyring.readthedocs.io/en/latest/#configuring).

    :raises TrayError: (keyring) there is no keyring, the chosen one can't be loaded, or the chosen one drops what it is
        given or writes it to the disk in plain text, or a setting of it makes no sense
    """
    chosen_by = _chosen_by()
    try:
        backend = _detect(look_again=chosen_by is None)
    except (Exception, SystemExit) as error:  # whatever the module that is named there raises when it is imported
        if chosen_by is None:
            with translated(Doing.FINDING):
                raise
        kind = type(error).__name__
        _log.info("the keyring chosen by %s can't be loaded: %s", chosen_by or "the environment", kind)
        raise keyring_error("keyring-choice-does-not-work", error=kind, file=chosen_by) from None
    for candidate in _members(backend):
        refusal = _refusal(candidate, chosen_by)
        if refusal is None:
            _check_settings(candidate)
            _stay_on_this_machine(candidate)
            return _quick(candidate)
        if candidate is backend or chosen_by is not None:
            raise refusal
    raise _nothing_found()


def shared_backend() -> KeyringBackend:
    """Return the keyring as `open_backend` does, shared by all callers in this process.

    What the user allows in KeePassXC holds for one connection, and each keyring of the Secret Service has a separate
    connection.

    :raises TrayError: as `open_backend`
    """
    backend = open_backend()
    return _shared.setdefault(keyring.get_keyring(), backend) if isinstance(backend, SecretServiceKeyring) else backend


def _detect(look_again: bool) -> KeyringBackend:
    with _without_looking_for_macos():
        backend = keyring.get_keyring()
    if not look_again or any(not isinstance(member, fail.Keyring) for member in _members(backend)):
        return backend
    # The keyring library looks for keyrings only once in a process. A tray that the login starts may be earlier than
    # the keyring, so the result is forgotten if it is empty (jaraco.functools.once has `reset`), for another look.
    with suppress(KeyError):  # raised by reset if there was no search yet
        get_all_keyring.reset()
    keyring.core.init_backend()
    return keyring.get_keyring()


@contextmanager
def _without_looking_for_macos() -> Iterator[None]:
    """Keep the keyring library from looking for macOS' frameworks on other systems.

    That look takes two or more processes, and 50 to 100 ms. The macOS backend stays unusable there, as before, since
    the library also checks the system's name.
    """
    name = "keyring.backends.macOS.api"
    modules: dict[str, Any] = sys.modules
    if sys.platform == "darwin" or name in modules:
        yield
        return
    modules[name] = None  # Python's own way to mark a module as missing
    try:
        yield
    finally:
        del modules[name]


def _members(backend: KeyringBackend) -> list[KeyringBackend]:
    """Return a chain's members, best first, or the backend alone.

    The caller chooses one keyring and not the chain, because a chain reads from all its members but deletes only from
    the first: a removed profile could come back from another member.
    """
    return list(backend.backends) if isinstance(backend, chainer.ChainerBackend) else [backend]


def _refusal(backend: KeyringBackend, chosen_by: str | None) -> TrayError | None:
    name = f"{type(backend).__module__}.{type(backend).__qualname__}"
    places = {"backend": name, "file": chosen_by, "system": sys.platform}
    if isinstance(backend, null.Keyring):
        return keyring_error("keyring-forgets", **places)
    if isinstance(backend, fail.Keyring):
        return _nothing_found() if chosen_by is None else keyring_error("keyring-keeps-nothing", **places)
    # keyrings.alt has PlaintextKeyring in .file, .pyfs and .multi, and others follow its naming.
    if any("plaintext" in kind.__name__.lower() for kind in type(backend).__mro__):
        return keyring_error("keyring-in-plain-text", **places)
    return None


def _nothing_found() -> TrayError:
    """Return the error for no keyring; where there is no way to one, no other package would help."""
    if sys.platform == "linux":
        try:
            SecretBus().close()
        except Exception as error:  # noqa: BLE001 - whatever keeps the bus from being asked
            _log.info("no session bus to look for a keyring on: %s", type(error).__name__)
            return keyring_error("keyring-without-bus", doing=Doing.FINDING.value)
    return no_keyring(Doing.FINDING)


def _quick(backend: KeyringBackend) -> KeyringBackend:
    return SecretServiceKeyring(backend) if type(backend) is SecretService.Keyring else backend


def _check_settings(backend: KeyringBackend) -> None:
    """Refuse settings of the Secret Service that keyring takes from the environment as they are, and stumbles over.

    :raises TrayError: (keyring)
    """
    if not isinstance(backend, SecretService.Keyring):
        return
    place = getattr(backend, "preferred_collection", None)
    if place and not _OBJECT_PATH.fullmatch(place):
        name = "KEYRING_PROPERTY_PREFERRED_COLLECTION"
        raise keyring_error(
            "keyring-setting-wrong", setting=name, value=place, example=f"{SERVICE_PATH}/collection/login"
        )
    if backend.scheme not in backend.schemes:
        name, schemes = "KEYRING_PROPERTY_SCHEME", tuple(backend.schemes)
        raise keyring_error(
            "keyring-setting-wrong", setting=name, value=backend.scheme, example=schemes[0], schemes=schemes
        )


def _stay_on_this_machine(backend: KeyringBackend) -> None:
    """Keep items on this Windows machine: by the keyring library's default, they roam with the account."""
    if hasattr(type(backend), "persist") and "KEYRING_PROPERTY_PERSIST" not in os.environ:
        backend.persist = "local machine"  # type: ignore[attr-defined]


def _chosen_by() -> str | None:
    """Return the file that chooses a keyring; empty if PYTHON_KEYRING_BACKEND chooses it, None if nothing does."""
    if "PYTHON_KEYRING_BACKEND" in os.environ:
        return ""
    configuration = platform_.config_root() / "keyringrc.cfg"
    return str(configuration) if _chooses(configuration) else None


def _chooses(configuration: Path) -> bool:
    """Whether keyring finds a choice in a file, or is about to stumble over it.

    A file without a choice (for example one that only has a keyring-path) is one for keyring too: it looks for itself.
    """
    parser = RawConfigParser()
    try:
        # As keyring's load_config does: parser.read passes over what can't be opened.
        return bool(parser.read(configuration, encoding="utf-8")) and parser.has_option("backend", "default-keyring")
    except (ConfigParserError, UnicodeDecodeError):
        return True
