from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.samples import notebook, snapshot
from tests.support.waiting import wait_until
from tray.desktop.icon.artwork import Artwork
from tray.fleet.snapshot import Phase, Scope, ScopeState, View
from tray.model.activation import Activation
from tray.model.commands import BeginSignIn, OpenLog, OpenNotebook, SetNotifications
from tray.model.notification import Notification
from tray.model.notification_kinds import NotificationKind
from tray.model.problems import Kind, Problem
from tray.model.sign_in import Method, SignIn
from tray.model.signer import AwsProfile
from tray.program import Program
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.store import ProfileStore


class SlowIcon:
    """An icon that does nothing but hold what it is given, and lets others overtake whoever gives it."""

    def __init__(self) -> None:
        self.art: list[Artwork] = []
        self.told: list[Notification | str] = []
        self.meanwhile: Callable[[], None] | None = None
        self.attention = False
        self.title = ""

    @property
    def icon(self) -> Artwork:
        return self.art[-1]

    @icon.setter
    def icon(self, art: Artwork) -> None:
        if (meanwhile := self.meanwhile) is not None:
            self.meanwhile = None
            other = threading.Thread(target=meanwhile)
            other.start()
            other.join(0.3)  # as far as it gets
        self.art.append(art)

    def update_menu(self) -> None:
        pass

    def take_activation(self) -> None:
        pass

    def stop(self) -> None:
        pass

    def notify(self, notification: Notification) -> None:
        self.told.append(notification)

    def withdraw(self, about: str) -> None:
        self.told.append(about)


@pytest.fixture
def icon() -> SlowIcon:
    return SlowIcon()


