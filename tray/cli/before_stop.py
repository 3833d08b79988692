"""What speaks against a stop, for the commands that stop: whether anyone works there, and whether it starts again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from tray.cli.stores import policy_watch
from tray.model.policy_refusals import check_allowed
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.texts import power as texts

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.model.activity import Activity
    from tray.model.notebooks import Notebook
    from tray.model.power import Details


def looks(asked: bool | None, *, if_idle: str | None = None, name: str = "", typed: tuple[str, ...] = ()) -> bool:
    """Return whether it is looked if anyone works there: as `asked`, else as the user has set it.

    :param if_idle: for how long nobody is to have worked there, as it was typed; None if that is all the same
    :param typed: the other options of the stop, which what mends a refusal repeats
    :raises TrayError: (usage) it isn't, though only what is idle is to be stopped; or an administrator has forbidden it
    """
    from tray.fleet.choices.look_choice import FILE_NAME, looks_are_off
    from tray.fleet.files.state_file import state_folder

    if not policy_watch().look().limits.look_before_stop:
        if asked or if_idle is not None:
            check_allowed(policy_watch().now, "look_before_stop")
        return False
    looked = asked if asked is not None else not looks_are_off(state_folder() / FILE_NAME)
    if if_idle is not None and not looked:
        raise TrayError("looks-off", status=ExitStatus.USAGE, name=name, if_idle=if_idle, typed=typed)
    return looked


def words_of(activity: Activity | None) -> str:
    """Return what a look has found, in one line."""
    return activity.text(datetime.now().astimezone()) if activity is not None else texts.cannot_look()


def is_idle(activity: Activity | None, idle_seconds: float) -> bool:
    """Whether there has been no sign of work for so long, and nothing that may speak for work."""
    quiet = activity.quiet_seconds if activity is not None else None
    return quiet is not None and quiet >= idle_seconds


def described(cloud: Cloud, notebook: Notebook, *, doubted: bool) -> Details | None:
    """Return the details; if AWS doesn't tell them, those that are known, None if the profile may not read them.

    :param doubted: whether the user decides without them, too: otherwise a failure that passes is none to go by
    :raises TrayError: they can't be read now
    """
    from tray.fleet.facts.platforms_file import FILE_NAME, PlatformsFile
    from tray.fleet.files.state_file import state_folder
    from tray.model.power import Details

    file = PlatformsFile(state_folder() / FILE_NAME)
    try:
        details = cloud.describe(notebook)
    except TrayError as error:
        platform, _ = file.load().platforms.get(notebook.arn, ("", 0.0))
        if platform:
            return Details(platform)
        if doubted or error.problem.kind is Kind.DENIED:
            return None  # without the permission, too, it may be stopped
        raise
    file.learn(notebook, details.platform)
    return details
