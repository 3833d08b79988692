"""`notebook-tray schedules`: what EventBridge Scheduler has been asked to do from here, and how it is taken away."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tray.cli.access_keys import kept_access_key
from tray.cli.output import complain, iso_utc, print_json, problem_json, say, table, terminal_width
from tray.cli.refresh import tell_choices_changed
from tray.cli.stores import own_profile_store, profile_store
from tray.cli.streams import is_terminal
from tray.menu.sessions import until_words
from tray.model.arns import name_in, notebook_arn
from tray.model.cloud_schedules import OVER_SECONDS, Standing
from tray.model.problems import ExitStatus, Problem, TrayError
from tray.texts import cloud_schedules as texts
from tray.texts import help as helps

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from tray.aws.schedules import Found
    from tray.fleet.planned_stops.cloud_schedules_file import CloudSchedulesFile
    from tray.model.cloud_schedules import CloudSchedule
    from tray.settings.profiles.model import Profile
    from tray.settings.profiles.store import ProfileStore

_Problems = list[tuple[Problem, str, str]]


@dataclass(frozen=True, slots=True)
class _Row:
    """A schedule, made here or found in AWS. `there` says whether AWS has it; None where AWS wasn't asked."""

    profile: str
    region: str
    notebook: str
    schedule: str
    arn: str = ""
    at: float | None = None
    there: bool | None = None
    by: str = ""


@click.group("schedules", invoke_without_command=True, help=helps.command("schedules"))
@click.option("--json", "as_json", is_flag=True, help=helps.option("json"))
@click.option("--ask", is_flag=True, help=helps.option("schedules ask"))
@click.pass_context
def schedules(context: click.Context, as_json: bool, ask: bool) -> None:
    """Be `notebook-tray schedules`."""
    if context.invoked_subcommand is not None:
        return
    rows, problems = [_row(each) for each in made_here()], _Problems()
    if ask:
        rows, problems = _asked(rows)
    now = time.time()
    rows.sort(key=lambda each: (each.at or 0.0, each.notebook))
    if as_json:
        print_json(
            {
                "schedules": [_json(each) for each in rows],
                "problems": [problem_json(problem, profile, region) for problem, profile, region in problems],
            }
        )
    else:
        if rows:
            say(
                table(
                    texts.headings(),
                    [
                        (
                            each.notebook or "-",
                            until_words(each.at, now) if each.at is not None else "-",
                            each.region,
                            each.profile,
                            _state(each),
                            each.schedule,
                        )
                        for each in rows
                    ],
                    terminal_width(),
                )
            )
        else:
            say(texts.none())
        for problem, profile, _ in problems:
            complain(problem, profile)
    if problems:
        sys.exit(ExitStatus.REFUSED)


@schedules.command("remove", help=helps.command("schedules remove"))
@click.argument("name", required=False)
@click.option("--all", "everything", is_flag=True, help=helps.option("schedules all"))
@click.option("--yes", is_flag=True, help=helps.option("schedules yes"))
@click.option("--forget", is_flag=True, help=helps.option("schedules forget"))
def remove(name: str | None, everything: bool, yes: bool, forget: bool) -> None:
    """Be `notebook-tray schedules remove`."""
    if (name is None) is not everything:
        raise click.UsageError(texts.name_or_all())
    found = [each for each in made_here() if everything or name in (each.name, name_in(each.arn), each.arn)]
    if not found:
        if everything:
            say(texts.none())
            return
        raise TrayError("no-such-schedule", status=ExitStatus.USAGE, name=name or "")
    names = tuple(name_in(each.arn) for each in found)
    agreed = yes or not everything or (is_terminal(sys.stdin) and _confirmed(names))
    if not agreed:
        raise TrayError("schedules-not-confirmed", names=names)
    problems = take_away(found, forget=forget)
    for each in found:
        if each.name in problems:
            complain(problems[each.name], name_in(each.arn))
        else:
            say(texts.taken_away(name_in(each.arn)))
    if forget:
        for each in found:
            if each.name in problems:
                say(texts.forgotten(name_in(each.arn), until_words(each.at, time.time())), err=True)
    elif problems:
        sys.exit(ExitStatus.REFUSED)


def _confirmed(names: tuple[str, ...]) -> bool:
    return click.confirm(texts.take_away(len(names), names), err=True)


def made_here() -> tuple[CloudSchedule, ...]:
    """Return the schedules that were made here and may be in AWS still. Reads a file."""
    over = time.time() - OVER_SECONDS
    return tuple(each for each in _file().load() if each.standing is not Standing.OFF and each.at > over)


