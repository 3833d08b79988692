"""The one running copy and those who ask it, on the system that this runs on: real processes, real sockets."""

from __future__ import annotations

import logging
import os
import pickle
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from enum import Enum
from multiprocessing.connection import Client, Connection
from pathlib import Path

import pytest

from tests.support.claimant import claimant
from tests.support.waiting import PATIENCE_SECONDS, wait_until
from tray.desktop.single_instance import Claim, claim, server, system
from tray.desktop.single_instance import messages as m
from tray.desktop.single_instance.claim import is_held, lock_path, lock_paths
from tray.desktop.single_instance.client import ask_all, claim_or_show, known_names
from tray.model.problems import ExitStatus, TrayError


@pytest.fixture
def held() -> Iterator[Claim]:
    claimed = claim()
    assert claimed
    with claimed:
        yield claimed


@pytest.fixture
def asked(held: Claim) -> list[m.InstanceRequest]:
    """Let a running copy listen; give what it was asked for so far."""
    asked: list[m.InstanceRequest] = []
    held.serve(asked.append)
    return asked


def whereabouts() -> m.Whereabouts:
    return m.Whereabouts.decoded(lock_path().read_bytes())


def write_whereabouts(address: str) -> None:
    """Say where the copy listens in the place of the copy that holds the lock."""
    with lock_path().open("r+b") as file:
        file.write(m.Whereabouts(os.getpid(), address).encoded().ljust(1024))


def is_hung_up(connection: Connection) -> bool:
    """Wait until the other end hangs up; False if it says something instead."""
    try:
        assert connection.poll(PATIENCE_SECONDS)
        connection.recv_bytes()
    except (EOFError, OSError):
        return True
    return False


