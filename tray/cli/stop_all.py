"""`notebook-tray stop --all-i-opened`."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from tray.cli.access_keys import kept_access_key
from tray.cli.before_stop import described, is_idle, looks, words_of
from tray.cli.finding import complain_of_all, configured_profiles, survey
from tray.cli.opened_here import opened_file
from tray.cli.output import complain, notebook_json, print_json, problem_json, say
from tray.cli.sessions import end_sessions
from tray.cli.streams import is_terminal
from tray.cli.waiting import wait_for
from tray.model.arns import region_of
from tray.model.lengths import parse_span
from tray.model.notebooks import NotebookStatus
from tray.model.problems import ExitStatus, Problem, TrayError
from tray.runtime.workers import Workers
from tray.texts import power as power_texts
from tray.texts import stop_all as texts
from tray.texts.menu import scope

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.snapshot import Listing
    from tray.model.activity import Activity
    from tray.model.notebooks import Notebook
    from tray.model.power import Details

_MOST_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class _Found:
    """A notebook instance that runs, as each profile sees it, and what speaks against a stop.

    `unread` is why its platform can't be read now.
    """

    seen: tuple[Notebook, ...]
    details: Details | None
    activity: Activity | None
    unread: Problem | None = None

    @property
    def name(self) -> str:
        return self.seen[0].name

    def words(self, *, looked: bool) -> str:
        """Return what was found, in one line."""
        if not looked:
            return texts.not_looked_now()
        return words_of(self.activity)


def stop_all_i_opened(*, yes: bool, if_idle: str | None, look: bool | None, as_json: bool) -> None:
    """Stop all that the user opened or started here and that runs, after one question.

    What may never start again is left out, and so is what isn't idle for so long as `if_idle` says, as it was typed.

    :raises TrayError: it was not confirmed
    :raises SystemExit: not all were stopped
    """
    idle_seconds = parse_span(if_idle) if if_idle is not None else None
    looked = looks(look, if_idle=if_idle, typed=("--yes",) if yes else ())
    typed = ("--if-idle", if_idle) if if_idle is not None else ()
    look_now = looked and (idle_seconds is not None or not yes)
    cloud, listing, problems = _listed()
    found = _examined(cloud, _running(listing), look=look_now, doubted=not yes)
    left: list[tuple[_Found, Problem]] = []
    stops: list[_Found] = []
    for each in found:
        problem = _against(each, idle_seconds, typed)
        if problem is None:
            stops.append(each)
        else:
            left.append((each, problem))
    if not as_json:
        for each, problem in left:
            complain(problem, each.name)
    if stops:
        _confirm(stops, yes=yes, looked=looked, typed=typed)
    stopped, failed = _stopped(cloud, stops)
    left += failed
    if as_json:
        print_json(
            {
                "stopped": [
                    {"notebook": notebook_json(each.seen), "found": each.words(looked=True) if look_now else None}
                    for each in stopped
                ],
                "left": [
                    {"notebook": notebook_json(each.seen), "problem": _problem_json(each, problem)}
                    for each, problem in left
                ],
                "problems": [problem_json(problem, profile or None, None) for profile, problem in problems],
            }
        )
    else:
        for each in stopped:
            say(power_texts.stop_asked(each.name))
        for each, problem in failed:
            complain(problem, each.name)
        if not found:
            say(texts.nothing_runs())
        complain_of_all(list(problems))
    if left or problems:
        sys.exit(ExitStatus.REFUSED)


def _problem_json(found: _Found, problem: Problem) -> dict[str, str | None]:
    return problem_json(problem, found.seen[0].scope.profile, found.seen[0].scope.region)


def _listed() -> tuple[Cloud, Listing, tuple[tuple[str, Problem], ...]]:
    """Return what is in the regions of what was opened here, and what could not be listed."""
    from tray.aws.cloud import Cloud
    from tray.fleet.refreshing.listing import scopes_of
    from tray.fleet.snapshot import Listing

    regions: dict[str, dict[str, None]] = {}
    for each in opened_file().load():
        regions.setdefault(each.profile, {})[region_of(each.arn)] = None
    profiles, problems = configured_profiles(())
    asked = [replace(each, regions=tuple(regions[each.name])) for each in profiles if each.name in regions]
    cloud = Cloud(kept_access_key)
    scopes, without = scopes_of(cloud, asked)
    states = survey(cloud, scopes)
    failed = ((scope(s.scope.profile, s.scope.region), s.problem) for s in states if s.problem)
    mine = tuple(each for each in problems if each[0] in regions)
    return cloud, Listing(profiles=tuple(asked), scopes=tuple(states)), (*mine, *without, *failed)


def _running(listing: Listing) -> tuple[tuple[Notebook, ...], ...]:
    """Return what was opened here and runs, as each profile sees it; what doesn't any more is forgotten."""
    from tray.fleet.opened import over_of, running_of

    file = opened_file()
    opened = file.load()
    if over := over_of(opened, listing):
        opened = file.change(without=over)
    return tuple(listing.seen_by(each.scope.profile, each.arn) for each in running_of(opened, listing))


