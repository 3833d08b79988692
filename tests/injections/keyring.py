"""Faults of the keyring, with a real gnome-keyring."""

from __future__ import annotations

import random
import re
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import secretstorage
from jeepney import DBusErrorResponse
from secretstorage.exceptions import SecretStorageException

from tests.injections.fault import Fault
from tray.settings.profiles.items import SERVICE

if TYPE_CHECKING:
    from tests.injections.world import World


def items(world: World) -> dict[str, bytes]:
    """Return what the keyring holds of the program's, by user name."""
    with world.keyring.connection() as connection:
        collection = secretstorage.get_default_collection(connection)
        found = list(collection.search_items({"service": SERVICE}))
        return {item.get_attributes()["username"]: item.get_secret() for item in found}


class Locked(Fault):
    name = "keyring-locked"
    title = "The keyring is locked, and the question for its password is dismissed"
    says = re.compile("Keyring locked")

    def inject(self, world: World, chance: random.Random) -> None:
        world.keyring.lock()

    def heal(self, world: World) -> None:
        world.keyring.unlock()


class Killed(Fault):
    name = "keyring-killed"
    title = "The keyring's daemon is killed (kill -9), and starts again"
    says = re.compile("Keyring not reachable|Keyring closed|No keyring")

    def inject(self, world: World, chance: random.Random) -> None:
        world.keyring.kill()

    def heal(self, world: World) -> None:
        world.start_keyring()


class Stopped(Fault):
    name = "keyring-stopped"
    title = "The keyring's daemon stands still (SIGSTOP)"
    seconds = 3.5
    says = re.compile("keyring has not answered yet|Keyring does not answer")
    words_within = 5.0
    goes_on_seconds = 5.0

    def inject(self, world: World, chance: random.Random) -> None:
        world.keyring.stop()

    def heal(self, world: World) -> None:
        world.keyring.go_on()


class Slow(Fault):
    name = "keyring-slow"
    title = "The keyring takes 10 s a call"
    seconds = 5.0
    says = re.compile("keyring has not answered yet|Keyring does not answer")
    words_within = 5.0
    goes_on_seconds = 16.0

    def __init__(self) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread()

    def inject(self, world: World, chance: random.Random) -> None:
        self._over.clear()
        self._thread = threading.Thread(target=self._hold_up, args=[world], daemon=True)
        world.keyring.stop()
        self._thread.start()

    def heal(self, world: World) -> None:
        self._over.set()
        self._thread.join()

    def _hold_up(self, world: World) -> None:
        """Let the daemon answer for a moment every 10 s: about one call."""
        while not self._over.wait(10):
            world.keyring.go_on()
            self._over.wait(0.01)
            world.keyring.stop()
        world.keyring.go_on()


class Damaged(Fault):
    name = "keyring-item-damaged"
    title = "One item of the keyring is damaged"
    seconds = 2.5
    keeps_profiles = False
    says = re.compile("Profile unreadable|List of profiles damaged|Profiles unreadable")

    def __init__(self) -> None:
        self._whole: dict[str, bytes] = {}
        self._which = ""

    def inject(self, world: World, chance: random.Random) -> None:
        self._whole = items(world)
        self._which = chance.choice(sorted(self._whole))
        secret = bytearray(self._whole[self._which])
        match chance.randrange(4):
            case 0:
                secret = secret[: chance.randrange(len(secret))]
            case 1:
                secret[0] ^= 1 << chance.randrange(8)
            case 2:
                secret = bytearray(b"\xff\xfe\x00" + secret[3:])
            case _:
                secret = bytearray(b'{"version": ' + b"[" * 3000)
        self._write(world, bytes(secret))
        world.restart_with({})  # which reads all of them: one that runs knows what it has read

    def heal(self, world: World) -> None:
        self._write(world, self._whole[self._which])

    def _write(self, world: World, secret: bytes) -> None:
        try:
            self._store(world, secret)
        except (SecretStorageException, DBusErrorResponse):
            # gnome-keyring itself has crashed, once in some hundred writes: this fault is not that one.
            world.start_keyring()
            self._store(world, secret)

    def _store(self, world: World, secret: bytes) -> None:
        with world.keyring.connection() as connection, closing(connection):
            collection = secretstorage.get_default_collection(connection)
            for item in collection.search_items({"service": SERVICE, "username": self._which}):
                item.set_secret(secret)


FAULTS: tuple[Any, ...] = (Locked, Killed, Stopped, Slow, Damaged)
