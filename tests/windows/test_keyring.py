"""The profiles in the Windows Credential Manager."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from keyring.backends.Windows import WinVaultKeyring
from win32ctypes.pywin32 import pywintypes, win32cred

from tests.contract.store_contract import DamageContract, OverAKeyring, StoreContract
from tests.support.keyrings import TestKeyring
from tray.settings.profiles.backend import open_backend
from tray.settings.profiles.items import SERVICE

_LOCAL_MACHINE = 2  # CRED_PERSIST_LOCAL_MACHINE
_OURS = "tests of notebook-tray: "


class Apart(TestKeyring):
    """The Credential Manager, with every item apart from the person's own."""

    def __init__(self, backend: WinVaultKeyring) -> None:
        super().__init__()
        self._backend = backend

    def get_password(self, service: str, username: str) -> str | None:
        return self._backend.get_password(_OURS + service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._backend.set_password(_OURS + service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        self._backend.delete_password(_OURS + service, username)


def ours() -> list[dict[str, Any]]:
    """Return the items of these tests."""
    try:
        found = win32cred.CredEnumerate()
    except pywintypes.error:  # there are none at all
        return []
    return [each for each in found if _OURS in each["TargetName"]]


def clear() -> None:
    for item in ours():
        win32cred.CredDelete(Type=win32cred.CRED_TYPE_GENERIC, TargetName=item["TargetName"])


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> WinVaultKeyring:
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    backend = open_backend()
    assert isinstance(backend, WinVaultKeyring)
    return backend


class OverWinVault(OverAKeyring):
    many = 40

    @pytest.fixture
    def backend(self, vault: WinVaultKeyring) -> Iterator[Apart]:
        clear()
        yield Apart(vault)
        clear()

    def usernames(self, backend: object) -> set[str]:  # noqa: ARG002
        return {item["UserName"] for item in ours()}


class TestOverWinVault(OverWinVault, StoreContract): ...


class TestOverWinVaultDamaged(OverWinVault, DamageContract): ...


def test_items_stay_on_this_machine(vault: WinVaultKeyring) -> None:
    vault.set_password(_OURS + SERVICE, "somebody", "text")
    try:
        assert [item["Persist"] for item in ours()] == [_LOCAL_MACHINE]
    finally:
        clear()
