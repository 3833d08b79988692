"""Every exception that a keyring is known to raise, as the person reads it."""

from __future__ import annotations

import logging
import sys
from typing import Any

import keyring.errors
import pytest

from tests.support.keyrings import WindowsError
from tests.support.samples import failure
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.settings.profiles.errors import Doing, is_missing, translated
from tray.settings.profiles.secret_bus import (
    CollectionGoneError,
    DeclinedError,
    DismissedError,
    NoCollectionError,
    NothingOpenError,
    UnansweredError,
    UnaskedError,
)

if sys.platform != "linux":
    pytest.skip(reason="only on linux: SecretStorage is not installed elsewhere", allow_module_level=True)

import secretstorage
from jeepney import DBusAddress, new_error, new_method_call
from jeepney.wrappers import DBusErrorResponse

SECRET = "what was to be stored"


class GLibError(Exception): ...


def dbus_error(name: str, *texts: str) -> DBusErrorResponse:
    """What jeepney raises for a D-Bus error of that name, with these texts."""
    call = new_method_call(DBusAddress("/", "a.b"), "OpenSession")
    call.header.serial = 1
    return DBusErrorResponse(new_error(call, name, "s" * len(texts), texts))


class KeychainError(Exception):
    """Shaped as an error of keyring's macOS backend: the system's number, and a text."""


KeychainError.__module__ = "keyring.backends.macOS.api"


def keychain_error(number: int, raised: Exception) -> Exception:
    """What keyring raises for an error of macOS' Keychain: its own, whose cause has the number."""
    raised.__cause__ = KeychainError(number, SECRET)
    return raised


@pytest.mark.parametrize("kind", [keyring.errors.KeyringError, keyring.errors.PasswordSetError])
@pytest.mark.parametrize(
    ("number", "title"),
    [
        (-128, "Keyring locked"),
        (-25293, "Keyring locked"),
        (-25308, "Keyring locked"),
        (-25315, "Keyring locked"),
        (-25320, "Keyring locked"),
        (-25291, "Keyring not reachable"),
        (-25294, "Keyring not reachable"),
        (-25295, "Keyring not reachable"),
        (-25307, "Keyring not reachable"),
        (-25299, "Keyring refused"),
        (-34018, "Keyring refused"),
        (-67030, "Keyring refused"),
    ],
)
def test_numbers_of_the_keychain(number: int, title: str, kind: type[Exception]) -> None:
    with pytest.raises(TrayError) as told, translated(Doing.READING):
        raise keychain_error(number, kind(SECRET))
    assert told.value.problem.title == title
    assert SECRET not in told.value.problem.text()
    if title == "Keyring refused":
        assert f"error {number}" in told.value.problem.message


@pytest.mark.parametrize("number", [1058, 1060, 1062, 1115, 1722, 1726, 1727, 1753])
@pytest.mark.parametrize("kind", [WindowsError, OSError])
def test_numbers_of_a_credential_manager_that_is_not_there(number: int, kind: type[Exception]) -> None:
    error: Any = WindowsError(number, "CredRead", SECRET) if kind is WindowsError else OSError(SECRET)
    error.winerror = number
    with pytest.raises(TrayError) as told, translated(Doing.READING):
        raise error
    assert told.value.problem.title == "Keyring not reachable"


