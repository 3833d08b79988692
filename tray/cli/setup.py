"""`notebook-tray setup`: the page that adds profiles, or what an administrator's file says to configure."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tray.cli.access_keys import kept_access_key
from tray.cli.finding import complain_of_all, configured_profiles, survey
from tray.cli.output import complain, say, table, tell_refused, terminal_width
from tray.cli.refresh import tell_profiles_changed
from tray.cli.stores import check_policy, profile_store
from tray.cli.streams import is_terminal
from tray.cli.waiting import wait_for
from tray.model.commands import ShowSetUp
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.runtime.workers import Workers
from tray.texts import commands as command_texts
from tray.texts import help as helps
from tray.texts import identity_center as centers
from tray.texts import set_up as texts
from tray.texts.cloud_schedules import role_in_file
from tray.texts.language import joined
from tray.texts.left_running import after
from tray.texts.lengths import session_length
from tray.texts.menu import scope
from tray.texts.shell import Argument, command
from tray.texts.stop_plans import habits

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tray.model.new_profiles import FromFile, NewProfile, SetUpFile


@click.command("setup", help=helps.command("setup"))
@click.argument("file", required=False, type=click.Path(allow_dash=True))
@click.option("--yes", is_flag=True, help=helps.option("setup yes"))
@click.option("--allow-unknown-region", "any_region", is_flag=True, help=helps.option("any-region in file"))
def setup(file: str | None, yes: bool, any_region: bool) -> None:
    """Be `notebook-tray setup`."""
    check_policy(lambda: (ShowSetUp(),))
    if file is None:
        if yes or any_region:
            raise click.UsageError(texts.options_need_file())
        _show_page()
        return
    read = _read(file)
    store = profile_store()
    stored = store.load()
    taken = {each.name for each in (*stored.profiles, *stored.unchecked)} | {bad.name for bad in stored.problems}
    new = [each.profile for each in read.profiles if _is_new(each, taken, any_region) and each.profile is not None]
    _print(read, taken, any_region)
    refused = any(_why(each, any_region) is not None for each in read.profiles)
    if new and _may_add(new, file, yes, any_region):
        not_added = _add(new)
        if not yes:  # a user waits, and no script
            _tell_found([each for each in new if each.name not in not_added])
        tell_refused(not_added)
    elif not new:
        say(texts.nothing_new(), err=True)
    if refused:
        sys.exit(ExitStatus.USAGE)


def _show_page() -> None:
    from tray.desktop.single_instance.client import ask_all
    from tray.desktop.single_instance.messages import InstanceRequest

    if not ask_all(InstanceRequest.SET_UP):
        raise TrayError("not-running-here", asked="other", kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP)
    say(texts.opening())


def _read(file: str) -> SetUpFile:
    from tray.fleet.profiles.set_up_forms import of_file
    from tray.settings.setup_file import MOST_BYTES
    from tray.settings.setup_link import fetch, is_link

    if is_link(file):
        # On a worker: Ctrl-C is heard meanwhile.
        (data,) = wait_for(
            [Workers("setup", 1).submit(lambda: fetch(file))], lambda _, seconds: texts.fetching(seconds)
        )
        return of_file(data)
    try:
        if file == "-":
            return of_file(sys.stdin.buffer.read(MOST_BYTES + 1))
        with Path(file).open("rb") as opened:
            return of_file(opened.read(MOST_BYTES + 1))
    except OSError as error:
        raise TrayError(
            "setup-file-unreadable",
            kind=Kind.CONFIGURATION,
            status=ExitStatus.USAGE,
            path=file[:200],
            reason=error.strerror or type(error).__name__,
        ) from error


def _why(each: FromFile, any_region: bool) -> object | None:
    return each.problem or (None if any_region else each.unknown_region)


def _is_new(each: FromFile, taken: Collection[str], any_region: bool) -> bool:
    return _why(each, any_region) is None and each.name not in taken


def _print(read: SetUpFile, taken: Collection[str], any_region: bool) -> None:
    rows = []
    for each in read.profiles:
        new = each.profile
        state = texts.exists() if each.name in taken else texts.would_add()
        if _why(each, any_region) is not None:
            state = texts.refused()
        if new is None:
            rows.append((each.name, "-", "-", "-", "-", "-", "-", state))
            continue
        length = session_length(new.session_seconds) if new.session_seconds else "-"
        view = new.view.label if new.view is not None else "-"
        regions = joined(new.regions) or command_texts.own_region()
        signs = new.center_role
        how = centers.role_at(signs.role, signs.account, signs.center.host) if signs else new.aws_profile
        limit = after(new.left_running_hours) if new.left_running_hours is not None else "-"
        stops = joined(habits(new.stop_at, new.stop_when_idle_hours, new.stop_at_logout)) or "-"
        rows.append((new.name, how, regions, length, view, limit, stops, state))
    say(table(texts.headings(), rows, terminal_width()))
    for each in read.profiles:
        if each.profile is not None and each.profile.schedule_role:
            say(role_in_file(each.name, each.profile.schedule_role))
    for each in read.profiles:
        problem = each.problem or (None if any_region else each.unknown_region)
        if problem is not None:
            complain(problem, each.name)
    if read.ignored:
        say(texts.ignored(read.ignored), err=True)


def _may_add(new: list[NewProfile], file: str, yes: bool, any_region: bool) -> bool:
    if yes:
        return True
    if is_terminal(sys.stdin) and file != "-":
        return click.confirm(texts.ask(len(new)), err=True)
    again = ["setup", Argument(file), "--yes", *(["--allow-unknown-region"] if any_region else [])]
    say(texts.how_to_add(command(*again)), err=True)
    return False


def _tell_found(new: list[NewProfile]) -> None:
    from tray.aws.cloud import Cloud
    from tray.fleet.refreshing.listing import scopes_of

    profiles, _ = configured_profiles(tuple(each.name for each in new))
    scopes, problems = scopes_of(cloud := Cloud(kept_access_key), profiles)
    states = survey(cloud, scopes)
    for profile in profiles:
        listed = [each for each in states if each.scope.profile == profile.name and each.problem is None]
        counts = [(each.scope.region, len(each.notebooks)) for each in listed if each.notebooks]
        if counts:
            say(texts.of_profile(profile.name, texts.found(counts)))
        elif listed:
            say(texts.of_profile(profile.name, texts.found_none([each.scope.region for each in listed])))
            say(texts.how_to_look(command("profiles", "regions", Argument(profile.name), "--find")), err=True)
    failed = [(scope(each.scope.profile, each.scope.region), each.problem) for each in states if each.problem]
    complain_of_all([*problems, *failed])


def _add(new: list[NewProfile]) -> Mapping[str, TrayError]:
    """Store new profiles; return why which of them were refused."""
    from tray.aws.config import read_aws_profiles
    from tray.fleet.profiles.adding import profile_of

    try:
        outcome = profile_store().add_many([profile_of(each) for each in new])
    finally:
        tell_profiles_changed()
    for name in outcome.done:
        say(command_texts.added(name))
    there = {each.name for each in read_aws_profiles()}
    for each in new:
        if each.aws_profile and each.aws_profile not in there:
            say(texts.no_aws_profile(each.aws_profile), err=True)
    return outcome.refused
