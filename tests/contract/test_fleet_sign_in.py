"""Sign-ins as the tray does them: nothing is asked unless the person clicks, and one click serves all it can."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.endpoint import Endpoint
from tests.support.services import Services
from tests.support.sign_in import ACCOUNT, CENTER, REGION, START_URL, MovableClock, come_back, decide, identity_center
from tests.support.waiting import wait_until
from tray.aws.cloud import Cloud
from tray.fleet.refreshing.expiries import Expiries
from tray.fleet.snapshot import Phase
from tray.menu.signing_in import sign_in_entries, sign_ins_needed
from tray.model.commands import BeginSignIn, CancelSignIn
from tray.model.identity_center import CenterRole, center_at
from tray.model.problems import Kind
from tray.model.sign_in import Method, SignIn
from tray.pages.prompts import BrowserPrompts
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.model import Profile
from tray.settings.profiles.store import ProfileStore

CORP = SignIn(Method.BROWSER, "corp", "corp")
MANY = 50
CONFIG = f"[sso-session corp]\nsso_start_url = {START_URL}\nsso_region = {REGION}\n" + "".join(
    f"[profile p{at:02}]\nsso_session = corp\nsso_account_id = {ACCOUNT}\nsso_role_name = Analyst\nregion = {REGION}\n"
    for at in range(MANY)
)


class Tray(Services):
    """Services whose browser's user does what `does` says with each page."""

    def __init__(self, endpoint: Endpoint, store: ProfileStore, does: Callable[[str], object]) -> None:
        super().__init__(store, clock=time.time, make_prompts=lambda _: BrowserPrompts(self._open))
        self.endpoint = endpoint
        self.does = does
        self.opened: list[str] = []

    @property
    def signed_in(self) -> list[SignIn]:
        return [command.sign_in for command in self.done() if isinstance(command, BeginSignIn)]

    def _open(self, url: str) -> None:
        self.opened.append(url)
        threading.Thread(target=self.does, args=[url], daemon=True).start()

    def listed(self) -> None:
        wait_until(lambda: self.listing.phase is Phase.RESTING and len(self.listing.scopes) == MANY, "all to be listed")

    def _seen(self) -> int:
        # All see the same one, which is one of the listing's.
        return sum(len(state.notebooks) for state in self.listing.scopes)

    def all_running(self) -> None:
        wait_until(lambda: self._seen() == MANY and not any(self.listing.all_problems), "notebooks")

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
    assert {problem.kind for _, problem in tray.listing.all_problems} == {Kind.SIGN_IN}
    assert list(sign_ins_needed(tray.snapshot)) == [CORP]
    assert [entry.label for entry in sign_in_entries(tray.snapshot)] == [f"Sign in to corp ({MANY} profiles)…"]
    assert (tray.opened, tray.told) == ([], [])
    assert tray.calls("GetRoleCredentials") == 0

    tray.do(BeginSignIn(CORP))
    tray.all_running()
    assert (len(tray.opened), tray.signed_in, tray.told) == (1, [CORP], [])
    assert sign_in_entries(tray.snapshot) == ()


def test_signed_in_sessions_that_end_while_nobody_is_there_open_nothing(tray: Tray, endpoint: Endpoint) -> None:
    tray.refresher.start()
    tray.listed()
    tray.do(BeginSignIn(CORP))
    tray.all_running()
    expiries = Expiries()
    assert expiries.news(tray.listing) == ()

    clock = endpoint.world.clock
    assert isinstance(clock, MovableClock)
    clock.offset += timedelta(days=1)
    for _ in range(3):  # the night's refreshes
        tray.refresher.refresh()
        wait_until(lambda: len(list(tray.listing.all_problems)) == MANY, "all to have expired")
        tray.listed()
    assert len(tray.opened) == 1
    assert tray.told == []
    assert len(expiries.news(tray.listing)) == MANY
    assert expiries.news(tray.listing) == ()


def test_a_sign_in_that_another_program_does_is_noticed(tray: Tray) -> None:
    tray.refresher.start()
    tray.listed()
    elsewhere = Cloud()
    elsewhere.sign_in(CORP, BrowserPrompts(tray._open))
    tray.all_running()
    assert tray.signed_in == []


def test_a_refusal_is_told_and_the_line_stays(tray: Tray) -> None:
    tray.does = lambda url: come_back(decide(url, "deny"))
    tray.refresher.start()
    tray.listed()
    tray.do(BeginSignIn(CORP))
    wait_until(lambda: tray.told, "the failure to be told")
    wait_until(lambda: not tray.snapshot.tasks.sign_ins, "it to be over")
    assert tray.told[0][0] == "Signing in to corp"
    assert list(sign_ins_needed(tray.snapshot)) == [CORP]


def test_cancelling_ends_it_without_a_word(tray: Tray) -> None:
    asked = threading.Event()
    tray.does = lambda _: asked.set()
    tray.refresher.start()
    tray.listed()
    tray.do(BeginSignIn(CORP))
    tray.do(BeginSignIn(CORP))
    assert asked.wait(60)
    assert tray.snapshot.tasks.sign_ins == (CORP,)
    tray.do(CancelSignIn(CORP))
    wait_until(lambda: not tray.snapshot.tasks.sign_ins, "it to be over")
    assert (tray.told, tray.signed_in, len(tray.opened)) == ([], [], 1)


def test_roles_without_an_aws_config_share_one_sign_in(endpoint: Endpoint, home: Path, tmp_path: Path) -> None:
    (home / ".aws" / "config").write_text("")
    store = ProfileStore(MemoryKeyring(), tmp_path / "lock")
    role = CenterRole(center_at(START_URL, REGION), ACCOUNT, "Analyst")
    for at in range(3):
        store.add(Profile(f"r{at}", "", (REGION,), center_role=role))
    tray = Tray(endpoint, store, lambda url: come_back(decide(url)))
    tray.refresher.start()
    wait_until(lambda: len(list(tray.listing.all_problems)) == 3, "all to be listed")
    assert [entry.label for entry in sign_in_entries(tray.snapshot)] == ["Sign in to acme.awsapps.com (3 profiles)…"]
    (needed,) = sign_ins_needed(tray.snapshot)
    tray.do(BeginSignIn(needed))
    wait_until(lambda: not any(tray.listing.all_problems) and tray.listing.notebooks, "notebooks")
    assert (len(tray.opened), sign_in_entries(tray.snapshot)) == (1, ())