def _examined(cloud: Cloud, running: tuple[tuple[Notebook, ...], ...], *, look: bool, doubted: bool) -> list[_Found]:
    from tray.fleet.opening.jupyter_asking import look_at

    def examined(seen: tuple[Notebook, ...]) -> _Found:
        try:
            details = described(cloud, seen[0], doubted=doubted)
        except TrayError as error:
            return _Found(seen, None, None, error.problem)
        return _Found(seen, details, look_at(cloud, seen[0]) if look else None)

    workers = Workers("look", _MOST_AT_ONCE)
    jobs = [workers.submit(lambda seen=seen: examined(seen)) for seen in running]  # type: ignore[misc]
    return wait_for(jobs, lambda left, _: texts.looking(len(left)))


def _against(found: _Found, idle_seconds: float | None, typed: tuple[str, ...]) -> Problem | None:
    """Return why a notebook instance is left out, if it is."""
    if found.unread is not None:
        return found.unread
    if found.details is not None and found.details.retired:
        platform = found.details.platform
        return Problem.of("may-never-start-again", name=found.name, identifier=platform, typed=typed)
    if idle_seconds is not None and not is_idle(found.activity, idle_seconds):
        return Problem.of("not-idle", name=found.name, found=words_of(found.activity))
    return None


def _confirm(stops: list[_Found], *, yes: bool, looked: bool, typed: tuple[str, ...]) -> None:
    """Ask once on a terminal; elsewhere, only --yes confirms it.

    :raises TrayError: it was not confirmed
    """
    if yes:
        return
    if not is_terminal(sys.stdin):
        names = tuple(each.name for each in stops)
        raise TrayError("none-confirmed", status=ExitStatus.USAGE, names=names, typed=typed)
    for each in stops:
        unknown = [texts.platform_unknown()] if each.details is None else []
        say(texts.fact(each.name, [each.words(looked=looked), *unknown]), err=True)
    say(texts.what_ends(), err=True)
    if not click.confirm(texts.question(len(stops)), err=True):
        raise click.Abort


def _stopped(cloud: Cloud, stops: list[_Found]) -> tuple[list[_Found], list[tuple[_Found, Problem]]]:
    """Return what is being stopped, and what could not be."""
    from tray.fleet.power.power_calls import stop_it

    def stop(each: _Found) -> Problem | None:
        try:
            stop_it(cloud, each.seen)
        except TrayError as error:
            return error.problem
        return None

    workers = Workers("stop", _MOST_AT_ONCE)
    jobs = [workers.submit(lambda each=each: stop(each)) for each in stops]  # type: ignore[misc]
    ends = list(zip(stops, wait_for(jobs, lambda left, _: texts.stopping(len(left))), strict=True))
    failed = [(each, problem) for each, problem in ends if problem is not None]
    stopping = [_as_stopping(each) for each, problem in ends if problem is None]
    end_sessions([each.seen[0].arn for each in stopping])
    return stopping, failed


def _as_stopping(found: _Found) -> _Found:
    return replace(found, seen=tuple(replace(each, status=NotebookStatus.STOPPING.value) for each in found.seen))
