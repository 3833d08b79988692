from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tray.demo.links import LINK_SECONDS, PresignedLinks
from tray.demo.sample import sample_principal
from tray.demo.world import Durations, NotebookInstance, Status, UnknownNotebookError, World, WrongStatusError

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLACE = ("111122223333", "eu-west-1")


class StandingClock:
    """A clock that goes only when it is told to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def go(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def notebook(name: str = "Churn-Model", status: Status = Status.STOPPED) -> NotebookInstance:
    return NotebookInstance(name, *PLACE, status, "ml.t3.medium", NOON - timedelta(days=3), NOON - timedelta(days=1))


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def world(clock: StandingClock) -> World:
    return World(clock, Durations(starting_seconds=6, stopping_seconds=4))


@pytest.mark.parametrize("status", [Status.STOPPED, Status.FAILED])
def test_a_start_is_pending_until_its_time_is_over(world: World, clock: StandingClock, status: Status) -> None:
    world.put(notebook(status=status))
    world.start(*PLACE, "Churn-Model")
    assert world.notebook(*PLACE, "Churn-Model").status is Status.PENDING
    clock.go(5.9)
    pending = world.notebook(*PLACE, "Churn-Model")
    assert (pending.status, pending.modified) == (Status.PENDING, NOON)
    clock.go(0.1)
    started = world.notebook(*PLACE, "Churn-Model")
    assert (started.status, started.modified) == (Status.IN_SERVICE, NOON + timedelta(seconds=6))


def test_a_stop_is_stopping_until_its_time_is_over(world: World, clock: StandingClock) -> None:
    world.put(notebook(status=Status.IN_SERVICE))
    world.stop(*PLACE, "Churn-Model")
    clock.go(3.9)
    assert [each.status for each in world.notebooks(*PLACE)] == [Status.STOPPING]
    clock.go(0.1)
    assert [each.status for each in world.notebooks(*PLACE)] == [Status.STOPPED]


def test_a_start_can_end_in_failure_with_its_reason(world: World, clock: StandingClock) -> None:
    world.put(replace(notebook(), start_failure="No capacity."))
    world.start(*PLACE, "Churn-Model")
    clock.go(6)
    failed = world.notebook(*PLACE, "Churn-Model")
    assert (failed.status, failed.failure_reason) == (Status.FAILED, "No capacity.")


def test_a_failed_one_that_starts_leaves_its_reason_behind(world: World, clock: StandingClock) -> None:
    world.put(replace(notebook(status=Status.FAILED), failure_reason="No capacity."))
    world.start(*PLACE, "Churn-Model")
    clock.go(6)
    assert world.notebook(*PLACE, "Churn-Model").failure_reason == ""


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.STOPPED, Status.FAILED}))
def test_only_stopped_and_failed_ones_start(world: World, status: Status) -> None:
    world.put(notebook(status=status))
    with pytest.raises(WrongStatusError) as refusal:
        world.start(*PLACE, "Churn-Model")
    assert str(refusal.value) == (
        f"Status ({status}) not in ([Stopped, Failed]). Unable to transition to (Pending) for Notebook Instance "
        "(arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model)."
    )
    assert world.notebook(*PLACE, "Churn-Model").status is status


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.IN_SERVICE}))
def test_only_running_ones_stop(world: World, status: Status) -> None:
    world.put(notebook(status=status))
    with pytest.raises(WrongStatusError, match=r"not in \(\[InService\]\)\. Unable to transition to \(Stopping\)"):
        world.stop(*PLACE, "Churn-Model")


def test_accounts_and_regions_are_apart(world: World) -> None:
    world.put(notebook())
    for account_id, region in [("444455556666", "eu-west-1"), ("111122223333", "us-east-1")]:
        assert list(world.notebooks(account_id, region)) == []
        with pytest.raises(UnknownNotebookError):
            world.notebook(account_id, region, "Churn-Model")


def test_a_removed_one_is_gone(world: World) -> None:
    world.put(notebook())
    world.remove(*PLACE, "Churn-Model")
    with pytest.raises(UnknownNotebookError):
        world.remove(*PLACE, "Churn-Model")


def test_of_many_starts_at_once_one_wins(world: World) -> None:
    world.put(notebook())

    def start(_: int) -> bool:
        try:
            world.start(*PLACE, "Churn-Model")
        except WrongStatusError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(start, range(64))) == 1


def test_partitions_have_their_own_arns_and_hosts() -> None:
    china = replace(notebook(), region="cn-north-1")
    assert china.arn == "arn:aws-cn:sagemaker:cn-north-1:111122223333:notebook-instance/churn-model"
    assert china.host == "Churn-Model.notebook.cn-north-1.sagemaker.com.cn"
    assert replace(notebook(), region="us-gov-west-1").role_arn.startswith("arn:aws-us-gov:iam::")


def test_a_principal_never_shows_its_secrets() -> None:
    principal = replace(sample_principal("111122223333", "ana"), session_token="a-session-token")
    assert principal.secret_access_key not in repr(principal)
    assert "a-session-token" not in repr(principal)


def test_a_link_is_good_once(clock: StandingClock) -> None:
    links = PresignedLinks(clock)
    token = links.create(notebook(), 1800)
    link = links.redeem(token, "eu-west-1", "Churn-Model")
    assert link is not None
    assert (link.account_id, link.session_seconds) == ("111122223333", 1800)
    assert links.redeem(token, "eu-west-1", "Churn-Model") is None


@pytest.mark.parametrize(("age_seconds", "good"), [(LINK_SECONDS - 1, True), (LINK_SECONDS, False)])
def test_a_link_is_good_for_five_minutes(clock: StandingClock, age_seconds: int, good: bool) -> None:
    links = PresignedLinks(clock)
    token = links.create(notebook(), 1800)
    clock.go(age_seconds)
    assert (links.redeem(token, "eu-west-1", "Churn-Model") is not None) is good
    assert LINK_SECONDS == 300


def test_a_link_is_good_for_its_own_notebook_only(clock: StandingClock) -> None:
    links = PresignedLinks(clock)
    token = links.create(notebook(), 1800)
    assert links.redeem(token, "us-east-1", "Churn-Model") is None
    assert links.redeem(token, "eu-west-1", "another") is None
    assert links.redeem(token, "eu-west-1", "Churn-Model") is not None


def test_of_many_visits_at_once_one_wins(clock: StandingClock) -> None:
    links = PresignedLinks(clock)
    token = links.create(notebook(), 1800)
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: links.redeem(token, "eu-west-1", "Churn-Model"), range(64)))
    assert sum(link is not None for link in found) == 1


def test_tokens_are_long_and_never_alike(clock: StandingClock) -> None:
    links = PresignedLinks(clock)
    tokens = {links.create(notebook(), 1800) for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) * 6 >= 128  # base64url has 6 bits a character
