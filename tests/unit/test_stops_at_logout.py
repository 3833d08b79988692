"""The service that stops what is planned when the user leaves is made once there is something for it to do."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from tests.support.samples import notebook
from tray.fleet.planned_stops.leaving_file import FILE_NAME
from tray.fleet.state import State
from tray.model.presence import Presence
from tray.model.stop_plans import StopPlan, Trigger
from tray.wiring.stops_at_logout import _FILE_NAME, StopsAtLogout


class Made:
    """A service that notes what is asked of it."""

    def __init__(self) -> None:
        self.did: list[str] = []

    def load(self) -> None:
        self.did.append("load")

    def follow(self) -> None:
        self.did.append("follow")

    def finish(self, *, session_ended: bool, by_user: bool) -> None:
        self.did.append(f"finish {session_ended} {by_user}")

    def due_in(self, _: Presence) -> float:
        return 5.0

    def act(self) -> None:
        self.did.append("act")


def made(path: Path) -> tuple[StopsAtLogout, State, list[Made]]:
    services: list[Made] = []
    state = State()

    def make() -> Any:
        services.append(Made())
        return services[-1]

    end = StopsAtLogout(state, make, path)
    state.listen(end.follow)
    return end, state, services


def test_the_file_has_one_name() -> None:
    assert _FILE_NAME == FILE_NAME


def test_without_plans_there_is_no_service(tmp_path: Path) -> None:
    end, state, services = made(tmp_path / FILE_NAME)
    end.load()
    state.stop_plans.set((StopPlan("p", notebook("a").arn, Trigger.AT, 1.0, 2.0),))
    end.act()
    end.finish(session_ended=True, by_user=False)
    assert (services, end.due_in(Presence())) == ([], math.inf)


def test_the_first_plan_for_the_logout_makes_it_once(tmp_path: Path) -> None:
    end, state, services = made(tmp_path / FILE_NAME)
    end.load()
    for since in (1.0, 2.0):
        state.stop_plans.set((StopPlan("p", notebook("a").arn, Trigger.LEAVING, since),))
    (service,) = services
    assert service.did == ["load", "follow", "follow"]
    assert end.due_in(Presence()) == 5
    end.act()
    end.finish(session_ended=True, by_user=False)
    assert service.did[3:] == ["act", "finish True False"]


@pytest.mark.parametrize("content", ["{}", "x"])
def test_what_is_kept_from_the_last_run_makes_it_at_the_start(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE_NAME).write_text(content)
    end, _, services = made(tmp_path / FILE_NAME)
    end.load()
    assert [each.did for each in services] == [["load"]]
