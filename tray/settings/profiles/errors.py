"""The one edge at which what a keyring raises becomes a `TrayError`.

keyring promises `keyring.errors.KeyringError`, and its backends let much else through: SecretStorage's and
jeepney's own exceptions, OSError when the bus is gone, `pywintypes.error` on Windows, GLib's errors. They are
told apart by name, so that no backend's module is imported for an error that it did not raise.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from tray.model.problems import ExitStatus, Kind, TrayError

_log = logging.getLogger(__name__)

# winerror.h. A logon over the network (ssh, a scheduled task) has no Credential Manager of its own.
_ERROR_NO_SUCH_LOGON_SESSION = 1312
_RPC_X_BAD_STUB_DATA = 1783

# What a D-Bus service calls an error is a word of its own program and no text that it made: of these families it is
# shown. The service's text is not.
_DBUS_NAME = re.compile(r"org\.(?:freedesktop|gnome|gtk|kde|keepassxc)(?:\.[A-Za-z][A-Za-z0-9_]{0,40}){1,6}")

# Texts by which a known cause is told: what is shown of it is ours, and nothing of the text.
# KWallet 5.103 without QCA's plugin: "createDLGroup failed: maybe libqca-ossl is missing".
_WITHOUT_QCA = re.compile(r"\blibqca\b|\bqca-ossl\b|\bcreateDLGroup failed\b")

# The title of all errors that say so.
LOCKED = "Keyring locked"

INSTALL = {
    "linux": "Install and start gnome-keyring or KWallet (Debian: sudo apt install gnome-keyring),"
    " then log in to the desktop again.",
    "darwin": "Open Keychain Access and check that the login keychain is there and unlocked.",
    "win32": "Check in Services that the Credential Manager service (VaultSvc) is running.",
}


def install_remedy() -> str:
    """Return what to do on this system to have a keyring."""
    return INSTALL.get(sys.platform, INSTALL["linux"])


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn whatever a backend raises inside into a TrayError that says what was being done.

    `doing` completes "while …". The foreign exception's own text reaches neither the user nor the log: a
    backend may put into it what it was asked to store. Of a D-Bus service's answer, the error's name does.

    :raises TrayError: (keyring) in the place of every other Exception
    """
    try:
        yield
    except TrayError:
        raise
    except Exception as error:  # noqa: BLE001 — backends raise anything; see the module's docstring
        # That it is locked is looked at every 15 s, and would in a few hours be all that the log has.
        if "UnaskedError" not in _names(error):
            _log.info(
                "%s while %s\n%s",
                _named(error),
                doing,
                "".join(traceback.format_tb(error.__traceback__)),
            )
        raise _translate(error, doing) from None


def is_missing(error: Exception) -> bool:
    """Whether `error` says that an item is not there.

    SecretStorage raises it when another process deletes an item between its search and its reading. Its
    PromptDismissedException is a subclass of it and says something else.
    """
    names = _names(error)
    return "ItemNotFoundException" in names and "PromptDismissedException" not in names


def _names(error: BaseException) -> tuple[str, ...]:
    return tuple(kind.__name__ for kind in type(error).__mro__)


def _named(error: Exception) -> str:
    """Return the exception's type, with the D-Bus error's name where it is one that can hold nothing else."""
    kind = _names(error)[0]
    name = getattr(error, "name", None) if kind == "DBusErrorResponse" else None
    return f"{kind}: {name}" if isinstance(name, str) and _DBUS_NAME.fullmatch(name) else kind


def _dbus_texts(error: Exception) -> list[str]:
    data = getattr(error, "data", None)  # jeepney's: the values of the error message
    return [text for text in data if isinstance(text, str)] if isinstance(data, tuple) else []


def _translate(error: Exception, doing: str) -> TrayError:
    names = set(_names(error))
    if "InitError" in names and error.__cause__ is not None:
        names |= set(_names(error.__cause__))  # keyring's, when it could not make a keyring where there is none
    if names & {"KeyringLocked", "LockedException", "PromptDismissedException"}:
        return keyring_error(
            LOCKED,
            f"The keyring stayed locked while {doing}: the request to unlock it was dismissed,"
            " or there was no screen to show it on.",
            "Unlock the keyring, with its password manager or by logging in to the desktop, or try again: in the tray's"
            " menu with Refresh.",
        )
    if "UnaskedError" in names:
        return unasked(doing)
    if "NoKeyringError" in names:
        return no_keyring(doing)
    number = getattr(error, "winerror", None)
    if number == _ERROR_NO_SUCH_LOGON_SESSION:
        return keyring_error(
            "No keyring here",
            f"Windows has no Credential Manager in this logon session (error {number}), while {doing}.",
            "Run Notebook Tray from the desktop, not over the network or as a scheduled task.",
        )
    if number == _RPC_X_BAD_STUB_DATA or (number is None and error.args[:1] == (_RPC_X_BAD_STUB_DATA,)):
        return keyring_error(
            "Item too long for the keyring",
            f"Windows refused an item as too long (error {_RPC_X_BAD_STUB_DATA}) while {doing}.",
            "Shorten the profile: fewer regions, or shorter names.",
        )
    if names & {"InitError", "SecretServiceNotAvailableException", "OSError", "EOFError", "RouterClosed"}:
        return keyring_error(
            "Keyring not reachable",
            f"The keyring did not answer while {doing}: it is not running, or it has just stopped.",
            install_remedy(),
        )
    if "DBusErrorResponse" in names and any(_WITHOUT_QCA.search(text) for text in _dbus_texts(error)):
        return keyring_error(
            "Keyring lacks a package",
            f"KWallet can't encrypt what is stored ({_named(error)}), which was found while {doing}:"
            " the OpenSSL plugin of its library QCA is not installed.",
            "Install it (Debian 12: sudo apt install libqca-qt5-2-plugins; elsewhere the package with qca-ossl), then"
            " log in to the desktop again.",
        )
    reason = f"error {number}" if isinstance(number, int) else _named(error)
    return keyring_error(
        "Keyring refused",
        f"The keyring refused ({reason}) while {doing}.",
        "Try again. If it stays so, open the keyring's password manager and look whether it works there.",
    )


def unasked(doing: str) -> TrayError:
    """Return the error for a keyring that is locked while nobody may be asked to unlock it."""
    return keyring_error(
        LOCKED,
        f"The keyring is locked, which was found while {doing}.",
        "Choose Refresh, and unlock it where you are asked to.",
    )


def no_keyring(doing: str) -> TrayError:
    """Return the error for a system on which no keyring is to be found."""
    return keyring_error("No keyring", f"No keyring was found on this system while {doing}.", install_remedy())


def keyring_error(title: str, message: str, remedy: str) -> TrayError:
    """Return a TrayError of the keyring's kind and exit status."""
    return TrayError(title, message, remedy, kind=Kind.KEYRING, status=ExitStatus.KEYRING)
