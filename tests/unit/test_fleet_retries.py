"""Places that can't be reached: when they are asked again, and for how long that is no problem."""

from __future__ import annotations

import math

import pytest

from tests.support.samples import told
from tray.fleet.refreshing.retries import Retries
from tray.fleet.snapshot import ScopeState
from tray.model.notebooks import Scope
from tray.model.problems import Kind
from tray.model.signer import AwsProfile

A, B = Scope("a", "eu-west-1", AwsProfile("a")), Scope("b", "eu-west-1", AwsProfile("b"))
UNREACHED = told("AWS can't be reached", "No connection.", "Check the network.", Kind.UNREACHABLE)
SIGN_IN = told("Signing in needed", "It has expired.", "Sign in.", Kind.SIGN_IN)


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def retries(clock: Clock) -> Retries:
    return Retries(clock)


def test_it_is_asked_again_at_growing_distances_until_the_next_refresh_will_do(clock: Clock, retries: Retries) -> None:
    waits = []
    while True:
        retries.heard(ScopeState(A, problem=UNREACHED), None)
        if (wait := retries.due_in(300)) == math.inf:
            break
        waits.append(wait)
        clock.now += wait
        assert retries.due_in(300) == 0
        assert retries.take((A, B)) == (A,)
        assert retries.due_in(300) == math.inf, "not while it is being asked"
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256]


def test_one_that_is_reached_at_last_begins_anew(retries: Retries) -> None:
    for _ in range(3):
        retries.heard(ScopeState(A, problem=UNREACHED), None)
        retries.take((A, B))
    retries.heard(ScopeState(A), None)
    assert retries.take((A, B)) == ()
    retries.heard(ScopeState(A), None)
    retries.heard(ScopeState(A, problem=UNREACHED), None)
    assert retries.due_in(300) == 2


def test_other_problems_are_not_asked_again(retries: Retries) -> None:
    assert retries.heard(ScopeState(A, problem=SIGN_IN), None).problem is SIGN_IN
    assert retries.due_in(300) == math.inf


def test_while_patient_what_was_known_is_shown(clock: Clock, retries: Retries) -> None:
    retries.be_patient(30)
    known = ScopeState(A, (), 5.0, SIGN_IN)
    failed = ScopeState(A, (), 5.0, UNREACHED)
    assert retries.heard(failed, known) == known
    assert retries.heard(ScopeState(B, problem=UNREACHED), None) == ScopeState(B)
    assert retries.heard(ScopeState(B, problem=SIGN_IN), None).problem is SIGN_IN, "what the network has no part in"
    assert retries.quiet
    clock.now += 30
    assert retries.heard(failed, known) == failed
    assert not retries.quiet


def test_patience_is_not_quiet_where_all_is_reached(retries: Retries) -> None:
    retries.be_patient(30)
    retries.heard(ScopeState(A), None)
    assert not retries.quiet


def test_patience_ends_where_the_clock_was_set_back(clock: Clock, retries: Retries) -> None:
    retries.be_patient(30)
    clock.now -= 10_000
    assert retries.heard(ScopeState(A, problem=UNREACHED), None).problem is UNREACHED


def test_waking_begins_with_the_shortest_wait(clock: Clock, retries: Retries) -> None:
    for _ in range(5):
        retries.heard(ScopeState(A, problem=UNREACHED), None)
        retries.take((A, B))
    retries.be_patient(30)
    retries.heard(ScopeState(A, problem=UNREACHED), None)
    assert retries.due_in(300) == 2


def test_a_place_that_is_gone_is_not_asked(retries: Retries) -> None:
    retries.heard(ScopeState(A, problem=UNREACHED), None)
    retries.heard(ScopeState(B, problem=UNREACHED), None)
    retries.all_asked([B])
    assert retries.due_in(300) == math.inf, "all are being asked"
    assert retries.take((A, B)) == (B,)


def test_what_was_removed_while_it_was_being_listed_is_not_asked_again(clock: Clock, retries: Retries) -> None:
    for scope in (A, B):
        retries.heard(ScopeState(scope, problem=UNREACHED), None)
    assert retries.take((B,)) == (B,)
    retries.heard(ScopeState(B), None)
    assert retries.due_in(300) == math.inf
