"""Notebook instances that don't start or stop."""

from __future__ import annotations

from tray.texts import stuck
from tray.texts.language import _, joined
from tray.texts.lengths import duration
from tray.texts.problems.table import Words, problem, sentences
from tray.texts.reading import Reading, reading
from tray.texts.shell import command, on_notebook


def start_it(name: str) -> str:
    """Return how to start a notebook instance."""
    if reading() is Reading.COMMAND:
        return _("Start and open it with: {command}", command=on_notebook("open", name, "--start"))
    return _("Choose “Start and open” in the menu.")


@problem
def cannot_start_now(name: str, region: str, profile: str, state: str, stuck_seconds: float = 0.0) -> Words:
    """`state` is the status as AWS writes it; `stuck_seconds` for how long, if that is far too long, else 0."""
    return Words(
        _("Can't be started now"),
        _(
            "The notebook instance “{name}” ({region}, profile “{profile}”) is {state}, neither Stopped nor Failed.",
            name=name,
            region=region,
            profile=profile,
            state=state,
        ),
        stuck.remedy(stuck_seconds) if stuck_seconds else _("Wait until that is over, then try again."),
    )


@problem
def cannot_stop_now(name: str, region: str, profile: str, state: str, stuck_seconds: float = 0.0) -> Words:
    """`state` is the status as AWS writes it; `stuck_seconds` for how long, if that is far too long, else 0."""
    return Words(
        _("Can't be stopped now"),
        _(
            "The notebook instance “{name}” ({region}, profile “{profile}”) is {state}, not InService.",
            name=name,
            region=region,
            profile=profile,
            state=state,
        ),
        stuck.remedy(stuck_seconds) if stuck_seconds else _("Wait until that is over, then look at it again."),
    )


@problem
def start_failed(name: str, region: str, profile: str, cause: str, instance_type: str, said: str, in_log: str) -> Words:
    """`cause` and `in_log` are among those below, `in_log` empty if the log says nothing.

    `said` is AWS's own reason, empty where it gives none.
    """
    place = {"name": name, "region": region, "profile": profile}
    message = _("The notebook instance “{name}” ({region}, profile “{profile}”) did not start.", **place)
    if said:
        message = sentences(message, _("AWS says: {said}", said=said))
    match cause:
        case "capacity":
            title = _("AWS has no {instance_type} free now", instance_type=instance_type)
            remedy = _("Try again in some minutes. Another instance type may be free: ask your administrator for one.")
        case "quota":
            title = _("Quota reached")
            remedy = _(
                "Stop another {instance_type}, or ask your administrator to raise the quota in AWS Service Quotas:"
                " “{instance_type} for notebook instance usage” in {region}.",
                instance_type=instance_type,
                region=region,
            )
        case "lifecycle-slow":
            title = _("Its lifecycle script took too long")
            remedy = _(
                "AWS gives a lifecycle script 5 minutes. Ask who looks after it; its output is in CloudWatch Logs,"
                " group /aws/sagemaker/NotebookInstances, stream {name}/LifecycleConfigOnStart.",
                name=name,
            )
            remedy = sentences(_in_log(in_log), remedy)
        case "lifecycle-failed":
            title = _("Its lifecycle script failed")
            remedy = _(
                "Ask who looks after the script; its output is in CloudWatch Logs, group"
                " /aws/sagemaker/NotebookInstances, stream {name}/LifecycleConfigOnStart.",
                name=name,
            )
            remedy = sentences(_in_log(in_log), remedy)
        case _other:
            title = _("It did not start")
            remedy = _("Try again; if it fails again, give this to your administrator.")
    return Words(title, message, remedy)


def _in_log(cause: str) -> str:
    match cause:
        case "line-ends":
            return _("The script has Windows' line ends (CRLF): saved with LF, it can run.")
        case "no-network":
            return _("The script could not reach the network: its subnet may have no way to the internet.")
        case "no-command":
            return _("The script calls a command that this platform doesn't have.")
        case _nothing:
            return ""


