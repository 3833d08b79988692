"""What EventBridge Scheduler does at a planned time, in words."""

from __future__ import annotations

from tray.texts.language import _, joined, plural


def setting() -> str:
    """Return what the role of a profile is."""
    return _("Role with which AWS stops at planned times")


def setting_hint() -> str:
    """Return what the role of a profile does."""
    return _(
        "The ARN of an IAM role, from your administrator. With it, a planned stop also makes a schedule in EventBridge"
        " Scheduler of your account: a quarter of an hour after the time, AWS stops the notebook instance if this"
        " computer was off by then, whatever runs in it. Empty: a planned stop needs this computer to be awake."
    )


def role_of_profile(arn: str) -> str:
    """Return the role of a profile, in a line with its other settings."""
    return _("AWS stops at planned times as {role}", role=arn)


def role_in_file(profile: str, arn: str) -> str:
    """Return the role that a set-up file gives a profile."""
    return _("{profile}: AWS stops at planned times as {role}", profile=profile, role=arn)


def also_when_off(time: str) -> str:
    """Return that AWS has a schedule for a planned stop; `time` is when AWS stops, in words."""
    return _("AWS stops it at {time} if this computer is off by then", time=time)


def running_until(time: str) -> str:
    """Return the status of one that AWS will stop, though nothing is planned here any more."""
    return _("Running, AWS stops it at {time}", time=time)


# Notifications.


def not_stopped_by_aws(name: str) -> str:
    """Return that AWS won't stop a notebook instance, though a role is named for that."""
    return _("{name} stops only while this computer is awake", name=name)


def still_stopped_by_aws(name: str, time: str) -> str:
    """Return that AWS will stop a notebook instance, though nobody wants that any more."""
    return _("AWS will still stop {name} at {time}", name=name, time=time)


# The commands.


def headings() -> tuple[str, ...]:
    """Return the headings of the table of schedules."""
    return _("NAME"), _("STOPS"), _("REGION"), _("PROFILE"), _("STATE"), _("SCHEDULE")


def none() -> str:
    """Return that there are no schedules."""
    return _("No schedule in EventBridge Scheduler was made here.")


def made_here() -> str:
    """Return that a schedule was made here, and AWS wasn't asked."""
    return _("made here")


def there() -> str:
    """Return that AWS has a schedule that was made here."""
    return _("made here, in AWS")


def not_there() -> str:
    """Return that AWS has no schedule that was made here."""
    return _("made here, not in AWS any more")


def name_or_all() -> str:
    """Return that the command has to be told what to take away."""
    return _("Name a notebook instance or a schedule, or say --all.")


def take_away(count: int, names: tuple[str, ...]) -> str:
    """Return the question whether to take schedules away."""
    return plural(
        "Take {number} schedule away: {names}?", "Take {number} schedules away: {names}?", count, names=joined(names)
    )


def taken_away(name: str) -> str:
    """Return that a schedule is gone."""
    return _("{name}: its schedule is taken away; a plan holds while this computer is awake", name=name)


def forgotten(name: str, time: str) -> str:
    """Return what becomes of a schedule that could not be taken away, and is no longer listed."""
    return _(
        "{name}: no longer listed here. AWS may still stop it {time}, and then deletes the schedule.",
        name=name,
        time=time,
    )


def in_aws(names: list[str]) -> str:
    """Return the schedules in AWS, as a part of what an uninstallation takes away."""
    return plural(
        "{number} schedule in EventBridge Scheduler, which stops: {names}",
        "{number} schedules in EventBridge Scheduler, which stop: {names}",
        len(names),
        names=joined(names[:10]) if len(names) <= 10 else joined([*names[:10], "…"]),
    )
