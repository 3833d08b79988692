"""What is made with its first use."""

from __future__ import annotations

import threading

from tray.runtime.made_once import MadeOnce


def test_it_is_made_once_however_many_ask() -> None:
    made: list[object] = []
    asked = threading.Barrier(8)

    def make() -> object:
        made.append(object())
        return made[-1]

    it = MadeOnce(make)
    assert it.now is None
    found: list[object] = []

    def ask() -> None:
        asked.wait(20)
        found.append(it())

    askers = [threading.Thread(target=ask) for _ in range(8)]
    for each in askers:
        each.start()
    for each in askers:
        each.join(20)
    assert (len(made), set(found), it.now) == (1, set(made), made[0])
