"""What the program holds of the machine: memory, threads, open files, ended children that nobody collected."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Vitals:
    """One look at a process."""

    rss_kib: int
    threads: int
    files: int
    connections: int
    zombies: int

    def grown(self, before: Vitals) -> list[str]:
        """Return in words what is more than before by more than it may be."""
        found = []
        if self.rss_kib - before.rss_kib > MOST_KIB:
            found.append(f"{(self.rss_kib - before.rss_kib) / 1024:.1f} MiB more")
        for what, now, then in (
            ("threads", self.threads, before.threads),
            ("open files", self.files, before.files),
            ("connections", self.connections, before.connections + MOST_CONNECTIONS),
            ("zombies", self.zombies, before.zombies),
        ):
            if now > then:
                found.append(f"{then} {what}, then {now}")
        return found


MOST_KIB = 2048
# One a region and one for a click are kept open for the next call (HTTP's keep-alive): how many is chance.
MOST_CONNECTIONS = 3


def vitals(pid: int) -> Vitals:
    """Look at a process."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    files, connections = _files(pid)
    return Vitals(int(status["VmRSS"].split()[0]), int(status["Threads"]), files, connections, _zombies(pid))


def _files(pid: int) -> tuple[int, int]:
    """Return the number of open files without TCP connections, and of these."""
    tcp = {line.split()[9] for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]}
    opened = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            opened.append(str(link.readlink()))
    connections = sum(each.removeprefix("socket:[").rstrip("]") in tcp for each in opened)
    return len(opened) - connections, connections


def _zombies(parent: int) -> int:
    found = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError):
                # The name is in parentheses, and may have any character in it (proc(5)).
                state, of = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
                found += state == "Z" and int(of) == parent
    return found
