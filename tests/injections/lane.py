"""A lane: a world of its own in which one fault after the other is injected, as a process of its own.

Run as `python -m tests.injections.lane SEED TIMES FOLDER FAULT...`; it writes a line of JSON for each fault when it has
been injected so often, and says on stderr what went wrong.
"""

from __future__ import annotations

import json
import random
import signal
import sys
import time
import traceback
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from tests.injections import namespace
from tests.injections.catalogue import FAULTS
from tests.injections.fault import BRIEF_SECONDS, SHORTEST_SECONDS, Fault
from tests.injections.keyring import items
from tests.injections.result import Result
from tests.injections.vitals import Vitals, vitals
from tests.injections.world import World, world_in
from tests.support.waiting import wait_until

# What is loaded with the first failures stays: growth is what comes after.
_WARM = 3
_POLL_SECONDS = 0.1
# What is said of errors in the program itself (`did_not_work` in tray/texts/notifications.py).
_OF_A_BUG = "That did not work"
# Threads that have nothing to do end within this time.
_SETTLE_SECONDS = 15.0
# The longest of all waits of one injection, with time to spare. What takes longer hangs: a call of the desktop's that
# has no limit of its own.
_MOST_SECONDS = 180
_MOST_HEALING_SECONDS, _MOST_RECOVERING_SECONDS = 30, 120
_AGAIN_SECONDS = 20
# So many a lane may use up: what breaks one now and then is gnome-keyring, which crashes by itself.
_MOST_WORLDS = 4


