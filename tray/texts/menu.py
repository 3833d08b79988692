"""The menu's lines, and the icon's tooltip."""

from __future__ import annotations

from tray.texts.language import _, joined, plural


def starting() -> str:
    """Return the first line of the menu while the program behind the icon still starts."""
    return _("Starting…")


def quit_() -> str:
    """Return the line that ends the program."""
    return _("Quit")


def refresh() -> str:
    """Return the line that refreshes all lists."""
    return _("Refresh")


def all_notebooks() -> str:
    """Return the line that opens the page of all notebook instances."""
    return _("All notebooks…")


def more_on_the_page(count: int) -> str:
    """Return the line that says how many notebook instances a list leaves out, and opens the page that has them."""
    return plural("… and {number} more: All notebooks…", "… and {number} more: All notebooks…", count)


def all_of(profiles: str) -> str:
    """Return the line that opens the page with all notebook instances of one profile, or of several."""
    return _("All of {profiles}…", profiles=profiles)


def start_at_login() -> str:
    """Return the line that is checked where the program is started at login."""
    return _("Start at login")


def copy_link() -> str:
    """Return the line that copies a link."""
    return _("Copy link")


def copy_link_of(name: str) -> str:
    """Return the line that copies the link of this notebook instance."""
    return _("Copy link of {name}", name=name)


def others() -> str:
    """Return the name of the notebook instances that are in no other list."""
    return _("Others")


# The first line, and the tooltip.


def tooltip(state: str) -> str:
    """Return the icon's tooltip for what the menu's first line says."""
    return _("Notebook Tray: {state}", state=state)


def both(first: str, second: str) -> str:
    """Return two short statements on one line."""
    return _("{first} · {second}", first=first, second=second)


def refreshing() -> str:
    """Return that nothing is known yet."""
    return _("Refreshing…")


def reading_keyring() -> str:
    """Return that the keyring is being read."""
    return _("Reading your profiles from the keyring…")


def looking() -> str:
    """Return that everything is listed for the first time."""
    return _("Looking for notebook instances…")


def asking(region: str, more: int, seconds: int) -> str:
    """Return which region is being asked for so long, and how many `more` regions are."""
    if more:
        return plural(
            "Asking {region} and {number} more, {seconds} s",
            "Asking {region} and {number} more, {seconds} s",
            more,
            region=region,
            seconds=seconds,
        )
    return _("Asking {region}, {seconds} s", region=region, seconds=seconds)


def checking_computer() -> str:
    """Return that a report on this computer is being made."""
    return _("Checking this computer…")


def for_so_long(doing: str, seconds: int) -> str:
    """Return what is being done, and for how long already."""
    return _("{doing} {seconds} s", doing=doing, seconds=seconds)


def opening(name: str, view: str, length: str) -> str:
    """Return that a notebook instance is being opened."""
    return _("Opening {name} in {view} for {length}…", name=name, view=view, length=length)


def copying(name: str) -> str:
    """Return that a link is being copied."""
    return _("Copying the link of {name}…", name=name)


def waiting_for_mfa(name: str) -> str:
    """Return that a page waits for the digits of an MFA device."""
    return _("Waiting in the browser for the MFA code for {name}…", name=name)


def waiting_for_sign_in(name: str) -> str:
    """Return that a page waits for the user to sign in."""
    return _("Waiting in the browser for you to sign in to {name}…", name=name)


def no_profiles_chosen() -> str:
    """Return that nothing is configured, and that there is something to choose."""
    return _("No profiles yet: choose one under Profiles")


def no_profiles_checked() -> str:
    """Return that all that is configured is unchecked."""
    return _("No profile is checked: choose one under Profiles")


def no_aws_profiles() -> str:
    """Return that the AWS config has no profiles to choose from."""
    return _("No AWS profiles found")


def signing_in_needed(profiles: int) -> str:
    """Return that so many profiles need signing in."""
    return plural("Signing in needed for {number} profile", "Signing in needed for {number} profiles", profiles)


def with_a_problem(profiles: int) -> str:
    """Return that so many profiles have a problem."""
    return plural("{number} profile with a problem", "{number} profiles with a problem", profiles)


def running(running: int, of: int) -> str:
    """Return how many of all notebook instances run."""
    return plural("{running} of {number} running", "{running} of {number} running", of, running=running)


# Notebook instances.


def status(status: str) -> str:
    """Return a notebook instance's status, given as AWS writes it; an unknown status is returned unchanged."""
    match status:
        case "InService":
            return _("Running")
        case "Stopped":
            return _("Stopped")
        case "Pending":
            return _("Starting")
        case "Stopping":
            return _("Stopping")
        case "Failed":
            return _("Failed")
        case "Deleting":
            return _("Being deleted")
        case "Updating":
            return _("Updating")
        case "PendingMaintenance":
            return _("Maintenance pending")
        case "InMaintenance":
            return _("In maintenance")
        case _unknown:
            return status or _("Status unknown")


def cannot_open(status: str) -> str:
    """Return why a notebook instance of such a status, as AWS writes it, can't be opened."""
    match status:
        case "Stopped":
            return _("stopped, start it first")
        case "Pending":
            return _("still starting")
        case "Failed":
            return _("it failed to start")
        case "Stopping":
            return _("stopping")
        case "Deleting":
            return _("being deleted")
        case "Updating":
            return _("updating")
        case "PendingMaintenance":
            return _("maintenance pending")
        case "InMaintenance":
            return _("in maintenance")
        case _unknown:
            return status or _("status unknown")


