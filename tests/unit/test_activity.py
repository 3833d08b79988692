"""What Jupyter's answers tell of work in a notebook instance: unknown rather than idle, whatever their shape."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from tray.jupyter.visit import root_of
from tray.model.activity import Activity, Reason, activity_of, is_status

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
STARTED = "2026-11-26T08:00:00.000000Z"


def at(clock_time: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-26T{clock_time}:00+00:00")


def status(last_activity: str = "11:40:00", kernels: int = 0) -> dict[str, Any]:
    return {
        "started": STARTED,
        "last_activity": f"2026-11-26T{last_activity}.000000Z",
        "kernels": kernels,
        "connections": 0,
    }


def kernel(state: str = "idle", last_activity: str = "11:40:00", connections: int = 0) -> dict[str, Any]:
    return {
        "id": "1",
        "name": "python3",
        "last_activity": f"2026-11-26T{last_activity}.000000Z",
        "execution_state": state,
        "connections": connections,
    }


def terminal(last_activity: str = "11:40:00") -> dict[str, Any]:
    return {"name": "1", "last_activity": f"2026-11-26T{last_activity}.000000Z"}


def found(*kernels: object, terminals: object = (), last_activity: str = "11:40:00") -> Activity:
    given = list(terminals) if isinstance(terminals, tuple) else terminals
    return activity_of(status(last_activity, len(kernels)), list(kernels), given, NOW)


def test_busy_kernels_run_since_the_first_of_them() -> None:
    seen = found(kernel("busy", "09:12:10"), kernel("busy", "11:00:00"), kernel())
    assert (seen.busy, seen.busy_since, seen.page_attached) == (2, at("09:12") + timedelta(seconds=10), False)
    assert seen.quiet_seconds is None
    assert seen.text(NOW) == "2 kernels running since 09:12, no page attached"
    assert found(kernel("busy", "09:12:00", 1)).text(NOW) == "1 kernel running since 09:12, a page attached"
    assert found(kernel("busy"), kernel(connections=1)).page_attached is False, "a page on another kernel"


def test_no_sign_of_work_is_since_the_latest_of_kernels_and_terminals() -> None:
    seen = found(kernel(last_activity="11:20:00"), kernel("dead", "11:30:00"))
    assert (seen.last_sign, seen.quiet_seconds, seen.unknown) == (at("11:30"), 1800, None)
    assert seen.text(NOW) == "No sign of work since 11:30"
    seen = found(kernel(last_activity="11:20:00"), terminals=(terminal(),))
    assert (seen.last_sign, seen.terminals) == (at("11:40"), 1)
    assert seen.quiet_seconds is None, "what runs in a terminal can't be seen"
    assert seen.text(NOW) == "No sign of work since 11:40; jobs in terminals can't be seen"
    assert found().last_sign == at("11:40"), "without either: when anything happened last"


def test_a_page_on_a_screen_is_what_asks_after_all_work_has_ended() -> None:
    seen = found(kernel(), last_activity="11:59:45")
    assert seen.open_on_screen
    assert seen.quiet_seconds is None
    assert seen.text(NOW) == "Jupyter is open on a screen; no sign of work since 11:40"
    alone = found(last_activity="11:59:45")
    assert (alone.open_on_screen, alone.last_sign, alone.quiet_seconds) == (True, None, None)
    assert alone.text(NOW) == "Jupyter is open on a screen; there is no kernel"
    assert found(last_activity="11:59:15").text(NOW) == "No sign of work since 11:59"
    assert "jobs in terminals" in found(kernel(), terminals=(terminal(),), last_activity="11:59:45").text(NOW)
    assert not found(kernel(), last_activity="11:59:30").open_on_screen, "30 s ago"
    assert not found(kernel(last_activity="11:59:45"), last_activity="11:59:45").open_on_screen, "the kernel's own"
    just_started = {**status(), "started": "2026-11-26T11:59:50Z", "last_activity": "2026-11-26T11:59:50Z"}
    assert not activity_of(just_started, [], [], NOW).open_on_screen


@pytest.mark.parametrize("state", ["starting", "restarting", "autorestarting", "terminating"])
def test_a_kernel_between_states_is_unclear_after_two_minutes(state: str) -> None:
    seen = found(kernel(state, "11:58:30"))
    assert (seen.starting, seen.unknown, seen.quiet_seconds) == (1, None, None)
    seen = found(kernel(state, "11:57:30"), kernel())
    assert (seen.starting, seen.unknown, seen.quiet_seconds) == (1, Reason.STARTING, None)
    assert seen.text(NOW) == "Whether anyone works there can't be told: a kernel has been starting for minutes"


DEEP: Any = []
for _ in range(2000):
    DEEP = [DEEP]

ODD: tuple[object, ...] = (
    *(None, True, False, 0, 1, -1, 1.5, float("nan"), 10**400, "", "[]", "busy", {}, [], [[]], [{}], {"kernels": []}),
    *([None], [1], [""], [True], {"message": "Forbidden", "reason": None}, DEEP),
)
TIMES: tuple[object, ...] = (
    *(None, 0, 1795694400, True, "", "now", "2026-11-26", "2026-11-26T11:40:00", "2026-13-40T99:99:99Z"),
    *("2026-11-26T11:40:00Z" + " " * 40, "9" * 100_000, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
    *("2026-11-26T12:01:01Z", "2126-11-26T11:40:00Z", [], {}),
)
COUNTS: tuple[object, ...] = (None, True, -1, 1.0, "1", float("inf"), [], {})


def changed(entry: dict[str, Any], name: str, value: object) -> dict[str, Any]:
    return {**entry, name: value}


def without(entry: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != name}


STATUS, KERNEL, TERMINAL = status(kernels=1), kernel(), terminal()

HOSTILE: list[tuple[object, object, object]] = [
    *((odd, [KERNEL], [TERMINAL]) for odd in ODD),
    *((STATUS, odd, [TERMINAL]) for odd in ODD),
    *((STATUS, [odd], [TERMINAL]) for odd in ODD),
    *((STATUS, [KERNEL, odd], [TERMINAL]) for odd in ODD),
    *((STATUS, [KERNEL], odd) for odd in ODD if odd != []),
    *((STATUS, [KERNEL], [odd]) for odd in ODD),
    *((changed(STATUS, name, odd), [KERNEL], []) for name in ("started", "last_activity") for odd in TIMES),
    *((changed(STATUS, name, odd), [KERNEL], []) for name in ("kernels", "connections") for odd in COUNTS),
    *((without(STATUS, name), [KERNEL], []) for name in STATUS),
    *((STATUS, [changed(KERNEL, "last_activity", odd)], []) for odd in TIMES),
    *((STATUS, [changed(KERNEL, "connections", odd)], []) for odd in COUNTS),
    *((STATUS, [changed(KERNEL, "execution_state", odd)], []) for odd in (*ODD[:11], "unknown", "BUSY", "idle ")),
    *((STATUS, [without(KERNEL, name)], []) for name in ("last_activity", "connections", "execution_state")),
    *((STATUS, [KERNEL], [changed(TERMINAL, "last_activity", odd)]) for odd in TIMES),
    (STATUS, [KERNEL], [without(TERMINAL, "last_activity")]),
    (status(kernels=2), [KERNEL], []),
    (STATUS, [], []),
    # Another's answers: what the gate or a proxy says of an error.
    ({"message": "Forbidden"}, {"message": "Forbidden"}, {"message": "Forbidden"}),
    ([], [], []),
    ({}, {}, {}),
]


def test_what_the_table_is_made_of_is_idle() -> None:
    assert activity_of(STATUS, [KERNEL], [], NOW).quiet_seconds == 1200


@pytest.mark.parametrize("at", range(len(HOSTILE)))
def test_what_is_not_as_expected_is_unknown_and_never_idle(at: int) -> None:
    seen = activity_of(*HOSTILE[at], NOW)
    assert seen.unknown is Reason.ODD
    assert seen.quiet_seconds is None
    assert not seen.busy
    assert seen.text(NOW) == "Whether anyone works there can't be told from here: Jupyter's answer isn't understood"


@pytest.mark.parametrize("at", range(len(HOSTILE)))
def test_a_kernel_that_surely_is_busy_is_told_beside_anything_else(at: int) -> None:
    given, kernels, terminals = HOSTILE[at]
    beside = kernels if isinstance(kernels, list) else []
    assert activity_of(given, [*beside, kernel("busy")], terminals, NOW).busy == 1


@pytest.mark.parametrize("answered", [datetime.min, datetime.max])
@pytest.mark.parametrize("hours", [-14, 0, 14])
def test_an_answer_at_the_ends_of_time(answered: datetime, hours: int) -> None:
    seen = activity_of(STATUS, [KERNEL], [], answered.replace(tzinfo=timezone(timedelta(hours=hours))))
    assert seen.quiet_seconds is None or seen.quiet_seconds > 0


@pytest.mark.parametrize(
    "odd", [*ODD, *({name: value for name, value in STATUS.items() if name != out} for out in STATUS)]
)
def test_a_server_is_ready_by_its_own_status_alone(odd: object) -> None:
    assert is_status(STATUS)
    assert not is_status(odd)


def test_times_are_those_of_the_users_clock_with_a_date_on_another_day() -> None:
    here = NOW.astimezone(timezone(timedelta(hours=2)))
    assert found(kernel()).text(here) == "No sign of work since 13:40"
    assert found(kernel()).text(here + timedelta(days=1)) == "No sign of work since 2026-11-26 13:40"
    busy = found(kernel("busy", "09:12:00"))
    assert busy.text(here + timedelta(hours=10)) == "1 kernel running since 2026-11-26 11:12, no page attached"


@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.name)
def test_each_reason_has_words_of_its_own(reason: Reason) -> None:
    others = {Activity(unknown=other).text(NOW) for other in Reason if other is not reason}
    assert Activity(unknown=reason).text(NOW) not in others
    assert "can't be told" in Activity(unknown=reason).text(NOW)


@pytest.mark.parametrize(
    ("start", "end", "root"),
    [
        ("/", "/lab", "/"),
        ("", "/tree", "/"),
        ("/", "/", "/"),
        ("/", "/lab/tree/lab.ipynb", "/"),
        ("/", "/lab/workspaces/auto-1", "/"),
        ("/", "/doc/tree/notes.md", "/"),
        ("/", "/user/ana/lab", "/user/ana/"),
        ("/notebook/eu-west-1/churn", "/notebook/eu-west-1/churn/lab", "/notebook/eu-west-1/churn/"),
        ("/notebook/eu-west-1/lab", "/notebook/eu-west-1/lab/lab", "/notebook/eu-west-1/lab/"),
        ("/notebook/eu-west-1/lab/", "/notebook/eu-west-1/lab/", "/notebook/eu-west-1/lab/"),
        ("/notebook/eu-west-1/churn", "/lab", "/"),
        ("/notebook/eu-west-1/tree", "/notebook/eu-west-1/tree-2/tree", "/notebook/eu-west-1/tree-2/"),
    ],
)
def test_the_root_of_jupyter_by_the_page_that_a_landing_ends_at(start: str, end: str, root: str) -> None:
    assert root_of(start, end) == root


def test_a_table_of_words_has_no_nobody() -> None:
    """It is never said that nobody works there: jobs that print nothing are not seen."""
    told: list[Callable[[], Activity]] = [
        lambda: found(),
        lambda: found(kernel()),
        lambda: found(kernel(), terminals=(terminal(),)),
    ]
    for each in told:
        assert each().text(NOW).startswith("No sign of work since")
