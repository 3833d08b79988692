"""What lies in the keyring beneath the store: for tests that look for what should not be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.profiles import ledger
from tray.profiles.items import Items

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend


def expected_usernames(backend: KeyringBackend) -> set[str]:
    """Return the user names that there should be at rest: one index, and an item for each profile in it."""
    items = Items(backend)
    contents = ledger.read(items)
    if contents.slot is None:
        return set()
    profiles = {f"profile/{entry.number}" for entry in contents.index.entries}
    return {*index_usernames(items, contents.slot), *profiles}


def index_usernames(items: Items, slot: str) -> list[str]:
    """Return the user names of the index in `slot`: its root's, then its pages'."""
    found = [f"index/{slot}"]
    while items.read(f"index/{slot}/{len(found)}") is not None:
        found.append(f"index/{slot}/{len(found)}")
    return found
