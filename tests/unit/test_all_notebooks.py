"""The page of all notebook instances: what is sent to it, and what it may ask for."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.support.samples import NOW, notebook, problem, snapshot
from tray.app_pages.notebooks import choices, hours, rows
from tray.app_pages.notebooks.news import NotebookNews
from tray.app_pages.shared.asked import ChoiceError
from tray.fleet.snapshot import Notebook, Profile, ScopeState, Snapshot
from tray.menu.layout import menu
from tray.model import commands as c
from tray.model.lengths import View
from tray.model.power import StopQuestion
from tray.model.running_hours import Day

RUNNING, STOPPED = notebook("a"), notebook("b", "Stopped")
KNOWN = snapshot(RUNNING, STOPPED)


def read(snapshot: Snapshot = KNOWN, **values: Any) -> c.Command:
    return choices.read(json.dumps(values).encode(), snapshot, NOW)


def opens(of: Notebook, **changes: Any) -> dict[str, Any]:
    return {"profile": "research", "arn": of.arn, "view": "lab", "session_seconds": 14400} | changes


class TestChoices:
    def test_what_the_menu_offers_is_carried_out(self) -> None:
        for of in (RUNNING, STOPPED):
            (line,) = [each for each in menu(KNOWN, NOW) if each.key.endswith(of.arn)]
            for entry in line.children:
                if entry.command is not None:
                    chosen = read(kind="choose", profile="research", arn=of.arn, path=[entry.key])
                    assert chosen == entry.command

    def test_commands_with_their_members(self) -> None:
        command = c.OpenNotebook("research", RUNNING.arn, View.LAB, 14400)
        assert read(kind="OpenNotebook", **opens(RUNNING)) == command
        assert read(kind="OpenNotebook", **opens(RUNNING, session_seconds=5400)) == replace(
            command, session_seconds=5400
        )
        later = replace(command, arn=STOPPED.arn)
        start = read(kind="StartNotebook", profile="research", arn=STOPPED.arn, opens=opens(STOPPED))
        assert start == c.StartNotebook("research", STOPPED.arn, later)
        assert read(kind="AskToStop", profile="research", arn=RUNNING.arn) == c.AskToStop("research", RUNNING.arn)

    @pytest.mark.parametrize(
        "values",
        [
            {"kind": "Quit"},
            {"kind": "CopyDetails", "details": "x"},
            {"kind": "OpenNotebook"},
            {"kind": "OpenNotebook", **opens(STOPPED)},  # it doesn't run
            {"kind": "OpenNotebook", **opens(RUNNING, session_seconds=60)},
            {"kind": "OpenNotebook", **opens(RUNNING, session_seconds="14400")},
            {"kind": "OpenNotebook", **opens(RUNNING, session_seconds=True)},
            {"kind": "OpenNotebook", **opens(RUNNING, view="terminal")},
            {"kind": "OpenNotebook", **opens(RUNNING, profile="other")},
            {"kind": "OpenNotebook", **opens(RUNNING, arn=RUNNING.arn + "x")},
            {"kind": "OpenNotebook", **opens(RUNNING, more=1)},
            {"kind": "StopNotebook", "profile": "research", "arn": RUNNING.arn},  # nobody was asked
            {"kind": "StopNotebook", "profile": "research", "arn": RUNNING.arn, "for_good": True},
            {"kind": "StartNotebook", "profile": "research", "arn": RUNNING.arn},
            {"kind": "StartNotebook", "profile": "research", "arn": STOPPED.arn, "opens": opens(RUNNING)},
            {"kind": "StartNotebook", "profile": "research", "arn": STOPPED.arn, "instance_type": "ml.p4d.24xlarge"},
            {"kind": "choose"},
            {"kind": "choose", "path": []},
            {"kind": "choose", "path": ["quit"]},
            {"kind": "choose", "path": [["x"]]},
            {"kind": "choose", "profile": "research", "arn": RUNNING.arn, "path": ["start"]},
            {"kind": "choose", "profile": "research", "arn": RUNNING.arn, "path": [""]},
            {"kind": ["OpenNotebook"]},
            {},
        ],
    )
    def test_nothing_else_is(self, values: dict[str, Any]) -> None:
        with pytest.raises(ChoiceError):
            read(**values)

    @pytest.mark.parametrize("body", [b"", b"[]", b"[" * 10_000, b"\xff", b'"x"'])
    def test_what_is_no_object_is_refused(self, body: bytes) -> None:
        with pytest.raises(ChoiceError):
            choices.read(body, KNOWN, NOW)

    def test_a_stop_is_the_answer_to_its_question(self) -> None:
        asked = replace(KNOWN, questions=(StopQuestion(RUNNING, None, None, NOW),))
        stop = c.StopNotebook("research", RUNNING.arn)
        assert read(asked, kind="StopNotebook", profile="research", arn=RUNNING.arn) == stop
        assert read(asked, kind="choose", path=[f"question/research/{RUNNING.arn}", "stop"]) == stop
        assert read(asked, kind="KeepRunning", arn=RUNNING.arn) == c.KeepRunning(RUNNING.arn)


def test_where_a_problem_is_is_a_paragraph_of_its_own() -> None:
    """The names of its regions ran into the sentence that says what happened."""
    same = problem()
    states = tuple(
        ScopeState(each.scope, (each,), NOW - 60, same) for each in (RUNNING, notebook("b", profile="other"))
    )
    known = snapshot(profiles=(Profile("research", "research"), Profile("other", "other")))
    known = replace(known, listing=replace(known.listing, scopes=states))
    (told,) = (each for each in rows.around(known, NOW)["top"] if each["kind"] == "group")
    texts = [each["label"] for each in told["children"] if each["kind"] == "text"]
    assert texts == ["In: research, eu-west-1; other, eu-west-1", same.message, f"→ {same.remedy}"]


def test_without_profiles_nothing_is_being_loaded() -> None:
    none = Snapshot(replace(snapshot().listing, profiles=(), keyring_read=True, scopes=()))
    assert rows.around(none, NOW)["read"]
    assert not rows.around(Snapshot(), NOW)["read"]


class TestChanges:
    def sent(self, before: Snapshot | None, after: Snapshot) -> dict[str, Any] | None:
        change = rows.change(before.listing.sightings if before else None, after.listing.sightings)
        return json.loads("".join(change.encoded())) if change is not None else None

    def test_first_all_is_sent(self) -> None:
        many = snapshot(*(notebook(f"n{at}") for at in range(150)), notebook("n0", profile="other"))
        sent = self.sent(None, many)
        assert sent is not None
        assert sent["whole"]
        assert len(sent["rows"]) == 151
        assert sent["places"][0] == ["research", "eu-west-1", "111122223333", RUNNING.arn[:-1]]
        place, name, status, instance_type, since = sent["rows"][149]
        assert sent["places"][place][3] + name == notebook("n149").arn
        assert (status, instance_type, since) == ("InService", "ml.t3.medium", NOW - 3600)
        assert self.sent(None, snapshot()) == {"whole": True, "gone": [], "rows": [], "places": []}

    def test_names_with_capital_letters_have_an_arn_of_their_own(self) -> None:
        model = replace(RUNNING, name="Model", arn=RUNNING.arn[:-1] + "model")
        sent = self.sent(None, snapshot(model))
        assert sent is not None
        place, name, *_, others, end = sent["rows"][0]
        assert (name, others, sent["places"][place][3] + end) == ("Model", [], model.arn)

    def test_then_what_has_changed(self) -> None:
        before = snapshot(*(notebook(f"n{at}") for at in range(9)))
        same = snapshot(*(notebook(f"n{at}") for at in range(9)))
        assert self.sent(before, same) is None
        stopped = snapshot(notebook("n0", "Stopped"), *(notebook(f"n{at}") for at in range(1, 9)))
        sent = self.sent(before, stopped)
        assert sent is not None
        assert (sent["whole"], sent["gone"], [row[1:3] for row in sent["rows"]]) == (False, [], [["n0", "Stopped"]])
        less = self.sent(before, snapshot(*(notebook(f"n{at}") for at in range(1, 9)), notebook("new")))
        assert less is not None
        assert (less["whole"], less["gone"]) == (False, [notebook("n0").arn])
        assert [row[1] for row in less["rows"]] == ["new"]

    def test_a_problem_is_told_in_paragraphs_with_what_can_be_done(self) -> None:
        known = snapshot(scopes=(ScopeState(RUNNING.scope, (RUNNING,), NOW, problem(title="Access denied")),))
        (told,) = rows.around(known, NOW)["top"]
        assert told["kind"] == "group"
        assert [(each["kind"], each["label"]) for each in told["children"] if each["kind"] != "line"] == [
            ("text", "What happened, and to whom."),
            ("text", "→ What to do next."),
            ("button", "Copy details"),
        ]
        path = [told["key"], told["children"][-1]["key"]]
        assert isinstance(read(known, kind="choose", path=path), c.CopyDetails)


class TestOwners:
    def sent(self, before: dict[str, str], after: dict[str, str]) -> Any:
        return json.loads("".join(rows.owners(before, after)))

    def test_what_is_not_known_yet_is_sent(self) -> None:
        assert self.sent({}, {"a": "ana"}) == {"all": False, "owners": {"a": "ana"}}
        assert self.sent({"a": "ana"}, {"a": "ana", "b": "ben"}) == {"all": False, "owners": {"b": "ben"}}
        assert self.sent({"a": "ana", "b": "ben"}, {"b": "ben"}) == {"all": True, "owners": {"b": "ben"}}
        assert self.sent({"a": "ana"}, {}) == {"all": True, "owners": {}}
        many = {f"{at}": "x" for at in range(1000)}
        assert self.sent({}, many)["owners"] == many

    def test_they_come_after_the_rows(self) -> None:
        known = replace(KNOWN, owner_tag="Owner", owners={RUNNING.arn: "ana"})
        news = NotebookNews(lambda: known)
        first, second, third = ("".join(news.pieces()) for _ in range(3))
        assert "table" in json.loads(first)
        assert json.loads(second)["owners"] == {RUNNING.arn: "ana"}
        assert third == ""
        assert news.again_seconds() > 1


class TestRunningHours:
    def told(self, *days: Day) -> dict[str, Any]:
        return dict(hours.told([RUNNING.arn], lambda _: days, date(2026, 3, 26))["rows"][RUNNING.arn])

    def test_they_are_told_in_numbers_and_in_words(self) -> None:
        told = self.told(*[Day(0, 0)] * 3, *[Day(0, 240)] * 9, Day(240, 240), Day(15, 120))
        assert told["days"][-2:] == [[24, 24], [1.5, 12]]
        assert told["words"] == "Running 26 h in the last 14 days, 3 of them not seen"
        assert self.told(*[Day(0, 240)] * 13, Day(15, 20))["words"] == "Running 1.5 h in the last 14 days"
        unseen = "Not seen yet: Notebook Tray counts the hours while it runs"
        assert self.told() == self.told(*[Day(0, 0)] * 14) == {"days": [], "words": unseen}

    def test_what_is_asked_is_bounded(self) -> None:
        assert hours.asked(json.dumps({"arns": [RUNNING.arn]}).encode()) == (RUNNING.arn,)
        many = {"arns": [RUNNING.arn] * (hours.MOST_ROWS + 1)}
        for body in (b"", b"[" * 10_000, b"{}", b'{"arns": [1]}', json.dumps(many).encode()):
            with pytest.raises(ChoiceError):
                hours.asked(body)
        with pytest.raises(ChoiceError):
            hours.asked(json.dumps({"arns": ["x" * 300]}).encode())


def test_a_tray_without_a_page_imports_nothing_of_it() -> None:
    names = "{'starlette', 'uvicorn', 'anyio', 'h11', 'tray.app_pages', 'tray.web.app_server'}"
    code = f"import sys, tray.app, tray.program; assert not {names} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
