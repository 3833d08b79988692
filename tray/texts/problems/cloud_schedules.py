"""Schedules of EventBridge Scheduler that can't be made or taken away."""

from __future__ import annotations

from tray.texts.clock import time_of_day
from tray.texts.language import _, joined
from tray.texts.problems.table import Words, advice, problem
from tray.texts.shell import Argument, command


@advice
def plan_holds_here(name: str) -> str:
    """`name` is that of the notebook instance."""
    return _("Until then, {name} is stopped at the planned time only while this computer is awake.", name=name)


@advice
def stopped_all_the_same(name: str, at: float, now: float) -> str:
    """`name` is the notebook instance's; `at` is when AWS stops it, and `now` the present: seconds since the epoch."""
    return _(
        "AWS will stop {name} at {time} unless its schedule is taken away before: {command}",
        name=name,
        time=time_of_day(at, now),
        command=command("schedules", "remove", name),
    )


@problem
def schedule_role_untrusted(role: str, profile: str, region: str) -> Words:
    return Words(
        _("Role not usable by AWS' scheduler"),
        _(
            "EventBridge Scheduler in {region} may not assume the role {role} of the profile “{profile}”.",
            region=region,
            role=role,
            profile=profile,
        ),
        _("Ask your administrator: the role's trust policy must name scheduler.amazonaws.com."),
    )


@problem
def schedule_role_elsewhere(role: str, profile: str, name: str) -> Words:
    return Words(
        _("Role of another account"),
        _(
            "The role {role} of the profile “{profile}” is not of the account of {name}: AWS can't stop it with that"
            " role.",
            role=role,
            profile=profile,
            name=name,
        ),
        _(
            "Name a role of its account, or none: {command}",
            command=command("profiles", "set", Argument(profile), "--schedule-role", "none"),
        ),
    )


@problem
def schedule_in_other_account(profile: str, account: str, found: str) -> Words:
    return Words(
        _("Schedule of another account"),
        _(
            "The schedule was made in the account {account}, and the profile “{profile}” now signs in to {found}.",
            account=account,
            profile=profile,
            found=found,
        ),
        _("Have the profile sign in to the account {account}, and take the schedule away then.", account=account),
    )


@problem
def schedule_without_profile(name: str, profile: str) -> Words:
    return Words(
        _("Schedule can't be taken away"),
        _(
            "The schedule that stops {name} was made as the profile “{profile}”, which is there no more.",
            name=name,
            profile=profile,
        ),
        _("Configure the profile again, or ask your administrator to delete the schedule."),
    )


@problem
def schedules_left(profile: str, names: tuple[str, ...]) -> Words:
    return Words(
        _("Profile not removed"),
        _(
            "AWS has schedules of the profile “{profile}” that stop notebook instances, and they can't be taken away"
            " now: {names}.",
            profile=profile,
            names=joined(names),
        ),
        _(
            "Sign in and try again; or leave them to AWS, which deletes each after its stop, with: {command}",
            command=command("schedules", "remove", "--all", "--forget"),
        ),
    )


@problem
def schedules_stay(names: tuple[str, ...]) -> Words:
    return Words(
        _("Schedules stay in AWS"),
        _(
            "EventBridge Scheduler will still stop these at their times, and delete each schedule then: {names}.",
            names=joined(names),
        ),
        _(
            "Their profiles and their list are kept: sign in, and uninstall again. Or leave the schedules to AWS"
            " before that: {command}",
            command=command("schedules", "remove", "--all", "--forget"),
        ),
    )


@problem
def no_such_schedule(name: str) -> Words:
    return Words(
        _("No such schedule"),
        _("There is no schedule for “{name}” that was made here.", name=name),
        _("See which there are: {command}", command=command("schedules")),
    )


@problem
def schedules_not_confirmed(names: tuple[str, ...]) -> Words:
    return Words(
        _("Not taken away"),
        _("No schedule was taken away, because nobody confirmed it. There are: {names}.", names=joined(names)),
        _("To take them away without a question: {command}", command=command("schedules", "remove", "--all", "--yes")),
    )
