"""What is said of plans to stop notebook instances later. Times are those of `clock.py`."""

from __future__ import annotations

from tray.texts.clock import written
from tray.texts.language import _, joined, plural

# The list of what can be done with a notebook instance.


def stop_later() -> str:
    """Return the line of the list with the plans for a notebook instance."""
    return _("Stop later")


def stop_later_on_the_page() -> str:
    """Return the line that leads to where a stop can be planned, for menus without room for it."""
    return _("Stop one later…")


def stop_at(time: str) -> str:
    """Return the line that plans a stop for a time of today; `time` has the day where it is another."""
    return _("Stop at {time}", time=time)


def stop_at_named(name: str, time: str) -> str:
    """Return the line of a plan for a time, in a list of several notebook instances."""
    return _("Stop {name} at {time}", name=name, time=time)


def stop_at_today(time: str) -> str:
    """Return the line that plans a stop for a time of this day."""
    return _("Stop at {time} today", time=time)


def stop_when_idle(span: str) -> str:
    """Return the line that plans a stop when there has been no sign of work for a span."""
    return _("Stop when idle for {span}", span=span)


def stop_when_idle_named(name: str, span: str) -> str:
    """Return the line of such a plan, in a list of several notebook instances."""
    return _("Stop {name} when idle for {span}", name=name, span=span)


def stop_when_leaving() -> str:
    """Return the line that plans a stop for when the user leaves."""
    return _("Stop when I log out or shut down")


def stop_when_leaving_named(name: str) -> str:
    """Return the line of such a plan, in a list of several notebook instances."""
    return _("Stop {name} when I log out or shut down", name=name)


def even_if_busy() -> str:
    """Return the line that has plans carried out while a kernel runs something."""
    return _("Even if a kernel is busy")


def every_day(line: str) -> str:
    """Return the line of a plan that a setting of the profile has made."""
    return _("{line} (setting of the profile)", line=line)


def has_to_run() -> str:
    """Return what a plan needs."""
    return _("Notebook Tray has to be running then, and the computer awake")


def not_everywhere() -> str:
    """Return when a stop for when the user leaves can't happen."""
    return _("Notebook Tray can't do this when the lid is closed or the power is cut")


def looks_are_off() -> str:
    """Return what it means for the plans that looks are turned off."""
    return _("Looks before a stop are off: it is stopped even if a kernel is busy")


def never_unasked() -> str:
    """Return why no stop can be planned."""
    return _("AWS may not start it again, so it is never stopped unasked")


# The status of a notebook instance.


def running_until(time: str) -> str:
    """Return the status of one that is to be stopped at a time."""
    return _("Running, stops at {time}", time=time)


def running_open_until(until: str, time: str) -> str:
    """Return the status of one in which a session is open, and that is to be stopped at a time."""
    return _("Running, open until {until}, stops at {time}", until=until, time=time)


def running_until_idle(span: str) -> str:
    """Return the status of one that is to be stopped when it is idle."""
    return _("Running, stops when idle for {span}", span=span)


def running_until_leaving() -> str:
    """Return the status of one that is to be stopped when the user leaves."""
    return _("Running, stops when you log out")


# Notifications.


def stops(name: str, time: str, minutes: int, idle: str) -> tuple[str, str]:
    """Return that a notebook instance will be stopped soon.

    :param idle: for how long there has been no sign of work, where that is why; empty for another reason
    """
    title = _("{name} stops at {time}", name=name, time=time)
    if idle:
        return title, plural(
            "There has been no sign of work for {idle}. It stops in {number} minute, unless there is one.",
            "There has been no sign of work for {idle}. It stops in {number} minutes, unless there is one.",
            minutes,
            idle=idle,
        )
    return title, plural(
        "That is in {number} minute, as planned. What is in memory is lost; files stay.",
        "That is in {number} minutes, as planned. What is in memory is lost; files stay.",
        minutes,
    )


def several_stop(count: int, names: list[str], more: int, time: str) -> tuple[str, str]:
    """Return that several notebook instances will be stopped soon, the first at a time; `more` are not named."""
    title = plural("{number} notebook instance stops soon", "{number} notebook instances stop soon", count)
    return title, _(
        "{names}, the first at {time}. What is in memory is lost; files stay.", names=_named(names, more), time=time
    )


def keep_running() -> str:
    """Return the button after which a notebook instance is not stopped."""
    return _("Keep running")


def keep_all_running() -> str:
    """Return the button after which none of several is stopped."""
    return _("Keep them running")


def keep_in_the_menu() -> str:
    """Return where in the menu a plan is given up."""
    return _("“Stop later” in the menu cancels it.")


def stopped(name: str) -> tuple[str, str]:
    """Return that a notebook instance was stopped."""
    return _("{name} was stopped as planned", name=name), _("Its storage still costs. Start it again in the menu.")


def several_stopped(count: int, names: list[str], more: int) -> tuple[str, str]:
    """Return that several were stopped; `more` are not named."""
    title = plural(
        "{number} notebook instance was stopped as planned",
        "{number} notebook instances were stopped as planned",
        count,
    )
    return title, _("{names}. Their storage still costs.", names=_named(names, more))


