"""No word reaches the user but through `tray/texts`: shown by a language that marks those that do."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

import tray
import tray.texts
from tests.support.pseudo import every_way, functions, pseudo_language, unmarked
from tests.support.samples import NOW, notebook, snapshot
from tray.about import ORIGINS, __version__, address, place
from tray.desktop.icon import Menu
from tray.desktop.icon.base import HostState
from tray.desktop.icon.linux.hosts import no_host
from tray.fleet.snapshot import (
    LastOpened,
    Notebook,
    Notice,
    Outcome,
    Phase,
    Profile,
    Scope,
    ScopeState,
    Snapshot,
    Source,
    Task,
    View,
)
from tray.fleet.telling import notifications
from tray.menu import entries as e
from tray.menu import words
from tray.menu.layout import menu
from tray.menu.names import short
from tray.menu.stop_all import facts_of_all, stops_all
from tray.model import commands as c
from tray.model.access_keys import cut
from tray.model.activity import Reason
from tray.model.leaving import WhyNot
from tray.model.notebooks import NotebookStatus
from tray.model.notification import Notification
from tray.model.notification_kinds import NotificationKind
from tray.model.open_sessions import Meanwhile, begun
from tray.model.policy import NAMES, Form, Limits
from tray.model.power import PLATFORMS_TO_MOVE_TO, Details, Opened, StopAllQuestion, StopQuestion
from tray.model.problems import Kind, Problem, TrayError
from tray.model.searches import FoundIn, PassedOver, RegionSearch
from tray.model.sign_in import DeviceCode, Method, SignIn
from tray.model.signer import AwsProfile
from tray.model.stop_plans import Why
from tray.program import Program
from tray.settings.profiles.memory import MemoryKeyring
from tray.settings.profiles.store import ProfileStore
from tray.texts import language, problems
from tray.texts.all_notebooks import PLACES as PAGE_PLACES
from tray.texts.identity_center import PLACES as CENTER_PLACES
from tray.texts.problems.table import ADVICE, PROBLEMS
from tray.texts.reading import Reading, read_as
from tray.texts.set_up import PLACES as SET_UP_PLACES
from tray.texts.settings import PLACES as SETTING_PLACES

EVERY_STATUS = tuple(map(str, NotebookStatus))
NOT_RUNNING = tuple(status for status in EVERY_STATUS if status != NotebookStatus.IN_SERVICE)

# Arguments that are keys and no values, with those that the texts know.
KEYS: dict[str, tuple[str, ...]] = {
    "doing": ("opening", "reading", "storing", "removing", "finding", "looking"),
    "part": ("name", "aws-profile", "regions", "secret", "token", "newer"),
    "platform": ("linux", "darwin", "win32"),
    "remedy": ("any", "budgie", "gnome", "xfce", "kde", "mate", "lxqt", "x-cinnamon", "waybar", "i3"),
    "system": ("linux", "darwin", "win32"),
    "what": ("login-items", "task-manager", "policy", "§7§"),
    "how": ("mfa", "browser", "login", "process", "keys", "nothing", "token"),
    "feature": ("profiles", "config", "mfa", "§7§"),
}
# The same, of one text alone.
OF_ONE: dict[str, dict[str, tuple[str, ...]]] = {
    **{
        each: {"typed": ((), ("--if-idle", "2h"))}  # type: ignore[dict-item]
        for each in ("may-never-start-again", "not-confirmed", "none-confirmed")
    },
    "looks-off": {"typed": ((), ("--yes",)), "if_idle": ("2h",)},  # type: ignore[dict-item]
    "value-missing": {"field": ("name", "key_id", "secret", "region")},
    "not-removed": {"what": ("§1§",)},
    "claim-unusable": {"fault": ("full", "gone", "refused")},
    "for-so-long": {"doing": ("§1§",)},
    "where-to-sign-in": {"line": ("sign-in", "mfa", "")},
    "several-ended": {"meanwhile": tuple(each.name for each in Meanwhile)},
    "notification-kind": {"kind": tuple(NotificationKind)},
    "not-running-any-more": {"state": ("", *NOT_RUNNING)},
    "no-address": {"page": ("§1§",)},
    "start-failed": {
        "cause": ("capacity", "quota", "lifecycle-slow", "lifecycle-failed", "other"),
        "in_log": ("", "line-ends", "no-network", "no-command"),
    },
    "reason": {"why": ("", *(each.value for each in (*Why, *WhyNot)))},
    "cannot-be-told": {"reason": tuple(reason.value for reason in Reason)},
    "cannot-move-now": {"state": ("§8§", *EVERY_STATUS)},
    "no-way-back": {"to": PLATFORMS_TO_MOVE_TO},
    "showing-page": {"page": tuple(c.Page)},
    **{each: {"origin": ORIGINS} for each in ("about", "version-line", "origin-words")},
    **{each: {"name": NAMES} for each in ("title", "meaning", "default")},
    "beside": {"what": ("§1§",)},
    "policy-forbids": {"what": (*(each.name for each in fields(Limits) if each.type == "bool"), "view")},
    "policy-not-trusted": {"fault": ("owner", "writable", "elsewhere")},
    "policy-value-wrong": {"wanted": tuple(each.name.lower() for each in Form)},
    "no-tray": {"state": tuple(state.value for state in HostState if state is not HostState.PRESENT)},
    "not-running": {"state": (*NOT_RUNNING, "§8§")},
    "autostart": {"state": ("on", "off", "disabled", "other", "gone")},
    "tray": {"state": tuple(state.value for state in HostState)},
    "status": {"status": ("§9§", "", *EVERY_STATUS)},
    "cannot-open": {"status": ("§9§", "", *NOT_RUNNING)},
    "state": {"name": ("ok", "warning", "failed", "skipped")},
    "link-not-copied": {"why": ("kept-open", "no-memory", "refused", "taken", "busy", "closed", "no-desktop")},
    "sign-in-timed-out": {"why": ("browser", "confirmed", "allowed")},
    "setup-file-wrong": {"wanted": ("number", "switch", "table", "tables", "text", "texts", "view")},
    "setup-link-failed": {"why": ("status", "certificate", "slow", "unreachable")},
    "proxy-unusable": {"fault": ("socks", "scheme", "capitals", "address")},
    "proxy-unreachable": {"fault": ("name", "certificate", "time", "connection")},
    "not-running-here": {"asked": ("refresh", "quit", "other")},
    "name-refused": {"fault": ("empty", "long", "unseen", "spaced")},
    "credential-process-failed": {"what": ("ended", "expired", "told", "status")},
    "credential-process-broken": {
        "what": (
            *("command", "start", "not-found", "shell", "interpreter", "nothing-run", "signal", "words", "json"),
            *("version", "missing", "expiration", "text"),
        ),
        "missing": (("§1§",), ("§1§", "§2§")),  # type: ignore[dict-item]
    },
    "aws-settings-missing": {
        "missing": (("§1§",), ("§1§", "§2§", "§3§")),  # type: ignore[dict-item]
    },
}
# What the places of some texts are filled with by the texts themselves: what is typed, and AWS's words.
INSERTED = (
    *("--profile", "--region", address("Issues"), *EVERY_STATUS, *PLATFORMS_TO_MOVE_TO),
    *(f"{{{each}}}" for each in (*PAGE_PLACES, *SETTING_PLACES, *SET_UP_PLACES, *CENTER_PLACES)),
)
# What makes a problem of a code, with the places that it fills by itself.
IMPLIED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("TrayError", "of", "keyring_error", "_usage", "_refused", "_desktop_error"), ()),
    "_error": ("process",),
    "_failed": ("name",),
    "_unreachable": ("region", "profile"),
    "_refuse": ("config",),
    "sign_in": ("aws_profile", "profile", "how"),
}
NO_PLACES = ("kind", "status", "sign_in", "again")
# AWS's own words, product names, and what is typed, which no language changes.
PROPER = (
    "JupyterLab",
    "Jupyter",
    "notebook-tray list",
    "notebook-tray keep NAME",
    "notebook-tray profiles discover",
    "notebook-tray signin",
    *EVERY_STATUS,
)


@pytest.fixture(autouse=True)
def _pseudo() -> Iterator[None]:
    with pseudo_language():
        yield


def said(found: object) -> list[str]:
    match found:
        case str():
            return [found]
        case _:
            return [text for each in found for text in said(each)]  # type: ignore[attr-defined]


def modules() -> Iterator[Any]:
    for found in pkgutil.walk_packages(tray.texts.__path__, "tray.texts."):
        module = __import__(found.name, fromlist=["x"])
        if found.name not in (
            "tray.texts.clock",  # test_clock.py
            "tray.texts.language",
            "tray.texts.problems",
            "tray.texts.problems.table",
            "tray.texts.shell",
            "tray.texts.reading",
        ):
            yield module


def test_a_word_that_did_not_go_through_the_texts_is_seen() -> None:
    assert unmarked(f"{language._('Open {name}', name='a')} now") == ["a", "now"]
    assert unmarked(language.plural("{number} of {x}", "{number} of {x}", 2, x="b"), ["b"]) == []


@pytest.mark.parametrize("where", Reading, ids=lambda where: where.name)
@pytest.mark.parametrize("module", list(modules()), ids=lambda module: module.__name__)
def test_every_text_is_all_translated(module: Any, where: Reading) -> None:
    made = [
        each for each in functions(module) if each not in (getattr(module, "problem", 0), getattr(module, "advice", 0))
    ]
    if module.__name__ == "tray.texts.help":
        made = []  # see below
    for words_of in made:
        code = words_of.__name__.replace("_", "-")
        for places in every_way(words_of, KEYS | OF_ONE.get(code, {})):
            with read_as(where):
                found = said(words_of(**places))
            for text in found:
                assert unmarked(text, INSERTED) == [], (code, places)


def test_every_problem_is_in_the_table_with_its_places_and_none_is_there_for_nothing() -> None:
    """A code without words would fail when it is shown, which no type checker sees."""
    used: set[str] = set()
    for path in Path(tray.__file__).parent.rglob("*.py"):
        if "texts" in path.parts or "demo" in path.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in PROBLEMS | ADVICE:
                used.add(node.value)
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = getattr(node.args[0], "value", None)
            if called in ("TrayError", "advised") and isinstance(first, str):
                assert first in PROBLEMS | ADVICE, f"{path}: {first}"
            codes = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and arg.value in PROBLEMS]
            if not codes or called not in IMPLIED:
                continue
            given = {word.arg: None for word in node.keywords if word.arg not in NO_PLACES}
            signature = inspect.signature(PROBLEMS[codes[0]])
            # With `**places`, others are given too.
            bind = signature.bind_partial if None in given else signature.bind
            bind(**{name: None for name in (*given, *IMPLIED[called]) if name is not None})
    for words_of in PROBLEMS.values():
        assert set(NO_PLACES).isdisjoint(inspect.signature(words_of).parameters), "TrayError would take it for its own"
    assert set(PROBLEMS) | set(ADVICE) == used | {"sample"}


def test_no_function_hides_another_of_its_code() -> None:
    for module in (getattr(problems, name) for name in problems.__all__ if not name.endswith("_of")):
        source = Path(module.__file__).read_text(encoding="utf-8")
        names = re.findall(r"^@(?:problem|advice)\ndef (\w+)", source, re.MULTILINE)
        for name in names:
            table = {**PROBLEMS, **ADVICE}
            assert table[name.replace("_", "-")].__module__ == module.__name__


def test_an_error_is_english_for_the_log_whatever_the_user_reads() -> None:
    error = TrayError("no-such-profile", profile="x", known=(), in_aws_files=False)
    assert str(error) == "No such profile: There is no profile “x”. There are none yet."
    assert error.problem.title == "⟦No such profile⟧"


CORP = SignIn(Method.BROWSER, "corp", "§corp§")
PHONE = SignIn(Method.MFA, "admin", "§admin§")
PROBLEM = Problem.of("no-longer-there")
MENDED = [Problem.of("own-error", Kind.SIGN_IN, sign_in) for sign_in in (CORP, PHONE)]
KEY = "AKIAIOSFODNN7EXAMPLE"
VALUES = (
    *PROPER,
    short(place(), 48),
    __version__,
    "§corp§",
    "§admin§",
    "research",
    "lab",
    "third",
    "eu-west-1",
    "us-east-1",
    "notebook-al2-v1",
    *(f"ml.t3.{size}" for size in ("medium", "large", "xlarge")),
    cut(KEY),
)
OPEN = c.OpenNotebook("research", notebook("1").arn, View.CLASSIC, 5400)
COPY = c.CopyLink("research", notebook("1").arn, View.LAB, 5400)
EVERY_COMMAND: tuple[c.Command, ...] = (
    OPEN,
    COPY,
    c.Refresh(),
    c.FollowProfiles(),
    c.BeginSignIn(CORP),
    c.BeginSignIn(PHONE),
    c.CancelSignIn(CORP),
    c.SetSessionLength(1800),
    c.SetView(View.LAB),
    c.SetLeftRunning(12, "research"),
    c.CheckProfile("third"),
    c.UncheckProfile("lab"),
    c.FindNotebooks("research"),
    c.ForgetFound("research"),
    c.SetRegions("research", ("eu-west-1",)),
    c.SetAutostart(True),
    c.SetNotifications(NotificationKind.DONE, False),
    c.AskToStopAll((("research", notebook("1").arn),)),
    c.StopAll((("research", notebook("1").arn),)),
    c.KeepAllRunning(),
    c.SetLooks(True),
    c.KeepAtTop("§1§", True),
    c.FollowChoices(),
    c.CopyDetails("§9§"),
    c.OpenLog(),
    c.CheckComputer(),
    c.ShowPage(c.Page.DOCUMENTATION),
    c.ShowPage(c.Page.ISSUES),
    c.Quit(),
)


def many(count: int, profile: str = "research") -> list[Notebook]:
    return [notebook(f"{at:03}", "InService" if at % 3 else "Stopped", profile) for at in range(count)]


def scope(region: str, problem: Problem | None, profile: str = "research") -> ScopeState:
    return ScopeState(Scope(profile, region, AwsProfile(profile)), (), NOW - 100, problem)


PROFILES = (
    Profile("research", "research", session_seconds=1800),
    Profile("lab", "third", session_seconds=5400, view=View.CLASSIC),
    Profile("third", "", ("us-east-1",), access_key_id=KEY),
)
STALE = replace(scope("eu-west-1", PROBLEM), notebooks=tuple(many(3)))

SEARCHES = (
    RegionSearch("research", NOW, empty=("eu-west-1",), account="111122223333", over=True),
    RegionSearch(
        "lab",
        NOW,
        found=(FoundIn("eu-west-1", 1000, more=True), FoundIn("us-east-1", 1)),
        passed_over=(PassedOver("eu-west-2", PROBLEM),),
        offered=("eu-west-1", "us-east-1"),
        over=True,
    ),
)

SNAPSHOTS = {
    "starting": Snapshot(),
    "every status": snapshot(*(notebook(f"{at}", status) for at, status in enumerate([*EVERY_STATUS, "", "§8§"]))),
    "same names": snapshot(notebook("1"), notebook("1", region="us-east-1"), notebook("1", profile="lab")),
    "one": snapshot(notebook("1"), recent=(LastOpened("research", notebook("1").arn),), starts_at_login=True),
    "last is stopped": snapshot(notebook("1", "Stopped"), recent=(LastOpened("research", notebook("1").arn),)),
    "opened lately": snapshot(
        *many(20), recent=tuple(LastOpened("research", notebook(f"{at:03}").arn) for at in range(5))
    ),
    "open": snapshot(
        notebook("1"),
        sessions=(begun("research", notebook("1").arn, View.LAB, 43200, since=NOW - 60, signed_until=None),),
    ),
    "kept": snapshot(*many(20), kept=tuple(notebook(f"{at:03}").arn for at in range(7))),
    "many": snapshot(*many(50), starts_at_login=False),
    "too many": snapshot(*many(300)),
    "stop all": snapshot(
        notebook("1"),
        notebook("2"),
        opened=tuple(Opened("research", notebook(name).arn, NOW) for name in "12"),
        stop_all=StopAllQuestion(
            (
                StopQuestion(notebook("1"), None, None, NOW),
                StopQuestion(notebook("2"), None, None, NOW, not_looked=True),
            ),
            (StopQuestion(notebook("3"), Details("notebook-al2-v1"), None, NOW),),
            NOW,
        ),
        looks_off=True,
    ),
    "old platforms": snapshot(
        notebook("1"), notebook("2", "Stopped"), platforms={notebook(name).arn: "notebook-al2-v1" for name in "12"}
    ),
    "many old platforms": snapshot(*many(6), platforms={each.arn: "notebook-al2-v1" for each in many(6)}),
    "profiles": snapshot(*many(60), *many(60, "lab"), *many(60, "third")),
    "many profiles": snapshot(*(notebook(f"{at}", "InService", f"{at % 60:02}") for at in range(200))),
    "none": snapshot(profiles=(), aws_profiles=()),
    "none yet": snapshot(profiles=(), aws_profiles=tuple(f"{at}" for at in range(40))),
    "no notebooks": snapshot(scopes=(scope("eu-west-1", None),)),
    "no notebooks anywhere": snapshot(
        scopes=(scope("eu-west-1", None), scope("us-east-1", None, "lab")), profiles=PROFILES, searches=SEARCHES
    ),
    "looking": snapshot(doing=(c.FindNotebooks("lab"),), searches=(RegionSearch("lab", NOW, ("eu-west-1",)),)),
    "no notebooks of two": snapshot(
        notebook("1"),
        scopes=(
            replace(scope("eu-west-1", None), notebooks=(notebook("1"),)),
            scope("eu-west-1", None, "lab"),
            scope("us-east-1", None, "third"),
        ),
        profiles=PROFILES,
    ),
    "not read": snapshot(keyring_read=False, profiles=(), phase=Phase.LISTING),
    "listing": snapshot(phase=Phase.LISTING),
    "settings": snapshot(notebook("1"), profiles=PROFILES, aws_profiles=("research", "§9§")),
    "two lengths": snapshot(notebook("1"), profiles=PROFILES[:2], aws_profiles=()),
    "odd length": snapshot(notebook("1"), profiles=PROFILES[1:2]),
    "keyring": snapshot(
        problems=((Source.KEYRING, Problem.of("index-newer", Kind.KEYRING)), (Source.AWS_CONFIG, PROBLEM))
    ),
    "a problem": snapshot(scopes=(STALE,)),
    "many problems": snapshot(
        problems=tuple((f"{at}", PROBLEM) for at in range(9)), scopes=(scope("us-east-1", PROBLEM),)
    ),
    "sign-ins": snapshot(scopes=(scope("eu-west-1", MENDED[0]), scope("us-east-1", MENDED[1], "lab"))),
    "one sign-in of two": snapshot(problems=(("research", MENDED[0]), ("lab", MENDED[0]))),
    "many sign-ins": snapshot(
        problems=tuple(
            (f"{at}", replace(PROBLEM, sign_in=SignIn(Method.BROWSER, f"{at}", f"{at}"))) for at in range(40)
        )
    ),
    **{f"doing {at}": snapshot(notebook("1"), doing=(command,)) for at, command in enumerate(EVERY_COMMAND)},
    "many waiting": snapshot(doing=tuple(c.BeginSignIn(SignIn(Method.MFA, f"{at}", f"{at}")) for at in range(9))),
    **{
        f"failed {at}": snapshot(notebook("1"), notice=Notice(command, PROBLEM))
        for at, command in enumerate(EVERY_COMMAND)
    },
}


@pytest.mark.parametrize("inline", [False, True], ids=["beside", "inline"])
@pytest.mark.parametrize("known", SNAPSHOTS.values(), ids=SNAPSHOTS.keys())
def test_the_menu_and_the_tooltip(known: Snapshot, inline: bool) -> None:
    def check(entries: tuple[e.Entry, ...]) -> None:
        # A problem is in several lines, which are cut between words.
        assert unmarked(" ".join(entry.label for entry in entries), VALUES) == []
        for entry in entries:
            check(entry.children)

    check(menu(known, NOW, inline=inline))
    assert unmarked(words.tooltip(known), VALUES) == []


class Icon:
    """What is told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.icon = self.attention = self.title = None

    def notify(self, notification: Notification) -> None:
        self.told += [notification.title, notification.whole_text, *(label for label, _command in notification.actions)]

    def withdraw(self, about: str) -> None: ...

    def update_menu(self) -> None: ...

    def stop(self) -> None: ...


