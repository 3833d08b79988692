"""A real Secret Service of a test's own: gnome-keyring on a private bus, in a home folder thrown away after it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from tests.support.private_bus import private_bus

if sys.platform == "linux":  # elsewhere it is not installed, and who imports this runs no test with it
    import secretstorage

_PASSWORD = b"the keyring's own password"
_READY_WITHIN_SECONDS = 30.0


@dataclass(frozen=True)
class SecretService:
    """A running gnome-keyring: `environment` is everything that a child process needs to use it, and no more."""

    address: str
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes]

    def connection(self) -> closing[DBusConnection]:
        """Open a connection to its bus, for `with`."""
        return closing(open_dbus_connection(bus=self.address))

    def lock(self) -> None:
        """Lock the default collection, as a desktop does on demand."""
        with self.connection() as connection:
            secretstorage.get_default_collection(connection).lock()

    def unlock(self) -> None:
        """Unlock it, as a login with the password does, and nobody is asked."""
        with self.connection() as connection:
            session = secretstorage.util.open_session(connection)
            path = secretstorage.get_default_collection(connection).collection_path
            secret = secretstorage.util.format_secret(session, _PASSWORD, "text/plain")
            # What its own tools unlock it with, where the password is known already.
            interface = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"
            service = DBusAddress("/org/freedesktop/secrets", "org.freedesktop.secrets", interface)
            call = new_method_call(service, "UnlockWithMasterPassword", "o(oayays)", (path, secret))
            connection.send_and_get_reply(call)

    def add_collection(self, label: str) -> str:
        """Make one more collection, unlocked, without a prompt, and return its path."""
        with self.connection() as connection:
            session = secretstorage.util.open_session(connection)
            secret = secretstorage.util.format_secret(session, _PASSWORD, "text/plain")
            properties = {"org.freedesktop.Secret.Collection.Label": ("s", label)}
            interface = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"
            service = DBusAddress("/org/freedesktop/secrets", "org.freedesktop.secrets", interface)
            call = new_method_call(service, "CreateWithMasterPassword", "a{sv}(oayays)", (properties, secret))
            return str(connection.send_and_get_reply(call).body[0])

    def make_default(self, path: str) -> None:
        """Make a collection the default one; the path `/` leaves none."""
        with self.connection() as connection:
            service = DBusAddress(
                "/org/freedesktop/secrets", "org.freedesktop.secrets", "org.freedesktop.Secret.Service"
            )
            connection.send_and_get_reply(new_method_call(service, "SetAlias", "so", ("default", path)))

    def default_collection(self) -> str:
        """Return the path of the default collection."""
        with self.connection() as connection:
            return str(secretstorage.get_collection_by_alias(connection, "default").collection_path)

    def collection(self, connection: DBusConnection, path: str) -> secretstorage.Collection:
        """Return a collection over an open connection."""
        return secretstorage.Collection(connection, path)

    def stop(self) -> None:
        """Have the daemon stand still: it runs, and answers nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """End that."""
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End the daemon at once, as the kernel does when memory runs out."""
        self.process.kill()
        self.process.wait(10)

    def end(self) -> None:
        """End the daemon, and insist after 10 s."""
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)

    def ended_by_a_signal(self) -> bool:
        """Whether the daemon has crashed, or been killed; a second is left to it for that."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(1)
        return self.process.returncode is not None and self.process.returncode < 0

    def usernames(self, service: str) -> set[str]:
        """Return the user names of every item that is kept for `service`, however it came there."""
        with self.connection() as connection:
            collection = secretstorage.get_default_collection(connection)
            found = [item.get_attributes()["username"] for item in collection.search_items({"service": service})]
        assert len(found) == len(set(found)), f"two items of one user name: {sorted(found)}"
        return set(found)

    def clear(self, service: str) -> None:
        """Delete every item of `service`."""
        with self.connection() as connection:
            for item in list(secretstorage.get_default_collection(connection).search_items({"service": service})):
                item.delete()


@contextmanager
def secret_service(folder: Path, *, set_up: bool = True) -> Iterator[SecretService]:
    """Run gnome-keyring, unlocked, with its bus, home and runtime folders in `folder`.

    Unless it is `set_up`, it has no collection yet: as where nobody has logged in with a password.

    The test's own process uses it with DBUS_SESSION_BUS_ADDRESS set to `address`.
    """
    if shutil.which("gnome-keyring-daemon") is None:
        pytest.skip(reason="gnome-keyring-daemon is not installed")
    home, runtime = folder / "home", folder / "runtime"
    home.mkdir(parents=True)
    runtime.mkdir(mode=0o700)
    with private_bus(folder / "bus") as address:
        environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(runtime),
            "DBUS_SESSION_BUS_ADDRESS": address,
            "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus",
        }
        service = start_keyring_daemon(address, environment, folder / "gnome-keyring.log", set_up=set_up)
        try:
            yield service
        finally:
            service.end()


def start_keyring_daemon(
    address: str, environment: Mapping[str, str], log: Path, *, set_up: bool = True
) -> SecretService:
    """Start gnome-keyring in an environment with a bus, and wait until it is unlocked; `end` ends it."""
    with log.open("ab") as file:
        process = subprocess.Popen(
            ["gnome-keyring-daemon", "--components=secrets", *(["--unlock"] if set_up else []), "--foreground"],
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=file,
            stderr=file,
        )
    service = SecretService(address, environment, process)
    try:
        assert process.stdin is not None
        process.stdin.write(_PASSWORD)
        process.stdin.close()  # the end of the password
        _wait_until_unlocked(service, set_up)
    except BaseException:
        service.end()
        raise
    return service


def _wait_until_unlocked(service: SecretService, set_up: bool) -> None:
    give_up = time.monotonic() + _READY_WITHIN_SECONDS
    with service.connection() as connection:
        while True:
            assert service.process.poll() is None, "gnome-keyring-daemon ended at once"
            assert time.monotonic() < give_up, "gnome-keyring-daemon did not become ready"
            if secretstorage.check_service_availability(connection):
                if not set_up:
                    return
                try:
                    # Not get_default_collection: it would ask, on no screen, to make one that is only late.
                    if not secretstorage.Collection(connection).is_locked():
                        return
                except secretstorage.ItemNotFoundException:
                    pass
            time.sleep(0.02)