def not_stopped(name: str, why: str, again: str) -> tuple[str, str]:
    """Return that a notebook instance was not stopped.

    :param why: a sentence of `reason`
    :param again: until when it is tried again, as a time; empty if it isn't
    """
    title = _("{name} was not stopped", name=name)
    if again:
        return title, _("{why} It is tried again every 10 minutes until {time}.", why=why, time=again)
    return title, _("{why} It goes on running, and costs.", why=why)


def several_not_stopped(count: int, names: list[str], more: int, again: bool) -> tuple[str, str]:
    """Return that several were not stopped; `more` are not named.

    :param again: whether it is tried again
    """
    title = plural("{number} notebook instance was not stopped", "{number} notebook instances were not stopped", count)
    named = _named(names, more)
    if again:
        return title, _(
            "{names}: a kernel is busy, or nobody can tell. It is tried again every 10 minutes for some hours.",
            names=named,
        )
    return title, _("{names}. They go on running, and cost.", names=named)


def reason(why: str) -> str:
    """Return why a notebook instance was not stopped, as a sentence.

    :param why: the value of a `Why`
    """
    match why:
        case "busy":
            return _("A kernel is busy.")
        case "opened":
            return _("You have just opened it.")
        case "no-looks":
            return _("Looks before a stop are off, so nobody can tell whether a kernel is busy.")
        case "unlisted":
            return _("AWS can't be asked at the moment whether it runs.")
        case "platform":
            return _(
                "Nobody can tell whether AWS would start it again: the profile has to be allowed"
                " sagemaker:DescribeNotebookInstance."
            )
        case "retired":
            return _("It is on a retired platform: AWS may not start it again, so it is never stopped unasked.")
        case "still-running":
            return _("The stop was asked for, but it still runs.")
        case _unknown:
            return _("Its Jupyter doesn't tell whether a kernel is busy.")


def missed(name: str, time: str) -> tuple[str, str]:
    """Return that the time of a stop went by."""
    return _("{name} was not stopped at {time}", name=name, time=time), _(
        "The computer slept, or Notebook Tray wasn't running. That is more than 12 hours ago, so it is not stopped now."
    )


def several_missed(count: int, names: list[str], more: int) -> tuple[str, str]:
    """Return that the times of several stops went by; `more` are not named."""
    title = plural(
        "{number} planned stop didn't happen",
        "{number} planned stops didn't happen",
        count,
    )
    return title, _(
        "{names}: the computer slept, or Notebook Tray wasn't running. They are not stopped now.",
        names=_named(names, more),
    )


def failed(name: str, title: str, message: str) -> tuple[str, str]:
    """Return that the call that stops a notebook instance failed, in the words of its problem."""
    return _("{name} was not stopped: {problem}", name=name, problem=title), message


def stop_anyway() -> str:
    """Return the button that leads to the question whether to stop it all the same."""
    return _("Stop it anyway…")


# The command line.


def heading() -> str:
    """Return the heading of the column that says when something stops."""
    return _("STOPS")


def column_idle(span: str) -> str:
    """Return what stands in that column of one that stops when it is idle."""
    return _("when idle for {span}", span=span)


def column_leaving() -> str:
    """Return what stands in that column of one that stops when the user leaves."""
    return _("at logout")


def habit_at(time: str) -> str:
    """Return a habit in a line with other settings of a profile."""
    return _("stops each day at {time}", time=time)


def habit_idle(hours: int) -> str:
    """Return a habit in a line with other settings of a profile."""
    return plural("stops when idle for {number} h", "stops when idle for {number} h", hours)


def habit_logout() -> str:
    """Return a habit in a line with other settings of a profile."""
    return _("stops when you log out")


def habits(at: str, idle_hours: int, at_logout: bool) -> list[str]:
    """Return the habits of a profile, each in words for a line with its other settings.

    :param at: `HH:MM`, empty for never
    """
    return [
        *([habit_at(written(at))] if at else []),
        *([habit_idle(idle_hours)] if idle_hours else []),
        *([habit_logout()] if at_logout else []),
    ]


def planned_at(name: str, time: str) -> str:
    """Return that a stop is planned for a time."""
    return _(
        "{name} will be stopped at {time}, if Notebook Tray runs then and the computer is awake.", name=name, time=time
    )


def planned_when_idle(name: str, span: str) -> str:
    """Return that a stop is planned for when there has been no sign of work for a span."""
    return _(
        "{name} will be stopped when there has been no sign of work for {span}, if Notebook Tray runs then and the"
        " computer is awake. An open terminal counts as work.",
        name=name,
        span=span,
    )


def planned_at_logout(name: str) -> str:
    """Return that a stop is planned for when the user leaves."""
    return _(
        "{name} will be stopped when you log out or shut down, if Notebook Tray runs then. It can't do this when the"
        " lid is closed or the power is cut.",
        name=name,
    )


def cancelled(name: str) -> str:
    """Return that a notebook instance has no plans any more."""
    return _("{name} will not be stopped later.", name=name)


def nothing_planned(name: str) -> str:
    """Return that a notebook instance had no plans."""
    return _("No stop of {name} was planned.", name=name)


def one_of_them() -> str:
    """Return that the options that plan a stop exclude each other, and those of a stop now."""
    return _("Give one of --at, --when-idle, --at-logout and --cancel, and with it none of the options of a stop now.")


def _named(names: list[str], more: int) -> str:
    if more:
        return plural("{names} and {number} more", "{names} and {number} more", more, names=joined(names))
    return joined(names)
