"""The page that adds profiles: what it shows, what it may ask for, and what it never gives away."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from tests.support.samples import notebook, problem
from tests.unit.test_menu_layout import find
from tests.unit.test_showing import NoFacts
from tray.app_pages.setup import asked, shown
from tray.app_pages.shared import lines
from tray.app_pages.shared.asked import ChoiceError
from tray.app_pages.site import Pages
from tray.aws.cloud import Cloud
from tray.fleet.profiles import setting_checks
from tray.fleet.profiles.adding import profile_of
from tray.fleet.profiles.first_start import FirstStart
from tray.fleet.profiles.set_up_forms import Forms, with_key
from tray.fleet.snapshot import Listing, Notice, Phase, Profile, Scope, ScopeState, Snapshot, Source, Task, Tasks
from tray.fleet.state import State
from tray.menu.entries import Entry
from tray.menu.layout import menu
from tray.menu.needs import lines_for_the_user
from tray.model import commands as c
from tray.model.access_keys import AccessKey, SealedKey
from tray.model.additions import Additions, ConfigWritten
from tray.model.identity_center import CenterRole, center_at
from tray.model.lengths import View
from tray.model.new_profiles import FromFile, KeyForm, NewProfile, SetUpFile
from tray.model.policy import Limits, Policy
from tray.model.problems import Kind, Problem, TrayError
from tray.model.profile_names import MAXIMUM_NAME_LENGTH, free_name
from tray.model.searches import FoundIn, RegionSearch
from tray.model.sign_in import Method, SignIn
from tray.model.signer import AwsProfile
from tray.pages.html import for_strangers, refusal
from tray.runtime.workers import Workers
from tray.web.app_server import AppServer

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
KEY_ID = "AKIAIOSFODNN7EXAMPLE"
NEW = NewProfile("new", "new")


def known(*profiles: Profile, unchecked: tuple[Profile, ...] = (), aws: tuple[str, ...] = ("a", "b", "c")) -> Snapshot:
    listing = Listing(Phase.RESTING, profiles=profiles, unchecked=unchecked, aws_profiles=aws, keyring_read=True)
    return Snapshot(listing)


def scope(profile: str, region: str = "eu-west-1") -> Scope:
    return Scope(profile, region, AwsProfile(profile))


def listed(state: ScopeState, *others: ScopeState, **changes: Any) -> Snapshot:
    listing = replace(known(Profile("new", "new")).listing, scopes=(state, *others))
    return Snapshot(listing, **changes)


def words(snapshot: Snapshot, name: str = "new") -> list[str]:
    """Return the lines of a result: buttons in brackets."""
    found = [each for each in shown.results(snapshot, [name]) if each.key == f"result/{name}"]
    return [f"[{each.label}]" if each.command else each.label for each in (found[0].children if found else ())]


class TestResults:
    def test_it_is_added_and_then_looked_for(self) -> None:
        adding = Snapshot(known().listing, tasks=Tasks((Task(c.AddProfiles((NEW,)), 0.0),)))
        assert words(adding) == ["Adding it to the keyring…"]
        with_key = c.AddWithKey(NEW, SealedKey(AccessKey(KEY_ID, SECRET)))
        assert words(Snapshot(known().listing, tasks=Tasks((Task(with_key, 0.0),)))) == ["Adding it to the keyring…"]
        assert words(known(Profile("new", "new"))) == ["Added. Looking for its notebook instances…"]
        assert words(listed(ScopeState(scope("new")))) == ["Added. Looking for its notebook instances…"]
        assert words(known()) == [], "it is gone again"

    def test_what_was_found_can_be_opened(self) -> None:
        running, stopped = notebook("run", profile="new"), notebook("rest", "Stopped", profile="new")
        state = ScopeState(scope("new"), (stopped, running), listed_at=1.0)
        assert words(listed(state)) == [
            "We found 2 notebook instances in eu-west-1.",
            "[Open run]",
            "[Start and open rest]",
        ]
        more = ScopeState(scope("new", "us-east-1"), (notebook("x", "Pending", profile="new"),), listed_at=1.0)
        assert words(listed(state, more))[0] == ("We found 3 notebook instances: 2 in eu-west-1, 1 in us-east-1.")
        (entry, everything) = shown.results(listed(state), ["new"])
        assert everything.command == c.ShowNotebooks()
        opens = c.OpenNotebook("new", running.arn, Profile("new", "new").view, 14400)
        assert lines.chosen((entry,), [entry.key, f"open/{running.arn}"]) == opens
        start = lines.chosen((entry,), [entry.key, f"open/{stopped.arn}"])
        assert start == c.StartNotebook("new", stopped.arn, replace(opens, arn=stopped.arn))

    def test_where_there_are_none_it_is_offered_to_look_everywhere(self) -> None:
        state = ScopeState(scope("new"), listed_at=1.0)
        assert words(listed(state)) == [
            "Added. There are no notebook instances in eu-west-1.",
            "[Look in all regions]",
        ]
        looking = Tasks((Task(c.FindNotebooks("new"), 0.0),))
        assert words(listed(state, tasks=looking))[1:] == ["Looking in all regions…"]
        search = RegionSearch(
            "new", 1.0, ("eu-west-1", "us-east-1"), found=(FoundIn("us-east-1", 2),), offered=("us-east-1",), over=True
        )
        said = words(listed(state, searches=(search,)))
        assert said[1:3] == ["new: 2 in us-east-1", "1 region was looked into"]
        assert said[-1] == "[List us-east-1]"

    def test_what_failed_of_its_buttons_is_said_beside_them(self) -> None:
        """The button stood there again, and nothing was said."""
        state = ScopeState(scope("new"), (notebook("run", profile="new"),), listed_at=1.0)
        none = ScopeState(scope("new"), listed_at=1.0)
        why = problem(kind=Kind.DENIED)
        opens = c.OpenNotebook("new", state.notebooks[0].arn, Profile("new", "new").view, 14400)
        for shown_state, command in ((state, opens), (none, c.FindNotebooks("new"))):
            said = words(listed(shown_state, tasks=Tasks(notice=Notice(command, why))))
            assert said[1:-1] == [why.title, why.message, why.remedy]
        for other in (c.FindNotebooks("other"), c.Refresh()):
            assert why.message not in words(listed(none, tasks=Tasks(notice=Notice(other, why))))
        sign_in = SignIn(Method.BROWSER, "corp", "corp")
        lacks = ScopeState(scope("new"), problem=replace(why, sign_in=sign_in))
        failed = Problem.of("profile-exists", profile="corp")
        said = words(listed(lacks, tasks=Tasks(notice=Notice(c.BeginSignIn(sign_in), failed))))
        assert said[1:] == [failed.title, failed.message, failed.remedy, "[Sign in to new…]"]

    def test_what_is_wrong_is_said_with_its_remedy_or_its_sign_in(self) -> None:
        denied = problem(kind=Kind.DENIED)
        said = words(listed(ScopeState(scope("new"), problem=denied)))
        assert said == [f"Added, but: {denied.title}. {denied.message}", denied.remedy]
        sign_in = SignIn(Method.BROWSER, "corp", "corp")
        needs = replace(denied, sign_in=sign_in)
        assert words(listed(ScopeState(scope("new"), problem=needs)))[1:] == ["[Sign in to new…]"]
        under_way = Tasks((Task(c.BeginSignIn(sign_in), 0.0),))
        assert words(listed(ScopeState(scope("new"), problem=needs), tasks=under_way))[1:] == [
            "[Cancel signing in to corp]"
        ]

    def test_what_could_not_be_added_is_said(self) -> None:
        failed = Problem.of("profile-exists", profile="new")
        notice = Snapshot(known().listing, tasks=Tasks(notice=Notice(c.AddProfiles((NEW,)), failed)))
        assert words(notice) == [failed.title, failed.message, failed.remedy]

    def test_each_of_several_that_were_refused_says_why(self) -> None:
        """The first one's words stood beside all of them."""
        exists = Problem.of("profile-exists", profile="b")
        long = Problem.of(
            "name-refused", fault="long", of_aws_profile=False, name="x" * 60, length=129, most=MAXIMUM_NAME_LENGTH
        )
        refused = Additions((("b", exists), ("x" * 129, long)))
        found = shown.results(listed(ScopeState(scope("new")), additions=refused), ["new", "b", "x" * 129])
        said = {each.label: [line.label for line in each.children] for each in found if each.children}
        assert said["b"] == [exists.title, exists.message, exists.remedy]
        (cut,) = (label for label in said if label.startswith("xxx"))
        assert len(cut) < 100
        assert said[cut] == [long.title, long.message, long.remedy]
        assert list(said)[-1] == "new", "what the user has to do something about comes first"

    def test_of_hundreds_that_were_refused_all_are_counted(self) -> None:
        names = [f"n{at}" for at in range(300)]
        refused = Additions(tuple((each, Problem.of("profile-exists", profile=each)) for each in names))
        found = shown.results(Snapshot(known().listing, additions=refused), names)
        assert len(found) == 22
        assert [found[20].label, *(each.label for each in found[20].children)] == [
            "280 more were not added",
            f"{', '.join(names[20:40])} and 260 more",
        ]

    def test_a_refusal_is_forgotten_when_it_is_tried_again(self) -> None:
        refused = Additions((("a", problem()), ("b", problem())), unwritten=problem())
        assert refused.begun(["a", "c"]) == Additions((("b", problem()),))

    def test_what_was_written_to_the_aws_config_is_said(self) -> None:
        def said(additions: Additions, *doing: c.Command) -> list[str]:
            tasks = Tasks(tuple(Task(each, 0.0) for each in doing))
            at = listed(ScopeState(scope("new"), listed_at=1.0), additions=additions, tasks=tasks)
            first = shown.results(at, ("new",))[0]
            return [first.label, *(each.label for each in first.children)]

        path, backup = "/home/ana/.aws/config", "/home/ana/.aws/config.before-notebook-tray"
        assert said(Additions(written=ConfigWritten(("sso-session acme", "profile lab"), path, backup))) == [
            "AWS config file",
            f"Added to the end of {path}: [sso-session acme], [profile lab].",
            f"The file as it was before is kept as {backup}.",
        ]
        assert said(Additions(written=ConfigWritten(("profile lab",), path)))[-1] == (
            "The file is new: there was none before."
        )
        many = tuple(f"profile {at}" for at in range(100))
        assert "[profile 19] and 80 more." in said(Additions(written=ConfigWritten(many, path)))[1]
        assert said(Additions(written=ConfigWritten((), path))) == [
            "AWS config file",
            f"{path} has these roles already: nothing was written.",
        ]
        assert said(Additions(), c.WriteAwsConfig((NEW,))) == ["AWS config file", "Writing to it…"]
        failed = Problem.of("config-not-written", Kind.CONFIGURATION, path=path, reason="no space")
        assert said(Additions(unwritten=failed)) == [failed.title, failed.message, failed.remedy]
        assert said(Additions())[0] == "new"
        assert shown.results(Snapshot(Listing(), additions=Additions(unwritten=failed)), ()) == ()


