"""Stops that can't be planned, and values with which none can be."""

from __future__ import annotations

from tray.texts.language import _
from tray.texts.problems.table import Words, problem
from tray.texts.reading import Reading, reading
from tray.texts.shell import command
from tray.texts.stop_all import look_before_a_stop


@problem
def stop_plan_retired(name: str, identifier: str) -> Words:
    return Words(
        _("Never stopped unasked"),
        _(
            "“{name}” is on {identifier}, a platform that AWS has retired: once it has stopped, AWS may not start it"
            " again.",
            name=name,
            identifier=identifier,
        ),
        _("Copy what you need from its disk, then stop it yourself, or move it to another platform."),
    )


@problem
def stop_plan_platform_unknown(name: str) -> Words:
    return Words(
        _("Not planned: its platform is not known"),
        _(
            "Only what AWS would start again is stopped unasked, and whether it would start “{name}” can't be told.",
            name=name,
        ),
        _("Ask your administrator to allow sagemaker:DescribeNotebookInstance, then plan it again."),
    )


@problem
def stop_plan_needs_looks(name: str, idle: bool) -> Words:
    """`idle` says that it was to be stopped when idle."""
    title = _("Not planned: looks are turned off")
    if idle:
        return Words(
            title,
            _("Without a look, nobody can tell whether “{name}” is idle.", name=name),
            _turn_on_looks(),
        )
    if reading() is Reading.COMMAND:
        return Words(
            title,
            _("Without a look, nobody can tell whether a kernel of “{name}” is busy at that time.", name=name),
            _("Add --even-if-busy to stop it all the same, or turn on looks: {command}", command=_looks_on()),
        )
    return Words(
        title,
        _("Without a look, nobody can tell whether a kernel of “{name}” is busy at that time.", name=name),
        _turn_on_looks(),
    )


@problem
def stop_plans_not_kept(path: str, reason: str) -> Words:
    return Words(
        _("Nothing planned, and nothing canceled"),
        _("What is to be stopped later can't be written to {path}: {reason}.", path=path, reason=reason),
        _("Make room, or make the folder writable for you, and run the command again."),
    )


@problem
def stop_plan_time(name: str) -> Words:
    return Words(
        _("Not planned: not within a week"),
        _("“{name}” can be stopped at a time within the next 7 days.", name=name),
        _("Choose a later time of today, or of one of the next days."),
    )


@problem
def stop_plan_idle(given: str, least: int, most: int) -> Words:
    """`least` in minutes, `most` in hours."""
    return Words(
        _("Not planned: length refused"),
        _("“{given}” is no time without work after which a notebook instance can be stopped.", given=given),
        _("Choose from {least} minutes to {most} hours, for example 30m, 1h or 2h.", least=least, most=most),
    )


@problem
def no_time_of_day(given: str) -> Words:
    return Words(
        _("Time refused"),
        _("“{given}” is no time of the day.", given=given),
        _("Write it as 19:00 or 7:00 PM."),
    )


@problem
def stop_when_idle_refused(given: str, most: int) -> Words:
    return Words(
        _("Number of hours refused"),
        _("“{given}” is no number of hours without work after which a notebook instance is stopped.", given=given),
        _("Choose whole hours from 1 to {most}, or 0 for never.", most=most),
    )


def _turn_on_looks() -> str:
    if reading() is Reading.COMMAND:
        return _("Turn on looks: {command}", command=_looks_on())
    return _("Turn on “{setting}” in the settings.", setting=look_before_a_stop())


def _looks_on() -> str:
    return command("settings", "set", "look-before-stop", "on")
