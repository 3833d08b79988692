"""What processes under strace wrote, sent, opened and started, read from strace's files, one for each thread."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

# All that hands bytes on, and all names that another process could see. The clones tell whose child a process is.
_HANDED_ON = (
    *("write", "writev", "pwrite64", "pwritev", "pwritev2", "sendto", "sendmsg", "sendmmsg", "sendfile", "splice"),
    *("open", "openat", "creat", "mkdir", "mkdirat", "rename", "renameat", "renameat2", "link", "linkat", "symlink"),
    *("symlinkat", "unlink", "unlinkat", "execve", "execveat", "memfd_create", "setxattr", "prctl", "connect", "bind"),
    *("listen", "clone", "clone3", "fork", "vfork"),
)
_MOST_BYTES = 4 << 20  # of one call; nothing of ours writes as much at once

_CALL = re.compile(r"(\w+)\(")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_DESCRIPTOR = re.compile(r"^\w+\((?:-?\d+|AT_FDCWD)(?:<((?:[^<>]|<[^<>]*>|->)*)>)?[,)]")
_TCP = re.compile(r"TCP(?:v6)?:\[\S*:(\d+)->\S*:(\d+)\]")
_LISTENS = re.compile(r"^listen\(\d+<TCP(?:v6)?:\[\S*:(\d+)\]")
_CHILD = re.compile(r"^(?:clone3?|v?fork)\(.*= (\d+)$")
_WRITES = frozenset(_HANDED_ON[:10])


def strace(folder: Path, name: str) -> list[str]:
    """Return what to put before a command so that all of it, children included, is written down in `folder`."""
    calls = ",".join(f"?{call}" for call in _HANDED_ON)
    return [
        *("strace", "-f", "-ff", "--seccomp-bpf", "-qq", "-v", "-yy", "-xx"),
        *("-s", str(_MOST_BYTES), "-e", f"trace={calls}", "-e", "signal=none", "-o", str(folder / name)),
    ]


@dataclass(frozen=True)
class Handed:
    """Bytes that a process handed on, and where to."""

    place: str
    content: bytes


class CutShortError(Exception):
    """strace left something out, so that finding nothing would mean nothing."""


def handed_on(folder: Path, endpoint_port: int, foreign: Sequence[str]) -> Iterator[Handed]:
    """Yield all that the processes written down in `folder` handed on.

    Several writes of one thread to one place are joined, so that nothing is missed at their borders.

    :param endpoint_port: where AWS is; a connection to it is the place `AWS`
    :param foreign: programs, by a part of their arguments. How they are started counts; what they then do is their own
    """
    lines = {int(path.suffix[1:]): path.read_text("ascii").splitlines() for path in sorted(folder.iterdir())}
    listening = {int(found[1]) for each in lines.values() for line in each if (found := _LISTENS.match(line))}
    theirs = _foreign_from(lines, foreign)
    for thread, each in lines.items():
        joined: dict[str, bytearray] = {}
        for at, line in enumerate(each):
            call = _CALL.match(line)
            if call is None or at > theirs.get(thread, len(each)):
                continue
            if any(found[2] for found in _TEXT.finditer(line)):
                raise CutShortError(line[:200])
            content = [bytes.fromhex(found[1].replace("\\x", "")) for found in _TEXT.finditer(line)]
            if call[1] in _WRITES:
                joined.setdefault(_place(line, endpoint_port, listening), bytearray()).extend(b"".join(content))
            elif call[1].startswith("execve"):
                yield Handed("the arguments or the environment of a process", b"\0".join(content))
            else:
                yield Handed(f"a name ({call[1]})", b"\0".join(content))
        yield from (Handed(place, bytes(content)) for place, content in joined.items())


def _place(line: str, endpoint_port: int, listening: set[int]) -> str:
    described = (found[1] or "") if (found := _DESCRIPTOR.match(line)) else ""
    if tcp := _TCP.search(described):
        here, there = int(tcp[1]), int(tcp[2])
        if there == endpoint_port:
            return "AWS"
        return "a page's answer to the browser" if here in listening else f"a connection to port {there}"
    if described.startswith("UNIX"):
        return "a Unix socket"
    if described.startswith(("TCP", "UDP", "NETLINK")):
        return "another socket"
    name = bytes.fromhex(text[1].replace("\\x", "")).decode() if (text := re.match(r"((?:\\x..)+)", described)) else ""
    return "a pipe" if name.startswith("pipe:") else f"the file {name or '?'}"


def _foreign_from(lines: dict[int, list[str]], foreign: Sequence[str]) -> dict[int, int]:
    """Return from which line on a thread is a foreign program's: that of its execve; -1 for all of it."""
    marks = ["".join(f"\\x{byte:02x}" for byte in mark.encode()) for mark in foreign]
    found: dict[int, int] = {}
    for thread, each in lines.items():
        for at, line in enumerate(each):
            if line.startswith("execve(") and line.endswith("= 0"):
                arguments = line.partition("], [")[0]
                if any(mark in arguments for mark in marks):
                    found[thread] = at
                    break
    # Their children are theirs, too.
    pending = list(found)
    while pending:
        thread = pending.pop()
        for line in lines[thread][found[thread] + 1 :]:
            child = int(started[1]) if (started := _CHILD.match(line)) else 0
            if child in lines and child not in found:
                found[child] = -1
                pending.append(child)
    return found
