"""The pace of a service that hands out credentials, on a clock of the test's own."""

from __future__ import annotations

from tray.aws.calls.rate_limit import MOST_AT_ONCE, RateLimit


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_while_none_is_refused_only_the_number_at_once_is_limited() -> None:
    clock = Clock()
    limit = RateLimit(clock)
    for _ in range(50):
        begun = [limit.begin() for _ in range(MOST_AT_ONCE)]
        for began in begun:
            limit.end(began, refused=False)
    assert limit.rate is None


def test_the_first_refusals_tell_the_pace_once() -> None:
    clock = Clock()
    limit = RateLimit(clock)
    for _ in range(20):
        limit.end(limit.begin(), refused=False)
    refused = [limit.begin() for _ in range(10)]
    for began in refused:
        limit.end(began, refused=True)
    assert limit.rate == 19.0


def test_what_was_under_way_at_the_first_refusal_and_is_accepted_counts() -> None:
    """Answers are not in the order of the calls: with a fast service, most of the accepted ones come later."""
    clock = Clock()
    limit = RateLimit(clock)
    for _ in range(8):
        limit.end(limit.begin(), refused=False)
    under_way = [limit.begin() for _ in range(MOST_AT_ONCE - 1)]
    limit.end(limit.begin(), refused=True)
    assert limit.rate is not None
    assert limit.rate < 8
    for began in under_way[:12]:
        clock.now += 0.01
        limit.end(began, refused=False)
    for began in under_way[12:]:
        limit.end(began, refused=True)
    assert limit.rate == 19.0


def test_a_refusal_at_the_learned_pace_slows_down_and_time_speeds_up() -> None:
    clock = Clock()
    limit = RateLimit(clock)
    for _ in range(20):
        limit.end(limit.begin(), refused=False)
    limit.end(limit.begin(), refused=True)
    clock.now += 2
    limit.end(limit.begin(), refused=True)
    slower = limit.rate
    assert slower is not None
    assert 15 < slower < 16
    clock.now += 10
    limit.end(limit.begin(), refused=False)
    assert limit.rate is not None
    assert limit.rate > slower


def test_a_service_that_takes_nothing_is_asked_all_the_same() -> None:
    clock = Clock()
    limit = RateLimit(clock)
    limit.end(limit.begin(), refused=True)
    for _ in range(20):
        clock.now += 60
        limit.end(limit.begin(), refused=True)
    assert limit.rate == 0.5
