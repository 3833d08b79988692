"""What the commands print, ask, and refuse as wrong usage."""

from __future__ import annotations

from tray.about import address
from tray.texts import shell
from tray.texts.language import _, joined, plural


def own_error(log: object) -> str:
    """Return that a command failed by an error in the program, which is in the log."""
    return "\n  ".join(
        (
            _("An error in Notebook Tray"),
            _("The details are in {log}", log=log),
            _("→ Please report it: {address}", address=address("Issues")),
        )
    )


def waiting_for_keyring() -> str:
    """Return that a command waits for the keyring."""
    return _("Waiting for the keyring. If a window asks you to unlock it, answer there (Ctrl-C ends this).")


def unchecked(names: list[str]) -> str:
    """Return which profiles are kept and not listed."""
    return _("Kept, but not listed, as they are unchecked in the tray's menu: {names}", names=joined(names))


def no_profiles_yet() -> str:
    """Return that nothing is configured."""
    return _(
        "No profiles yet. Add one on a page of the running tray: {setting_up}, or see what there is: {discovering}",
        setting_up=shell.command("setup"),
        discovering=shell.command("profiles", "discover"),
    )


def opened(name: str, view: str, length: str) -> str:
    """Return that a notebook instance has been opened."""
    return _("Opened {name} in {view} for {length}.", name=name, view=view, length=length)


def equal_problems(title: str, names: list[str], more: int) -> str:
    """Return whom a problem concerns, where that are several; so many `more` are not named."""
    named = _("{names} and {number} more", names=joined(names), number=more) if more else joined(names)
    return plural(
        "{number} place: {problem} ({names})",
        "{number} places: {problem} ({names})",
        len(names) + more,
        problem=title,
        names=named,
    )


def sign_in_to_all() -> str:
    """Return how to sign in to all that need it."""
    return _("Sign in to all of them with: {command}", command=shell.command("signin"))


def see_each() -> str:
    """Return how each of several equal problems is shown by itself."""
    return _("See each one with: {command}", command=shell.command("list", "--details"))


def notebook_headings() -> tuple[str, ...]:
    """Return the headings of the table of notebook instances."""
    return _("NAME"), _("STATUS"), _("TYPE"), _("REGION"), _("PROFILE")


def nothing_listed(regions: list[str], places: list[str], more: int, *, running: bool) -> str:
    """Return that a list is empty, and where it was looked; `more` places are not named.

    :param regions: those that were asked for; none for all
    :param running: whether only those that run were asked for
    """
    if not places:
        return _("No profile lists {regions}: nothing was asked.", regions=joined(regions))
    where = _("{names} and {number} more", names=joined(places), number=more) if more else joined(places)
    if running:
        return _("No notebook instance runs in {places}.", places=where)
    return _("No notebook instances in {places}.", places=where)


def opening_settings() -> str:
    """Return that the tray was told to open the page of the settings."""
    return _("The tray opens the settings in the browser.")


def opening_page() -> str:
    """Return that the tray was told to open the page of all notebook instances."""
    return _("The tray opens the page in the browser.")


def refreshing() -> str:
    """Return that the tray was told to refresh."""
    return _("The tray lists the notebook instances anew.")


def tray_not_told(error: str) -> str:
    """Return that the running tray could not be told what the command did."""
    return _("Note: the running tray was not told, and follows with its next refresh. {error}", error=error)


# Access keys.


def key_options_alone() -> str:
    """Return that options were given without the option that they need."""
    return _("--secret-stdin and --session-token go with --access-key.")


def key_not_named() -> str:
    """Return that a secret on standard input needs the key's id."""
    return _("With --secret-stdin, name the key: --access-key ID.")


def no_terminal_for_secret() -> str:
    """Return that a secret can't be asked for."""
    return _("There is no terminal to ask for the secret on: give it with --secret-stdin.")


def ask_key_id() -> str:
    """Return the question for an access key's id."""
    return _("Access key ID")


