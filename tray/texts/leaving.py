"""What is said of stops when the user logs out or shuts the computer down. Times are those of `clock.py`."""

from __future__ import annotations

from tray.texts.language import _, plural


def what_is_done() -> str:
    """Return what the system is waiting for, for its own list or dialog."""
    return _("Stopping SageMaker notebook instances")


def left(name: str, time: str, why: str) -> tuple[str, str]:
    """Return that a notebook instance was not stopped when the user left.

    :param time: when that was; empty if it isn't known
    :param why: the reason, as `reason` has it
    """
    title = _("{name} still runs", name=name)
    if time:
        return title, _("It was to be stopped when you left at {time}. {why}", time=time, why=why)
    return title, _("It was to be stopped when you left. {why}", why=why)


def several_left(count: int, names: list[str], whys: list[str], more: int) -> tuple[str, str]:
    """Return that several were not stopped: the first few with name and reason each; `more` are not named."""
    title = plural("{number} notebook instance still runs", "{number} notebook instances still run", count)
    lines = [_("{name}: {why}", name=name, why=why) for name, why in zip(names, whys, strict=False)]
    if more:
        lines.append(plural("{number} more", "{number} more", more))
    return title, "\n".join([_("They were to be stopped when you left."), *lines])


def reason(why: str) -> str:
    """Return why one was not stopped, as a sentence.

    :param why: the value of a `WhyNot`
    """
    match why:
        case "busy":
            return _("A kernel was running something.")
        case "unknown":
            return _("It could not be told whether a kernel was running something.")
        case "no-looks":
            return _("Looks before a stop are turned off, so a kernel might have been running something.")
        case "changing":
            return _("It was just starting or changing, and can be stopped only while it runs.")
        case "retired":
            return _("AWS has retired its platform and may never start it again.")
        case "platform":
            return _("It could not be told whether AWS would start it again.")
        case "signed-out":
            return _("The profile was not signed in.")
        case "unreachable":
            return _("AWS could not be reached.")
        case "denied":
            return _("The profile may not stop it.")
        case "no-time":
            return _("The system did not wait long enough for AWS to answer.")
        case "not-told":
            return _("Notebook Tray was not running, or the computer went off without a word.")
        case _failed:
            return _("AWS refused. The log says more.")


def stop_in_the_menu(name: str) -> str:
    """Return where in the menu it is stopped."""
    return _("Choose “Stop…” under “{name}” in the menu.", name=name)


def stop_each_in_the_menu() -> str:
    """Return where in the menu several are stopped."""
    return _("Stop them in the menu.")
