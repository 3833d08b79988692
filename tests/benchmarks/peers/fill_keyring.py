"""Puts profiles into the keyring of its environment with the program's own store, or takes them out again."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

from tray.settings.profiles.model import Profile
from tray.settings.profiles.store import ProfileStore

TAKE_OUT = "--take-out"


def main() -> None:
    """Put in one profile for each name on standard input, a JSON object of names and regions; or take them out."""
    profiles = {name: Profile(name, name, tuple(regions)) for name, regions in json.load(sys.stdin).items()}
    (take_out if TAKE_OUT in sys.argv else put)(ProfileStore(), profiles)


def put(store: ProfileStore, profiles: Mapping[str, Profile]) -> None:
    """Store `profiles`, unless there are others: those could be a person's, and would be measured too.

    :raises SystemExit: there are
    """

    def change(there: Mapping[str, Profile]) -> Mapping[str, Profile]:
        if there:
            sys.exit(f"The keyring holds profiles already ({', '.join(there)}): measure as a person who has none.")
        return profiles

    store.edit(change)


def take_out(store: ProfileStore, profiles: Mapping[str, Profile]) -> None:
    """Remove those of `profiles` that are as they were put, and no other."""
    store.edit(lambda there: {name: profile for name, profile in there.items() if profiles.get(name) != profile})


if __name__ == "__main__":
    main()
