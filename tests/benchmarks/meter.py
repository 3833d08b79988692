"""How many bytes go over a bus."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
from jeepney.wrappers import unwrap_msg

_MONITORING = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus.Monitoring")


class Meter:
    """Counts every byte of every message, each once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0

    def take(self) -> int:
        """Return the bytes since this was last asked."""
        with self._lock:
            count, self._count = self._count, 0
        return count

    def add(self, count: int) -> None:
        """Count more bytes."""
        with self._lock:
            self._count += count


@contextmanager
def bus_meter(bus_address: str) -> Iterator[Meter]:
    """Count what goes over a bus, as a monitor of it (D-Bus Specification, "BecomeMonitor")."""
    meter = Meter()
    with open_dbus_connection(bus=bus_address) as connection:
        become = new_method_call(_MONITORING, "BecomeMonitor", "asu", ([], 0))
        unwrap_msg(connection.send_and_get_reply(become, timeout=10))
        closing = threading.Event()
        # From here on the connection only ever receives copies, which need no parsing to be counted.
        connection.sock.settimeout(0.05)

        def count() -> None:
            while not closing.is_set():
                try:
                    chunk = connection.sock.recv(1 << 20)
                except TimeoutError:
                    continue
                if not chunk:
                    return
                meter.add(len(chunk))

        thread = threading.Thread(target=count, name="bus meter", daemon=True)
        thread.start()
        try:
            yield meter
        finally:
            closing.set()
            thread.join()
