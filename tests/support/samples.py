"""Values for table tests: made in one place, so that a new field is added in one place."""

from __future__ import annotations

import zlib
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

from tray.fleet.snapshot import (
    Listing,
    Notebook,
    Notice,
    Phase,
    Profile,
    Scope,
    ScopeState,
    Snapshot,
    Task,
    Tasks,
    View,
)
from tray.model.commands import Command, OpenNotebook
from tray.model.problems import Kind, Problem, TrayError
from tray.model.sign_in import SignIn
from tray.model.signer import AwsProfile
from tray.texts.problems.table import PROBLEMS, Words

NOW = 1_800_000_000.0

SAMPLE = "sample"
PROBLEMS[SAMPLE] = Words


def notebook(name: str, status: str = "InService", profile: str = "research", region: str = "eu-west-1") -> Notebook:
    time = datetime(2026, 1, 31, 8, tzinfo=UTC)
    # Each profile has an account of its own.
    account = "111122223333" if profile == "research" else f"{zlib.crc32(profile.encode()):012d}"
    arn = f"arn:aws:sagemaker:{region}:{account}:notebook-instance/{name}"
    # What is on its way to another status has been so for a minute, and is not stuck; what runs is not left running.
    is_new = status == "Pending" or status.endswith("ing")
    changed = datetime.fromtimestamp(NOW - (60 if is_new else 3600), UTC)
    return Notebook(Scope(profile, region, AwsProfile(profile)), name, arn, status, "ml.t3.medium", time, changed)


def problem(kind: Kind = Kind.OTHER, title: str = "Access denied", sign_in: SignIn | None = None) -> Problem:
    return told(title, "What happened, and to whom.", "What to do next.", kind, sign_in)


def told(title: str, message: str, remedy: str, kind: Kind = Kind.OTHER, sign_in: SignIn | None = None) -> Problem:
    """A problem of no code of the program's, with these words."""
    return Problem.of(SAMPLE, kind, sign_in, title=title, message=message, remedy=remedy)


def failure(title: str, message: str, remedy: str, kind: Kind = Kind.OTHER) -> TrayError:
    """The failure with these words."""
    return TrayError.of(told(title, message, remedy, kind))


def needs(sign_in: SignIn | None, profile: str = "research", region: str = "eu-west-1") -> ScopeState:
    """A place that can't be listed until `sign_in`, or something that no click can do, mends it."""
    scope = Scope(profile, region, AwsProfile(profile))
    return ScopeState(scope, problem=problem(Kind.SIGN_IN, "Signing in needed", sign_in))


OPENING_A = OpenNotebook("research", notebook("a").arn, View.LAB, 7200)


def snapshot(
    *notebooks: Notebook,
    age_seconds: float = 120,
    doing: tuple[Command, ...] = (),
    notice: Notice | None = None,
    **changes: object,
) -> Snapshot:
    """Everything listed `age_seconds` ago, one profile a profile name in `notebooks`, and `doing` under way.

    `changes` are of the listing, or else of the snapshot.
    """
    scopes: dict[Scope, list[Notebook]] = {}
    for one in notebooks:
        scopes.setdefault(one.scope, []).append(one)
    names = dict.fromkeys(scope.profile for scope in scopes) or {"research": None}
    values: dict[str, object] = {
        "phase": Phase.RESTING,
        "keyring_read": True,
        "profiles": tuple(Profile(name=name, aws_profile=name) for name in names),
        "aws_profiles": tuple(names),
        "scopes": tuple(ScopeState(scope, tuple(found), NOW - age_seconds) for scope, found in scopes.items()),
    }
    of_listing = {field.name for field in fields(Listing)}
    values |= {name: value for name, value in changes.items() if name in of_listing}
    others: dict[str, object] = {name: value for name, value in changes.items() if name not in of_listing}
    begun = tuple(Task(command, NOW) for command in doing)
    return Snapshot(Listing(**values), Tasks(begun, notice), **others)  # type: ignore[arg-type]


def with_listing(before: Snapshot, **changes: Any) -> Snapshot:
    """Return a snapshot in which something else was listed."""
    return replace(before, listing=replace(before.listing, **changes))
