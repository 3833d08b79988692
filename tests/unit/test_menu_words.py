from __future__ import annotations

import re
import time

import pytest

from tests.support.samples import NOW, OPENING_A, notebook, problem, snapshot, told
from tray.fleet.snapshot import Notice, Phase, Profile, Scope, ScopeState, Snapshot, View
from tray.menu import words
from tray.menu.problems import problem_lines
from tray.model.commands import CopyLink, OpenNotebook
from tray.model.problems import Kind, Problem
from tray.model.sign_in import Method, SignIn
from tray.model.signer import AwsProfile
from tray.texts.clock import use_twelve_hours
from tray.texts.lengths import age

CORP = SignIn(Method.BROWSER, "corp", "corp")


def signed_out() -> Problem:
    return problem(Kind.SIGN_IN, "Signing in needed", CORP)


SCOPE = Scope("research", "eu-west-1", AwsProfile("research"))


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (3599, "59 min ago"),
        (3600, "1 h ago"),
        (47 * 3600, "47 h ago"),
        (48 * 3600, "2 days ago"),
    ],
)
def test_ages(seconds: float, expected: str) -> None:
    assert age(seconds) == expected


@pytest.mark.parametrize(
    ("known", "line"),
    [
        (Snapshot(), "Reading your profiles from the keyring…"),
        (
            snapshot(notebook("a"), notebook("b"), notebook("c", "Stopped")),
            "2 of 3 running · Updated 2 min ago",
        ),
        (snapshot(notebook("a"), age_seconds=10), "1 of 1 running · Updated just now"),
        (snapshot(scopes=(ScopeState(SCOPE, (), NOW),)), "No notebook instances in eu-west-1 · Updated just now"),
        (
            snapshot(notebook("a"), scopes=(ScopeState(SCOPE, (notebook("a"),), NOW, signed_out()),)),
            "Signing in needed for 1 profile · 1 of 1 running",
        ),
        (
            snapshot(scopes=(ScopeState(SCOPE, (), None, problem(Kind.DENIED)),)),
            "research, eu-west-1: Access denied",
        ),
        (
            snapshot(problems=(("a", signed_out()), ("b", signed_out()))),
            "Signing in needed for 2 profiles",
        ),
        (snapshot(problems=(("Keyring", problem(Kind.KEYRING, "Keyring locked")),)), "Keyring locked"),
        (snapshot(profiles=(), aws_profiles=("x",)), "No profiles yet: choose one under Profiles"),
        (snapshot(profiles=(), aws_profiles=()), "No AWS profiles found"),
        (snapshot(phase=Phase.LISTING), "Looking for notebook instances…"),
        (
            snapshot(notebook("a"), doing=(OpenNotebook("research", notebook("a").arn, View.LAB, 7200),)),
            "Opening a in JupyterLab for 2 h…",
        ),
        (
            snapshot(notebook("a"), doing=(CopyLink("research", notebook("a").arn, View.LAB, 7200),)),
            "Copying the link of a…",
        ),
    ],
)
def test_the_state_line(known: Snapshot, line: str) -> None:
    assert words.state_line(known, NOW) == line
    # It is not brought up to date as time goes by, and so tells no age.
    assert words.tooltip(known) == f"Notebook Tray: {line.split(' · Updated')[0]}"


def test_a_place_that_fails_twice_is_one_profile() -> None:
    states = tuple(
        ScopeState(Scope("research", region, AwsProfile("research")), (), None, signed_out())
        for region in ("r-1", "r-2")
    )
    assert words.state_line(snapshot(scopes=states), NOW) == "Signing in needed for 1 profile"


def test_attention_is_for_what_a_person_must_mend() -> None:
    calm = snapshot(notebook("a"))
    assert not words.needs_attention(calm)
    assert words.needs_attention(snapshot(notebook("a"), notice=Notice(OPENING_A, problem())))
    assert words.needs_attention(snapshot(notebook("a"), problems=(("Keyring", problem()),)))
    assert words.needs_attention(snapshot(scopes=(ScopeState(SCOPE, (), None, problem()),)))


def test_busy_is_while_something_is_under_way() -> None:
    assert words.busy(Snapshot())
    assert words.busy(snapshot(phase=Phase.LISTING))
    assert words.busy(snapshot(doing=(OpenNotebook("research", notebook("a").arn, View.LAB, 1800),)))
    assert not words.busy(snapshot(notebook("a"), profiles=(Profile("research", "research"),)))


@pytest.mark.parametrize(
    ("apart", "stale", "label"),
    [
        ((False, False), "", "a — Running"),
        ((True, False), "", "a (eu-west-1) — Running"),
        ((False, True), "", "a (research) — Running"),
        ((True, True), "12 min ago", "a (eu-west-1, research) — Running (as of 12 min ago)"),
    ],
)
def test_a_notebook_line(apart: tuple[bool, bool], stale: str, label: str) -> None:
    assert words.notebook_label(notebook("a"), apart, stale) == label


def test_a_status_that_is_new_to_us_is_shown_as_aws_writes_it() -> None:
    assert words.notebook_label(notebook("a", "Hibernating"), (False, False)) == "a — Hibernating"
    assert words.cannot_open(notebook("a", "Hibernating")) == "Hibernating"


def test_only_what_tells_two_apart_is_named() -> None:
    found = [
        notebook("alone"),
        notebook("regions", region="eu-west-1"),
        notebook("regions", region="us-east-1"),
        notebook("profiles", profile="research"),
        notebook("profiles", profile="forecasting"),
        notebook("both", profile="research", region="eu-west-1"),
        notebook("both", profile="forecasting", region="us-east-1"),
    ]
    assert words.ambiguous_names(found) == {
        "regions": (True, False),
        "profiles": (False, True),
        "both": (True, True),
    }


def test_a_problem_is_wrapped_to_lines_a_menu_can_show() -> None:
    lines = problem_lines(told("x", "word " * 60, "do " * 60))
    assert all(len(line) <= 66 for line in lines)
    assert any(line.startswith("→ do") for line in lines)


def test_a_line_that_is_not_made_new_says_the_time_of_the_day() -> None:
    known = snapshot(notebook("a"), age_seconds=10)
    clock_time = time.strftime("%H:%M", time.localtime(NOW - 10))
    assert words.state_line(known, NOW, lasting=True) == f"1 of 1 running · Updated at {clock_time}"
    use_twelve_hours(twelve=True)
    assert re.search(r"Updated at \d{1,2}:\d\d [AP]M$", words.state_line(known, NOW, lasting=True))
    use_twelve_hours(None)
    old = snapshot(notebook("a"), age_seconds=3 * 24 * 3600)
    assert words.state_line(old, NOW, lasting=True) == words.state_line(old, NOW)