@pytest.fixture
def program(icon: SlowIcon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    return Program(icon, ProfileStore(MemoryKeyring(), tmp_path / "lock"))  # type: ignore[arg-type]


class RecordingCloud:
    """The way to AWS, of which nothing is asked but to be ready; it takes its time."""

    def __init__(self) -> None:
        self.warmed: list[Scope] = []
        self.let_go = threading.Event()

    def warm(self, scope: Scope) -> None:
        self.warmed.append(scope)
        self.let_go.wait(30)


def test_opening_the_menu_readies_the_connection_of_the_likely_click(program: Program) -> None:
    cloud = RecordingCloud()
    program._warming._cloud = cloud  # type: ignore[assignment]
    program.menu_opened()  # knows of nothing yet
    known = snapshot(notebook("a", "Stopped"), notebook("b", region="us-east-1"), notebook("c", region="eu-west-2"))
    program._state.change(lambda _: known)
    wait_until(lambda: program.menu_opened() or cloud.warmed, "the first that runs to be made ready")
    program.menu_opened()  # as hosts do: more than once
    cloud.let_go.set()
    assert [scope.region for scope in cloud.warmed] == ["us-east-1"]
    program._do(OpenNotebook("research", known.listing.notebooks[2].arn, View.LAB, 1800))
    wait_until(lambda: program.menu_opened() or len(cloud.warmed) > 1, "the one opened last to be made ready")
    assert cloud.warmed[1].region == "eu-west-2"


def test_an_update_that_is_overtaken_does_not_leave_an_older_state_behind(program: Program, icon: SlowIcon) -> None:
    state = program._state
    resting = snapshot()
    icon.meanwhile = lambda: state.change(lambda _: resting)
    state.listing.set(replace(resting.listing, phase=Phase.LISTING))
    wait_until(lambda: len(icon.art) == 2, "both updates")
    assert icon.art[-1] is program._updates._art["idle"]


def test_a_connection_that_cannot_be_readied_is_tried_again_at_the_next_opening(program: Program) -> None:
    class Broken:
        tried = 0

        def warm(self, _: Scope) -> None:
            self.tried += 1
            raise ZeroDivisionError

    program._warming._cloud = broken = Broken()  # type: ignore[assignment]
    program._state.change(lambda _: snapshot(notebook("a")))
    wait_until(lambda: program.menu_opened() or broken.tried >= 2, "a second try")


def test_errors_of_our_own_are_told_once(program: Program, icon: SlowIcon, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    workers = program._workers("broken", 1)
    for _ in range(3):
        workers.start(broken)
    workers.submit(lambda: None).result(30)
    (told,) = icon.told
    assert isinstance(told, Notification)
    assert (told.title, told.actions) == ("An error in Notebook Tray", (("Open log", OpenLog()),))
    assert caplog.text.count("“broken” failed") == 3


CORP = SignIn(Method.BROWSER, "corp", "corp")
EXPIRED = Problem.of("own-error", Kind.SIGN_IN, CORP)


def shown(icon: SlowIcon) -> list[Notification]:
    return [told for told in icon.told if isinstance(told, Notification)]


def refreshed(program: Program, *problems: tuple[str, Problem]) -> None:
    """Have a refresh end with these problems."""
    fine = [name for name in ("research", "lab") if name not in dict(problems)]
    listing = snapshot(
        problems=problems, scopes=tuple(ScopeState(Scope(name, "eu-west-1", AwsProfile(name))) for name in fine)
    ).listing
    for phase in (Phase.LISTING, Phase.RESTING):
        program._state.listing.set(replace(listing, phase=phase))


def test_an_expired_sign_in_is_told_with_a_button_until_it_is_done(program: Program, icon: SlowIcon) -> None:
    refreshed(program, ("research", EXPIRED), ("lab", EXPIRED))
    (told,) = shown(icon)
    assert (told.kind, told.actions) == (NotificationKind.SIGN_IN, (("Sign in", BeginSignIn(CORP)),))
    assert told.where == "Choose “Sign in to …” in the menu."
    refreshed(program, ("research", EXPIRED), ("lab", EXPIRED))
    assert icon.told == [told]
    refreshed(program)
    assert icon.told == [told, told.about]


def test_a_kind_that_is_turned_off_is_not_shown(program: Program, icon: SlowIcon) -> None:
    program.controller.do(SetNotifications(NotificationKind.SIGN_IN, on=False))
    refreshed(program, ("research", EXPIRED))
    program.controller.do(SetNotifications(NotificationKind.SIGN_IN, on=True))
    refreshed(program, ("research", EXPIRED), ("lab", EXPIRED))
    assert [told.title for told in shown(icon)] == ["Signing in needed for lab"]


def test_the_button_does_what_the_menu_does(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[object, object]] = []
    monkeypatch.setattr(program.controller, "do", lambda command, activation: done.append((command, activation)))
    ended: list[bool] = []
    for_the_browser, for_nothing = Activation("a", ended.append), Activation("b", ended.append)
    program.act(BeginSignIn(CORP), for_the_browser)
    program.act(OpenLog(), for_nothing)
    assert done == [(BeginSignIn(CORP), for_the_browser), (OpenLog(), None)]
    assert (for_the_browser.token, for_nothing.token, ended) == ("a", "", [False])


def test_a_page_that_is_asked_for_while_the_program_starts_is_opened_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    from tray import app as resident
    from tray.desktop.single_instance.messages import InstanceRequest
    from tray.model.commands import ShowSettings

    monkeypatch.setattr(resident, "icon_class", lambda: lambda *_, **__: SimpleNamespace())
    monkeypatch.setattr("tray.runtime.logs.start_logging", lambda: None)
    app = resident.App(lambda: None)  # type: ignore[arg-type, return-value]
    done: list[object] = []

    class Started:
        controller = SimpleNamespace(do=done.append)

        def __init__(self, *_: object, **__: object) -> None: ...

        def start(self) -> None:
            app._asked(InstanceRequest.SETTINGS)

    monkeypatch.setattr("tray.program.Program", Started)
    monkeypatch.setattr(app, "_watch_display", lambda: None)
    app._start_program()
    assert done == [ShowSettings()]
    app._asked(InstanceRequest.SETTINGS)
    assert done == [ShowSettings()] * 2