@problem
def start_ended(name: str, region: str, profile: str) -> Words:
    return Words(
        _("It did not start"),
        _(
            "The notebook instance “{name}” ({region}, profile “{profile}”) is stopped again, or was removed.",
            name=name,
            region=region,
            profile=profile,
        ),
        start_it(name),
    )


@problem
def start_stuck(name: str, region: str, profile: str, seconds: float) -> Words:
    return Words(
        _("Still starting"),
        _(
            "The notebook instance “{name}” ({region}, profile “{profile}”) has been starting for {time}: that is far"
            " longer than a start takes.",
            name=name,
            region=region,
            profile=profile,
            time=duration(seconds),
        ),
        _("Ask your administrator: AWS Support can end a start that is stuck."),
    )


@problem
def may_never_start_again(name: str, identifier: str, typed: tuple[str, ...] = ()) -> Words:
    """`typed` are the options with which it was to be stopped."""
    return Words(
        _("It may never start again"),
        _(
            "The notebook instance “{name}” is on the platform {identifier}, which AWS has retired: once it is stopped,"
            " AWS may not start it again.",
            name=name,
            identifier=identifier,
        ),
        _(
            "Save your work elsewhere first. To stop it all the same: {command}",
            command=on_notebook("stop", name, *typed, "--yes", "--even-if-it-may-never-start-again"),
        ),
    )


@problem
def not_idle(name: str, found: str) -> Words:
    return Words(
        _("Not stopped"),
        _("The notebook instance “{name}” was not stopped: {found}.", name=name, found=found),
        _("To stop it all the same, leave out --if-idle."),
    )


@problem
def no_span(given: str) -> Words:
    return Words(
        _("Not a time"),
        _("“{given}” is not a time.", given=given),
        _("Give it in hours and minutes, for example 30m, 2h or 1h30m."),
    )


@problem
def not_confirmed(name: str, typed: tuple[str, ...] = ()) -> Words:
    """`typed` are the options with which it was to be stopped: without them, more would be."""
    return Words(
        _("Not stopped"),
        _("The notebook instance “{name}” was not stopped, because nobody confirmed it.", name=name),
        _("To stop it without a question: {command}", command=on_notebook("stop", name, *typed, "--yes")),
    )


@problem
def none_confirmed(names: tuple[str, ...], typed: tuple[str, ...] = ()) -> Words:
    """`typed`: as above."""
    return Words(
        _("Not stopped"),
        _("None was stopped, because nobody confirmed it. These run: {names}.", names=joined(names)),
        _("To stop them without a question: {command}", command=command("stop", "--all-i-opened", *typed, "--yes")),
    )


@problem
def nothing_to_stop() -> Words:
    return Words(
        _("Nothing to stop"),
        _("None of the notebook instances that you opened or started here runs any more."),
        _("There is nothing to do."),
    )


@problem
def looks_off(name: str, if_idle: str, typed: tuple[str, ...] = ()) -> Words:
    """`name` is empty where several notebook instances would be stopped; `typed` are the other options.

    `if_idle` is for how long nobody is to have worked there, as it was typed.
    """
    idle = ("--if-idle", if_idle, "--look", *typed)
    again = on_notebook("stop", name, *idle) if name else command("stop", "--all-i-opened", *idle)
    return Words(
        _("Not stopped"),
        _("With --if-idle it must be looked whether anyone works there, and looks are turned off."),
        _("To look this once: {command}", command=again),
    )


@problem
def looks_not_kept(path: str, reason: str) -> Words:
    return Words(
        _("Your choice can't be kept"),
        _(
            "Whether to look before a stop can't be written to {path}: {reason}. It holds until Notebook Tray ends.",
            path=path,
            reason=reason,
        ),
        _("Make room, or make the folder writable for you. Then choose again."),
    )
