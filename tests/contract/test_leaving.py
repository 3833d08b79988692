"""The end of the session on Linux: logind and session managers, on buses of the test's own."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator

import pytest
from jeepney import HeaderFields, Message

from tests.contract.leaving_contract import LeavingContract, Watched, watched
from tests.support.bus_peer import Answer, BusPeer
from tests.support.private_bus import private_bus
from tests.support.stub_session_manager import Phase, StubSessionManager, StubXfceSessionManager
from tests.support.stub_system import LOGIN_PATH, MANAGER, Inhibitor, StubLogind
from tests.support.waiting import wait_until
from tray.desktop.leaving import LeavingWatch, leaving_watch, session_id

pytestmark = pytest.mark.only_on("linux", reason="logind and session managers")

__all__ = ["watched"]


class Buses:
    """The two buses, and what is on them."""

    def __init__(self, system: str, session: str) -> None:
        self.system = system
        self.session = session


@pytest.fixture
def buses(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Buses]:
    with (
        private_bus(tmp_path_factory.mktemp("system")) as system,
        private_bus(tmp_path_factory.mktemp("session")) as session,
    ):
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", system)
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session)
        yield Buses(system, session)
    wait_until(lambda: not [each for each in threading.enumerate() if each.name == "leaving"], "the threads to end")


class LogindSession:
    """A session without a session manager: logind tells of shutdowns."""

    asks = False

    def __init__(self, logind: StubLogind) -> None:
        self.logind = logind

    def watch(self, on_asked: Callable[[], None], on_leaving: Callable[[], None]) -> LeavingWatch:
        return leaving_watch(on_asked, on_leaving)

    def wait_held(self) -> None:
        wait_until(lambda: self.logind.held, "a lock")

    def wait_let_go(self) -> None:
        wait_until(lambda: not self.logind.held, "no lock")

    def ask(self) -> None:
        raise AssertionError("logind asks nobody")

    def go_on(self) -> None:
        self.logind.stay_on()

    def end(self) -> threading.Event:
        return self.logind.shut_down()

    def suspend(self) -> None:
        self.logind.sleep()
        self.logind.wake()


class ManagedSession:
    """A session of a desktop whose session manager tells of logouts."""

    asks = True

    def __init__(self, manager: StubSessionManager, logind: StubLogind) -> None:
        self.manager = manager
        self.logind = logind

    def watch(self, on_asked: Callable[[], None], on_leaving: Callable[[], None]) -> LeavingWatch:
        return leaving_watch(on_asked, on_leaving)

    def wait_held(self) -> None:
        wait_until(lambda: self.manager.clients, "a client")

    def wait_let_go(self) -> None:
        wait_until(lambda: not self.manager.clients, "no client")

    def ask(self) -> None:
        before = len(self.manager.answers)
        self.manager.ask()
        wait_until(lambda: len(self.manager.answers) > before, "an answer")
        assert self.manager.answers[-1] == (Phase.QUERY, True, ""), "the question is answered with yes, and at once"

    def go_on(self) -> None:
        self.manager.go_on()

    def end(self) -> threading.Event:
        return self.manager.end()

    def suspend(self) -> None:
        self.logind.sleep()
        self.logind.wake()


class TestLogind(LeavingContract):
    @pytest.fixture
    def session(self, buses: Buses) -> Iterator[LogindSession]:
        with StubLogind(buses.system) as logind:
            yield LogindSession(logind)

    def test_the_lock_says_who_and_why(self, session: LogindSession, watched: Watched) -> None:
        watched.watch.hold("Stopping it")
        session.wait_held()
        (lock,) = session.logind.held
        assert (lock.what, lock.who, lock.why, lock.mode) == ("shutdown", "Notebook Tray", "Stopping it", "delay")

    def test_no_program_that_is_started_inherits_the_lock(self, session: LogindSession, watched: Watched) -> None:
        watched.watch.hold("Stopping")
        session.wait_held()
        pid = os.posix_spawn("/bin/sleep", ["sleep", "600"], {})
        try:
            watched.watch.release()
            session.wait_let_go()
        finally:
            os.kill(pid, 9)
            os.waitpid(pid, 0)

    def test_one_that_is_given_up_while_it_is_taken_is_not_kept(self, session: LogindSession, watched: Watched) -> None:
        inhibit = session.logind._handlers["Inhibit"]

        def give_up_first(message: Message) -> Answer:
            watched.watch.release()
            return inhibit(message)

        session.logind._handlers["Inhibit"] = give_up_first
        for turn in range(1, 6):
            watched.watch.hold("Stopping")
            wait_until(lambda turn=turn: len(session.logind.inhibitors) == turn, "it to be taken")
            session.wait_let_go()

    def test_one_who_never_releases_holds_it_for_the_longest_time_alone(
        self, session: LogindSession, watched: Watched, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from tray.desktop.leaving import linux

        monkeypatch.setattr(linux, "MOST_SECONDS", 0.1)
        watched.watch.hold("Stopping")
        session.wait_held()
        session.end()
        wait_until(lambda: watched.left, "the news")
        session.wait_let_go()

    def test_a_shutdown_that_is_called_off_is_none_any_more(self, session: LogindSession, watched: Watched) -> None:
        watched.watch.hold("Stopping")
        session.wait_held()
        session.end()
        wait_until(watched.watch.is_ending, "the end")
        session.go_on()
        wait_until(lambda: not watched.watch.is_ending(), "the session to go on")

    def test_another_one_who_says_so_is_not_believed(
        self, session: LogindSession, watched: Watched, buses: Buses
    ) -> None:
        watched.watch.hold("Stopping")
        session.wait_held()
        with BusPeer(buses.system, "org.example.Other") as other:
            other.emit(LOGIN_PATH, MANAGER, "PrepareForShutdown", "b", True)
            session.suspend()
        assert not watched.watch.is_ending()
        session.end()
        wait_until(lambda: watched.left, "the news")
        assert watched.left == 1


class TestGnome(LeavingContract):
    @pytest.fixture
    def session(self, buses: Buses) -> Iterator[ManagedSession]:
        with StubLogind(buses.system) as logind, StubSessionManager(buses.session) as manager:
            yield ManagedSession(manager, logind)

    def test_a_logout_that_leads_to_a_shutdown_is_told_by_both(self, session: ManagedSession, watched: Watched) -> None:
        watched.watch.hold("Stopping")
        session.wait_held()
        wait_until(lambda: session.logind.held, "a lock")
        is_over, is_off = session.end(), session.logind.shut_down()
        wait_until(lambda: watched.left == 2, "both")
        watched.watch.release()
        assert is_over.wait(4)
        assert is_off.wait(4)
        assert session.manager.answers == [(Phase.END, True, "")]

    def test_a_manager_that_comes_late_or_comes_back_gets_its_client(
        self, session: ManagedSession, watched: Watched
    ) -> None:
        session.manager.release_name()
        watched.watch.hold("Stopping")
        wait_until(lambda: session.logind.held, "a lock")
        assert not session.manager.clients
        for turn in range(1, 3):
            session.manager.request_name()
            wait_until(lambda turn=turn: session.manager.registrations >= turn, "a client")
            session.manager.release_name()
        session.manager.clients.clear()  # as the manager that is gone knows of none

    def test_a_manager_that_is_started_again_behind_the_registration_gets_its_client(
        self, session: ManagedSession, watched: Watched, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        send, began_again = session.manager._send, threading.Event()

        def send_and_begin_again(message: Message) -> None:
            send(message)
            if message.header.fields.get(HeaderFields.signature) == "o" and not began_again.is_set():
                began_again.set()
                session.manager.release_name()
                session.manager.request_name()

        monkeypatch.setattr(session.manager, "_send", send_and_begin_again)
        watched.watch.hold("Stopping")
        wait_until(lambda: session.manager.registrations >= 2, "a client of the manager that began again")
        session.manager.clients.clear()  # as the manager that is gone knows of none

    def test_an_end_right_behind_the_registration_is_heard(
        self, session: ManagedSession, watched: Watched, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        send = session.manager._send

        def send_with_the_end(message: Message) -> None:
            send(message)
            if message.header.fields.get(HeaderFields.signature) == "o":
                session.manager.end()

        monkeypatch.setattr(session.manager, "_send", send_with_the_end)
        watched.watch.hold("Stopping")
        wait_until(lambda: watched.left, "the news")
        watched.watch.release()
        wait_until(lambda: (Phase.END, True, "") in session.manager.answers, "the answer")

    def test_one_that_is_ending_already_takes_no_client(self, session: ManagedSession, watched: Watched) -> None:
        session.manager.phase = Phase.END
        watched.watch.hold("Stopping")
        wait_until(lambda: session.logind.held, "a lock")
        watched.watch.release()
        wait_until(lambda: not session.logind.held, "no lock")
        assert not watched.left


class TestXfce(LeavingContract):
    @pytest.fixture
    def session(self, buses: Buses) -> Iterator[ManagedSession]:
        with StubLogind(buses.system) as logind, StubXfceSessionManager(buses.session) as manager:
            yield ManagedSession(manager, logind)

    def test_a_saved_session_doesnt_start_the_program(self, session: ManagedSession, watched: Watched) -> None:
        assert isinstance(session.manager, StubXfceSessionManager)
        watched.watch.hold("Stopping")
        session.wait_held()
        wait_until(lambda: session.manager.clients.keys() - session.manager.started_again, "what is set")  # type: ignore[attr-defined]

    def test_a_session_that_is_only_saved_doesnt_kill_the_program(
        self, session: ManagedSession, watched: Watched, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from tray.desktop.leaving import linux

        assert isinstance(session.manager, StubXfceSessionManager)
        monkeypatch.setattr(linux, "_SAVES_SECONDS", 0.1)
        monkeypatch.setattr(linux, "_AGAIN_SECONDS", 0.1)
        watched.watch.hold("Stopping")
        session.wait_held()
        (before,) = session.manager.clients
        session.manager.save()
        wait_until(lambda: before not in session.manager.clients, "it to be no client")
        session.wait_held()
        assert not watched.left


@pytest.mark.parametrize("address", ["unix:path=/nowhere/at/all", "nonsense"])
def test_without_buses_nothing_is_said_and_nothing_raised(
    address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    watch = leaving_watch(lambda: None, lambda: None)
    watch.hold("Stopping")
    wait_until(lambda: caplog.text.count("tells nothing of the end") == 2, "both to be given up")
    assert not watch.is_ending()
    watch.release()
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


class TestSignals:
    """What the end of the program means, where nobody has told of the session's."""

    @pytest.fixture
    def watch(self, buses: Buses) -> Iterator[LeavingWatch]:  # noqa: ARG002 - it asks on these
        watch = leaving_watch(lambda: None, lambda: None)
        yield watch
        watch.release()

    def test_it_is_not_the_sessions_end_where_nobody_says_so(self, watch: LeavingWatch) -> None:
        assert not watch.is_ending()

    @pytest.mark.parametrize(("state", "ends"), [("active", False), ("online", False), ("closing", True)])
    def test_logind_tells_that_the_session_closes(
        self, buses: Buses, watch: LeavingWatch, state: str, ends: bool
    ) -> None:
        with StubLogind(buses.system) as logind:
            logind.state = state
            assert watch.is_ending() is ends

    def test_logind_tells_that_the_system_shuts_down(self, buses: Buses, watch: LeavingWatch) -> None:
        with StubLogind(buses.system) as logind:
            logind.shut_down()
            assert watch.is_ending()

    def test_of_a_program_that_belongs_to_no_session_the_user_counts(self, buses: Buses, watch: LeavingWatch) -> None:
        with StubLogind(buses.system, auto=False) as logind:
            logind.state = "closing"
            assert watch.is_ending()

    def test_the_users_systemd_tells_that_the_desktop_goes(self, buses: Buses, watch: LeavingWatch) -> None:
        with StubLogind(buses.system), StubSystemd(buses.session) as systemd:
            watch.hold("Stopping")
            wait_until(lambda: systemd.asked, "the look before")
            assert not watch.is_ending()
            systemd.state = "deactivating"
            assert watch.is_ending()

    def test_where_systemd_never_had_it_up_it_tells_nothing(self, buses: Buses, watch: LeavingWatch) -> None:
        with StubLogind(buses.system), StubSystemd(buses.session) as systemd:
            systemd.state = "inactive"
            watch.hold("Stopping")
            wait_until(lambda: systemd.asked, "the look before")
            assert not watch.is_ending()

    def test_one_that_doesnt_answer_is_not_waited_for(self, buses: Buses, watch: LeavingWatch) -> None:
        with StubLogind(buses.system) as logind:
            logind._handlers["Get"] = lambda _: None
            assert not watch.is_ending()


class StubSystemd(BusPeer):
    """The user's systemd, as far as its graphical session goes."""

    def __init__(self, bus_address: str) -> None:
        super().__init__(bus_address, "org.freedesktop.systemd1")
        self.state = "active"
        self.asked = 0
        self._handlers |= {"Get": self._get}

    def _get(self, message: object) -> tuple[str, tuple[tuple[str, str]]]:
        assert message.body == ("org.freedesktop.systemd1.Unit", "ActiveState")  # type: ignore[attr-defined]
        self.asked += 1
        return "v", (("s", self.state),)


def test_a_session_has_a_name_that_another_has_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_SESSION_ID", "2")
    first = session_id()
    assert first == session_id()
    monkeypatch.setenv("XDG_SESSION_ID", "3")
    assert session_id() != first


def test_the_stub_sees_when_a_lock_is_closed() -> None:
    ours, theirs = os.pipe2(os.O_NONBLOCK)
    lock = Inhibitor("shutdown", "", "", "delay", ours)
    assert lock.is_held
    os.close(theirs)
    assert not lock.is_held
    os.close(ours)