class TestFound:
    def test_profiles_of_the_aws_config_by_what_became_of_them(self) -> None:
        found = shown.found_profiles(known(Profile("mine", "a"), unchecked=(Profile("b", "b"),)))
        assert found["profiles"] == [["a", "added"], ["b", "hidden"], ["c", "new"]]
        assert (found["read"], found["problems"]) == (True, [])
        broken = problem()
        listing = replace(known().listing, problems=((Source.AWS_CONFIG, broken), ("mine", broken)))
        assert shown.found_profiles(Snapshot(listing))["problems"] == [[broken.title, broken.message, broken.remedy]]

    def test_one_that_signs_with_the_role_of_a_profile_is_that_profile(self) -> None:
        role, other = (CenterRole(center_at("acme.awsapps.com/start", "eu-west-1"), "1" * 12, it) for it in ("A", "B"))
        shown_one = Profile("lab", "", ("eu-west-1",), center_role=role)
        hidden = Profile(
            "old",
            "",
            ("us-east-1",),
            7200,
            View.CLASSIC,
            center_role=other,
            left_running_hours=0,
            stop_at="19:00",
            stop_when_idle_hours=3,
            stop_at_logout=True,
            schedule_role="arn:aws:iam::111122223333:role/StopNotebooks",
        )
        settings = [each for each in fields(Profile) if each.name not in ("aws_profile", "access_key_id")]
        assert [each.name for each in settings if getattr(hidden, each.name) == each.default] == []
        at = known(shown_one, unchecked=(hidden,))
        at = Snapshot(replace(at.listing, aws_roles=(("a", role), ("b", other))))
        assert shown.found_profiles(at)["profiles"] == [["a", "added"], ["b", "hidden"], ["c", "new"]]
        (again,) = asked.from_config({"names": ["a", "b"]}, at)
        assert profile_of(again) == hidden
        offered = [each.label for each in find(menu(at, 0.0), "Profiles").children if each.command]
        assert [each for each in offered if len(each) == 1] == ["c"], "the menu doesn't offer them either"

    def test_those_that_are_chosen_get_free_names(self) -> None:
        at = known(Profile("b", "a"), Profile("c", "x"), unchecked=(Profile("c 2", "y"),))
        assert asked.from_config({"names": ["b", "c", "b"]}, at) == (NewProfile("b 2", "b"), NewProfile("c 3", "c"))

    def test_one_whose_name_no_profile_can_have_stops_no_other(self) -> None:
        at = Snapshot(replace(known().listing, aws_profiles=("a", "x" * 129, "b\u202ec")))
        assert shown.found_profiles(at)["profiles"] == [["a", "new"], ["x" * 129, "unusable"], ["b\u202ec", "unusable"]]
        assert asked.from_config({"names": ["x" * 129, "b\u202ec", "a"]}, at) == (NewProfile("a", "a"),)
        with pytest.raises(ChoiceError):
            asked.from_config({"names": ["x" * 129]}, at)

    def test_a_hidden_one_is_listed_again_as_it_was(self) -> None:
        at = known(unchecked=(Profile("mine", "b", ("eu-west-1",)),))
        assert asked.from_config({"names": ["b"]}, at) == (NewProfile("mine", "b"),)

    @pytest.mark.parametrize("values", [{}, {"names": "a"}, {"names": [1]}, {"names": []}, {"names": ["x"]}])
    def test_nothing_else_is_added(self, values: dict[str, Any]) -> None:
        with pytest.raises(ChoiceError):
            asked.from_config(values, known())

    def test_what_is_configured_is_not_added_again(self) -> None:
        with pytest.raises(ChoiceError):
            asked.from_config({"names": ["a"]}, known(Profile("mine", "a")))


