"""All faults, in the order of the table."""

from __future__ import annotations

from tests.injections import browser, desktop, disk, endpoint, keyring, network, process
from tests.injections.fault import Fault

FAULTS: tuple[type[Fault], ...] = (
    *endpoint.FAULTS,
    *network.FAULTS,
    *desktop.FAULTS,
    *keyring.FAULTS,
    *browser.FAULTS,
    *disk.FAULTS,
    *process.FAULTS,
)
