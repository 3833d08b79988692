"""When the next refresh is due."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tray.fleet.schedule import elapsed_seconds, follow, follow_seconds, refresh_seconds, scopes_to_follow, unasked
from tray.fleet.snapshot import ScopeState
from tray.model.notebooks import Notebook, Scope
from tray.model.presence import Presence
from tray.model.signer import AwsProfile

NOW = 1_800_000_000.0
HERE, IDLE, BATTERY, BOTH = Presence(), Presence(idle=True), Presence(on_battery=True), Presence(True, True)


def notebook(name: str, status: str) -> Notebook:
    return Notebook(Scope("p", "eu-west-1", AwsProfile("p")), name, f"arn:{name}", status, "ml.t3.medium", None, None)


@pytest.mark.parametrize(
    ("presence", "in_transition_for", "expected"),
    [
        (HERE, None, 300),
        (IDLE, None, 900),
        (BATTERY, None, 900),
        (BOTH, None, 900),
        (HERE, 0, 5),
        (HERE, 239, 5),
        (HERE, 240, 20),
        (HERE, 899, 20),
        (HERE, 900, 300),
        (BATTERY, 0, 5),
        (BATTERY, 239, 5),
        (BATTERY, 299, 20),
        (BATTERY, 300, 60),
        (BATTERY, 900, 900),
        (IDLE, 0, 60),
        (IDLE, 899, 60),
        (IDLE, 900, 900),
        (BOTH, 0, 60),
    ],
)
def test_the_interval(presence: Presence, in_transition_for: float | None, expected: float) -> None:
    transitions = {} if in_transition_for is None else {("arn:a", "Pending"): NOW - in_transition_for}
    assert min(refresh_seconds(presence), follow_seconds(transitions, presence, NOW)) == expected


def test_one_that_is_stuck_hides_no_other() -> None:
    stuck, fresh, ready = notebook("a", "Deleting"), notebook("b", "Pending"), notebook("c", "InService")
    fresh = replace(fresh, scope=Scope("p", "us-east-1", AwsProfile("p")))
    transitions = {("arn:a", "Deleting"): NOW - 7200, ("arn:b", "Pending"): NOW - 3}
    assert follow_seconds(transitions, HERE, NOW) == 5
    assert scopes_to_follow(transitions, [stuck, fresh, ready], NOW) == {fresh.scope}


def test_nothing_in_transition_is_not_followed() -> None:
    assert follow_seconds({}, HERE, NOW) == math.inf
    assert scopes_to_follow({}, [notebook("a", "InService")], NOW) == set()


def test_a_transition_is_followed_from_when_it_was_first_seen() -> None:
    first = follow({}, [notebook("a", "Pending"), notebook("b", "InService")], NOW)
    assert first == {("arn:a", "Pending"): NOW}
    later = follow(first, [notebook("a", "Pending"), notebook("b", "Stopping")], NOW + 60)
    assert later == {("arn:a", "Pending"): NOW, ("arn:b", "Stopping"): NOW + 60}
    assert follow(later, [notebook("a", "InService"), notebook("b", "Stopped")], NOW + 120) == {}


def test_the_next_transition_of_the_same_instance_is_another() -> None:
    first = follow({}, [notebook("a", "Stopping")], NOW)
    assert follow(first, [notebook("a", "Deleting")], NOW + 800) == {("arn:a", "Deleting"): NOW + 800}


def test_a_clock_that_is_set_back_begins_anew() -> None:
    assert follow({("arn:a", "Pending"): NOW}, [notebook("a", "Pending")], NOW - 5000) == {
        ("arn:a", "Pending"): NOW - 5000
    }
    assert elapsed_seconds(NOW, NOW - 1) == math.inf
    assert elapsed_seconds(None, NOW) == math.inf
    assert elapsed_seconds(NOW, NOW + 1) == 1


def test_what_has_waited_the_longest_is_listed_first_also_after_the_clock_was_set_back() -> None:
    def state(name: str, asked_at: float | None) -> ScopeState:
        return ScopeState(Scope(name, "eu-west-1", AwsProfile(name)), (notebook(name, "InService"),), asked_at=asked_at)

    states = [
        state("just now", NOW - 10),
        state("long ago", NOW - 300),
        state("before", NOW + 3600),
        state("new", None),
    ]
    assert [scope.profile for scope in unasked(states, NOW)] == ["before", "new", "long ago", "just now"]
