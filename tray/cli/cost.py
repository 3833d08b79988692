"""`notebook-tray cost`: what the notebook instances that run have cost since they were started, by AWS' list prices."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import click

from tray.cli.access_keys import kept_access_key
from tray.cli.completion import profile_names
from tray.cli.finding import complain_of_all, configured_profiles, survey
from tray.cli.output import first_members, iso_utc, print_json, problem_json, say, table, terminal_width
from tray.cli.waiting import wait_for
from tray.model.notebooks import NotebookStatus
from tray.model.prices import cost as cost_of
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.model.sightings import sightings
from tray.runtime.workers import Workers
from tray.texts import help as helps
from tray.texts import money as texts
from tray.texts import spent as spent_texts
from tray.texts.clock import time_of_day
from tray.texts.menu import scope

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.model.notebooks import Notebook
    from tray.model.prices import Prices

# Each price is asked for once a month; a fleet has few types.
_MOST_AT_ONCE = 8


@click.command("cost", help=helps.command("cost"))
@click.option(
    "--profile", "names", multiple=True, metavar="P", shell_complete=profile_names, help=helps.option("list profile")
)
@click.option("--details", is_flag=True, help=helps.option("list details"))
@click.option("--weeks", "in_weeks", is_flag=True, help=helps.option("cost weeks"))
@click.option("--json", "as_json", is_flag=True, help=helps.option("json"))
def cost(names: tuple[str, ...], details: bool, in_weeks: bool, as_json: bool) -> None:
    """Be `notebook-tray cost`."""
    if in_weeks:
        from tray.cli.weeks import show_weeks

        if names or details:
            raise click.UsageError(spent_texts.weeks_of_all())
        show_weeks(as_json=as_json)
        return
    from tray.aws.cloud import Cloud
    from tray.fleet.refreshing.listing import scopes_of

    profiles, unreadable = configured_profiles(names, tell=not as_json)
    cloud = Cloud(kept_access_key)
    scopes, problems = scopes_of(cloud, profiles)
    problems = (*unreadable, *problems)
    states = survey(cloud, scopes)
    found = [seen[0] for seen in sightings(each for state in states for each in state.notebooks)]
    costing = [each for each in found if each.running or each.status == NotebookStatus.STOPPED]
    prices, now = known_prices(cloud, (each for each in costing if each.running)), time.time()
    if as_json:
        each_json = [_json(each, prices, now) for each in costing]
        print_json(
            {
                "notebooks": each_json,
                "usd": round(sum(float(str(each["usd"] or 0)) for each in each_json), 4),
                "problems": [problem_json(problem, name or None, None) for name, problem in problems]
                + [problem_json(s.problem, s.scope.profile, s.scope.region) for s in states if s.problem],
            }
        )
    else:
        _print(costing, prices, now)
        failed = ((scope(s.scope.profile, s.scope.region), s.problem) for s in states if s.problem)
        complain_of_all([*problems, *failed], details)
    if problems or any(state.problem for state in states):
        sys.exit(ExitStatus.REFUSED)


def known_prices(cloud: Cloud, notebooks: Iterable[Notebook]) -> Prices:
    """Return what is known of prices, once AWS was asked for those that were not told of late. Blocks."""
    from tray.fleet.facts.price_files import FILE_NAME, PriceFile, together
    from tray.fleet.facts.price_files import table as listed
    from tray.fleet.facts.prices import may_have_a_price
    from tray.fleet.files.state_file import state_folder

    file, today, now = PriceFile(state_folder() / FILE_NAME), date.today(), time.time()
    told = file.load()
    # Each price is asked for through one profile after the other, until one may ask.
    asked: dict[tuple[str, str], dict[str, Notebook]] = {}
    for each in notebooks:
        key, profile = (each.scope.region, each.instance_type), each.scope.profile
        if may_have_a_price(each) and not told.is_fresh(key, today) and told.may_ask(profile, now):
            asked.setdefault(key, {}).setdefault(profile, each)
    if not asked:
        return together(told, listed())
    workers = Workers("prices", _MOST_AT_ONCE)

    def ask(through: Iterable[Notebook]) -> None:
        for notebook in through:
            try:
                usd = cloud.price_list.usd_per_hour(notebook.scope, notebook.instance_type)
            except TrayError as error:
                if error.problem.kind is Kind.DENIED:
                    file.deny(notebook.scope.profile, now)
            else:
                file.learn(notebook.scope.region, notebook.instance_type, usd, today)
                return

    wait_for(
        [workers.submit(partial(ask, each.values())) for each in asked.values()],
        lambda *_: texts.asking_prices(),
    )
    return together(file.load(), listed())


def _print(notebooks: list[Notebook], prices: Prices, now: float) -> None:
    running = [each for each in notebooks if each.running]
    total, unknown = 0.0, 0
    rows = []
    for each in running:
        usd = _usd(each, prices, now)
        total, unknown = total + (usd or 0.0), unknown + (usd is None)
        since = time_of_day(each.modified.timestamp(), now) if each.modified is not None else ""
        price = prices.get((each.scope.region, each.instance_type))
        rows.append(
            (
                each.name,
                each.instance_type,
                each.scope.region,
                each.scope.profile,
                since,
                texts.dollars_an_hour(price.usd_per_hour) if price is not None else texts.unknown(),
                texts.dollars(usd) if usd is not None else texts.unknown(),
            )
        )
    if rows:
        say(table(texts.headings(), rows, terminal_width()))
        if len(running) > unknown:
            say(texts.total(total, len(running) - unknown))
    elif notebooks:
        say(texts.none_runs())
    if unknown:
        say(texts.without_price(unknown))
    if stopped := len(notebooks) - len(running):
        say(texts.stopped_ones(stopped))


def _usd(notebook: Notebook, prices: Prices, now: float) -> float | None:
    price = prices.get((notebook.scope.region, notebook.instance_type))
    if price is None or notebook.modified is None or not notebook.running:
        return None
    return cost_of(price, now - notebook.modified.timestamp())


def _json(notebook: Notebook, prices: Prices, now: float) -> dict[str, object]:
    price = prices.get((notebook.scope.region, notebook.instance_type))
    usd = _usd(notebook, prices, now)
    return {
        **first_members(notebook),
        "running_since": iso_utc(notebook.modified) if notebook.running else None,
        "usd_per_hour": price.usd_per_hour if price is not None else None,
        "price_of": price.on.isoformat() if price is not None else None,
        "usd": round(usd, 4) if usd is not None else None,
    }