def take_away(found: Sequence[CloudSchedule], *, forget: bool = False) -> dict[str, Problem]:
    """Delete schedules in AWS, and return why some could not be deleted, by their names.

    The plans that they are for stay: this computer still carries them out while it is awake. With `forget`, those that
    can't be deleted are no longer listed. A keyring that can't be read keeps none from being forgotten.
    """
    from tray.aws.cloud import Cloud
    from tray.fleet.planned_stops.cloud_schedules import profile_for
    from tray.model.notebooks import Scope

    problems: dict[str, Problem] = {}
    profiles, unread = _who_can_sign({each.profile for each in found})
    there = {each.name for each in profiles}
    calls, file = Cloud(kept_access_key).schedules, _file()
    for each in found:
        try:
            if unread is not None and each.profile not in there:
                raise unread.again()
            profile, parts = profile_for(each, profiles), notebook_arn(each.arn)
            scope = Scope(profile.name, each.region, profile.signer)
            calls.delete(scope, each.name, parts.account if parts is not None else "")
        except TrayError as error:
            problems[each.name] = error.problem
            if not forget:
                continue
        # Off, and not forgotten: the running tray makes it again for a plan that stands.
        file.put(replace(each, standing=Standing.OFF))
    if len(problems) < len(found) or forget:
        tell_choices_changed()
    return problems


def _who_can_sign(names: Collection[str]) -> tuple[Sequence[Profile], TrayError | None]:
    """Return the profiles that take schedules away, of these names also those that a policy hides; and what is wrong.

    What a hidden profile made before would stop a notebook instance, and nobody else can take it back.
    """
    seen: Sequence[Profile] = ()
    try:
        seen = _all_of(profile_store()) if names else ()
        there = {each.name for each in seen}
        if there.issuperset(names):
            return seen, None
        hidden = (each for each in _all_of(own_profile_store()) if each.name in names and each.name not in there)
        return (*seen, *hidden), None
    except TrayError as error:
        return seen, error


def _all_of(store: ProfileStore) -> tuple[Profile, ...]:
    stored = store.load()
    return (*stored.profiles, *stored.unchecked)


def take_away_of(profiles: Iterable[str]) -> dict[str, TrayError]:
    """Delete the schedules of profiles that are about to be removed; return the errors of those that must stay."""
    names = set(profiles)
    found = [each for each in made_here() if each.profile in names]
    problems = take_away(found) if found else {}
    left: dict[str, list[str]] = {}
    for each in found:
        if each.name in problems:
            left.setdefault(each.profile, []).append(name_in(each.arn))
    return {name: TrayError("schedules-left", profile=name, names=tuple(each)) for name, each in left.items()}


def _asked(made: list[_Row]) -> tuple[list[_Row], _Problems]:
    """Return the schedules of this program that AWS has, also those of others, and those made here that it lacks."""
    from tray.aws.cloud import Cloud
    from tray.model.notebooks import Scope

    calls, problems = Cloud(kept_access_key).schedules, _Problems()
    stored = profile_store().load()
    found: dict[str, _Row] = {each.schedule: each for each in made}
    for profile, region in _places((*stored.profiles, *stored.unchecked), made):
        scope = Scope(profile.name, region, profile.signer)
        try:
            names = calls.listed(scope)
            for name in names:
                if name in found:
                    found[name] = replace(found[name], there=True)
            for each in calls.look(scope, tuple(name for name in names if name not in found)):
                found[each.name] = _foreign(profile.name, region, each)
            # A list ends with so many, and another account's has none of them.
            for row in [row for row in found.values() if (row.profile, row.region) == (profile.name, region)]:
                if row.there is None and (parts := notebook_arn(row.arn)) is not None:
                    found[row.schedule] = replace(row, there=calls.is_there(scope, row.schedule, parts.account))
        except TrayError as error:
            problems.append((error.problem, profile.name, region))
    return list(found.values()), problems


def _places(profiles: Sequence[Profile], made: Sequence[_Row]) -> list[tuple[Profile, str]]:
    """Return where to ask: the regions of profiles with a role, and those of what was made here."""
    from tray.aws.cloud import Cloud

    places: dict[tuple[str, str], Profile] = {}
    cloud = Cloud(kept_access_key)
    for profile in profiles:
        regions = [each.region for each in made if each.profile == profile.name]
        if profile.schedule_role:
            try:
                regions += [each.region for each in cloud.scopes(profile.name, profile.signer, profile.regions)]
            except TrayError as error:
                complain(error.problem, profile.name)
        places |= {(profile.name, region): profile for region in dict.fromkeys(regions)}
    return [(profile, region) for (_, region), profile in places.items()]


def _foreign(profile: str, region: str, found: Found) -> _Row:
    return _Row(profile, region, found.notebook, found.name, at=found.at, there=True, by=found.description or "-")


def _row(made: CloudSchedule) -> _Row:
    return _Row(made.profile, made.region, name_in(made.arn), made.name, arn=made.arn, at=made.at)


def _state(row: _Row) -> str:
    if row.by:
        return row.by
    return {None: texts.made_here(), True: texts.there(), False: texts.not_there()}[row.there]


def _json(row: _Row) -> dict[str, object]:
    return {
        "profile": row.profile,
        "region": row.region,
        "name": row.notebook or None,
        "arn": row.arn or None,
        "schedule": row.schedule,
        "stops": iso_utc(datetime.fromtimestamp(row.at, UTC)) if row.at is not None else None,
        "made_here": not row.by,
        "in_aws": row.there,
    }


def _file() -> CloudSchedulesFile:
    from tray.fleet.files.state_file import state_folder
    from tray.fleet.planned_stops.cloud_schedules_file import FILE_NAME, CloudSchedulesFile

    return CloudSchedulesFile(state_folder() / FILE_NAME)
