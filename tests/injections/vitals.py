"""What the program holds of the machine: memory, threads, open files, ended children that nobody collected."""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Vitals:
    """One look at a process."""

    rss_kib: int
    threads: int
    files: tuple[str, ...]
    connections: int
    zombies: int

    def least(self, other: Vitals) -> Vitals:
        """Return the least that either look has seen of each."""
        return Vitals(
            min(self.rss_kib, other.rss_kib),
            min(self.threads, other.threads),
            min(self.files, other.files, key=len),
            min(self.connections, other.connections),
            min(self.zombies, other.zombies),
        )

    def grown(self, before: Vitals) -> list[str]:
        """Return in words what is more than before by more than it may be."""
        found = []
        if self.rss_kib - before.rss_kib > MOST_KIB:
            found.append(f"{(self.rss_kib - before.rss_kib) / 1024:.1f} MiB more")
        for what, now, then in (
            ("threads", self.threads, before.threads),
            (f"open files ({self._new(before)})", len(self.files), len(before.files)),
            ("connections", self.connections, before.connections + MOST_CONNECTIONS),
            ("zombies", self.zombies, before.zombies),
        ):
            if now > then:
                found.append(f"{then} {what}, then {now}")
        return found

    def _new(self, before: Vitals) -> str:
        return ", ".join((Counter(self.files) - Counter(before.files)).elements())


MOST_KIB = 2048
# One a region and one for a click are kept open for the next call (HTTP's keep-alive): how many is chance.
MOST_CONNECTIONS = 3


def vitals(pid: int) -> Vitals:
    """Look at a process."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    files, connections = _files(pid)
    return Vitals(int(status["VmRSS"].split()[0]), int(status["Threads"]), files, connections, _zombies(pid))


def _files(pid: int) -> tuple[tuple[str, ...], int]:
    """Return what is open without TCP connections, by kind, and the number of these.

    A connection that the other side has broken off is in none of the kernel's tables, and stays open until the next
    call would use it.
    """
    others = {each for family in ("unix", "udp", "udp6", "netlink", "tcp6") for each in _sockets(pid, family)}
    opened, connections = list[str](), 0
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            kind, _, number = str(link.readlink()).partition(":[")
            if kind == "socket" and number.rstrip("]") not in others:
                connections += 1
            else:
                opened.append(kind)
    return tuple(sorted(opened)), connections


def _sockets(pid: int, family: str) -> list[str]:
    table = Path(f"/proc/{pid}/net/{family}")
    return table.read_text().split() if table.exists() else []


def _zombies(parent: int) -> int:
    found = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError):
                # The name is in parentheses, and may have any character in it (proc(5)).
                state, of = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
                found += state == "Z" and int(of) == parent
    return found
