"""`notebook-tray list` and `notebook-tray open`."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from tray.cli.access_keys import kept_access_key
from tray.cli.completion import notebook_names, profile_names
from tray.cli.finding import complain_of_all, configured_profiles, find, regions_of, survey, within
from tray.cli.opened_here import note_opened
from tray.cli.output import (
    MOST_NAMED,
    failing_in_json,
    notebook_json,
    print_json,
    problem_json,
    say,
    table,
    terminal_width,
)
from tray.cli.power import brought_up
from tray.cli.sessions import note_session
from tray.cli.stop_later import plan_words, plans_file, plans_json
from tray.cli.stores import check_policy, policy_watch
from tray.cli.waiting import wait_for
from tray.fleet.profiles.region_checks import check_regions
from tray.model.lengths import View, parse_session_length
from tray.model.policy_refusals import check_allowed
from tray.model.problems import ExitStatus, TrayError
from tray.model.sightings import sightings
from tray.runtime.workers import Workers
from tray.texts import commands as texts
from tray.texts import help as helps
from tray.texts import policy as policy_texts
from tray.texts import stop_plans as stop_texts
from tray.texts.lengths import session_length
from tray.texts.menu import for_so_long, opening, scope
from tray.texts.shell import use_typed_opening

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.fleet.snapshot import ScopeState
    from tray.model.commands import Command
    from tray.model.notebooks import AuthorizedUrl, Notebook
    from tray.model.open_sessions import OpenSession
    from tray.model.stop_plans import StopPlan


@click.command("list", help=helps.command("list"))
@click.option(
    "--profile", "names", multiple=True, metavar="P", shell_complete=profile_names, help=helps.option("list profile")
)
@click.option("--region", "regions", multiple=True, metavar="R", help=helps.option("list region"))
@click.option("--running", is_flag=True, help=helps.option("list running"))
@click.option("--details", is_flag=True, help=helps.option("list details"))
@click.option("--json", "as_json", is_flag=True, help=helps.option("json"))
def list_(names: tuple[str, ...], regions: tuple[str, ...], running: bool, details: bool, as_json: bool) -> None:
    """Be `notebook-tray list`."""
    from tray.aws.cloud import Cloud
    from tray.fleet.refreshing.listing import scopes_of

    profiles, unreadable = configured_profiles(names, tell=not as_json)
    if regions:
        check_regions(regions, allowed=regions_of(profiles))
        profiles = [at for profile in profiles if (at := within(profile, regions)) is not None]
    cloud = Cloud(kept_access_key)
    scopes, problems = scopes_of(cloud, profiles)
    if regions:
        scopes = tuple(scope for scope in scopes if scope.region in regions)
    problems = (*unreadable, *problems)
    states = survey(cloud, scopes)
    found = sightings(each for state in states for each in state.notebooks if each.running or not running)
    plans = plans_file().load().plans
    if as_json:
        print_json(
            {
                "notebooks": [{**notebook_json(seen), "stop_plans": plans_json(plans, seen[0].arn)} for seen in found],
                "problems": [problem_json(problem, name or None, None) for name, problem in problems]
                + [problem_json(s.problem, s.scope.profile, s.scope.region) for s in states if s.problem],
            }
        )
    else:
        _print_table([seen[0] for seen in found], plans)
        if not found:
            _say_where(regions, states, running=running)
        complain_of_all(
            [
                *problems,
                *((scope(s.scope.profile, s.scope.region), s.problem) for s in states if s.problem),
            ],
            details,
        )
    if problems or any(state.problem for state in states):
        sys.exit(ExitStatus.REFUSED)


@click.command("open", help=helps.command("open"))
@click.argument("name", shell_complete=notebook_names)
@click.option("--profile", metavar="P", shell_complete=profile_names, help=helps.option("open profile"))
@click.option("--region", metavar="R", help=helps.option("open region"))
@click.option("--for", "length", metavar="LENGTH", help=helps.option("open for"))
@click.option("--view", type=click.Choice([view.value for view in View]), help=helps.option("open view"))
@click.option("--start", "starts", is_flag=True, help=helps.option("start"))
@click.option("--json", "as_json", is_flag=True, help=helps.option("json"))
@click.option("--print-url", is_flag=True, help=helps.option("print-url"))
@failing_in_json
def open_(
    name: str,
    profile: str | None,
    region: str | None,
    length: str | None,
    view: str | None,
    starts: bool,
    as_json: bool,
    print_url: bool,
) -> None:
    """Be `notebook-tray open`."""
    use_typed_opening(length, view)
    session_seconds = parse_session_length(length) if length is not None else None
    limits = policy_watch().look().limits
    if print_url:
        check_allowed(policy_watch().now, "copy_link")
    if view is not None and View(view) not in limits.views:
        check_policy(lambda: _sets(View(view)))
    if session_seconds is not None and session_seconds > limits.longest_session_seconds:
        say(policy_texts.at_most(limits.longest_session_seconds), err=True)
    cloud, profiles, seen = find(name, profile, region)
    notebook = seen[0]
    of = next(p for p in profiles if p.name == notebook.scope.profile)
    session_seconds = limits.length(session_seconds or of.session_seconds)
    chosen = View(view) if view else of.view

    from tray.fleet.opening.hand_off import open_notebook, presigned_url, through_any

    if starts and not notebook.running:
        notebook = brought_up(cloud, seen)
        seen = (notebook, *(replace(other, status=notebook.status) for other in seen if other.scope != notebook.scope))
    # On a worker: Ctrl-C is heard meanwhile.
    workers = Workers("open", 1)

    def waiting(_left: list[int], seconds: int) -> str:
        return for_so_long(opening(notebook.name, chosen.label, session_length(session_seconds)), seconds)

    def linked(each: Notebook) -> AuthorizedUrl:
        return presigned_url(cloud, each, chosen, session_seconds)

    opened_as = {"view": chosen.value, "session_seconds": session_seconds}
    if print_url:
        (url,) = wait_for([workers.submit(lambda: through_any(seen, linked))], waiting)
        if as_json:
            print_json({"notebook": notebook_json(seen), **opened_as, "url": url.reveal()})
        else:
            say(url.reveal())
        return
    from tray.desktop.browser.handoff import hand_off

    def opened(each: Notebook) -> OpenSession:
        return open_notebook(cloud, each, chosen, session_seconds, hand_off)

    try:
        (session,) = wait_for([workers.submit(lambda: through_any(seen, opened))], waiting)
    except TrayError as error:
        if error.status is ExitStatus.NO_DESKTOP:
            raise error.advised("print-link", name=name) from error
        raise
    note_opened(notebook)
    note_session(session)
    if as_json:
        print_json({"notebook": notebook_json(seen), **opened_as})
    else:
        say(texts.opened(notebook.name, chosen.label, session_length(session_seconds)))


def _say_where(regions: Sequence[str], states: Sequence[ScopeState], *, running: bool) -> None:
    """Say where nothing was found; not of places that could not be listed, and not where there is no profile."""
    listed = [scope(each.scope.profile, each.scope.region) for each in states if not each.problem]
    if listed or (regions and not states):
        named = listed[:MOST_NAMED]
        say(texts.nothing_listed(list(regions), named, len(listed) - len(named), running=running), err=True)


def _print_table(notebooks: list[Notebook], plans: Sequence[StopPlan]) -> None:
    if not notebooks:
        return
    rows = [(n.name, n.status, n.instance_type, n.scope.region, n.scope.profile) for n in notebooks]
    now = time.time()
    stops = [plan_words(plans, n.arn, now) for n in notebooks]
    if any(stops):
        headings = (*texts.notebook_headings(), stop_texts.heading())
        say(table(headings, [(*row, stop or "-") for row, stop in zip(rows, stops, strict=True)], terminal_width()))
    else:
        say(table(texts.notebook_headings(), rows, terminal_width()))


def _sets(view: View) -> tuple[Command, ...]:
    from tray.model.commands import SetView  # with all commands of the tray, of which `list` needs none

    return (SetView(view),)