class TestFile:
    READ = SetUpFile(
        (
            FromFile("new", NewProfile("new", "a", ("eu-west-1",), 8 * 3600)),
            FromFile("there", NewProfile("there", "there")),
            FromFile("hidden", NewProfile("hidden", "hidden")),
            FromFile("wrong", problem=Problem.of("setup-file-wrong", key="view", wanted="view")),
        ),
        ("motd",),
    )
    AT = known(Profile("there", "z"), unchecked=(Profile("hidden", "y"),))

    def test_what_it_would_add_is_shown(self) -> None:
        plan = shown.plan(self.READ, self.AT)
        assert [each["state"] for each in plan["profiles"]] == ["new", "exists", "exists", "refused"]
        assert plan["profiles"][0]["details"] == "AWS profile a, eu-west-1, 8 h"
        assert "motd" in plan["ignored"]

    def test_only_what_is_new_is_added(self) -> None:
        assert asked.from_file({"names": ["new", "there", "hidden"]}, self.READ, self.AT) == (
            NewProfile("new", "a", ("eu-west-1",), 8 * 3600),
        )
        for names in (["wrong"], ["other"], ["there"], []):
            with pytest.raises(ChoiceError):
                asked.from_file({"names": names}, self.READ, self.AT)


def test_a_sealed_key_is_opened_once_and_shows_nothing() -> None:
    sealed = SealedKey(AccessKey(KEY_ID, SECRET, "token-token"))
    command = c.AddWithKey(NEW, sealed)
    assert SECRET not in repr(command)
    assert "token-token" not in f"{command}"
    assert f"{c.AddProfiles((NEW,) * 5000)}" == "AddProfiles(5000)"
    opened = sealed.take()
    assert opened is not None
    assert opened.secret == SECRET
    assert sealed.take() is None


