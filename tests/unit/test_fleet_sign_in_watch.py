from __future__ import annotations

import math

from tests.support.samples import needs, notebook, snapshot
from tray.fleet.refreshing.sign_in_watch import LOOK_EVERY_SECONDS, SignInWatch
from tray.model.presence import Presence

SIGNED_OUT = snapshot(scopes=(needs(None),)).listing
SIGNED_IN = snapshot(notebook("a")).listing


class Files:
    def __init__(self) -> None:
        self.state, self.now = 0, 1_000.0
        self.watch = SignInWatch(lambda: self.state, lambda: self.now)
        self.watch.remember()


def test_nobody_looks_while_all_are_signed_in_or_nobody_is_there() -> None:
    watch = Files().watch
    assert watch.due_in(SIGNED_IN, Presence()) == math.inf
    assert watch.due_in(SIGNED_OUT, Presence(idle=True)) == math.inf
    assert watch.due_in(SIGNED_OUT, Presence()) == LOOK_EVERY_SECONDS


def test_a_sign_in_is_seen_within_ten_seconds() -> None:
    files = Files()
    files.now += LOOK_EVERY_SECONDS
    assert LOOK_EVERY_SECONDS < 10
    assert files.watch.due_in(SIGNED_OUT, Presence()) == 0
    files.state = 1
    assert files.watch.changed()
    assert files.watch.due_in(SIGNED_OUT, Presence()) == LOOK_EVERY_SECONDS


def test_it_stays_unseen_until_it_is_remembered() -> None:
    files = Files()
    files.state = 1
    assert files.watch.changed()
    assert files.watch.changed()
    files.watch.remember()
    assert not files.watch.changed()


def test_somebody_who_comes_back_is_looked_for_at_once() -> None:
    files = Files()
    files.now += 3_600
    assert files.watch.due_in(SIGNED_OUT, Presence()) == 0