def test_a_system_without_a_thread_left_is_asked_again(
    asked: list[m.InstanceRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    start, refused = threading.Thread.start, list[str]()

    def refuse_at_first(thread: threading.Thread) -> None:
        # More often than there may be conversations: none of them is taken for one that goes on.
        if thread.name == "instance-peer" and len(refused) <= server.MOST_CONVERSATIONS:
            refused.append(thread.name)
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse_at_first)
    assert ask_all(m.InstanceRequest.REFRESH) == 1
    assert asked == [m.InstanceRequest.REFRESH]
    assert len(refused) == server.MOST_CONVERSATIONS + 1


def test_of_all_processes_one_holds_it_until_it_lets_go() -> None:
    with claimant() as one, claimant() as other:
        assert one.do("claim 0") == "held"
        assert other.do("claim 0") == "taken"
        assert claim() is None
        assert is_held(lock_path())
        one.do("release")
        assert not is_held(lock_path())
        assert other.do("claim 0") == "held"
        assert one.do("claim 0") == "taken"


def test_two_at_the_same_instant_200_times() -> None:
    with claimant() as one, claimant() as other:
        outcomes = []
        for _ in range(200):
            instant = time.monotonic() + 0.005
            for each in (one, other):
                each.say(f"claim {instant}")
            outcomes.append((one.hear(), other.hear()))
            for each in (one, other):
                each.say("release")
            assert [one.hear(), other.hear()] == ["released", "released"]
    assert {tuple(sorted(outcome)) for outcome in outcomes} == {("held", "taken")}


def test_a_killed_copy_holds_nothing_and_is_not_looked_for() -> None:
    with claimant() as one, claimant() as other:
        assert one.do("claim 0") == "held"
        one.do("serve")
        left = whereabouts()
        one.kill()
        assert whereabouts() == left
        assert ask_all(m.InstanceRequest.REFRESH) == 0
        assert other.do("start 60") == "held"
        with pytest.raises(m.MessageError):
            whereabouts()
        assert other.do("serve") == "serving"
        assert ask_all(m.InstanceRequest.REFRESH) == 1
        assert other.do("asked") == "refresh"


def test_a_second_start_has_the_first_show_itself() -> None:
    with claimant() as one, claimant() as other:
        one.do("claim 0")
        one.do("serve")
        assert other.do("start 60") == "shown"
        assert one.do("asked") == "show"


def test_a_second_start_waits_for_a_first_that_is_yet_to_listen() -> None:
    with claimant() as one, claimant() as other:
        one.do("claim 0")
        other.say("start 60")
        one.do("serve")
        assert other.hear() == "shown"


def test_a_second_start_becomes_the_first_when_that_ends_before_it_answers() -> None:
    with claimant() as one, claimant() as other:
        one.do("claim 0")
        other.say("start 60")
        one.kill()
        assert other.hear() == "held"


def test_a_first_that_does_not_answer_is_told(held: Claim) -> None:
    with pytest.raises(TrayError, match="does not answer") as told:
        claim_or_show(0.1)
    assert told.value.status is ExitStatus.NO_DESKTOP
    with pytest.raises(TrayError, match="does not answer"):
        ask_all(m.InstanceRequest.REFRESH, 0.1)


@pytest.mark.parametrize("request_", m.InstanceRequest)
def test_every_request_arrives(asked: list[m.InstanceRequest], request_: m.InstanceRequest) -> None:
    assert ask_all(request_) == 1
    assert ask_all(request_) == 1
    assert asked == [request_, request_]


def test_no_running_copy_is_none() -> None:
    assert ask_all(m.InstanceRequest.REFRESH) == 0


def test_a_copy_that_let_go_listens_no_more(asked: list[m.InstanceRequest], held: Claim) -> None:
    address = whereabouts().address
    held.release()
    held.release()
    with pytest.raises(OSError):
        Client(address)
    assert ask_all(m.InstanceRequest.REFRESH) == 0
    again = claim()
    assert again
    with again:
        again.serve(asked.append)
        assert ask_all(m.InstanceRequest.REFRESH) == 1


def test_every_desktop_s_copy_is_asked(
    held: Claim, asked: list[m.InstanceRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system, "desktop", lambda: "another")
    other = claim()
    assert other
    with other:
        other.serve(asked.append)
        assert ask_all(m.InstanceRequest.PROFILES_CHANGED) == 2
    assert ask_all(m.InstanceRequest.PROFILES_CHANGED) == 1
    assert len(lock_paths()) == 2


def test_what_fails_is_told_and_logged(held: Claim, caplog: pytest.LogCaptureFixture) -> None:
    held.serve(lambda _: 1 / 0)  # type: ignore[arg-type, return-value]
    with pytest.raises(TrayError, match="That did not work"):
        ask_all(m.InstanceRequest.REFRESH)
    assert "ZeroDivisionError" in caplog.text


def test_what_is_not_known_there_is_told(asked: list[m.InstanceRequest]) -> None:
    class Later(Enum):
        DANCE = "dance"

    with pytest.raises(TrayError, match="Another version"):
        ask_all(Later.DANCE)  # type: ignore[arg-type]
    assert asked == []


def test_clients_that_say_nothing_block_nobody(asked: list[m.InstanceRequest]) -> None:
    with ExitStack() as stack:
        for _ in range(server.MOST_CONVERSATIONS - 1):
            stack.enter_context(Client(whereabouts().address))
        assert ask_all(m.InstanceRequest.REFRESH) == 1


def test_a_crowd_that_says_nothing_is_hung_up_on(held: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "CONVERSATION_SECONDS", 0.2)
    held.serve(lambda _: None)
    with ExitStack() as stack:
        silent = [stack.enter_context(Client(whereabouts().address)) for _ in range(server.MOST_CONVERSATIONS)]
        assert ask_all(m.InstanceRequest.REFRESH, PATIENCE_SECONDS) == 1
        for each in silent:
            assert is_hung_up(each)


REFUSED = {
    "nothing": b"",
    "noise": bytes(range(200)),
    "too much": bytes(m.MOST_BYTES + 1),
    "far too much": bytes(1 << 20),
    "an answer": m.answer(m.InstanceAnswer(m.InstanceOutcome.DONE, 1)),
}


@pytest.mark.parametrize("message", REFUSED.values(), ids=REFUSED)
def test_what_is_no_request_is_refused_and_the_next_is_heard(asked: list[m.InstanceRequest], message: bytes) -> None:
    with Client(whereabouts().address) as connection:
        # On a thread: who is hung up on in the middle of a long message learns so by an error, or never.
        sending = threading.Thread(target=_send, args=[connection, message], daemon=True)
        sending.start()
        assert is_hung_up(connection)
        sending.join(PATIENCE_SECONDS)
    assert asked == []
    assert ask_all(m.InstanceRequest.REFRESH) == 1


def _send(connection: Connection, message: bytes) -> None:
    with suppress(OSError):
        connection.send_bytes(message)


class _Harm:
    """What would be done by whoever unpickles it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


def test_a_pickle_is_not_unpickled(asked: list[m.InstanceRequest], tmp_path: Path) -> None:
    harm = pickle.dumps(_Harm(tmp_path / "harm"))
    with Client(whereabouts().address) as connection:
        connection.send_bytes(harm)
        assert is_hung_up(connection)
    assert not (tmp_path / "harm").exists()
    pickle.loads(harm)  # noqa: S301 - it would have worked
    assert (tmp_path / "harm").exists()


@pytest.mark.parametrize(
    ("says", "title"),
    [
        (b"notebook-tray/1\n0123456789abcdef", "Another version"),
        (b'{"notebook-tray": 3, "outcome": "done", "pid": 1}', "Another version"),
        (b"HTTP/1.1 400 Bad Request", "does not answer"),
        (bytes(m.MOST_BYTES + 1), "does not answer"),
    ],
)
def test_one_that_makes_no_sense_is_told(held: Claim, says: bytes, title: str) -> None:
    with system.listen(system.address(lock_path()), 8) as other:

        def answer() -> None:
            while True:
                try:
                    with other.accept() as connection:
                        connection.recv_bytes()
                        connection.send_bytes(says)
                except EOFError:
                    continue
                except OSError:
                    return

        threading.Thread(target=answer, daemon=True).start()
        write_whereabouts(other.address)
        with pytest.raises(TrayError, match=title):
            claim_or_show(0.5)


def test_one_that_hangs_is_given_up(held: Claim) -> None:
    with system.listen(system.address(lock_path()), 8) as hanging:  # which never accepts
        write_whereabouts(hanging.address)
        with pytest.raises(TrayError, match="does not answer"):
            claim_or_show(0.2)


def test_refusals_are_logged(asked: list[m.InstanceRequest], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Client(whereabouts().address) as connection:
        connection.send_bytes(b"who are you?")
        assert is_hung_up(connection)
    wait_until(lambda: "refused a request" in caplog.text, "a line in the log")
    assert "who are you?" not in caplog.text


def test_the_names_of_ten_thousand_notebook_instances_arrive(held: Claim) -> None:
    names = {"notebooks": tuple(f"{number:063}" for number in range(10_000)), "profiles": ("first",)}
    held.serve(lambda request: names if request is m.InstanceRequest.NAMES else None)
    assert known_names(30) == names


def test_of_more_names_than_can_be_read_the_first_arrive(held: Claim) -> None:
    names = {"notebooks": tuple(f"{number:063}" for number in range(100_000)), "profiles": ("first",)}
    held.serve(lambda request: names if request is m.InstanceRequest.NAMES else None)
    found = known_names(30)
    assert found["profiles"] == ("first",)
    assert 10_000 < len(found["notebooks"]) < 100_000
    assert found["notebooks"] == names["notebooks"][: len(found["notebooks"])]


@pytest.mark.parametrize("listens", [True, False], ids=["running", "starting"])
def test_a_hundred_at_once_are_each_answered(held: Claim, listens: bool) -> None:
    asked: list[m.InstanceRequest] = []
    if listens:
        held.serve(asked.append)
    with ThreadPoolExecutor(100) as commands:
        answers = [commands.submit(ask_all, m.InstanceRequest.REFRESH, 60) for _ in range(100)]
        if not listens:
            held.serve(asked.append)
        assert [answer.result() for answer in answers] == [1] * 100
    assert asked == [m.InstanceRequest.REFRESH] * 100


@pytest.mark.parametrize("address", ["", "nowhere", "\\\\.\\pipe\\no such pipe", "\0"])
def test_a_damaged_address_is_one_of_a_copy_that_does_not_answer(held: Claim, address: str) -> None:
    write_whereabouts(address)
    with pytest.raises(TrayError, match="does not answer"):
        ask_all(m.InstanceRequest.REFRESH, patience_seconds=0.3)