def ask_secret() -> str:
    """Return the question for an access key's secret."""
    return _("Secret access key")


def ask_session_token() -> str:
    """Return the question for a session token."""
    return _("Session token")


# Start at login.


def starts_at_login(command: str) -> str:
    """Return that a program is started at login."""
    return _("Notebook Tray starts at login: {command}", command=command)


def does_not_start_at_login() -> str:
    """Return that nothing is started at login."""
    return _("Notebook Tray does not start at login.")


def autostart(state: str, command: str, place: str, disabled_by: str) -> list[str]:
    """Return in lines how the start at login stands; `state` is one of on, off, disabled and other."""
    typed_on = shell.command("autostart", "on")
    match state:
        case "on":
            return [_("on: {command}", command=command), place]
        case "disabled":
            return [
                _("disabled: switched off by {by}", by=disabled_by),
                _("→ Switch it on with: {command}", command=typed_on),
            ]
        case "other":
            return [
                _("other: {command}", command=command),
                place,
                _("→ Have this copy of Notebook Tray started instead with: {command}", command=typed_on),
            ]
        case _off:
            return [_("off")]


def switched_off_by(what: str, where: str = "") -> str:
    """Return what switched start at login off: one of the names below, or a setting and its place."""
    match what:
        case "login-items":
            return _("System Settings, under Login Items, or launchctl disable")
        case "task-manager":
            return _("Task Manager or Settings, under Startup apps")
        case "policy":
            return _("a policy of whoever manages this computer (DisableCurrentUserRun)")
        case _setting:
            return _("{setting} in {place}", setting=what, place=where) if where else what


def is_among_applications(place: str) -> str:
    """Return that the program is in the desktop's menu of applications."""
    return _("Notebook Tray is among your applications: {place}", place=place)


def is_not_among_applications() -> str:
    """Return that the user's own entry is not there."""
    return _("Notebook Tray is not among your own applications.")


# Profiles.


def no_aws_profiles(config: object, credentials: object) -> str:
    """Return that the AWS files have no profiles."""
    return _("No AWS profiles in {config} and {credentials}.", config=config, credentials=credentials)


def aws_profile_headings() -> tuple[str, ...]:
    """Return the headings of the table of AWS profiles."""
    return _("AWS PROFILE"), _("REGION"), _("CONFIGURED AS")


def profile_headings() -> tuple[str, ...]:
    """Return the headings of the table of configured profiles."""
    return _("NAME"), _("AWS PROFILE"), _("REGIONS"), _("SESSION"), _("VIEW")


def access_key(key: str) -> str:
    """Return that an access key signs, in place of an AWS profile."""
    return _("access key {key}", key=key)


def own_region() -> str:
    """Return that an AWS profile's own region is used."""
    return _("(its own)")


def nothing_to_import() -> str:
    """Return that neither names nor --all were given, or both."""
    return _("Name the profiles to import, or say --all.")


def imported(name: str) -> str:
    """Return that a profile was imported."""
    return _("{name}: imported", name=name)


def not_imported(name: str) -> str:
    """Return that a profile was not imported, as it exists already."""
    return _("{name}: was configured already, left as it is", name=name)


def added(name: str) -> str:
    """Return that a profile was added."""
    return _("{name}: added", name=name)


def changed(name: str) -> str:
    """Return that a profile was changed."""
    return _("{name}: changed", name=name)


def renamed(name: str, new: str) -> str:
    """Return that a profile has a new name."""
    return _("{name}: is called {new} now", name=name, new=new)


def removed(name: str) -> str:
    """Return that a profile was removed."""
    return _("{name}: removed", name=name)


def importing() -> str:
    """Return what stands before the bar while profiles are imported."""
    return _("Importing")


def changing() -> str:
    """Return what stands before the bar while profiles are changed."""
    return _("Changing")


