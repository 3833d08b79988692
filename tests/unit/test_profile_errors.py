"""Every exception that a keyring is known to raise, as the person reads it."""

from __future__ import annotations

import logging
import sys

import keyring.errors
import pytest

from tests.support.keyrings import WindowsError
from tests.support.samples import failure
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.settings.profiles.errors import Doing, is_missing, translated
from tray.settings.profiles.secret_service import UnaskedError

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
        (TimeoutError(SECRET), "Keyring not reachable", "did not answer"),
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
        (dbus_error("com.example.Error", SECRET), "Keyring refused", "(DBusErrorResponse)"),
        (
            dbus_error("org.freedesktop.DBus.Error.InvalidArgs", f"{SECRET}: maybe libqca-ossl is missing"),
            "Keyring lacks a package",
            "OpenSSL plugin",
        ),
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
