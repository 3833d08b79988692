"""Sends requests to the user's running copies of the program."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any

from tray.desktop.single_instance import messages as m
from tray.desktop.single_instance.claim import Claim, claim, is_held, lock_path, lock_paths
from tray.desktop.single_instance.session import session_of
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.runtime.whole_files import read_beginning

# A copy that is just starting answers once its icon is there. On a busy computer at login that takes seconds.
PATIENCE_SECONDS = 10.0
# On Windows, Python hears Ctrl-C between two waits of its main thread, and not in one.
_SLICE_SECONDS = 0.2
_TRY_AGAIN_SECONDS = 0.05
_WITH_SESSION = (m.InstanceRequest.SHOW, m.InstanceRequest.SESSION)


def claim_or_show(patience_seconds: float = PATIENCE_SECONDS) -> Claim | None:
    """Become the running copy on this desktop; if there is one already, have it show its icon and return None.

    If that copy ends meanwhile, this process becomes the running copy.

    :raises TrayError: (desktop) the copy neither answered nor ended within `patience_seconds`, or could not show itself
    """
    path, give_up = lock_path(), time.monotonic() + patience_seconds
    while True:
        if taken := claim():
            return taken
        if _ask(path, m.InstanceRequest.SHOW, give_up):
            return None
        _wait(path, give_up, patience_seconds)


def claim_or_hand_over(patience_seconds: float = PATIENCE_SECONDS) -> Claim | None:
    """Become the running copy on this desktop; if there is one already, have it move to this desktop session.

    That copy says nothing. If it ends meanwhile, as one of an ended session does, this process becomes the running
    copy. Return None if there is a running copy, whether it answers or not.
    """
    path, give_up = lock_path(), time.monotonic() + patience_seconds
    while True:
        if taken := claim():
            return taken
        try:
            if _ask(path, m.InstanceRequest.SESSION, give_up):
                return None
            _wait(path, give_up, patience_seconds)
        except TrayError:
            return None


def ask_all(request: m.InstanceRequest, patience_seconds: float = PATIENCE_SECONDS) -> int:
    """Ask the running copy on each desktop of the user, one after the other; return how many there are.

    :raises TrayError: (desktop) a copy did not answer within `patience_seconds`, or could not do what was asked
    """
    give_up = time.monotonic() + patience_seconds
    return sum(_ask_if_running(path, request, give_up, patience_seconds) for path in lock_paths())


def end_all() -> int:
    """Have the running copy on each desktop of the user end; return how many have.

    :raises TrayError: (desktop) a copy did not answer, or not end, within PATIENCE_SECONDS
    """
    give_up = time.monotonic() + PATIENCE_SECONDS
    ended = 0
    for path in lock_paths():
        if _ask_if_running(path, m.InstanceRequest.QUIT, give_up, PATIENCE_SECONDS):
            ended += 1
            while is_held(path):
                _wait(path, give_up, PATIENCE_SECONDS)
    return ended


def known_names(patience_seconds: float) -> m.Names:
    """Return what the running copy on this desktop knows; nothing if there is none, or it doesn't answer in time."""
    try:
        where = _whereabouts(lock_path())
    except TrayError:
        return {}
    match _answer(where, m.InstanceRequest.NAMES, time.monotonic() + patience_seconds) if where else None:
        case m.InstanceAnswer(outcome=m.InstanceOutcome.DONE) as answered:
            return answered.names
    return {}


def _ask_if_running(path: Path, request: m.InstanceRequest, give_up: float, patience_seconds: float) -> bool:
    while not _ask(path, request, give_up):
        if not is_held(path):
            return False
        _wait(path, give_up, patience_seconds)
    return True


def _wait(path: Path, give_up: float, patience_seconds: float) -> None:
    if time.monotonic() >= give_up:
        raise _error("copy-does-not-answer", _whereabouts(path), seconds=f"{patience_seconds:g}")
    time.sleep(_TRY_AGAIN_SECONDS)


def _ask(path: Path, request: m.InstanceRequest, give_up: float) -> bool:
    """Ask the copy that holds the lock of `path`; return False if it could not be reached.

    :raises TrayError: the copy answers that it can't do what was asked
    """
    where = _whereabouts(path)
    if where is None:
        return False  # the copy does not listen yet
    match _answer(where, request, give_up):
        case m.InstanceAnswer(outcome=m.InstanceOutcome.DONE):
            return True
        case m.InstanceAnswer(outcome=m.InstanceOutcome.UNKNOWN) | m.VersionError():
            raise _error("copy-is-another-version", where)
        case m.InstanceAnswer(outcome=m.InstanceOutcome.FAILED):
            raise _error("copy-failed", where)
    return False  # the process has ended, or is not a copy of this program


def _answer(where: m.Whereabouts, request: m.InstanceRequest, give_up: float) -> m.InstanceAnswer | Exception | None:
    """Return what the copy answers, or why it doesn't; None if it has not answered in time."""
    answers: list[m.InstanceAnswer | Exception] = []

    def converse() -> None:
        try:
            answers.append(_converse(where, request))
        except (OSError, EOFError, ValueError) as error:  # ValueError: a MessageError, or a damaged address
            answers.append(error)

    # On a thread, since connecting to the socket or pipe of a process that hangs has no time limit.
    thread = threading.Thread(target=converse, name="instance-client", daemon=True)
    thread.start()
    while thread.is_alive() and (left := give_up - time.monotonic()) > 0:
        thread.join(min(left, _SLICE_SECONDS))
    return answers[0] if answers else None


def _converse(where: m.Whereabouts, request: m.InstanceRequest) -> m.InstanceAnswer:
    # Imported here: most commands find no running copy, and this import takes longer than finding that out.
    from multiprocessing.connection import Client

    with Client(where.address) as connection:
        connection.send_bytes(m.ask(request, session_of(os.environ) if request in _WITH_SESSION else None))
        return m.read_answer(connection.recv_bytes(m.MOST_ANSWER_BYTES))


def _whereabouts(path: Path) -> m.Whereabouts | None:
    try:
        return m.Whereabouts.decoded(read_beginning(path, m.MOST_BYTES))
    except (OSError, m.MessageError):
        return None


def _error(code: str, where: m.Whereabouts | None, **places: Any) -> TrayError:
    process = where.pid if where else None
    return TrayError(code, kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP, process=process, **places)
