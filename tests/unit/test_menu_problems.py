"""What the menu says of what went wrong: once for what is the same, in lines that can be read and copied."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.samples import NOW, OPENING_A, notebook, problem, snapshot, told
from tray.fleet.snapshot import Notice, Phase, Scope, ScopeState, Snapshot, Source
from tray.menu import words
from tray.menu.layout import menu
from tray.menu.problems import FoundProblem, details, groups, problem_lines
from tray.model.commands import CheckComputer, CopyDetails
from tray.model.problems import Kind, Problem
from tray.model.signer import AwsProfile


def at(profile: str, region: str, found: Problem | None) -> ScopeState:
    return ScopeState(Scope(profile, region, AwsProfile(profile)), problem=found)


def denied(profile: str) -> Problem:
    return Problem.of(
        "access-denied",
        Kind.DENIED,
        aws_profile=profile,
        key="",
        profile=profile,
        user="",
        action="sagemaker:ListNotebookInstances",
        region="eu-west-1",
        why="",
        arn="*",
        explicitly=False,
    )


def offline(code: str = "name-not-found", region: str = "eu-west-1") -> Problem:
    return Problem.of(code, Kind.UNREACHABLE, host="", region=region, profile="lab")


def lines(known: Snapshot) -> list[str]:
    return [entry.label for entry in menu(known, NOW)]


def test_equal_problems_of_many_profiles_are_one_line() -> None:
    known = snapshot(scopes=tuple(at(f"p{number}", "eu-west-1", denied(f"p{number}")) for number in range(8)))
    assert lines(known)[:2] == ["8 profiles: Access denied", "8 profiles: Access denied"]
    (group,) = groups(known)
    (entry,) = [entry for entry in menu(known, NOW) if entry.children and "Access denied" in entry.label]
    shown = " ".join(child.label for child in entry.children)
    assert "p0, eu-west-1" in shown
    assert "and 2 more" in shown
    assert all(f"p{number}" in details(group.members) for number in range(8))


def test_equal_problems_of_one_profile_are_one_line_of_its_regions() -> None:
    known = snapshot(scopes=(at("lab", "eu-west-1", denied("lab")), at("lab", "us-east-1", denied("lab"))))
    assert lines(known)[1] == "lab, 2 regions: Access denied"


def test_what_is_not_the_same_stays_apart() -> None:
    known = snapshot(
        problems=((Source.KEYRING, problem(Kind.KEYRING)), (Source.AWS_CONFIG, problem())),
        scopes=(at("a", "eu-west-1", denied("a")), at("b", "eu-west-1", problem(title="Other"))),
        notice=Notice(OPENING_A, denied("a")),
    )
    assert len(groups(known)) == 5


def test_a_profile_with_several_problems_is_one_profile() -> None:
    states = (
        at("lab", "eu-west-1", denied("lab")),
        at("lab", "us-east-1", problem(title="Other")),
        at("team", "eu-west-1", problem(title="Another")),
    )
    assert lines(snapshot(scopes=states))[0] == "2 profiles with a problem"
    assert lines(snapshot(scopes=states[:2]))[0] == "1 profile with a problem"


@pytest.mark.parametrize("codes", [("no-network", "no-network"), ("name-not-found", "no-network")])
def test_a_computer_without_a_network_has_one_problem(codes: tuple[str, ...]) -> None:
    known = snapshot(scopes=tuple(at(f"p{number}", "eu-west-1", offline(code)) for number, code in enumerate(codes)))
    assert lines(known)[:2] == ["No network", "2 profiles: No network"]
    assert words.tooltip(known) == "Notebook Tray: No network"


def test_where_something_can_be_reached_there_is_a_network() -> None:
    known = snapshot(scopes=(at("a", "eu-west-1", offline()), at("b", "eu-west-1", None)))
    assert "No network" not in lines(known)[0]


def test_what_failed_for_the_user_is_in_the_first_line_and_the_tooltip() -> None:
    known = snapshot(notebook("a"), notice=Notice(OPENING_A, told("Not running", "It stopped.", "Start it.")))
    assert lines(known)[0] == "Opening a: Not running · 1 of 1 running"
    assert words.tooltip(known) == "Notebook Tray: Opening a: Not running · 1 of 1 running"


def test_a_remedy_of_what_is_tried_again_says_so_and_of_a_notice_does_not() -> None:
    throttled = Problem.of("throttled", Kind.THROTTLED, region="eu-west-1", profile="lab", said="Rate exceeded")
    standing = snapshot(scopes=(at("lab", "eu-west-1", throttled),))
    once = snapshot(notebook("a"), notice=Notice(OPENING_A, throttled))
    for known, again in ((standing, True), (once, False)):
        text = " ".join(child.label for entry in menu(known, NOW) for child in entry.children)
        assert ("tried again by itself" in text) is again
        assert ("Try again in a minute" in text) is not again


ARN = f"arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/{'a-name-' * 9}"


def test_lines_break_at_words_and_not_within_an_arn() -> None:
    shown = problem_lines(told("x", f"Something about {ARN} and some-thing-else " + "word " * 30, "do " * 60))
    assert any(ARN in line for line in shown)
    assert all(len(line) <= 66 for line in shown if ARN not in line)
    assert not any(line.endswith("-") for line in shown if ARN not in line)


@pytest.mark.parametrize("said", [ARN * 20, "x" * 5000, "/".join(["a" * 40] * 50)])
def test_what_is_too_long_for_any_screen_is_cut_into_lines(said: str) -> None:
    shown = problem_lines(told("x", said, "do"))
    assert all(len(line) <= 130 for line in shown)
    assert "".join(shown[:-1]).replace(" ", "") == said


def test_the_details_say_all_and_are_bounded() -> None:
    found = replace(denied("lab"), request_id="11111111-2222")
    text = details(tuple(FoundProblem(f"{number}", f"p{number}", found) for number in range(50)))
    assert "Notebook Tray" in text
    assert "sagemaker:ListNotebookInstances" in text
    assert "11111111-2222" in text
    assert "30 more" in text
    assert len(text.encode()) < 32 * 1024


def test_a_request_id_makes_no_other_problem() -> None:
    assert replace(denied("lab"), request_id="1") == replace(denied("lab"), request_id="2")


def test_every_line_of_a_problem_copies_its_details() -> None:
    known = snapshot(scopes=tuple(at(f"p{n}", "eu-west-1", problem(title=f"P{n}")) for n in range(5)))
    for inline in (False, True):
        (listed,) = [entry for entry in menu(known, NOW, inline=inline) if entry.key == "problems"]
        assert all(isinstance(child.command, CopyDetails) for child in listed.children if child.label)


LISTING: dict[str, Any] = {"phase": Phase.LISTING, "asking_since": NOW - 12}
EU, US = (Scope("lab", region, AwsProfile("lab")) for region in ("eu-west-1", "us-east-1"))


@pytest.mark.parametrize(
    ("known", "line"),
    [
        (
            snapshot(notebook("a"), phase=Phase.LISTING, asking=(EU,), asking_since=NOW - 1),
            "1 of 1 running · Refreshing…",
        ),
        (snapshot(notebook("a"), asking=(EU,), **LISTING), "1 of 1 running · Asking eu-west-1, 12 s"),
        (snapshot(notebook("a"), asking=(EU, US), **LISTING), "1 of 1 running · Asking eu-west-1 and 1 more, 12 s"),
        (snapshot(scopes=(ScopeState(EU),), asking=(EU,), **LISTING), "Asking eu-west-1, 12 s"),
        (snapshot(scopes=(ScopeState(EU),), phase=Phase.LISTING), "Looking for notebook instances…"),
    ],
)
def test_a_refresh_under_way_is_said_and_what_it_waits_for(known: Snapshot, line: str) -> None:
    assert words.state_line(known, NOW) == line
    assert " s" not in words.tooltip(known)  # it is not brought up to date as time goes by


def test_a_check_of_the_computer_is_said_while_it_is_under_way() -> None:
    known = snapshot(notebook("a"), doing=(CheckComputer(),))
    assert words.state_line(known, NOW) == "Checking this computer…"
    assert words.state_line(known, NOW + 9) == "Checking this computer… 9 s"
    assert words.busy(known)


def test_an_opening_that_takes_long_says_for_how_long() -> None:
    known = snapshot(notebook("a"), doing=(OPENING_A,))
    assert words.state_line(known, NOW + 2) == "Opening a in JupyterLab for 2 h…"
    assert words.state_line(known, NOW + 8) == "Opening a in JupyterLab for 2 h… 8 s"
