"""Sign-ins as the tray does them: nothing is asked unless the person clicks, and one click serves all it can."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.sign_in import ACCOUNT, CENTER, REGION, START_URL, MovableClock, come_back, decide, identity_center
from tests.support.waiting import wait_until
from tray.aws.cloud import Cloud
from tray.demo.endpoint import Endpoint
from tray.errors import Kind
from tray.fleet.board import Board
from tray.fleet.expiries import Expiries
from tray.fleet.refresh import Refresher
from tray.fleet.signing_in import SigningIn
from tray.fleet.values import Notice, Phase, Snapshot
from tray.menu.signing_in import sign_in_entries, sign_ins_needed
from tray.pages.surface import BrowserSurface
from tray.profiles.memory import MemoryKeyring
from tray.profiles.model import Profile
from tray.profiles.store import ProfileStore
from tray.signin import Method, SignIn
from tray.workers import Workers

CORP = SignIn(Method.BROWSER, "corp", "corp")
MANY = 50
CONFIG = f"[sso-session corp]\nsso_start_url = {START_URL}\nsso_region = {REGION}\n" + "".join(
    f"[profile p{at:02}]\nsso_session = corp\nsso_account_id = {ACCOUNT}\nsso_role_name = Analyst\nregion = {REGION}\n"
    for at in range(MANY)
)


@dataclass
class Tray:
    """The parts joined as the program joins them; the browser's person does what `does` says with each page."""

    endpoint: Endpoint
    store: ProfileStore
    does: Callable[[str], object]
    opened: list[str] = field(default_factory=list, repr=False)
    told: list[Notice] = field(default_factory=list)
    done: list[SignIn] = field(default_factory=list)
    news: list[tuple[str, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        cloud = Cloud()
        self.board = Board()
        self.refresher = Refresher(self.board, self.store, cloud, aws=Workers("aws", 16))
        self.sign_ins = SigningIn(
            self.board,
            cloud,
            self.refresher,
            make_surface=lambda _: BrowserSurface(self._open),
            on_failure=self.told.append,
            on_done=self.done.append,
        )

    def _open(self, url: str) -> None:
        self.opened.append(url)
        threading.Thread(target=self.does, args=[url], daemon=True).start()

    @property
    def snapshot(self) -> Snapshot:
        return self.board.snapshot

    def listed(self) -> None:
        wait_until(
            lambda: self.snapshot.phase is Phase.RESTING and len(self.snapshot.places) == MANY, "all to be listed"
        )

    def all_running(self) -> None:
        wait_until(lambda: len(self.snapshot.notebooks) == MANY and not any(self.snapshot.all_problems), "notebooks")

    def calls(self, operation: str) -> int:
        return sum(call.operation == operation for call in self.endpoint.recorder.calls())


@pytest.fixture
def endpoint(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    with identity_center(home, monkeypatch.setenv, CENTER, CONFIG) as endpoint:
        yield endpoint


@pytest.fixture
def tray(endpoint: Endpoint, tmp_path: Path) -> Tray:
    store = ProfileStore(MemoryKeyring(), tmp_path / "lock")
    for at in range(MANY):
        store.add(Profile(f"p{at:02}", f"p{at:02}"))
    return Tray(endpoint, store, lambda url: come_back(decide(url)))


def test_fifty_profiles_expire_unattended_and_one_click_signs_all_of_them_in(tray: Tray) -> None:
    tray.refresher.start()
    tray.listed()
    assert {problem.kind for _, problem in tray.snapshot.all_problems} == {Kind.SIGN_IN}
    assert list(sign_ins_needed(tray.snapshot)) == [CORP]
    assert [entry.label for entry in sign_in_entries(tray.snapshot)] == [f"Sign in to corp ({MANY} profiles)…"]
    assert (tray.opened, tray.told) == ([], [])
    assert tray.calls("GetRoleCredentials") == 0

    tray.sign_ins.begin(CORP)
    tray.all_running()
    assert (len(tray.opened), tray.done, tray.told) == (1, [CORP], [])
    assert sign_in_entries(tray.snapshot) == ()


def test_signed_in_sessions_that_end_while_nobody_is_there_open_nothing(tray: Tray, endpoint: Endpoint) -> None:
    tray.refresher.start()
    tray.listed()
    tray.sign_ins.begin(CORP)
    tray.all_running()
    expiries = Expiries()
    assert expiries.news(tray.snapshot) == ()

    clock = endpoint.world.clock
    assert isinstance(clock, MovableClock)
    clock.offset += timedelta(days=1)
    for _ in range(3):  # the night's refreshes
        tray.refresher.refresh()
        wait_until(lambda: len(list(tray.snapshot.all_problems)) == MANY, "all to have expired")
        tray.listed()
    assert len(tray.opened) == 1
    assert tray.told == []
    assert len(expiries.news(tray.snapshot)) == MANY
    assert expiries.news(tray.snapshot) == ()


def test_a_sign_in_that_another_program_does_is_noticed(tray: Tray) -> None:
    tray.refresher.start()
    tray.listed()
    elsewhere = Cloud()
    elsewhere.sign_in(CORP, BrowserSurface(tray._open))
    tray.all_running()
    assert tray.done == []


def test_a_refusal_is_told_and_the_line_stays(tray: Tray) -> None:
    tray.does = lambda url: come_back(decide(url, "deny"))
    tray.refresher.start()
    tray.listed()
    tray.sign_ins.begin(CORP)
    wait_until(lambda: tray.told, "the failure to be told")
    wait_until(lambda: not tray.snapshot.signing_in, "it to be over")
    assert tray.told[0].subject == "Signing in to corp"
    assert list(sign_ins_needed(tray.snapshot)) == [CORP]


def test_cancelling_ends_it_without_a_word(tray: Tray) -> None:
    asked = threading.Event()
    tray.does = lambda _: asked.set()
    tray.refresher.start()
    tray.listed()
    tray.sign_ins.begin(CORP)
    tray.sign_ins.begin(CORP)
    assert asked.wait(60)
    assert tray.snapshot.signing_in == (CORP,)
    tray.sign_ins.cancel(CORP)
    wait_until(lambda: not tray.snapshot.signing_in, "it to be over")
    assert (tray.told, tray.done, len(tray.opened)) == ([], [], 1)