@pytest.fixture
def icon() -> Icon:
    return Icon()


@pytest.fixture
def program(icon: Icon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    return Program(icon, ProfileStore(MemoryKeyring(), tmp_path / "lock"))  # type: ignore[arg-type]


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=lambda command: type(command).__name__)
def test_the_notifications_of_tasks(program: Program, icon: Icon, command: c.Command) -> None:
    for outcome, problem in ((Outcome.DONE, None), (Outcome.CANCELLED, None), (Outcome.FAILED, PROBLEM)):
        program.telling.ended(Task(command, NOW), outcome, problem)
    assert len(icon.told) >= 2
    for text in icon.told:
        assert unmarked(text, VALUES) == []


def test_the_other_notifications(program: Program, icon: Icon) -> None:
    program.telling.error(ValueError())
    program.telling.code(DeviceCode("§code§", "", "", 60))
    program.telling.refreshed(snapshot(problems=(("research", MENDED[0]),)).listing)
    assert len(icon.told) == 8
    for text in icon.told:
        assert unmarked(text, [*VALUES, "§code§"]) == []


def test_the_notification_of_a_search(program: Program, icon: Icon) -> None:
    for search in SEARCHES:
        program.telling.found(search)
    assert len(icon.told) == 4
    for text in icon.told:
        assert unmarked(text, VALUES) == []