def test_a_free_name() -> None:
    assert free_name("a", ()) == "a"
    assert free_name("a", {"a", "a 2"}) == "a 3"
    longest = "x" * MAXIMUM_NAME_LENGTH
    assert free_name(longest, ()) == longest
    assert Profile(free_name(longest, {longest}), "a").name == f"{longest[:-2]} 2"


class Site:
    """The pages behind their server, and a browser that was let in."""

    def __init__(self) -> None:
        self.snapshot = known(Profile("there", "a"))
        self.done: list[c.Command] = []
        forms = Forms(Cloud(), workers=Workers("forms", 2), askers=Workers("centers", 2))
        self.seen = 0
        pages = Pages(
            lambda: self.snapshot, self.done.append, NoFacts(), forms, checks=setting_checks, set_up_seen=self.note_seen
        )
        self.server = AppServer(pages, for_strangers=for_strangers(), refusal=refusal)
        entrance = self.server.entrance("/setup").removeprefix(self.origin)
        self.cookie = ""
        _, headers, _ = self.ask(entrance)
        self.cookie = (headers["set-cookie"] or "").partition(";")[0]

    def note_seen(self) -> None:
        self.seen += 1

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def ask(self, path: str, body: object = None, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        given = {"cookie": self.cookie, **({"origin": self.origin} if data is not None else {}), **headers}
        with closing(http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)) as connection:
            connection.request("GET" if data is None else "POST", path, data, given)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def post(self, at: str, **values: object) -> tuple[int, dict[str, Any]]:
        status, _, body = self.ask(at, values)
        return status, json.loads(body)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.server.close()


