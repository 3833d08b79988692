"""`notebook-tray uninstall`: removes what the program stores on this computer, but not the program itself."""

from __future__ import annotations

import logging
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tray.cli.output import complain, complain_of_each, say
from tray.cli.stores import own_profile_store
from tray.cli.streams import is_terminal
from tray.model.problems import ExitStatus, Problem, TrayError
from tray.texts import cloud_schedules
from tray.texts import help as helps
from tray.texts import uninstalling as texts
from tray.texts.commands import removed

if TYPE_CHECKING:
    from tray.model.cloud_schedules import CloudSchedule


@dataclass(frozen=True, slots=True)
class _Part:
    """A stored thing: its name for the user, and the function that removes it.

    Where schedules stay in AWS, `keep` is called in its place: it removes all but what another try needs to take these
    schedules away, and says what it has removed and what it has kept.
    """

    name: str
    take_away: Callable[[], object]
    keep: Callable[[Sequence[CloudSchedule]], object] | None = None


@click.command(help=helps.command("uninstall"))
@click.option("--yes", is_flag=True, help=helps.option("yes"))
def uninstall(yes: bool) -> None:
    """Run `notebook-tray uninstall`."""
    parts, problems = _kept()
    if not parts:
        say(texts.nothing_kept())
        for folder in _folders():
            _remover(folder)()
    else:
        say(texts.will_be_removed([part.name for part in parts]))
        if not yes and not _agreed():
            raise click.Abort
        problems += _take_away(parts)
    for problem in problems:
        complain(problem)
    say(texts.remove_the_program())
    if problems:
        sys.exit(ExitStatus.REFUSED)


def _agreed() -> bool:
    if not is_terminal(sys.stdin):
        raise click.UsageError(texts.needs_yes())
    return click.confirm(texts.remove_all(), err=True)


def _take_away(parts: list[_Part]) -> list[Problem]:
    """Remove the parts; return the problems of those that can't be removed."""
    from tray.desktop.single_instance.client import end_all

    problems = []
    stay: Sequence[CloudSchedule] = ()
    try:
        if end_all():
            say(texts.tray_ended())
    except TrayError as error:
        problems.append(error.problem)
    for part in parts:
        try:
            if stay and part.keep is not None:
                part.keep(stay)
                continue
            part.take_away()
        except _StayError as error:
            stay = error.schedules
            problems.append(error.problem)
        except TrayError as error:
            problems.append(error.problem)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            problems.append(Problem.of("not-removed", what=part.name, reason=reason))
        else:
            say(removed(part.name))
    return problems


def _kept() -> tuple[list[_Part], list[Problem]]:
    """Return the parts that can be removed, and the problems of those that could not be checked."""
    parts: list[_Part] = []
    problems: list[Problem] = []
    # The schedules come first: the profiles sign what deletes them.
    for look in (_schedules, _profiles, _autostart, _applications, _identity):
        try:
            parts += look()
        except TrayError as error:
            problems.append(error.problem)
    # The folders come last, because one of them has the lock of the profiles.
    kept = [folder for folder in _folders() if parts or _holds_something(folder)]
    return parts + [_folder(folder) for folder in kept], problems


class _StayError(TrayError):
    """Schedules could not be taken away."""

    def __init__(self, schedules: Sequence[CloudSchedule]) -> None:
        from tray.model.arns import name_in

        super().__init__("schedules-stay", names=tuple(name_in(each.arn) for each in schedules))
        self.schedules = schedules


def _schedules() -> list[_Part]:
    from tray.cli.schedules import made_here, take_away
    from tray.model.arns import name_in

    found = made_here()

    def remove() -> None:
        if problems := take_away(found):
            left = [each for each in found if each.name in problems]
            complain_of_each((name_in(each.arn), problems[each.name]) for each in left)
            raise _StayError(left)

    return [_Part(cloud_schedules.in_aws([name_in(each.arn) for each in found]), remove)] if found else []


def _profiles() -> list[_Part]:
    store = own_profile_store()
    try:
        stored = store.load()
    except TrayError as error:
        if error.problem.code not in ("index-damaged", "index-newer"):
            raise
        unreadable = texts.unreadable_profiles()
        return [_Part(unreadable, store.erase, lambda _: say(texts.kept_for_another_try(unreadable)))]
    names = [*(profile.name for profile in (*stored.profiles, *stored.unchecked))]
    names += [bad.name for bad in stored.problems if bad.name]

    def keep(stay: Sequence[CloudSchedule]) -> None:
        signing = {each.profile for each in stay}
        kept = [name for name in names if name in signing]
        gone = [name for name in names if name not in signing]
        if not kept:
            store.erase()
        elif gone:
            store.remove_many(gone)
        if gone:
            say(removed(texts.profiles_in_keyring(gone)))
        if kept:
            say(texts.kept_for_another_try(texts.profiles_in_keyring(kept)))

    return [_Part(texts.profiles_in_keyring(names), store.erase, keep)] if names or stored.generation else []


def _autostart() -> list[_Part]:
    from tray.desktop.autostart import AutostartState, get_autostart

    autostart = get_autostart()
    status = autostart.status()
    if status.state is AutostartState.OFF or status.for_everyone:
        return []  # an administrator's entry is not the user's to remove
    return [_Part(texts.start_at_login(status.place), autostart.off)]


def _applications() -> list[_Part]:
    from tray.desktop.application_menu import application_menu, kept

    place = kept()
    return [_Part(texts.among_applications(place), application_menu().off)] if place else []


def _identity() -> list[_Part]:
    from tray.desktop.icon import identity

    place = identity.place()
    return [_Part(texts.name_in_notifications(place), identity.remove)] if place else []


def _folders() -> list[Path]:
    """Return the program's existing folders: log, state, cache."""
    from platformdirs import PlatformDirs

    own = PlatformDirs("notebook-tray", appauthor=False)
    found = dict.fromkeys((own.user_log_path, own.user_state_path, own.user_cache_path))
    # A folder may be inside another, as the log's is on Linux.
    outer = [folder for folder in found if not any(folder.is_relative_to(each) for each in found if each != folder)]
    return [folder for folder in outer if folder.is_dir() and not folder.is_symlink()]


def _holds_something(folder: Path) -> bool:
    """Whether a folder holds more than the files of this command itself: an empty log, and an empty lock."""
    return any(file.is_file() and file.stat().st_size for file in folder.rglob("*"))


def _folder(folder: Path) -> _Part:
    from tray.fleet.files.state_file import state_folder
    from tray.fleet.planned_stops.cloud_schedules_file import FILE_NAME

    name, file = texts.folder(str(folder)), state_folder() / FILE_NAME

    def keep(_: Sequence[CloudSchedule]) -> None:
        _remover(folder, but=file)()
        say(texts.kept_for_another_try(texts.list_of_schedules(str(file))) if folder.is_dir() else removed(name))

    return _Part(name, _remover(folder), keep)


def _remover(folder: Path, but: Path | None = None) -> Callable[[], None]:
    """Return what removes a folder.

    :param but: a file that stays, if it is in the folder
    """

    def remove() -> None:
        logging.shutdown()  # the open log may be in this folder
        for handler in (root := logging.getLogger()).handlers[:]:
            root.removeHandler(handler)
        if but is None or but.parent != folder or not but.is_file():
            shutil.rmtree(folder)
            return
        for each in folder.iterdir():
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each)
            elif each != but:
                each.unlink()

    return remove