def test_the_notifications_of_sessions(program: Program, icon: Icon) -> None:
    one = begun("research", "arn:x/§1§", View.LAB, 7200, since=NOW, signed_until=None)
    for limited in (False, True):
        program.notifier.answer(notifications.session_ends(replace(one, limited=limited), "§2§", 15))
    short_lived = replace(one, limited=True, ends=NOW + 600)
    program.notifier.answer(notifications.session_ends(short_lived, "§2§", 5))
    program.notifier.answer(notifications.session_ended(one, "§2§"))
    several = tuple(replace(one, arn=f"arn:x/§{at}§") for at in range(1, 8))
    program.notifier.answer(notifications.sessions_end(several, "§2§"))
    for meanwhile in Meanwhile:
        program.notifier.answer(notifications.sessions_ended(several, meanwhile))
    assert len(icon.told) == 22
    for text in icon.told:
        assert unmarked(text, VALUES) == []


def test_the_notification_that_a_notebook_instance_is_ready(program: Program, icon: Icon) -> None:
    opens = c.OpenNotebook("research", "arn:x/§1§", View.LAB, 1800)
    program.notifier.show(notifications.ready(c.StartNotebook("research", opens.arn, opens), opens))
    assert len(icon.told) == 3
    for text in icon.told:
        assert unmarked(text) == []