FORM = {"name": " my key ", "key_id": f"{KEY_ID}\n", "secret": f" {SECRET}\n", "token": "", "region": "eu-west-1"}


class TestKeyForm:
    @pytest.mark.parametrize(
        ("lacks", "code", "field"),
        [
            ({"name": " "}, "value-missing", "name"),
            ({"key_id": ""}, "value-missing", "key_id"),
            ({"secret": "\n"}, "value-missing", "secret"),
            ({"region": ""}, "value-missing", "region"),
            ({"name": "", "key_id": "", "secret": "", "region": ""}, "value-missing", "name"),
            ({"key_id": "ASIAIOSFODNN7EXAMPLE"}, "session-token-missing", "token"),
            ({"session_token": "has space"}, "session-token-refused", "token"),
            ({"region": "Ireland"}, "region-refused", "region"),
        ],
    )
    def test_what_is_missing_or_wrong_is_said_beside_its_field(
        self, lacks: dict[str, str], code: str, field: str
    ) -> None:
        form = KeyForm("my key", "eu-west-1", KEY_ID, SECRET)
        with pytest.raises(TrayError) as refused:
            with_key(replace(form, **lacks))  # type: ignore[arg-type]
        assert (refused.value.problem.code, asked.field_of(refused.value.problem)) == (code, field)
        assert with_key(form)[0].name == "my key"
        temporary = replace(form, key_id="ASIAIOSFODNN7EXAMPLE", session_token="token")
        assert with_key(temporary)[0].regions == ("eu-west-1",)


