"""Turns every exception of a keyring into a `TrayError`, in this one place.

keyring promises `keyring.errors.KeyringError`, but its backends let many other exceptions through: SecretStorage's and
jeepney's own, OSError when the bus is gone, `pywintypes.error` on Windows, GLib's errors. This module tells them apart
by name, so that it imports no backend only to recognize an error.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any

from tray.model.problems import ExitStatus, Kind, TrayError

_log = logging.getLogger(__name__)

# winerror.h. A logon over the network (ssh, a scheduled task) has no Credential Manager.
_ERROR_NO_SUCH_LOGON_SESSION = 1312
_RPC_X_BAD_STUB_DATA = 1783
# The Credential Manager's service is disabled, not installed, not started or ending, or its calls fail.
_NO_CREDENTIAL_SERVICE = (1058, 1060, 1062, 1115, 1722, 1726, 1727, 1753)

# SecBase.h of macOS. keyring raises the number as an argument of the cause of its own error.
_KEYCHAIN_LOCKED = (
    -128,  # errSecUserCanceled
    -25293,  # errSecAuthFailed: a wrong password
    -25308,  # errSecInteractionNotAllowed: no screen to ask on, as over ssh
    -25315,  # errSecInteractionRequired
    -25320,  # errSecInDarkWake
)
_NO_KEYCHAIN = (
    -25291,  # errSecNotAvailable
    -25294,  # errSecNoSuchKeychain
    -25295,  # errSecInvalidKeychain
    -25307,  # errSecNoDefaultKeychain
)

# The bus's answers in place of a service that is not there, or that ended before it answered.
_DBUS_NOT_THERE = re.compile(
    r"org\.freedesktop\.DBus\.Error\.(?:ServiceUnknown|NameHasNoOwner|NoReply|Disconnected|NoServer|Spawn\..*)"
)
# The Secret Service's own (https://specifications.freedesktop.org/secret-service/latest/errors.html): a keyring that
# was locked between two calls, and one that was started anew and has forgotten who talks to it.
_DBUS_LOCKED = "org.freedesktop.Secret.Error.IsLocked"
_DBUS_FORGOT = "org.freedesktop.Secret.Error.NoSession"
_DBUS_LATE = re.compile(r"org\.freedesktop\.DBus\.Error\.(?:Timeout|TimedOut)")

# The name of a D-Bus error is fixed in the service's program and holds nothing of the user's, so names of these
# families are shown. The text of a D-Bus error is not shown.
_DBUS_NAME = re.compile(r"org\.(?:freedesktop|gnome|gtk|kde|keepassxc)(?:\.[A-Za-z][A-Za-z0-9_]{0,40}){1,6}")

# Texts that reveal a known cause. The user sees our own words for that cause, and nothing of the text.
# KWallet 5.103 without QCA's plugin: "createDLGroup failed: maybe libqca-ossl is missing".
_WITHOUT_QCA = re.compile(r"\blibqca\b|\bqca-ossl\b|\bcreateDLGroup failed\b")

# Kinds of exceptions that say that there is no keyring, or no way to it.
_NOT_THERE = {"InitError", "SecretServiceNotAvailableException", "OSError", "EOFError", "RouterClosed"}

# The codes of all errors that say that the keyring is locked.
LOCKED = ("keyring-locked", "keyring-locked-unasked", "keyring-items-unasked")

# What the keyring of the Secret Service raises, by name: its module is for Linux alone.
_OF_SECRET_SERVICE = {
    "UnansweredError": "keyring-unanswered",
    "ItemsUnaskedError": "keyring-items-unasked",
    "UnaskedError": "keyring-locked-unasked",
    "DeclinedError": "keyring-declined",
    "DismissedError": "keyring-locked",
    "NothingOpenError": "keyring-nothing-open",
    "NoCollectionError": "keyring-without-collection",
    "CollectionGoneError": "keyring-collection-gone",
}


class Doing(Enum):
    """The action with the keyring during which an error occurred."""

    OPENING = "opening"
    READING = "reading"
    STORING = "storing"
    REMOVING = "removing"
    FINDING = "finding"
    LOOKING = "looking"


@contextmanager
def translated(doing: Doing) -> Iterator[None]:
    """Turn every exception that a backend raises inside into a TrayError that says what was being done.

    The text of the backend's exception reaches neither the user nor the log, because a backend may put a stored secret
    into it. Of a D-Bus service's error, only the name is shown.

    :raises TrayError: (keyring) in place of every other Exception
    """
    try:
        yield
    except TrayError:
        raise
    except Exception as error:  # noqa: BLE001 — backends raise anything; see the module's docstring
        # A locked keyring is not logged: it is checked every 15 s, and would fill the log within a few hours.
        if "UnaskedError" not in _names(error):
            _log.info(
                "%s while %s\n%s",
                _named(error),
                doing.value,
                "".join(traceback.format_tb(error.__traceback__)),
            )
        raise _translate(error, doing) from None


def is_missing(error: Exception) -> bool:
    """Whether `error` says that an item is not there.

    SecretStorage raises ItemNotFoundException when another process deletes an item between the search and the reading.
    PromptDismissedException is a subclass of it, but means something else.
    """
    names = _names(error)
    return "ItemNotFoundException" in names and "PromptDismissedException" not in names


def _names(error: BaseException) -> tuple[str, ...]:
    return tuple(kind.__name__ for kind in type(error).__mro__)


def _named(error: Exception) -> str:
    """Return the exception's type, with the D-Bus error's name if it is of a known family and so holds no secret."""
    kind = _names(error)[0]
    name = getattr(error, "name", None) if kind == "DBusErrorResponse" else None
    return f"{kind}: {name}" if isinstance(name, str) and _DBUS_NAME.fullmatch(name) else kind


def _dbus_texts(error: Exception) -> list[str]:
    data = getattr(error, "data", None)  # jeepney's: the values of the error message
    return [text for text in data if isinstance(text, str)] if isinstance(data, tuple) else []


def _translate(error: Exception, doing: Doing) -> TrayError:
    """Return the error for an exception, by the exception's type, its number, and the service's answer."""
    names = _names(error)
    for name in names:
        if code := _OF_SECRET_SERVICE.get(name):
            return keyring_error(code, doing=doing.value)
    if "LacksMethodError" in names:
        return keyring_error("keyring-lacks-method", doing=doing.value, method=str(error))
    return (
        _by_number(error, doing)
        or _by_name(error, doing)
        or keyring_error("keyring-refused", doing=doing.value, error=_named(error))
    )


def _by_number(error: Exception, doing: Doing) -> TrayError | None:
    number = _number(error)
    match number:
        case None:
            return None
        case _ if number == _ERROR_NO_SUCH_LOGON_SESSION:
            return keyring_error("no-logon-keyring", doing=doing.value, number=number)
        case _ if number == _RPC_X_BAD_STUB_DATA:
            return keyring_error("keyring-item-too-long", doing=doing.value, number=number)
    if number in _KEYCHAIN_LOCKED:
        return keyring_error("keyring-locked", doing=doing.value)
    if number in (*_NO_KEYCHAIN, *_NO_CREDENTIAL_SERVICE):
        return keyring_error("keyring-not-reachable", doing=doing.value, system=sys.platform)
    return keyring_error("keyring-refused", doing=doing.value, number=number)


def _number(error: Exception) -> int | None:
    """Return the number that Windows or macOS calls an error by."""
    number = getattr(error, "winerror", None)
    if isinstance(number, int):
        return number
    if error.args[:1] == (_RPC_X_BAD_STUB_DATA,):
        return _RPC_X_BAD_STUB_DATA
    cause = error.__cause__
    if cause is not None and type(cause).__module__.startswith("keyring.backends.macOS"):
        number = next(iter(cause.args), None)
    return number if isinstance(number, int) else None


def _by_name(error: Exception, doing: Doing) -> TrayError | None:
    names = set(_names(error))
    if "InitError" in names and error.__cause__ is not None:
        names |= set(_names(error.__cause__))  # keyring's, when it could not make a keyring where there is none
    if names & {"KeyringLocked", "LockedException", "PromptDismissedException"}:
        return keyring_error("keyring-locked", doing=doing.value)
    if "NoKeyringError" in names:
        return no_keyring(doing)
    dbus = getattr(error, "name", None) if "DBusErrorResponse" in names else None
    if dbus == _DBUS_LOCKED:
        return keyring_error("keyring-locked", doing=doing.value)
    if "TimeoutError" in names or (dbus and _DBUS_LATE.fullmatch(dbus)):
        return keyring_error("keyring-silent", doing=doing.value)
    if names & _NOT_THERE or dbus == _DBUS_FORGOT or (dbus and _DBUS_NOT_THERE.fullmatch(dbus)):
        return keyring_error("keyring-not-reachable", doing=doing.value, system=sys.platform)
    if dbus and any(_WITHOUT_QCA.search(text) for text in _dbus_texts(error)):
        return keyring_error("keyring-lacks-package", doing=doing.value, error=_named(error))
    return None


def unasked(doing: Doing) -> TrayError:
    """Return the error for a locked keyring that the user may not be asked to unlock."""
    return keyring_error("keyring-locked-unasked", doing=doing.value)


def no_keyring(doing: Doing) -> TrayError:
    """Return the error for a system without a keyring."""
    return keyring_error("no-keyring", doing=doing.value, system=sys.platform)


def keyring_error(code: str, **places: Any) -> TrayError:
    """Return a TrayError of the keyring's kind and exit status."""
    return TrayError(code, kind=Kind.KEYRING, status=ExitStatus.KEYRING, **places)
