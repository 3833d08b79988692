"""`notebook-tray start` and `notebook-tray stop`, and what `open --start` does first."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from tray.cli.before_stop import described, is_idle, looks, words_of
from tray.cli.completion import notebook_names, profile_names
from tray.cli.finding import find
from tray.cli.opened_here import note_opened
from tray.cli.output import failing_in_json, notebook_json, print_json, say
from tray.cli.progress import progress_bar
from tray.cli.sessions import end_sessions
from tray.cli.stop_all import stop_all_i_opened
from tray.cli.stop_later import Later, stop_later
from tray.cli.stores import policy_watch
from tray.cli.streams import is_terminal
from tray.cli.waiting import wait_for
from tray.model.lengths import parse_span
from tray.model.notebooks import STARTABLE, NotebookStatus
from tray.model.policy_refusals import check_allowed
from tray.model.problems import ExitStatus, TrayError
from tray.runtime.workers import Workers
from tray.texts import help as helps
from tray.texts import power as texts
from tray.texts import stop_all as stop_all_texts
from tray.texts import stop_plans as plan_texts
from tray.texts.lengths import span
from tray.texts.shell import use_typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.aws.cloud import Cloud
    from tray.model.activity import Activity
    from tray.model.notebooks import Notebook
    from tray.model.power import Details, Start

# How long a start takes where none was seen yet: the bar needs an end.
_USUAL_SECONDS = 180
_ENDING = (NotebookStatus.STOPPED, NotebookStatus.STOPPING)


@click.command("start", help=helps.command("start"))
@click.argument("name", shell_complete=notebook_names)
@click.option("--profile", metavar="P", shell_complete=profile_names, help=helps.option("open profile"))
@click.option("--region", metavar="R", help=helps.option("open region"))
@click.option("--json", "as_json", is_flag=True, help=helps.option("json"))
@failing_in_json
def start(name: str, profile: str | None, region: str | None, as_json: bool) -> None:
    """Be `notebook-tray start`."""
    cloud, _, seen = find(name, profile, region)
    begun = time.monotonic()
    notebook = brought_up(cloud, seen)
    seconds = round(time.monotonic() - begun, 1)
    if as_json:
        print_json({"notebook": notebook_json((notebook, *seen[1:])), "seconds": seconds})
    elif seen[0].running:
        say(texts.running_already(notebook.name))
    else:
        say(texts.started(notebook.name, span(seconds)))


@click.command("stop", help=helps.command("stop"))
@click.argument("name", required=False, shell_complete=notebook_names)
@click.option("--all-i-opened", "all_", is_flag=True, help=helps.option("all i opened"))
@click.option("--profile", metavar="P", shell_complete=profile_names, help=helps.option("open profile"))
@click.option("--region", metavar="R", help=helps.option("open region"))
@click.option("--yes", is_flag=True, help=helps.option("yes"))
@click.option("--if-idle", metavar="TIME", help=helps.option("if-idle"))
@click.option("--look/--no-look", default=None, help=helps.option("look"))
@click.option("--at", metavar="TIME", help=helps.option("stop at"))
@click.option("--when-idle", metavar="TIME", help=helps.option("stop when idle"))
@click.option("--at-logout", is_flag=True, help=helps.option("stop at logout"))
@click.option("--even-if-busy", is_flag=True, help=helps.option("even if busy"))
@click.option("--cancel", is_flag=True, help=helps.option("stop cancel"))
@click.option("--even-if-it-may-never-start-again", "for_good", is_flag=True, help=helps.option("for good"))
@click.option("--json", "as_json", is_flag=True, help=helps.option("json"))
@failing_in_json
def stop(
    name: str | None,
    all_: bool,
    profile: str | None,
    region: str | None,
    yes: bool,
    if_idle: str | None,
    look: bool | None,
    at: str | None,
    when_idle: str | None,
    at_logout: bool,
    even_if_busy: bool,
    cancel: bool,
    for_good: bool,
    as_json: bool,
) -> None:
    """Be `notebook-tray stop`."""
    if not cancel:
        check_allowed(policy_watch().look(), "stop")
    use_typed(profile, region)
    later = Later(at, when_idle, at_logout, cancel, even_if_busy)
    if later.asked:
        if name is None or all_ or yes or if_idle is not None or look is not None or for_good:
            raise click.UsageError(plan_texts.one_of_them())
        stop_later(name, profile, region, later, as_json=as_json, looks_off=not looks(None, name=name))
        return
    idle_seconds = parse_span(if_idle) if if_idle is not None else None
    if all_ == (name is not None) or (all_ and (profile is not None or region is not None or for_good)):
        raise click.UsageError(stop_all_texts.name_or_all())
    if name is None:
        stop_all_i_opened(yes=yes, if_idle=if_idle, look=look, as_json=as_json)
        return
    confirmed = (*(("--yes",) if yes else ()), *(("--even-if-it-may-never-start-again",) if for_good else ()))
    looked = looks(look, if_idle=if_idle, name=name, typed=confirmed)
    cloud, _, seen = find(name, profile, region)
    notebook, activity = seen[0], None
    if notebook.status not in _ENDING:
        workers = Workers("describe", 1)
        job = workers.submit(lambda: described(cloud, notebook, doubted=not yes or for_good))
        (details,) = wait_for([job], lambda *_: texts.looking(notebook.name))
        if looked and (idle_seconds is not None or not yes):
            activity = _looked(cloud, notebook)
        if idle_seconds is not None:
            _check_idle(notebook, activity, idle_seconds)
        only_idle = ("--if-idle", if_idle) if if_idle is not None else ()
        if not yes and not is_terminal(sys.stdin):
            raise TrayError(
                "not-confirmed", status=ExitStatus.USAGE, name=notebook.name, typed=(*only_idle, *confirmed)
            )
        if yes and details is not None and details.retired and not for_good:
            raise TrayError(
                "may-never-start-again",
                status=ExitStatus.USAGE,
                name=notebook.name,
                identifier=details.platform,
                typed=only_idle,
            )
        _confirm(notebook, details, activity, yes=yes, looked=looked)
        from tray.fleet.power.power_calls import stop_it

        workers = Workers("stop", 1)
        wait_for([workers.submit(lambda: stop_it(cloud, seen))], lambda *_: texts.stopping(name))
        seen = tuple(replace(each, status=NotebookStatus.STOPPING) for each in seen)
        end_sessions([notebook.arn])
    if as_json:
        found = words_of(activity) if activity is not None else None
        print_json({"notebook": notebook_json(seen), "found": found, "stop_plans": []})
    else:
        say(texts.stop_asked(name) if seen[0].status == NotebookStatus.STOPPING else texts.stopped_already(name))


def brought_up(cloud: Cloud, seen: Sequence[Notebook]) -> Notebook:
    """Return a notebook instance as it runs, started if it was stopped; standard error says how far it is.

    :raises TrayError: as `bring_up`
    """
    from tray.fleet.files.state_file import state_folder
    from tray.fleet.power.bring_up import bring_up
    from tray.fleet.power.start_times import FILE_NAME, StartTimes

    steps: list[Start] = []
    workers = Workers("start", 1)
    starts = seen[0].status in STARTABLE

    def told(step: Start) -> None:
        if starts and not steps:
            note_opened(next(each for each in seen if each.scope.profile == step.command.profile))
        steps.append(step)

    job = workers.submit(lambda: bring_up(cloud, seen, StartTimes(state_folder() / FILE_NAME), told))

    def words(_left: list[int], _seconds: int) -> str:
        name = seen[0].name
        if not steps:
            return texts.begun(name)
        last = steps[-1]
        return texts.line(name, texts.how_far(time.time() - last.since, last.expected_seconds, last.answering))

    with progress_bar(texts.begun(seen[0].name)) as progress:

        def drawn(seconds: float) -> None:
            of = round((steps[-1].expected_seconds if steps else None) or _USUAL_SECONDS)
            progress(min(int(seconds), of), of)

        try:
            (notebook,) = wait_for([job], words, drawn if is_terminal(sys.stderr) else None)
        except KeyboardInterrupt:
            say(texts.goes_on(seen[0].name) if steps else texts.may_start(seen[0].name), err=True)
            raise
    return notebook


def _looked(cloud: Cloud, notebook: Notebook) -> Activity:
    from tray.fleet.opening.jupyter_asking import look_at

    workers = Workers("look", 1)
    (found,) = wait_for([workers.submit(lambda: look_at(cloud, notebook))], lambda *_: texts.looking(notebook.name))
    return found


def _check_idle(notebook: Notebook, activity: Activity | None, idle_seconds: float) -> None:
    if not is_idle(activity, idle_seconds):
        raise TrayError("not-idle", name=notebook.name, found=words_of(activity))


def _confirm(
    notebook: Notebook,
    details: Details | None,
    activity: Activity | None,
    *,
    yes: bool,
    looked: bool,
) -> None:
    """Ask on the terminal, unless `yes` confirms it.

    :raises click.Abort: it was not confirmed
    """
    if yes:
        if details is None or not details.platform:
            say(texts.platform_unknown(), err=True)
        return
    say(words_of(activity) if looked else stop_all_texts.not_looked_now(), err=True)
    if details is None or not details.platform:
        say(texts.platform_unknown(), err=True)
    say(texts.what_ends(), err=True)
    if not click.confirm(texts.confirm(notebook.name), err=True):
        raise click.Abort
    if details is not None and details.retired:
        say(texts.may_not_start_again(details.platform), err=True)
        if not click.confirm(texts.confirm_for_good(notebook.name), err=True):
            raise click.Abort