class TestSite:
    def test_it_was_seen_once_its_script_runs(self, site: Site) -> None:
        site.ask("/setup")
        assert site.seen == 0, "a program that fetches an address shows nothing"
        with closing(http.client.HTTPConnection("127.0.0.1", site.server.port, timeout=20)) as connection:
            connection.request("GET", "/setup/events", headers={"cookie": site.cookie})
            assert connection.getresponse().status == HTTPStatus.OK
            assert site.seen == 1

    def test_the_page_names_the_regions_and_every_word_of_its_script(self, site: Site) -> None:
        status, _, body = site.ask("/setup")
        assert status == HTTPStatus.OK
        assert b'"eu-west-1"' in body
        static = Path(shown.__file__).with_name("static")
        for each in static.glob("*.js"):
            assert site.ask(f"/setup/{each.name}")[0] == HTTPStatus.OK, each.name

    def test_ten_thousand_profiles_are_chosen_at_once(self, site: Site) -> None:
        names = tuple(f"{at:06}".ljust(MAXIMUM_NAME_LENGTH, "x") for at in range(10_000))
        site.snapshot = known(aws=names)
        assert site.post("/setup/add", names=list(names))[0] == HTTPStatus.ACCEPTED
        (adds,) = site.done
        assert isinstance(adds, c.AddProfiles)
        assert len(adds.profiles) == 10_000

    def test_an_access_key_becomes_a_command_whose_secret_is_given_away_once(self, site: Site) -> None:
        status, said = site.post("/setup/key", **FORM)
        assert (status, said) == (HTTPStatus.ACCEPTED, {"added": ["my key"]})
        (command,) = site.done
        assert isinstance(command, c.AddWithKey)
        assert command.profile == NewProfile("my key", regions=("eu-west-1",))
        assert command.key.take() == AccessKey(KEY_ID, SECRET)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": "there"}, "name"),
            ({"name": "x" * 129}, "name"),
            ({"key_id": SECRET}, "key_id"),
            ({"secret": ""}, "secret"),
            ({"secret": f"{SECRET} {SECRET}"}, "secret"),
            ({"token": "ä"}, "token"),
            ({"region": ""}, "region"),
            ({"region": "Ireland"}, "region"),
            ({"region": "eu-west-77"}, "region"),
        ],
    )
    def test_what_is_wrong_is_said_beside_its_field(
        self, site: Site, caplog: pytest.LogCaptureFixture, changes: dict[str, str], field: str
    ) -> None:
        status, said = site.post("/setup/key", **(FORM | changes))
        assert (status, said["field"], site.done) == (HTTPStatus.OK, field, [])
        assert said["refused"]
        assert SECRET not in json.dumps(said)
        assert SECRET not in caplog.text
        assert said["unknown_region"] is (changes == {"region": "eu-west-77"})

    def test_an_unknown_region_is_taken_once_that_is_confirmed(self, site: Site) -> None:
        status, _ = site.post("/setup/key", **(FORM | {"region": "eu-west-77"}), any_region=True)
        assert (status, len(site.done)) == (HTTPStatus.ACCEPTED, 1)

    @pytest.mark.parametrize("path", ["add", "key", "file", "link", "add-file", "do"])
    @pytest.mark.parametrize("body", [b"", b"[]", b"{", b"{}", b"[" * 9000, b'{"names": 1, "path": 1, "plan": "x"}'])
    def test_what_no_page_sends_is_refused(self, site: Site, path: str, body: bytes) -> None:
        status, _, said = site.ask(f"/setup/{path}", body)
        assert (status, site.done) == (HTTPStatus.CONFLICT, [])
        assert b"Look again" in said

    @pytest.mark.parametrize("path", ["add", "key", "file", "link", "add-file", "do"])
    def test_nobody_else_s_page_adds_anything(self, site: Site, path: str) -> None:
        assert site.ask(f"/setup/{path}", FORM, origin="https://example.com")[0] == HTTPStatus.FORBIDDEN
        assert site.ask(f"/setup/{path}", FORM, cookie="")[0] == HTTPStatus.FORBIDDEN
        assert site.ask(f"/setup/{path}")[0] in (HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_FOUND)
        assert site.done == []

    def test_a_file_is_shown_and_only_then_added(self, site: Site) -> None:
        lines = "[[profiles]]\nname = 'new'\n[[profiles]]\nname = 'there'\n" + "# words\n" * 7000
        status, said = site.post("/setup/file", text=lines)
        assert (status, site.done) == (HTTPStatus.OK, [])
        assert [(each["name"], each["state"]) for each in said["profiles"]] == [("new", "new"), ("there", "exists")]
        status, added = site.post("/setup/add-file", plan=said["plan"], names=["new"])
        assert (status, added) == (HTTPStatus.ACCEPTED, {"added": ["new"]})
        assert site.done == [c.AddProfiles((NEW,))]
        for _ in range(5):
            site.post("/setup/file", text=lines)
        assert site.post("/setup/add-file", plan=said["plan"], names=["new"])[0] == HTTPStatus.CONFLICT

    def test_what_is_no_file_or_link_is_told(self, site: Site) -> None:
        for path, values in (("file", {"text": "<html>"}), ("link", {"link": "http://example.com/a.toml"})):
            status, said = site.post(f"/setup/{path}", **values)
            assert status == HTTPStatus.OK
            assert said["refused"]

    def test_what_was_added_is_seen_and_its_lines_are_chosen(self, site: Site) -> None:
        assert site.post("/setup/add", names=["c", "b"])[1] == {"added": ["c", "b"]}
        state = ScopeState(scope("b"), listed_at=1.0)
        site.snapshot = Snapshot(replace(known(Profile("b", "b")).listing, scopes=(state,)))
        assert site.post("/setup/do", path=["result/b", "look"])[0] == HTTPStatus.ACCEPTED
        assert site.done == [c.AddProfiles((NewProfile("c", "c"), NewProfile("b", "b"))), c.FindNotebooks("b")]
        assert site.post("/setup/do", path=["result/a", "look"])[0] == HTTPStatus.CONFLICT

    def test_an_open_page_is_told_what_it_shows(self, site: Site) -> None:
        site.post("/setup/add", names=["b"])
        with closing(http.client.HTTPConnection("127.0.0.1", site.server.port, timeout=20)) as connection:
            connection.request("GET", "/setup/events", headers={"cookie": site.cookie})
            answer = connection.getresponse()
            first = json.loads(answer.readline().removeprefix(b"data: "))
            assert [each[1] for each in first["found"]["profiles"]] == ["added", "new", "new"]


