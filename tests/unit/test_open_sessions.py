"""When a session in the browser ends, and what is due to be said of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tray.fleet.opening.sessions_file import MOST_SESSIONS, SessionsFile
from tray.model.lengths import View
from tray.model.open_sessions import FORGOTTEN_SECONDS, OpenSession, begun, changed, due_at, warned

NOW = 1_800_000_000.0
ARN = "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/{}"


def session(
    name: str = "a", *, since: float = NOW, seconds: int = 14400, signed_until: float | None = None
) -> OpenSession:
    return begun("research", ARN.format(name), View.LAB, seconds, since=since, signed_until=signed_until)


@pytest.mark.parametrize(
    ("seconds", "signed_for", "lasts", "limited"),
    [
        (14400, None, 14400, False),  # an access key
        (14400, 43200, 14400, False),  # a role of twelve hours
        (14400, 14400, 14400, False),
        (14400, 14399, 14399, True),
        (43200, 3600, 3600, True),  # a role of an hour
        (1800, 600, 600, True),
        (1800, 0, 0, True),
        (1800, -30, 0, True),  # a clock that is ahead of AWS's
    ],
)
def test_it_ends_with_the_length_or_the_credentials(
    seconds: int, signed_for: float | None, lasts: float, limited: bool
) -> None:
    made = session(seconds=seconds, signed_until=None if signed_for is None else NOW + signed_for)
    assert (made.ends - NOW, made.limited, made.session_seconds) == (lasts, limited, seconds)


@pytest.mark.parametrize(
    ("lasts", "due"),
    [
        (14400, [13500, 14100, 14400]),
        (1800, [900, 1500, 1800]),
        # What would be due at once isn't said: the line says it.
        (900, [600, 900]),
        (899, [599, 899]),
        (300, [300]),
        (20, [20]),
    ],
)
def test_it_is_warned_of_twice_and_then_ends(lasts: float, due: list[float]) -> None:
    each = session(signed_until=NOW + lasts)
    found = []
    while (at := due_at(each)) < each.ends:
        found.append(at - NOW)
        each = warned(each, at)
    assert [*found, at - NOW] == due


def test_of_two_warnings_that_are_due_one_is_given() -> None:
    late = warned(session(), NOW + 14400 - 120)
    assert due_at(late) == late.ends


def test_a_quiet_one_is_told_when_it_ends_alone() -> None:
    assert due_at(replace(session(), quiet=True)) == NOW + 14400


def test_the_latest_of_a_notebook_instance_counts() -> None:
    old, other, new = session("a"), session("b"), session("a", since=NOW + 60)
    assert changed((old, other), new, (), now=NOW, most=9) == (other, new)
    assert changed((old, other), None, {other.arn}, now=NOW, most=9) == (old,)
    assert changed((old, other), new, (), now=NOW, most=1) == (new,)
    assert changed((old,), None, (), now=old.ends + FORGOTTEN_SECONDS, most=9) == ()


def test_they_are_kept_without_secrets_and_bounded(tmp_path: Path) -> None:
    path = tmp_path / "state" / "sessions.json"
    each = replace(session(signed_until=NOW + 5000.5), told=1, quiet=True)
    assert SessionsFile(path).change(lambda _: (each,)) == (each,)
    assert SessionsFile(path).load() == (each,)
    many = tuple(session(f"n{at}") for at in range(MOST_SESSIONS + 5))
    SessionsFile(path).change(lambda _: many)
    assert SessionsFile(path).load() == many[-MOST_SESSIONS:]
    assert path.stat().st_size < 64 * 1024


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("arn", "arn:aws:s3:::bucket"),
        ("arn", None),
        ("profile", "p" * 300),
        ("profile", 5),
        ("view", "tree"),
        ("session_seconds", 0),
        ("session_seconds", 10**9),
        ("session_seconds", "14400"),
        ("since", -1),
        ("since", float("nan")),
        ("since", "yesterday"),
        ("ends", NOW - 1),
        ("ends", float("inf")),
        ("ends", NOW + 14500),
        ("ends", 10**400),
        ("limited", 1),
        ("told", -1),
        ("told", 10**400),
        ("quiet", None),
    ],
)
def test_what_makes_no_sense_hides_no_other(tmp_path: Path, member: str, value: object) -> None:
    path = tmp_path / "sessions.json"
    SessionsFile(path).change(lambda _: (session("a"), session("b")))
    stored = json.loads(path.read_text())
    stored["sessions"][0][member] = value
    path.write_text(json.dumps(stored))
    assert SessionsFile(path).load() == (session("b"),)
