from __future__ import annotations

import math
import random
from itertools import pairwise

import pytest

from tests.support.notes import note
from tray.fleet.telling.notifier import Notifier
from tray.fleet.telling.pace import MINUTE_SECONDS, MOST_MATTERS, Pace
from tray.model.notification import Notification
from tray.model.notification_kinds import NotificationKind

KIND = NotificationKind


def about(matter: str, text: str = "text", kind: NotificationKind = KIND.FAILED) -> Notification:
    return note(text, about=matter, kind=kind)


def test_the_first_of_a_matter_is_shown_and_the_newest_of_the_others_a_minute_later() -> None:
    pace = Pace()
    assert pace.offer(about("m", "first"), 0)
    assert not pace.offer(about("m", "second"), 10)
    assert not pace.offer(about("m", "third"), 59)
    assert (pace.due_in(59), pace.due(59)) == (1, ())
    assert [each.text for each in pace.due(60)] == ["third"]
    assert (pace.due_in(60), pace.due(100)) == (math.inf, ())
    assert not pace.offer(about("m", "fourth"), 119)
    assert pace.offer(about("m", "fifth"), 120)
    assert pace.due(500) == (), "what waited is older news than what was shown"


def test_another_matter_and_another_kind_of_the_same_wait_for_nothing() -> None:
    pace = Pace()
    assert pace.offer(about("m"), 0)
    assert pace.offer(about("other"), 1)
    assert not pace.offer(about("m", "again"), 2)
    assert pace.offer(about("m", kind=KIND.READY), 3)
    assert pace.due(100) == (), "the failure that waited is older news"


def test_what_says_nothing_new_is_not_shown_again() -> None:
    pace = Pace()
    assert pace.offer(about("m", "a"), 0)
    assert not pace.offer(about("m", "a"), 10)
    assert pace.due(100) == ()
    assert pace.offer(about("m", "a"), 100)
    assert not pace.offer(about("m", "b"), 110)
    assert not pace.offer(about("m", "a"), 120)
    assert pace.due(200) == ()


def test_what_is_withdrawn_is_not_shown_later_and_may_be_told_anew() -> None:
    pace = Pace()
    assert pace.offer(about("m", "a"), 0)
    assert not pace.offer(about("m", "b"), 1)
    pace.withdraw("m")
    assert (pace.due_in(2), pace.due(100)) == (math.inf, ())
    assert pace.offer(about("m", "a"), 100)
    pace.withdraw("m")
    assert not pace.offer(about("m", "a"), 110)
    assert [each.text for each in pace.due(160)] == ["a"]


def test_at_most_one_a_minute_for_one_matter_whatever_comes() -> None:
    chance = random.Random(7)
    pace, now, shown = Pace(), 0.0, dict[tuple[str, str], list[float]]()
    for number in range(5000):
        now += chance.random() * 5
        kind, matter = chance.choice(list(KIND)), f"m{chance.randrange(4)}"
        told = about(matter, f"{number}", kind)
        now_shown = [told] if pace.offer(told, now) else []
        if chance.random() < 0.05:
            pace.withdraw(matter)
        for each in [*now_shown, *pace.due(now)]:
            shown.setdefault((each.kind, each.about), []).append(now)
    gaps = [after - before for times in shown.values() for before, after in pairwise(times)]
    assert len(gaps) > 1000
    assert min(gaps) >= MINUTE_SECONDS


def test_it_keeps_no_more_than_so_many_matters() -> None:
    pace = Pace()
    for number in range(10 * MOST_MATTERS):
        pace.offer(about(f"m{number}"), 0)
        pace.offer(about(f"m{number}", "again"), 0)
    assert len(pace._shown) == MOST_MATTERS
    assert len(pace._waiting) == MOST_MATTERS


class Screen:
    """What a notifier shows, and a clock."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.off: set[NotificationKind] = set()
        self.shown: list[str] = []
        self.waits = 0
        self.notifier = Notifier(
            lambda: self.off,
            show=lambda told: self.shown.append(told.text),
            withdraw=lambda matter: self.shown.append(f"-{matter}"),
            on_wait=self._waited,
            clock=lambda: self.now,
        )

    def _waited(self) -> None:
        self.waits += 1


@pytest.fixture
def screen() -> Screen:
    return Screen()


def test_what_waits_is_shown_when_it_is_due(screen: Screen) -> None:
    screen.notifier.show(about("m", "one"))
    assert (screen.waits, screen.notifier.due_in()) == (0, math.inf)
    screen.notifier.show(about("m", "two"))
    assert (screen.waits, screen.notifier.due_in(), screen.shown) == (1, 60, ["one"])
    screen.now += 60
    screen.notifier.show_due()
    assert screen.shown == ["one", "two"]


def test_a_kind_that_is_turned_off_is_never_shown_and_what_it_replaces_goes(screen: Screen) -> None:
    screen.notifier.show(about("m", "ready", KIND.READY))
    screen.notifier.show(about("n", "one"))
    screen.notifier.show(about("n", "two"))
    screen.off = {KIND.FAILED}
    screen.notifier.show(about("m", "failed"))
    screen.now += 60
    screen.notifier.show_due()
    screen.notifier.answer(about("o", "failed"))
    assert screen.shown == ["ready", "one", "-m"]


def test_what_is_withdrawn_goes_from_the_screen(screen: Screen) -> None:
    screen.notifier.show(about("m", "one"))
    screen.notifier.show(about("m", "two"))
    screen.notifier.withdraw("m")
    screen.now += 60
    screen.notifier.show_due()
    assert (screen.shown, screen.notifier.due_in()) == (["one", "-m"], math.inf)


def test_an_answer_waits_for_nothing(screen: Screen) -> None:
    for _ in range(2):
        screen.notifier.answer(about("running", "here", KIND.TRAY))
    assert screen.shown == ["here", "here"]