class TestFirstStart:
    def start(
        self,
        tmp_path: Path,
        listing: Listing,
        *,
        by_hand: bool = True,
        kept: bool = True,
        seen: bool = False,
        may_add: bool = True,
    ) -> list[str]:
        state, shows = State(), list[str]()
        workers = Workers("first", 1)
        folder = tmp_path if kept else None
        first = FirstStart(state, lambda _: shows.append("page"), folder=folder, by_hand=by_hand, workers=workers)
        first.load()
        state.listen(first.follow)
        state.policy.set(Policy(Limits(own_profiles=may_add)))
        state.listing.set(Listing())
        state.listing.set(listing)
        if seen:
            first.seen()
            first.seen()
        state.listing.set(replace(listing, phase=Phase.LISTING))
        workers.submit(lambda: None).result(10)
        return shows

    def test_with_nothing_configured_it_is_shown_until_it_was_seen(self, tmp_path: Path) -> None:
        """It counted as shown also where no browser could be opened."""
        assert self.start(tmp_path, known().listing) == ["page"]
        assert self.start(tmp_path, known().listing, seen=True) == ["page"]
        assert self.start(tmp_path, known().listing) == []

    def test_a_page_that_the_user_opened_after_a_login_was_seen(self, tmp_path: Path) -> None:
        assert self.start(tmp_path, known().listing, by_hand=False, seen=True) == []
        assert self.start(tmp_path, known().listing) == []

    def test_it_is_not_shown_at_login_nor_where_nothing_is_kept(self, tmp_path: Path) -> None:
        assert self.start(tmp_path, known().listing, by_hand=False) == []
        assert self.start(tmp_path, known().listing, kept=False) == []
        assert self.start(tmp_path, known().listing) == ["page"]

    def test_it_is_not_shown_where_an_administrator_lets_nobody_add_profiles(self, tmp_path: Path) -> None:
        assert self.start(tmp_path, known().listing, may_add=False) == []
        assert self.start(tmp_path, known().listing) == ["page"]

    @pytest.mark.parametrize(
        "listing",
        [
            known(Profile("a", "a")).listing,
            known(unchecked=(Profile("a", "a"),)).listing,
            replace(known().listing, problems=(("a", problem()),)),
            replace(known().listing, problems=((Source.KEYRING, problem()),)),
        ],
    )
    def test_where_something_is_configured_it_is_not_shown(self, tmp_path: Path, listing: Listing) -> None:
        assert self.start(tmp_path, listing) == []

    def test_before_the_keyring_is_read_nothing_is_known(self, tmp_path: Path) -> None:
        assert self.start(tmp_path, replace(known().listing, keyring_read=False)) == []
        assert self.start(tmp_path, known().listing) == ["page"]


def test_where_nothing_is_configured_the_page_of_all_notebooks_leads_here() -> None:
    (line,) = lines_for_the_user(known(), 0.0)
    assert line.command == c.ShowSetUp()
    assert lines_for_the_user(known(Profile("a", "a")), 0.0) == ()
    assert lines_for_the_user(Snapshot(), 0.0) == ()


def test_entries_of_one_level_have_keys_of_their_own() -> None:
    seen = notebook("run", profile="new")
    results: tuple[Entry, ...] = shown.results(listed(ScopeState(scope("new"), (seen,), listed_at=1.0)), ["new"])
    keys = [each.key for each in results[0].children]
    assert len(keys) == len(set(keys))