class Lane:
    """Injects faults into one world."""

    def __init__(self, world: World, seed: int) -> None:
        self._world = world
        self._seed = seed
        self._kept = items(world)
        self._warm = 0
        self.is_usable = True

    def run(self, fault: Fault, times: int) -> Result:
        """Inject `fault` so often, or until the world can't be brought back: `is_usable` tells."""
        result = Result(fault.name, fault.title)
        chance = random.Random(f"{self._seed} {fault.name}")
        began = time.monotonic()
        fault.prepare(self._world)
        self._warm_up()
        self._world.probe.measured()
        if fault.says is not None:
            well = [line for line in self._world.seen() if fault.says.search(line)]
            assert not well, f"said of {fault.name} while all is well: {well}"
        before, tracebacks = None, self._world.tracebacks()
        for turn in range(times):
            if turn == min(_WARM, times - 1):
                before = self._settled(None)
            result.times += 1
            try:
                with _limit(_MOST_SECONDS):
                    self._inject(fault, chance, result)
                result.survived += 1
            except Exception as error:  # noqa: BLE001 - whatever it is, this injection was not survived
                where = traceback.extract_tb(error.__traceback__)[-1]
                result.failures.append(f"{turn + 1}: {error} ({where.name})")
                print(f"{fault.name} {turn + 1}: {error}", file=sys.stderr, flush=True)
                self._recover(fault)
            self._measure(result)
            if not self.is_usable:
                result.failures.append(f"not injected {times - turn - 1} times: all was not well again after the last")
                result.seconds = time.monotonic() - began
                return result
        fault.put_back(self._world)
        if before is not None:
            after = self._settled(before)
            result.grown_kib = after.rss_kib - before.rss_kib
            result.failures += after.grown(before)
        if (found := self._world.tracebacks()) > tracebacks:
            result.failures.append(f"{found - tracebacks} tracebacks in the log")
        if result.is_slow:
            result.failures.append(f"{result.worst_ms:.0f} ms for an answer (the bus took {result.bus_ms:.0f})")
        result.seconds = time.monotonic() - began
        return result

    def _warm_up(self) -> None:
        """Open a page, once without a browser, which is told: what these load at the first time is no growth."""
        world = self._world
        assert world.tray is not None
        if world.tray.pid == self._warm:
            return
        self._warm, told, opened = world.tray.pid, len(world.notifications.shown), world.opened()
        wait_until(lambda: world.right.search(world.state()), lambda: f"the first refresh; {world.state()}")
        world.browser.unlink()
        world.click_open()
        wait_until(lambda: len(world.notifications.shown) > told, "the first notification")
        world.write_browser()
        world.click_open()
        wait_until(lambda: world.opened() > opened, "the first page")

    def _inject(self, fault: Fault, chance: random.Random, result: Result) -> None:
        world = self._world
        clicked, opened, told = world.clicked, world.opened(), len(world.notifications.shown)
        opens = fault.needs_click or chance.random() < 0.3
        early, lasts = chance.random() < 0.5, chance.random() < fault.lasting
        world.change()
        if early and not fault.needs_click:
            self._act(fault, opens)
            time.sleep(chance.uniform(0, 0.3))
        fault.inject(world, chance)
        if not fault.ends_tray and (fault.needs_click or not early):
            self._act(fault, opens)
        if lasts and fault.says is not None:
            if not fault.needs_click:
                fault.act(world)
            result.lasted += 1
            self._wait_for_words(fault, told)
            result.words += 1
            if fault.keeps_profiles:
                self._check_profiles(result)
            time.sleep(chance.uniform(0, fault.goes_on_seconds))
        else:
            time.sleep(chance.uniform(SHORTEST_SECONDS, BRIEF_SECONDS))
        fault.heal(world)
        self._wait_until_right(fault, clicked, opened)
        self._check_profiles(result)
        self._check_keyring(result)
        shown = [f"{each.title} {each.body}" for each in world.notifications.shown[told:]]
        bugs = [line for line in (*world.seen(), *shown) if _OF_A_BUG in line]
        assert not bugs, f"told as an error of the program's own: {bugs}"

    def _act(self, fault: Fault, opens: bool) -> None:
        if opens:
            with suppress(LookupError):  # it isn't listed, as nothing can be
                self._world.click_open()
                return
        fault.act(self._world)

    def _wait_for_words(self, fault: Fault, told: int) -> None:
        world, says = self._world, fault.says
        assert says is not None

        def said() -> bool:
            shown = [f"{each.title} {each.body}" for each in world.notifications.shown[told:]]
            return any(says.search(line) for line in (*world.seen(), *shown))

        wait_until(
            said, lambda: f"words; {world.seen()[:6]}", seconds=fault.words_within, interval_seconds=_POLL_SECONDS
        )

    def _wait_until_right(self, fault: Fault, clicked: int, opened: int) -> None:
        world = self._world
        assert world.tray is not None
        assert world.tray.poll() is None, f"the tray ended with status {world.tray.returncode}"
        # Whatever was asked for before is over: what a click began, and a refresh that hangs by its limits.
        wait_until(
            lambda: not world.is_opening(),
            lambda: f"the opening to be over; {world.state()}",
            seconds=fault.right_within + 60,
            interval_seconds=_POLL_SECONDS,
        )
        self._check_opened(clicked, opened)
        world.menu.click("Refresh")
        pages, clicks = world.opened(), world.clicked
        if world.try_again():  # as a user does whose choice has failed
            wait_until(
                lambda: world.opened() - pages >= world.clicked - clicks and not world.is_opening(),
                lambda: f"the page; {world.seen()[:4]}",
                seconds=20,
                interval_seconds=_POLL_SECONDS,
            )
        wait_until(
            lambda: world.right.search(world.state()),
            lambda: f"{world.right.pattern!r}; {world.seen()[:5]}",
            seconds=fault.right_within,
            interval_seconds=_POLL_SECONDS,
        )
        self._check_opened(clicked, opened)
        time.sleep(_POLL_SECONDS)  # what the browser was told is looked at twice in this time
        assert len(world.asked) == len(set(world.asked)), "an address was opened twice"

    def _check_opened(self, clicked: int, opened: int) -> None:
        clicks, pages = self._world.clicked - clicked, self._world.opened() - opened
        assert pages <= clicks, f"{clicks} clicks opened {pages} pages"

    def _check_keyring(self, result: Result) -> None:
        """See that the keyring holds what it held before the first fault."""
        kept = items(self._world)
        lost = [name for name, secret in self._kept.items() if kept.get(name) != secret]
        result.lost += len(lost)
        assert not lost, f"not in the keyring as it was: {lost}"

    def _check_profiles(self, result: Result) -> None:
        """See that the menu has both profiles."""
        checked = {each.label for each in self._world.menu.layout().find("Profiles").children if each.checked}
        lost = {"research", "forecasting"} - checked
        result.lost += len(lost)
        assert not lost, f"not in the menu: {sorted(lost)}"

    def _measure(self, result: Result) -> None:
        measured = self._world.probe.measured()
        result.answers += measured.answers
        if measured.worst_ms > result.worst_ms:
            result.worst_ms, result.bus_ms = measured.worst_ms, measured.bus_ms

    def _recover(self, fault: Fault) -> None:
        """Bring the world back to where another injection can be tried."""
        world = self._world
        with suppress(Exception), _limit(_MOST_HEALING_SECONDS):
            fault.heal(world)
        try:
            with _limit(_MOST_RECOVERING_SECONDS):
                if world.keyring.process.poll() is not None:
                    print(f"{fault.name}: gnome-keyring had ended", file=sys.stderr, flush=True)
                    world.start_keyring()
                if world.tray is None or world.tray.poll() is not None:
                    world.start_tray()
                world.menu.click("Refresh")
                wait_until(lambda: world.right.search(world.state()), "the world to be right", seconds=60)
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing can be learnt in this world any more
            print(f"{fault.name}: {error}", file=sys.stderr, flush=True)
            self.is_usable = False

    def _settled(self, before: Vitals | None) -> Vitals:
        """Return the tray's vitals once nothing of before is under way any more.

        What is a leak stays, whenever one looks. A refresh that is due by itself takes threads for a moment.
        """
        tray = self._world.tray
        assert tray is not None
        until = time.monotonic() + _SETTLE_SECONDS
        self._world.menu.click("Refresh")  # which collects what an earlier failure left
        time.sleep(1)
        now = vitals(tray.pid)
        while True:
            now = now.least(vitals(tray.pid))
            if time.monotonic() > until or (before is not None and not now.grown(before)):
                return now
            if before is None and now.threads <= 12:
                return now
            time.sleep(0.5)


