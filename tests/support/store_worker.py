"""A process that changes profiles on command, and is killed in the middle of it on command.

`python -m tests.support.store_worker` reads one job a line from its standard input, as JSON, does it in a forked
child of its own, and answers with a line: `killed`, or `finished STEPS`. A job:

    {"keyring": "folder:PATH" or "secret-service", "lock": PATH, "operation": NAME, "kill_at": STEP or null}

The child sends itself SIGKILL at its step `kill_at`, counted from 1: there is one before and one after each thing
that it does to the keyring. Forked, because a new interpreter for each of a thousand kills would take minutes.
"""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.support.keyrings import FolderKeyring, SteppedKeyring
from tray.model.access_keys import AccessKey
from tray.model.profile_names import MAXIMUM_NAME_LENGTH
from tray.settings.profiles.backend import open_backend
from tray.settings.profiles.model import Profile
from tray.settings.profiles.store import ProfileStore

_ROOT = Path(__file__).resolve().parents[2]

ADDED = Profile("added", "default", ("eu-west-1",))
KEY = AccessKey("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
KEYED = Profile("keyed", "", ("eu-west-1",), access_key_id=KEY.key_id)
# An index writes each é as six characters, so these four names alone need a root and two pages.
LONG = [Profile(f"long {number} ".ljust(MAXIMUM_NAME_LENGTH, "é"), "default") for number in range(4)]


def with_session_seconds(seconds: int) -> Callable[[Mapping[str, Profile]], Mapping[str, Profile]]:
    """Return an edit that sets every profile's session length."""
    return lambda profiles: {
        name: dataclasses.replace(profile, session_seconds=seconds) for name, profile in profiles.items()
    }


def with_key(profile: Profile) -> Profile:
    return dataclasses.replace(profile, aws_profile="", regions=("us-east-1",), access_key_id=KEY.key_id)


def rename(profile: Profile) -> Profile:
    return dataclasses.replace(profile, name=f"new {profile.name}"[:MAXIMUM_NAME_LENGTH])


OPERATIONS: Mapping[str, Callable[[ProfileStore], object]] = {
    "add": lambda store: store.add(ADDED),
    "add-key": lambda store: store.add(KEYED, KEY),
    "give-key": lambda store: store.change(store.load().profiles[0].name, with_key, KEY),
    "change": lambda store: store.change(store.load().profiles[0].name, rename),
    "remove": lambda store: store.remove(store.load().profiles[0].name),
    "edit": lambda store: store.edit(with_session_seconds(3600)),
    "add-many-at-once": lambda store: store.add_many([ADDED, *LONG]),
    "remove-many": lambda store: store.remove_many([each.name for each in store.load().profiles[:-1]]),
    "grow": lambda store: store.edit(lambda profiles: {**profiles, **{long.name: long for long in LONG}}),
    "shrink": lambda store: store.edit(lambda profiles: dict([*profiles.items()][-1:])),
}


def _perform(store: ProfileStore, operation: str) -> None:
    name, _, argument = operation.partition(" ")
    if name == "add-many":  # "add-many PREFIX COUNT"
        prefix, count = argument.split()
        for number in range(int(count)):
            store.add(Profile(f"{prefix}-{number}", "default"))
    elif name == "toggle":  # "toggle COUNT"
        for number in range(int(argument)):
            store.edit(with_session_seconds(3600 if number % 2 else 7200))
    else:
        OPERATIONS[name](store)


def _work(job: Mapping[str, str | int | None]) -> int:
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps == job["kill_at"]:
            os.kill(os.getpid(), signal.SIGKILL)

    kind, _, path = str(job["keyring"]).partition(":")
    backend = FolderKeyring(Path(path), step) if kind == "folder" else SteppedKeyring(open_backend(), step)
    _perform(ProfileStore(backend, Path(str(job["lock"]))), str(job["operation"]))
    return steps


def main() -> None:
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writing, b"%d" % _work(json.loads(line)))
            os._exit(0)
        os.close(writing)
        _, status = os.waitpid(child, 0)
        steps = os.read(reading, 20).decode()
        os.close(reading)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print("killed" if killed else f"finished {steps}", flush=True)


class StoreWorker:
    """The test's end of such a process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self, keyring: str, lock: Path, operation: str, kill_at: int | None = None) -> None:
        """Hand it a job and don't wait."""
        job = {"keyring": keyring, "lock": str(lock), "operation": operation, "kill_at": kill_at}
        _pipe(self._process.stdin).write(json.dumps(job) + "\n")
        _pipe(self._process.stdin).flush()

    def was_killed(self) -> bool:
        """Wait for the end of the job: True when it was killed, False when it came to its end."""
        answer = _pipe(self._process.stdout).readline().split()
        assert answer == ["killed"] or (len(answer) == 2 and answer[0] == "finished"), answer
        return answer == ["killed"]


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


@contextmanager
def store_worker(environment: Mapping[str, str] | None = None) -> Iterator[StoreWorker]:
    """Run one, with `environment` beside this process's own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.store_worker"],
        cwd=_ROOT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield StoreWorker(process)
    finally:
        _pipe(process.stdin).close()
        process.wait(30)
        _pipe(process.stdout).close()


if __name__ == "__main__":
    main()
