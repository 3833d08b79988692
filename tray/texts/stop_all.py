"""Stopping all that the user opened or started here, and the setting that turns looks off."""

from __future__ import annotations

from tray.texts.language import _, plural


def stop_all_opened() -> str:
    """Return the line that leads to the question whether to stop all that the user opened or started here."""
    return _("Stop all I opened…")


def question(number: int) -> str:
    """Return the question whether to stop several notebook instances; none, if each needs a question of its own."""
    if not number:
        return _("Stop all I opened?")
    return plural("Stop {number} notebook instance?", "Stop {number} notebook instances?", number)


def fact(name: str, facts: list[str]) -> str:
    """Return what speaks against the stop of one notebook instance, on a line of its own."""
    return _("{name}: {facts}", name=name, facts="; ".join(facts))


def what_ends() -> str:
    """Return what the stops cost."""
    return _("Whatever runs in them ends; files on their disks stay")


def platform_unknown() -> str:
    """Return that nobody could tell the tray whether a notebook instance's platform is retired."""
    return _("whether AWS starts it again can't be told")


def apart(name: str, identifier: str) -> str:
    """Return that a notebook instance on a retired platform is left out."""
    return _(
        "{name} is left out: AWS has retired its platform ({identifier}) and may never start it again",
        name=name,
        identifier=identifier,
    )


def stop_all(number: int) -> str:
    """Return the line that stops them."""
    return plural("Stop it", "Stop all {number}", number)


def keep_running() -> str:
    """Return the line that leaves them as they are."""
    return _("Leave them running")


def answer_in_the_menu(line: str) -> str:
    """Return where in the menu the question can be answered; `line` is the question."""
    return _("Choose “{line}” in the menu to answer.", line=line)


# Looks that are turned off.


def look_before_a_stop() -> str:
    """Return the line that is checked where it is looked whether anyone works there before a stop."""
    return _("Look whether anyone works there before a stop")


def not_looked() -> str:
    """Return that it wasn't looked whether anyone works in a notebook instance."""
    return _("Not looked whether anyone works there: you turned that off")


def not_looked_now() -> str:
    """Return the same for a command with --no-look."""
    return _("Not looked whether anyone works there")


def looked_at(clock_time: str) -> str:
    """Return when it was looked, if that is a while ago."""
    return _("Looked at {clock_time}", clock_time=clock_time)


# For the command line.


def looking(number: int) -> str:
    """Return that it is being looked whether anyone works there."""
    return plural("Looking at {number} notebook instance…", "Looking at {number} notebook instances…", number)


def stopping(number: int) -> str:
    """Return that they are being stopped."""
    return plural("Stopping {number} notebook instance…", "Stopping {number} notebook instances…", number)


def name_or_all() -> str:
    """Return that the command takes a name, or the option that stands for all, and not both."""
    return _("Give NAME, or --all-i-opened alone: it goes with --yes, --if-idle, --look and --json.")


def nothing_runs() -> str:
    """Return that nothing which the user opened or started here runs."""
    return _("Nothing that you opened or started here runs.")