def _wait_for_others(folder: Path) -> None:
    """Wait until all lanes are set up, which keeps the processor busy."""
    (folder / "ready").touch()
    with suppress(TimeoutError):
        wait_until(lambda: all((lane / "ready").exists() for lane in folder.parent.iterdir()), "the lanes", seconds=40)
    time.sleep(1)


@contextmanager
def _limit(seconds: int) -> Iterator[None]:
    """Break the block off, whatever it waits for.

    :raises TimeoutError: it took longer
    """

    def give_up(*_: object) -> None:
        raise TimeoutError(f"nothing came of it for {seconds} s")

    signal.signal(signal.SIGALRM, give_up)
    # Again and again, as a block may take the first for one of the errors that it expects.
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def main() -> None:
    """See the module."""
    seed, times, folder, *names = sys.argv[1:]
    faults = {fault.name: fault for fault in FAULTS}
    if namespace.is_own():
        namespace.set_loopback(up=True)
    left = deque(names)
    for number in range(_MOST_WORLDS):
        own = Path(folder) / str(number)
        own.mkdir()
        try:
            with world_in(own) as world:
                _wait_for_others(Path(folder))
                lane = Lane(world, int(seed))
                while left and lane.is_usable:
                    print(json.dumps(asdict(lane.run(faults[left.popleft()](), int(times)))), flush=True)
        except Exception:  # noqa: BLE001 - a world that a fault has broken for good is left for another
            traceback.print_exc()
        if not left:
            break


if __name__ == "__main__":
    main()