def test_the_notifications_of_what_can_be_stopped(program: Program, icon: Icon) -> None:
    opens = c.OpenNotebook("research", "arn:x/§1§", View.LAB, 1800)
    program.notifier.show(notifications.ready(c.StartNotebook("research", opens.arn, opens), opens, stops=True))
    known = SNAPSHOTS["stop all"].stop_all
    assert known is not None
    program.notifier.show(notifications.asked_all(known, facts_of_all(known, NOW), stops_all(known)))
    assert len(icon.told) == 8
    for text in icon.told:
        assert unmarked(text, VALUES) == []


def test_the_notifications_of_the_icon_without_a_program(
    icon: Icon, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from tray import app as resident

    monkeypatch.setattr(resident, "icon_class", lambda: lambda *_, **__: icon)
    app = resident.App(lambda: None)  # type: ignore[arg-type, return-value]
    app._failed(ValueError())
    app._show_yourself()
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "GNOME")
    app._say_no_host(HostState.NO_WATCHER)
    starting = [str(item.text) for item in app._items() if item is not Menu.SEPARATOR]
    assert (len(icon.told), len(starting)) == (7, 2)
    for text in (*icon.told, *starting, capsys.readouterr().err):
        assert unmarked(text) == []


@pytest.mark.parametrize(
    "desktop", ["GNOME", "KDE", "sway", "i3", "XFCE", "MATE", "LXQt", "X-Cinnamon", "Budgie:GNOME", ""]
)
def test_what_a_desktop_without_a_tray_is_told(desktop: str) -> None:
    for state in HostState:
        if state is not HostState.PRESENT:
            assert unmarked(no_host(state, desktop).text()) == []
