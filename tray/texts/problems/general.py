"""Errors in the program, and the reasons to refuse what is asked of profiles and notebook instances."""

from __future__ import annotations

from tray.about import address
from tray.texts import stuck
from tray.texts.language import _, joined, plural
from tray.texts.problems.power import start_it
from tray.texts.problems.table import Words, advice, problem, sentences
from tray.texts.reading import Reading, reading
from tray.texts.shell import Argument, command, on_notebook


@problem
def own_error() -> Words:
    return Words(_("That did not work"), _("It failed because of an error in Notebook Tray."), _report())


@problem
def sign_in_own_error() -> Words:
    return Words(_("That did not work"), _("Signing in failed because of an error in Notebook Tray."), _report())


@problem
def profile_listing_failed(profile: str) -> Words:
    return Words(
        _("Listing failed"),
        _("An error in Notebook Tray kept the profile “{profile}” from being listed.", profile=profile),
        _report(),
    )


@problem
def listing_failed(profile: str, region: str) -> Words:
    return Words(
        _("Listing failed"),
        _(
            "An error in Notebook Tray kept “{profile}” in {region} from being listed.",
            profile=profile,
            region=region,
        ),
        _report(),
    )


def _report() -> str:
    if reading() is Reading.COMMAND:
        return _("The log has the details. Please report it: {address}", address=address("Issues"))
    return _("Please report it: choose “Help” in the menu.")


@problem
def no_longer_there() -> Words:
    return Words(
        _("Notebook instance not found"),
        _("It is no longer there."),
        _("Choose another."),
    )


@problem
def not_running_any_more(name: str, region: str, profile: str, state: str) -> Words:
    """`state` is AWS's, empty where it doesn't say."""
    places = {"name": name, "region": region, "profile": profile, "state": state}
    message = _("The notebook instance “{name}” ({region}, profile “{profile}”) doesn't run any more.", **places)
    if state:
        message = _(
            "The notebook instance “{name}” ({region}, profile “{profile}”) doesn't run any more: it is {state}.",
            **places,
        )
    remedy = _when_it_can_be_opened(name, state or "Stopped")
    if state in ("", "Stopped"):
        remedy = sentences(_("It was stopped meanwhile."), remedy)
    return Words(_("Not running any more"), message, remedy)


def _when_it_can_be_opened(name: str, state: str) -> str:
    """Return what leads from a status, as AWS writes it, to a notebook instance that can be opened."""
    match state:
        case "Pending":
            return _("It is starting, which takes 2 to 3 minutes as a rule: try again then.")
        case "Updating":
            return _("It is being updated: start it when that is done.")
        case "Stopping":
            return sentences(_("Wait until it has stopped."), start_it(name))
        case "Stopped" | "Failed":
            return start_it(name)
        case "Deleting":
            return _("It is being deleted: choose another.")
        case _other:
            return _("Try again later.")


@problem
def not_running(name: str, region: str, profile: str, state: str, stuck_seconds: float = 0.0) -> Words:
    """`state` is the status as AWS writes it; `stuck_seconds` for how long, if that is far too long, else 0."""
    remedy = stuck.remedy(stuck_seconds) if stuck_seconds else _when_it_can_be_opened(name, state)
    return Words(
        _("Not running"),
        _(
            "The notebook instance “{name}” ({region}, profile “{profile}”) is {state}, not InService.",
            name=name,
            region=region,
            profile=profile,
            state=state,
        ),
        remedy,
    )


@problem
def no_clipboard() -> Words:
    return Words(
        _("No clipboard here"),
        _("Copying a link is not possible on this system yet."),
        _("Print it instead: {command}", command=command("open", "NAME", "--print-url")),
    )


@advice
def copy_link() -> str:
    return _("Or choose “Copy link” in the menu.")


@advice
def print_link(name: str) -> str:
    return _("Or print the link: {command}", command=on_notebook("open", name, "--print-url"))


@problem
def unknown_profile(profile: str, known: tuple[str, ...]) -> Words:
    remedy = _("Choose “Add a profile…” in the menu.")
    if known:
        remedy = _("Choose one of: {known}.", known=joined(known))
    elif reading() is Reading.COMMAND:
        remedy = _("Add one first with: {command}", command=command("profiles", "import", "NAME"))
    return Words(_("Unknown profile"), _("There is no profile “{profile}”.", profile=profile), remedy)


@problem
def profile_exists(profile: str) -> Words:
    remedy = _("Choose another name.")
    if reading() is Reading.COMMAND:
        change = command("profiles", "set", Argument(profile))
        remedy = _("Choose another name, or change that one with: {command}", command=change)
    return Words(_("Profile exists"), _("There is a profile “{profile}” already.", profile=profile), remedy)


@problem
def unreadable_profile_exists(profile: str) -> Words:
    return Words(
        _("Profile exists"),
        _("There is a profile “{profile}” already, and it can't be read.", profile=profile),
        _(
            "Choose another name, or remove it first with: {command}",
            command=command("profiles", "remove", Argument(profile)),
        )
        if reading() is Reading.COMMAND
        else _("Choose another name, or remove that one first."),
    )


@problem
def notifications_not_kept(path: str, reason: str) -> Words:
    return Words(
        _("Your choice can't be kept"),
        _(
            "Which notifications you want can't be written to {path}: {reason}. It holds until Notebook Tray ends.",
            path=path,
            reason=reason,
        ),
        _("Make room, or make the folder writable for you. Then choose again."),
    )


@problem
def kept_not_stored(path: str, reason: str) -> Words:
    message = _("What you keep at the top can't be written to {path}: {reason}.", path=path, reason=reason)
    if reading() is Reading.COMMAND:
        remedy = _("Make room, or make the folder writable for you, and run the command again.")
        return Words(_("Your choice can't be kept"), message, remedy)
    held = _("It holds until Notebook Tray ends.")
    return Words(
        _("Your choice can't be kept"),
        sentences(message, held),
        _("Make room, or make the folder writable for you. Then choose again."),
    )


@problem
def enough_kept(names: tuple[str, ...]) -> Words:
    remedy = _("Uncheck “Keep at the top” for one of them first.")
    if reading() is Reading.COMMAND:
        remedy = _("First let go of one with: {command}", command=command("keep", "NAME", "--off"))
    return Words(
        _("No more at the top"),
        plural(
            "{number} notebook instance is kept at the top already: {names}.",
            "{number} notebook instances are kept at the top already: {names}.",
            len(names),
            names=joined(names),
        ),
        remedy,
    )


@problem
def not_kept(name: str, kept: tuple[str, ...], region: str) -> Words:
    """`kept` are those that are, in `region` if one was named."""
    message = _("“{name}” is not kept at the top. Nothing is.", name=name)
    if kept:
        message = _("“{name}” is not kept at the top. These are: {kept}.", name=name, kept=joined(kept))
    if region:
        message = _("“{name}” in {region} is not kept at the top.", name=name, region=region)
        if kept:
            message = _(
                "“{name}” in {region} is not kept at the top. These of that region are: {kept}.",
                name=name,
                region=region,
                kept=joined(kept),
            )
    return Words(_("Not kept at the top"), message, _("See them with: {command}", command=command("keep")))
