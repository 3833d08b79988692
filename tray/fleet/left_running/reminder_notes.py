"""The notifications of notebook instances that are left running: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.model import commands as c
from tray.model.left_running import is_idle
from tray.model.notification import Notification
from tray.model.notification_kinds import NotificationKind
from tray.texts import left_running as texts
from tray.texts import power as power_texts
from tray.texts.notifications import facts as sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.model.power import StopQuestion

ABOUT_SEVERAL = "left-running"
"""What a notification of several is about."""

_MOST_NAMED = 5


def about_one(arn: str) -> str:
    """Return the matter of a notebook instance that is left running."""
    return f"left-running/{arn}"


def one(found: StopQuestion, hours: int, facts: Sequence[str]) -> Notification:
    """Return that a notebook instance has been running for so many hours, with a button that stops it.

    One click stops what a look has found idle, if it still is. In all other cases there is a question before.
    """
    notebook = found.notebook
    profile, arn = notebook.scope.profile, notebook.arn
    stop: tuple[str, c.Command] = (power_texts.stop(), c.AskToStop(profile, arn))
    if is_idle(found):
        stop = (texts.stop(), c.StopIfIdle(profile, arn))
    return Notification(
        NotificationKind.LEFT_RUNNING,
        texts.been_running(notebook.name, hours),
        sentences(list(facts)),
        about=about_one(arn),
        actions=(stop, (texts.leave(1), c.LeaveRunning((arn,)))),
        where=texts.stop_in_the_menu(notebook.name),
        click_acts=False,
    )


def several(found: Sequence[StopQuestion], lines: Sequence[str], most_to_stop: int) -> Notification:
    """Return that several notebook instances are left running, with a line for each of the first few.

    :param lines: what is known of each, with its name
    :param most_to_stop: so many can be asked about in one question
    """
    more = len(found) - _MOST_NAMED
    each = tuple((one.notebook.scope.profile, one.notebook.arn) for one in found)
    stop = ((texts.stop_all(), c.AskToStopAll(each)),) if len(each) <= most_to_stop else ()
    return Notification(
        NotificationKind.LEFT_RUNNING,
        texts.several(len(found)),
        "\n".join((*lines[:_MOST_NAMED], *((texts.and_more(more),) if more > 0 else ()))),
        about=ABOUT_SEVERAL,
        actions=(
            (texts.show(), c.ShowNotebooks()),
            *stop,
            (texts.leave(len(found)), c.LeaveRunning(tuple(arn for _, arn in each))),
        ),
        where=texts.stop_each_in_the_menu(),
    )
