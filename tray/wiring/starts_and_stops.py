"""Joins the services that start and stop notebook instances to the state and the agenda."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tray.fleet.opening.jupyter_asking import look_at, wait_for_jupyter
from tray.fleet.power.start_notes import StartNotes
from tray.fleet.power.start_times import FILE_NAME as START_TIMES
from tray.fleet.power.start_times import StartTimes
from tray.fleet.power.starting import Starting
from tray.fleet.power.stopping import Stopping
from tray.fleet.power.stopping_all import StoppingAll

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.fleet.opening.opened_here import OpenedHere
    from tray.fleet.opening.opener import Opener
    from tray.model.presence import Presence
    from tray.wiring.menu_facts import MenuFacts
    from tray.wiring.page_facts import PageFacts
    from tray.wiring.parts import Parts
    from tray.wiring.telling import Telling

# Calls of starts and stops: each a minute and a half at most.
_MOST_CALLS = 8
# What a call leads to: a start that runs waits for its Jupyter, for a minute and a half at most, a change of the
# instance type takes up to five minutes, and a look before a stop most of a minute.
_MOST_WAITS = 32


class StartsAndStops:
    """The services for starts, for stops, and for stopping all that the user opened; each owns a slice of the state.

    :param opener: opens what was started to be opened
    :param opened: notes what AWS has begun to start
    :param presence: tells whether the user may be looking; quick
    """

    def __init__(
        self,
        parts: Parts,
        opener: Opener,
        telling: Telling,
        *,
        opened: OpenedHere,
        presence: Callable[[], Presence],
        menu_facts: MenuFacts,
        page_facts: PageFacts,
    ) -> None:
        state, tasks, cloud, agenda = parts.state, parts.tasks, parts.cloud, parts.agenda
        calls, waits = parts.workers("power", _MOST_CALLS), parts.workers("waiting", _MOST_WAITS)
        self.starting = starting = Starting(
            state,
            tasks,
            cloud,
            parts.refresher,
            opener,
            workers=calls,
            waiters=waits,
            notes=StartNotes(parts.kept("starts.json")),
            times=StartTimes(parts.kept(START_TIMES)),
            wait_for_jupyter=partial(wait_for_jupyter, cloud),
            presence=presence,
            tell_ready=telling.ready,
            tell_stuck=lambda start, problem: telling.failed(start.command, problem),
            note_started=opened.started,
        )
        self.stopping = stopping = Stopping(
            state,
            tasks,
            cloud,
            parts.refresher,
            workers=calls,
            lookers=waits,
            look=lambda notebook: page_facts.looked(notebook, look_at(cloud, notebook)),
            describe=menu_facts.platforms.describe,
            tell_asked=telling.asked,
            on_stop=starting.forget,
        )
        self.stopping_all = stopping_all = StoppingAll(
            state,
            tasks,
            stopping,
            workers=waits,
            lookers=parts.workers("looking", _MOST_CALLS),
            tell_asked=telling.asked_all,
        )
        agenda.add("look for starts", lambda _: starting.look_in(), starting.look)
        agenda.add("forget old questions", lambda _: stopping.old_in(), stopping.forget_old)
        agenda.add("forget an old question", lambda _: stopping_all.old_in(), stopping_all.forget_old)
        state.listen(starting.follow)
        state.listen(stopping.forget_old)
        state.listen(stopping_all.forget_old)