def notebook(name: str, status: str, age: str) -> str:
    """Return a notebook instance's line; `age` says how long ago the status was known, empty if it is current."""
    if age:
        return _("{name} — {status} (as of {age})", name=name, status=status, age=age)
    return _("{name} — {status}", name=name, status=status)


def placed(name: str, places: list[str]) -> str:
    """Return a notebook instance's name with what tells it from others of that name: its region, its profile."""
    return _("{name} ({places})", name=name, places=joined(places)) if places else name


def scope(profile: str, region: str) -> str:
    """Return a region as one profile sees it."""
    return _("{profile}, {region}", profile=profile, region=region)


def open_again(name: str, length: str) -> str:
    """Return the line that opens what was opened last."""
    return _("Open {name} ({length})", name=name, length=length)


def open_again_not_now(name: str, reason: str) -> str:
    """Return the line for what was opened last and can't be opened now."""
    return _("Open {name} — {reason}", name=name, reason=reason)


def open_in(view: str, length: str) -> str:
    """Return the line that opens a notebook instance for the length that is set."""
    return _("Open {view} ({length})", view=view, length=length)


def view_for(view: str, length: str) -> str:
    """Return the line that opens a notebook instance for another length."""
    return _("{view} for {length}", view=view, length=length)


def not_now(action: str, reason: str) -> str:
    """Return the line for what can't be done now."""
    return _("{action} — {reason}", action=action, reason=reason)


def about(region: str, instance_type: str) -> str:
    """Return where a notebook instance is, and what it runs on."""
    return _("{region}, {instance_type}", region=region, instance_type=instance_type)


def about_since(region: str, instance_type: str, time: str) -> str:
    """Return the same, and since when about it has had its status: AWS tells its last change, whatever that was."""
    return _("{region}, {instance_type}, since about {time}", region=region, instance_type=instance_type, time=time)


def more(count: int, command: str) -> str:
    """Return the line that says how many entries a list leaves out, and that `command` shows all."""
    return plural("… and {number} more: {command}", "… and {number} more: {command}", count, command=command)


def through(profile: str) -> str:
    """Return the line that opens a notebook instance through another profile."""
    return _("Open through {profile}", profile=profile)


def stretch(first: str, last: str) -> str:
    """Return the first and the last name of a part of a sorted list."""
    return _("{first} … {last}", first=first, last=last)


def part_of(profiles: str, names: str) -> str:
    """Return the name of a group that has a part of its profiles' notebook instances: the profiles, and both ends."""
    return _("{profiles}, {names}", profiles=profiles, names=names)


def group(names: str, running: int, of: int) -> str:
    """Return the line of a group."""
    return plural(
        "{names} — {running} of {number} running",
        "{names} — {running} of {number} running",
        of,
        names=names,
        running=running,
    )


# Settings.


def session_length(length: str | None) -> str:
    """Return the line of the session lengths, with the one in use where it is the same for all."""
    return _("Session length") if length is None else _("Session length: {length}", length=length)


def notifications() -> str:
    """Return the line of the list that says which notifications are shown, or the heading of these lines."""
    return _("Notifications")


def notification_kind(kind: str) -> str:
    """Return the line that turns a kind of notifications on or off."""
    match kind:
        case "ready":
            return _("A notebook instance is ready")
        case "failed":
            return _("Something that I chose failed")
        case "done":
            return _("Something that I chose is done")
        case "question":
            return _("A question before something is stopped")
        case "sessions":
            return _("A session in the browser that ends")
        case "stop-plans":
            return _("A stop that was planned")
        case "left-running":
            return _("A notebook instance that is left running")
        case "sign-in":
            return _("Signing in")
        case "tray":
            return _("Where the icon is")
        case _problem:
            return _("Other problems")


def no_profile_to_set() -> str:
    """Return that there is nothing to set a session length for."""
    return _("There is no profile yet to set it for")


def in_view(view: str) -> str:
    """Return the line that sets the view in which notebook instances open."""
    return _("In {view}", view=view)


def length_of(profile: str, length: str) -> str:
    """Return a profile's session length in a list of several."""
    return _("{profile} {length}", profile=profile, length=length)


def lengths_differ(lengths: list[str], more: bool) -> str:
    """Return the line that says which session lengths are in use; `more` says that there are others."""
    if more:
        return _("Now by profile: {lengths}, …", lengths=joined(lengths))
    return _("Now by profile: {lengths}", lengths=joined(lengths))


def length_now(length: str) -> str:
    """Return the line that says the length in use."""
    return _("Now: {length}", length=length)


def profiles_unread() -> str:
    """Return that nobody knows yet which profiles there are."""
    return _("Not read from the keyring yet")


def profiles_unread_as(why: str) -> str:
    """Return why nobody knows which profiles there are; `why` is a problem's title."""
    return _("Not known: {why}", why=why)


def profiles() -> str:
    """Return the line of the profiles."""
    return _("Profiles")


def no_profiles_in_config() -> str:
    """Return that the AWS config has no profiles to choose from."""
    return _("None in the AWS config file yet")


def profile_with_key(name: str, key: str) -> str:
    """Return the line of a profile that signs with an access key."""
    return _("{name} (access key {key})", name=name, key=key)


def profile_of(name: str, aws_profile: str, there: bool) -> str:
    """Return the line of a profile; `there` says whether the AWS config has its AWS profile.

    :param aws_profile: the name of its AWS profile; empty if both have the same name
    """
    if aws_profile and there:
        return _("{name} (AWS profile {aws_profile})", name=name, aws_profile=aws_profile)
    if aws_profile:
        return _("{name} (AWS profile {aws_profile}) — not in the AWS config", name=name, aws_profile=aws_profile)
    return name if there else _("{name} — not in the AWS config", name=name)
