"""Starting and stopping notebook instances: the menu's lines, and the question before a stop."""

from __future__ import annotations

from tray.texts.language import _, plural
from tray.texts.lengths import roughly, span


def start_and_open(length: str) -> str:
    """Return the line that starts a notebook instance, and opens it for the length that is set."""
    return _("Start and open ({length})", length=length)


def not_allowed() -> str:
    """Return why a line can't be chosen: AWS has just denied it."""
    return _("AWS doesn't allow it to you")


def start_and_open_line(line: str) -> str:
    """Return the line of a notebook instance, which says its status, where that line starts and opens it."""
    return _("{line}, start and open", line=line)


def start() -> str:
    """Return the line that starts a notebook instance."""
    return _("Start")


def start_as(instance_type: str) -> str:
    """Return the line that gives a notebook instance another instance type, and then starts and opens it."""
    return _("Start as {instance_type} and open", instance_type=instance_type)


def open_when_started(length: str) -> str:
    """Return the line that opens a notebook instance once it has started."""
    return _("Open when it has started ({length})", length=length)


def keep_closed() -> str:
    """Return the line that keeps a notebook instance that is starting from being opened."""
    return _("Don't open it when it has started (you can stop it then)")


def stop() -> str:
    """Return the line that leads to the question whether to stop a notebook instance."""
    return _("Stop…")


def actions() -> str:
    """Return the line that opens the list of what can be done with notebook instances beside opening them."""
    return _("Start, stop, copy link")


def open_when_started_named(name: str, length: str) -> str:
    """Return the line that opens this notebook instance once it has started."""
    return _("Open {name} when it has started ({length})", name=name, length=length)


def keep_closed_named(name: str) -> str:
    """Return the line that keeps this notebook instance, which is starting, from being opened."""
    return _("Don't open {name} when it has started (you can stop it then)", name=name)


def start_and_open_named(name: str, length: str) -> str:
    """Return the line that starts this notebook instance, and opens it."""
    return _("Start and open {name} ({length})", name=name, length=length)


def stop_named(name: str) -> str:
    """Return the line that leads to the question whether to stop this notebook instance."""
    return _("Stop {name}…", name=name)


# While it starts.


def how_far(seconds: float, expected_seconds: float | None, answering: bool) -> str:
    """Return the status of a notebook instance that is starting: for how long already, and of how long, if known.

    :param answering: whether it runs, and only its Jupyter is waited for
    """
    if answering:
        return _("Running, waiting for Jupyter")
    if expected_seconds is None:
        return _("Starting, {time}", time=span(seconds))
    places = {"time": span(seconds), "expected": roughly(expected_seconds)}
    if seconds > expected_seconds:
        return _("Starting, {time}, usually about {expected}", **places)
    return _("Starting, {time} of about {expected}", **places)


def line(name: str, status: str) -> str:
    """Return what a start is about and how far it is, for the menu's first line."""
    return _("{name}: {status}", name=name, status=status)


def several(number: int) -> str:
    """Return that several notebook instances are starting."""
    return plural("{number} notebook instance starting", "{number} notebook instances starting", number)


# The question before a stop.


def question(name: str) -> str:
    """Return the question whether to stop a notebook instance."""
    return _("Stop {name}?", name=name)


def confirm_for_good(name: str) -> str:
    """Return the command line's second question, for a notebook instance that may never start again."""
    return _("Stop {name}, even if it may never start again?", name=name)


def what_ends() -> str:
    """Return what a stop costs."""
    return _("Whatever runs in it ends; files on its disk stay")


def cannot_look() -> str:
    """Return that it can't be told whether anyone works in a notebook instance."""
    return _("Whether anyone works there can't be told from here")


def may_not_start_again(identifier: str) -> str:
    """Return that AWS may not start a notebook instance on this platform again."""
    return _("AWS has retired its platform ({identifier}) and may never start it again", identifier=identifier)


def platform_unknown() -> str:
    """Return that it can't be told whether AWS will start a notebook instance again."""
    return _("Its platform can't be read: if AWS has retired it, it may never start again")


def stop_now() -> str:
    """Return the line that stops it."""
    return _("Stop it")


def stop_for_good() -> str:
    """Return the line that stops a notebook instance which may never start again, in answer to the second question."""
    return _("Stop it, even if it may never start again")


def keep_running() -> str:
    """Return the line that leaves it as it is."""
    return _("Leave it running")


def looking(name: str) -> str:
    """Return that it is being looked whether anyone works there."""
    return _("Looking whether anyone works on {name}…", name=name)


def stopping(name: str) -> str:
    """Return that a notebook instance is being stopped."""
    return _("Stopping {name}…", name=name)


def begun(name: str) -> str:
    """Return that the start of a notebook instance is being asked for."""
    return _("Starting {name}…", name=name)


# Told elsewhere than in the menu.


def ready(name: str) -> tuple[str, str]:
    """Return title and text of the notification that a notebook instance can be opened."""
    return _("{name} is ready", name=name), _("It has started, and can be opened.")


def open_it() -> str:
    """Return the button that opens it."""
    return _("Open")


def open_it_in_the_menu(name: str) -> str:
    """Return where in the menu it can be opened."""
    return _("Choose “{name}” in the menu to open it.", name=name)


def open_or_stop_in_the_menu(name: str) -> str:
    """Return where in the menu it can be opened, or stopped."""
    return _("Choose “{name}” in the menu to open or stop it.", name=name)


def answer_in_the_menu(name: str) -> str:
    """Return where in the menu the question can be answered."""
    return _("Choose “Stop {name}?” in the menu to answer.", name=name)


def running_already(name: str) -> str:
    """Return, for the command line, that a notebook instance was running before."""
    return _("{name} is running already.", name=name)


def started(name: str, time: str) -> str:
    """Return, for the command line, that a notebook instance has started, after this time."""
    return _("{name} has started, after {time}.", name=name, time=time)


def stop_asked(name: str) -> str:
    """Return, for the command line, that a notebook instance is being stopped."""
    return _("{name} is stopping.", name=name)


def goes_on(name: str) -> str:
    """Return, for the command line, that Ctrl-C ends the wait alone."""
    return _("{name} goes on starting: nobody waits for it any more.", name=name)


def may_start(name: str) -> str:
    """Return, for the command line, that Ctrl-C came while AWS was asked to start a notebook instance."""
    return _("{name} may be starting: AWS had not answered yet.", name=name)


def stopped_already(name: str) -> str:
    """Return, for the command line, that a notebook instance was stopped already."""
    return _("{name} is stopped already.", name=name)


def confirm(name: str) -> str:
    """Return the command line's question whether to stop a notebook instance."""
    return question(name)
