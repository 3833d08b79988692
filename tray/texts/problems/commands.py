"""What goes wrong on the command line alone."""

from __future__ import annotations

from tray.texts.language import _, joined
from tray.texts.problems.table import Words, problem
from tray.texts.shell import Argument, typed
from tray.texts.shell import command as command_of


@problem
def autostart_gone(place: str, command: str) -> Words:
    message = _("{place} starts what is no longer there: {command}.", place=place, command=command)
    if not command:
        message = _("{place} starts what is no longer there: nothing.", place=place)
    return Words(
        _("Nothing to start at login"),
        message,
        _(
            "Have this copy started with: {on}, or nothing with: {off}",
            on=command_of("autostart", "on"),
            off=command_of("autostart", "off"),
        ),
    )


@problem
def autostart_still_off(switched_off_by: str) -> Words:
    message = _("The entry is written, and switched off by the system.")
    if switched_off_by:
        message = _("The entry is written, and switched off by {by}.", by=switched_off_by)
    return Words(_("Does not start at login"), message, _("Ask whoever manages this computer to allow it."))


@problem
def not_removed(what: str, reason: str) -> Words:
    return Words(
        _("Not removed"),
        _("{what} could not be removed: {reason}.", what=what, reason=reason),
        _("Make sure that you may change it, and run the command again."),
    )


@problem
def output_not_written(reason: str) -> Words:
    return Words(
        _("Output not written"),
        _("What the command says could not be written: {reason}.", reason=reason),
        _("Make room, or write it elsewhere, and run it again."),
    )


@problem
def not_running_here(asked: str) -> Words:
    """`asked` is what the running copy was to do: `refresh`, `quit` or `other`."""
    message = {
        "refresh": _("There is no icon to bring up to date."),
        "quit": _("There is nothing to end here."),
    }.get(asked, _("This is done by the running tray, and none runs here."))
    remedy = _("Start it with: {command}", command=command_of())
    if asked == "quit":
        remedy = _("Where another session of yours or another user runs it, end it there.")
    return Words(_("Notebook Tray is not running"), message, remedy)


@problem
def empty_argument(after: str) -> Words:
    """`after` is the option or word before it."""
    return Words(
        _("Empty value"),
        _("What stands after “{word}” is empty.", word=after),
        _("Name what you mean, or leave it out. In a script, a variable may not be set."),
    )


@problem
def no_such_profile(profile: str, known: tuple[str, ...], in_aws_files: bool) -> Words:
    """`in_aws_files` says whether there is an AWS profile of this name, which can be imported."""
    message = _("There is no profile “{profile}”. There are none yet.", profile=profile)
    if known:
        message = _("There is no profile “{profile}”. There are: {known}.", profile=profile, known=joined(known))
    remedy = _(
        "Correct the name, or add a profile. See what the AWS config has with: {discovering}",
        discovering=command_of("profiles", "discover"),
    )
    if in_aws_files:
        remedy = _("Add it with: {importing}", importing=command_of("profiles", "import", Argument(profile)))
    return Words(_("No such profile"), message, remedy)


@problem
def nothing_to_sign_in_to(profile: str, known: tuple[str, ...]) -> Words:
    message = _(
        "There is no profile “{profile}”, and no AWS profile of that name. There are none yet.", profile=profile
    )
    if known:
        message = _(
            "There is no profile “{profile}”, and no AWS profile of that name. There are: {known}.",
            profile=profile,
            known=joined(known),
        )
    return Words(
        _("No such profile"),
        message,
        _("See the AWS profiles with: {command}", command=command_of("profiles", "discover")),
    )


@problem
def in_several_places(name: str, places: tuple[tuple[str, str], ...]) -> Words:
    """`places` are profiles and regions."""
    where = "\n".join(f"    {typed('--profile', profile, '--region', region)}" for profile, region in places)
    return Words(
        _("In several places"),
        _(
            "There is a notebook instance “{name}” in {count} places:\n{places}",
            name=name,
            count=len(places),
            places=where,
        ),
        _("Say which one with --profile and --region."),
    )


@problem
def notebook_instance_not_seen(name: str, places: tuple[tuple[str, str], ...]) -> Words:
    """`places` are the profiles and regions that could be looked in; the problems of the others are told before."""
    message = _("No place could be looked in for the notebook instance “{name}”.", name=name)
    if places:
        message = _(
            "The notebook instance “{name}” may be in a place that could not be looked in; it is not in {places}.",
            name=name,
            places=joined(f"{profile} {region}" for profile, region in places),
        )
    return Words(
        _("Not every place could be looked in"), message, _("First do what is said above, then run the command again.")
    )


@problem
def no_notebook_instance(name: str, places: tuple[tuple[str, str], ...]) -> Words:
    """`places` are profiles and regions."""
    if not places:
        return Words(
            _("Notebook instance not found"),
            _(
                "There is no notebook instance “{name}” that can be seen (looked in: no profile: none is configured).",
                name=name,
            ),
            _("Add a profile with: {command}", command=command_of("profiles", "import", "NAME")),
        )
    return Words(
        _("Notebook instance not found"),
        _(
            "There is no notebook instance “{name}” that can be seen (looked in: {places}).",
            name=name,
            places=joined(f"{profile} {region}" for profile, region in places),
        ),
        _("See the names with: {command}", command=command_of("list")),
    )


@problem
def aws_profile_not_found(unknown: tuple[str, ...], known: tuple[str, ...], config: str, credentials: str) -> Words:
    message = _("Not in {config} or {credentials}: any profile.", config=config, credentials=credentials)
    if unknown:
        message = _(
            "Not in {config} or {credentials}: {unknown}.",
            config=config,
            credentials=credentials,
            unknown=joined(_("“{name}”", name=each) for each in unknown),
        )
    remedy = _(
        "Make one with: aws configure sso, or add a profile that needs none: {command}", command=command_of("setup")
    )
    if known:
        remedy = _("There are: {known}.", known=joined(known))
    return Words(_("AWS profile not found"), message, remedy)


@problem
def mfa_without_terminal(aws_profile: str, serial: str) -> Words:
    return Words(
        _("MFA code needed"),
        _(
            "The AWS profile “{aws_profile}” asks for the code of {serial}, and there is no terminal to ask on.",
            aws_profile=aws_profile,
            serial=serial,
        ),
        _("Run it in a terminal."),
    )
