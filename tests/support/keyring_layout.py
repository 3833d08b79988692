"""What lies in the keyring beneath the store: for tests that look for what should not be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.settings.profiles import ledger
from tray.settings.profiles.index import read_root
from tray.settings.profiles.items import Items

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend


def expected_usernames(backend: KeyringBackend) -> set[str]:
    """Return the user names that there should be at rest: one index, and an item for each profile in it."""
    items = Items(backend)
    contents = ledger.read(items)
    if contents.slot is None:
        return set()
    root = f"index/{contents.slot}"
    pages = read_root(items.read(root) or "").pages
    return {
        root,
        *(f"{root}/{number}" for number in range(1, pages + 1)),
        *(f"profile/{entry.number}" for entry in contents.index.entries),
    }
