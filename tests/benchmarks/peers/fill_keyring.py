"""Puts profiles into the keyring of its environment, with the program's own store."""

from __future__ import annotations

import json
import sys

from tray.profiles.model import Profile
from tray.profiles.store import ProfileStore


def main() -> None:
    """Store one profile for each name on standard input, a JSON object of names and regions."""
    profiles = {name: Profile(name, name, tuple(regions)) for name, regions in json.load(sys.stdin).items()}
    ProfileStore().edit(lambda _: profiles)


if __name__ == "__main__":
    main()