@pytest.mark.parametrize(
    ("raised", "title", "said"),
    [
        (keyring.errors.NoKeyringError(SECRET), "No keyring", "No keyring was found"),
        (keyring.errors.KeyringLocked(SECRET), "Keyring locked", "dismissed"),
        (secretstorage.LockedException(SECRET), "Keyring locked", "dismissed"),
        (secretstorage.PromptDismissedException(SECRET), "Keyring locked", "dismissed"),
        (keyring.errors.InitError(SECRET), "Keyring not reachable", "did not answer"),
        (secretstorage.SecretServiceNotAvailableException(SECRET), "Keyring not reachable", "did not answer"),
        (ConnectionResetError(104, SECRET), "Keyring not reachable", "did not answer"),
        (FileNotFoundError(2, SECRET), "Keyring not reachable", "did not answer"),
        (TimeoutError(SECRET), "Keyring does not answer", "runs, but does not answer"),
        (EOFError(SECRET), "Keyring not reachable", "did not answer"),
        (WindowsError(1783, "CredWrite", SECRET), "Item too long for the keyring", "1783"),
        (Exception(1783, "CredWrite", SECRET), "Item too long for the keyring", "1783"),
        (WindowsError(1312, "CredRead", SECRET), "No keyring here", "logon session"),
        (WindowsError(5, "CredWrite", SECRET), "Keyring refused", "error 5"),
        (keyring.errors.PasswordSetError(SECRET), "Keyring refused", "PasswordSetError"),
        (keyring.errors.PasswordDeleteError(SECRET), "Keyring refused", "PasswordDeleteError"),
        (
            dbus_error("org.freedesktop.DBus.Error.Failed", SECRET),
            "Keyring refused",
            "org.freedesktop.DBus.Error.Failed",
        ),
        (dbus_error(f"org.kde.{'k' * 60}", SECRET), "Keyring refused", "(DBusErrorResponse)"),
        (dbus_error("org.freedesktop.Secret.Error.IsLocked", SECRET), "Keyring locked", "stayed locked"),
        (dbus_error("org.freedesktop.Secret.Error.NoSession", SECRET), "Keyring not reachable", "did not answer"),
        (dbus_error("com.example.Error", SECRET), "Keyring refused", "(DBusErrorResponse)"),
        (
            dbus_error("org.freedesktop.DBus.Error.InvalidArgs", f"{SECRET}: maybe libqca-ossl is missing"),
            "Keyring lacks a package",
            "OpenSSL plugin",
        ),
        (dbus_error("org.freedesktop.DBus.Error.ServiceUnknown", SECRET), "Keyring not reachable", "not running"),
        (dbus_error("org.freedesktop.DBus.Error.Spawn.ExecFailed", SECRET), "Keyring not reachable", "not running"),
        (dbus_error("org.freedesktop.DBus.Error.Timeout", SECRET), "Keyring does not answer", "does not answer"),
        (UnansweredError(SECRET), "Keyring waits for an answer", "nobody answered"),
        (DismissedError(SECRET), "Keyring locked", "dismissed"),
        (DeclinedError(SECRET), "Deletion declined", "declined"),
        (NothingOpenError(SECRET), "No keyring open", "KeePassXC"),
        (NoCollectionError(SECRET), "Keyring not set up", "no place"),
        (CollectionGoneError(SECRET), "Keyring closed", "closed, locked or deleted"),
        (WindowsError(5, "CredRead", SECRET), "Keyring refused", "error 5"),
        (PermissionError(13, SECRET), "Keyring not reachable", "not running"),
        (GLibError(SECRET), "Keyring refused", "GLibError"),
        (ZeroDivisionError(SECRET), "Keyring refused", "ZeroDivisionError"),
    ],
)
def test_each_is_told_with_what_was_being_done_and_what_to_do(
    raised: Exception, title: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(TrayError) as told, translated(Doing.STORING):
        raise raised
    problem = told.value.problem
    assert problem.title == title
    assert said in problem.message
    assert "while storing the profiles" in problem.message
    assert problem.remedy
    assert problem.kind is Kind.KEYRING
    assert told.value.status is ExitStatus.KEYRING
    # Neither the message nor the log says what a backend may have been given to store.
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").error("shown", exc_info=told.value)
    assert SECRET not in f"{told.value} {problem}"
    assert SECRET not in caplog.text
    assert type(raised).__name__ in caplog.text


def test_a_dismissed_prompt_to_make_a_keyring_is_no_keyring_that_is_gone() -> None:
    error = keyring.errors.InitError(SECRET)
    error.__cause__ = secretstorage.PromptDismissedException()
    with pytest.raises(TrayError, match="Keyring locked"), translated(Doing.OPENING):
        raise error


def test_what_is_ours_already_and_what_is_no_error_pass_unchanged() -> None:
    ours = failure("title", "message", "remedy")
    for raised in (ours, KeyboardInterrupt()):
        with pytest.raises(type(raised)) as passed, translated(Doing.STORING):
            raise raised
        assert passed.value is raised


def test_an_item_that_another_process_has_just_deleted_is_missing_and_a_dismissed_prompt_is_not() -> None:
    assert is_missing(secretstorage.ItemNotFoundException())
    assert not is_missing(secretstorage.PromptDismissedException())
    assert not is_missing(keyring.errors.KeyringError())


def test_a_look_at_what_is_still_locked_leaves_nothing_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(TrayError, match="Keyring locked"), translated(Doing.LOOKING):
        raise UnaskedError
    assert caplog.text == ""