def removing() -> str:
    """Return what stands before the bar while profiles are removed."""
    return _("Removing")


def one_name_one_profile() -> str:
    """Return that a name is one profile's."""
    return _("A new name goes with one profile: name one alone.")


def one_key_one_profile() -> str:
    """Return that an access key is one profile's."""
    return _("An access key goes with one profile: name one alone.")


def nothing_to_prune() -> str:
    """Return that the AWS files have every profile that is configured."""
    return _("Every configured profile is in the AWS config and credentials files.")


def would_prune(names: list[str]) -> str:
    """Return which profiles would be removed, and how they are."""
    found = plural(
        "{number} profile is not in the AWS config and credentials files any more: {names}",
        "{number} profiles are not in the AWS config and credentials files any more: {names}",
        len(names),
        names=joined(names),
    )
    remedy = _("→ Remove from the keyring with: {command}", command=shell.command("profiles", "prune", "--yes"))
    return f"{found}\n  {remedy}"


def pruned(names: list[str]) -> str:
    """Return which profiles were removed."""
    return plural(
        "{number} profile removed: {names}", "{number} profiles removed: {names}", len(names), names=joined(names)
    )


def prune_them() -> str:
    """Return how profiles are removed that the AWS config no longer has."""
    return _("Take out those that are gone for good with: {command}", command=shell.command("profiles", "prune"))


def region_or_own() -> str:
    """Return that two options exclude each other."""
    return _("Either --region or --own-region.")


def aws_profile_or_key() -> str:
    """Return that two options exclude each other."""
    return _("Either --aws-profile or --access-key.")


def nothing_to_change() -> str:
    """Return that no option says what to change."""
    return _(
        "Name what to change: --region, --own-region, --session-length, --view, --left-running, --stop-at,"
        " --stop-when-idle, --stop-at-logout, --no-stop-at-logout, --schedule-role, --aws-profile,"
        " --access-key, --rename, --shown, --hidden."
    )


def unknown_aws_profile(name: str) -> str:
    """Return that the AWS config has no AWS profile with this name."""
    return _("Note: “{name}” is not in the AWS config and credentials files yet.", name=name)


# Signing in.


def nothing_to_sign_in(profile: str | None) -> str:
    """Return that there is nothing to sign in to, for a profile or at all."""
    if profile is None:
        return _("Nothing to sign in to.")
    return _("{profile}: nothing to sign in to; its credentials come from elsewhere.", profile=profile)


def code_is_good(profiles: list[str]) -> str:
    """Return that the code of an MFA device was taken, and what that is good for."""
    return _(
        "{profiles}: the code is good. Nothing was kept of it: at a terminal, “list” and “open” ask for a code"
        " themselves, and the tray asks for one from its menu.",
        profiles=joined(profiles),
    )


def signed_in(name: str, profiles: list[str]) -> str:
    """Return that a sign-in is done."""
    return _("Signed in to {name} ({profiles}).", name=name, profiles=joined(profiles))


def go_on_in_browser() -> str:
    """Return that a page was opened."""
    return _("Go on in your browser. Ctrl-C cancels.")


def open_yourself(url: str) -> str:
    """Return that no browser opened a page, and the page's address."""
    first = _("No browser came for it. Open this address in one on this computer:")
    last = _("With a browser on another computer: {command}", command=shell.command("signin", "--device"))
    return f"{first}\n\n    {url}\n\n{last}"


def confirm_code(url: str, code: str, minutes: int) -> str:
    """Return which code to confirm where, and within which time."""
    first = _("Open {url} in any browser, and confirm this code within {minutes} minutes:", url=url, minutes=minutes)
    return f"{first}\n\n    {code}\n\n{_('Ctrl-C cancels.')}"


def ask_mfa_code(serial: str, aws_profile: str) -> str:
    """Return the question for the digits of an MFA device."""
    return _("MFA code of {serial} ({aws_profile})", serial=serial, aws_profile=aws_profile)
