"""The report of `notebook-tray doctor`: what is checked, what was found, what to do, and the lines around them."""

from __future__ import annotations

from collections.abc import Sequence

from tray.texts.language import _, joined, plural
from tray.texts.shell import command

# What is checked.


def tray_host() -> str:
    """Return the name of the check whether tray icons are shown."""
    return _("tray host")


def notifications() -> str:
    """Return the name of the check whether notifications are shown."""
    return _("notifications")


def default_browser() -> str:
    """Return the name of the check of the browser."""
    return _("default browser")


def own_pages() -> str:
    """Return the name of the check whether a browser gets our own pages."""
    return _("pages for the browser")


def start_at_login() -> str:
    """Return the name of the check of what is started at login."""
    return _("start at login")


def running_copy() -> str:
    """Return the name of the check whether a copy runs."""
    return _("running copy")


def keyring() -> str:
    """Return the name of the check of the keyring."""
    return _("keyring")


def profiles() -> str:
    """Return the name of the check of the configured profiles."""
    return _("profiles")


def profile(name: str) -> str:
    """Return the name of the check of one profile in the keyring."""
    return _("profile {name}", name=name)


def aws_config() -> str:
    """Return the name of the check of the AWS config file."""
    return _("AWS config")


def aws_credentials() -> str:
    """Return the name of the check of the AWS credentials file."""
    return _("AWS credentials")


def sign_in(profile: str | None) -> str:
    """Return the name of the check of a profile's sign-in; without a profile, of all sign-ins."""
    return _("sign-in") if profile is None else _("sign-in {profile}", profile=profile)


def region(region: str | None) -> str:
    """Return the name of the check of the way to a region; without a region, to all regions."""
    return _("region") if region is None else _("region {region}", region=region)


def region_as(region: str, profile: str) -> str:
    """Return the name of the check of a profile's way to a region, where profiles go different ways."""
    return _("region {region} as {profile}", region=region, profile=profile)


def clock() -> str:
    """Return the name of the check of the clock."""
    return _("clock")


def proxy() -> str:
    """Return the name of the check of the proxy."""
    return _("proxy")


def certificates() -> str:
    """Return the name of the check of the certificates."""
    return _("certificates")


# The report.


def state(name: str) -> str:
    """Return how a check ended."""
    match name:
        case "ok":
            return _("ok")
        case "warning":
            return _("warning")
        case "failed":
            return _("failed")
        case _skipped:
            return _("skipped")


def as_for(name: str) -> str:
    """Return that another check has the same remedy."""
    return _("As for {name}.", name=name)


def and_as_many(more: int) -> str:
    """Return that so many other checks found the same."""
    return plural("{number} other check found the same.", "{number} other checks found the same.", more)


def see_each_check() -> str:
    """Return how each of several equal results is shown by itself."""
    return _("See each one with: {command}", command=command("doctor", "--json"))


def summary(failed: int, warnings: int, skipped: int, well: int, checks: int) -> str:
    """Return the last line: all is well, or the number of problems."""
    not_checked = _("Not checked: {number}.", number=skipped) if skipped else ""
    if not failed and not warnings:
        return f"{plural('All is well: {number} check.', 'All is well: {number} checks.', well)} {not_checked}".strip()
    parts = []
    if failed:
        parts.append(plural("{number} failed", "{number} failed", failed))
    if warnings:
        parts.append(plural("{number} warning", "{number} warnings", warnings))
    first = _("Not all is well: {parts}, of {checks} checks.", parts=joined(parts), checks=checks)
    return f"{first} {not_checked}".strip()


def found(title: str, message: str) -> str:
    """Return a problem on one line."""
    return _("{title}: {message}", title=title, message=message)


def no_answer(seconds: str) -> tuple[str, str]:
    """Return that a check took too long, and what to do."""
    return _("No answer within {seconds} seconds.", seconds=seconds), _(
        "Try again. If it stays so, what is asked here hangs: log in again, or look at the network."
    )


def own_error(log: object) -> tuple[str, str]:
    """Return that a check failed by an error in the program, and what to do."""
    return _("An error in Notebook Tray kept this from being checked."), _(
        "The details are in {log}; please report it.", log=log
    )


def system() -> str:
    """Return what the operating system is called in the head of the report."""
    return _("system")


def desktop() -> str:
    """Return what the desktop is called in the head of the report."""
    return _("desktop")


def unknown() -> str:
    """Return that a version or a name is not known."""
    return _("unknown")


def own_desktop() -> str:
    """Return that the system has one desktop."""
    return _("the system's own")


def no_screen() -> str:
    """Return that there is no screen."""
    return _("no screen")


# The desktop.


def needs_desktop() -> str:
    """Return that the check needs a desktop."""
    return _("Needs a desktop session.")


def tray(state: str) -> str:
    """Return whether tray icons are shown."""
    match state:
        case "present":
            return _("This desktop shows tray icons.")
        case "no host":
            return _("This desktop takes tray icons, but nothing shows them.")
        case "refused":
            return _("What takes tray icons on this desktop does not answer.")
        case _no_watcher:
            return _("Nothing on this desktop takes tray icons.")


def no_graphical_session() -> tuple[str, str]:
    """Return that this is no desktop, and what to do."""
    return _("No graphical session: nothing shows tray icons here, as in a login over the network."), _(
        "Run this in a terminal on the desktop. The commands “list” and “open” work without one."
    )


def notifications_shown() -> str:
    """Return that the system shows notifications."""
    return _("This system shows them unless its settings say otherwise.")


def notifications_by(name: str) -> str:
    """Return what shows notifications."""
    return _("Shown by {name}.", name=name)


def no_notifications() -> tuple[str, str]:
    """Return that nothing shows notifications, and what to do."""
    return _("Nothing on this desktop shows notifications: what goes wrong is told by the menu alone."), _(
        "Install a notification server, such as dunst, mako or xfce4-notifyd."
    )


def browser(name: str, chosen: str) -> str:
    """Return what opens notebook instances: a program (without a name: the system), and the browser it starts."""
    if not name:
        return _("The default browser opens notebooks.")
    if chosen:
        return _("{name} opens notebooks in {chosen}.", name=name, chosen=chosen)
    return _("{name} opens notebooks.", name=name)


def pages_served() -> str:
    """Return that our own pages are served to the browser."""
    return _("Your browser gets Notebook Tray's pages; other users' programs are refused.")


def pages_on_wsl() -> tuple[str, str]:
    """Return that on WSL nothing but their addresses protects our own pages, and what to do."""
    return (
        _("In WSL, other users' programs can't be told from your browser: random addresses protect the pages."),
        _("Share this WSL distribution with no other user."),
    )


def pages_refused() -> tuple[str, str]:
    """Return that Linux doesn't say that a connection of our own is this user's, and what to do."""
    return (
        _("Linux doesn't tell here whose connections are whose, so every browser is refused."),
        _("Start Notebook Tray where /proc/net/tcp can be read, outside of sandboxes and containers."),
    )


def browser_instead(missing: str, name: str) -> tuple[str, str]:
    """Return that the browser that is set is missing, that `name` (empty: the system's) is used, and what to do."""
    what = _("BROWSER names {missing}, which is not there; the default browser is used instead.", missing=missing)
    if name:
        what = _("BROWSER names {missing}, which is not there; {name} is used instead.", missing=missing, name=name)
    return what, _("Correct BROWSER, or unset it.")


def no_browser_chosen() -> tuple[str, str]:
    """Return that the desktop has no default browser, and what to do."""
    return _("xdg-open is there, and no browser is chosen for it."), _(
        "Choose a default browser in the desktop's settings."
    )


def no_browser(missing: str, screen: bool) -> tuple[str, str]:
    """Return that there is no browser, and what to do; `missing` is a browser that is set but not installed."""
    what = _("No browser is found.")
    if missing:
        what = _("BROWSER names {missing}, which is not there.", missing=missing)
    if screen:
        return what, _("Install a browser, or name one in the environment variable BROWSER.")
    return f"{what} {_('There is no screen here for one.')}", _(
        "Run this in a terminal on the desktop, or print a link with: {command}",
        command=command("open", "NAME", "--print-url"),
    )


def autostart(state: str, program: str, place: str, by: str) -> tuple[str, str]:
    """Return what is started at login, and what to do; `program` is empty if nothing is started."""
    match state:
        case "on":
            return _("On: {program}", program=program), ""
        case "off":
            return _("Off."), ""
        case "disabled":
            return _("Switched off by {by}.", by=by), ""
        case "other":
            return _("Another copy is started: {program}", program=program), _(
                "Have this copy started with: {command}", command=command("autostart", "on")
            )
        case _gone:
            what = _("{place} starts what is no longer there: nothing", place=place)
            if program:
                what = _("{place} starts what is no longer there: {program}", place=place, program=program)
            return what, _(
                "Have this copy started with: {on}, or nothing with: {off}",
                on=command("autostart", "on"),
                off=command("autostart", "off"),
            )


def running(copies: int) -> str:
    """Return how many copies of the program run."""
    match copies:
        case 0:
            return _("Notebook Tray is not running.")
        case 1:
            return _("Notebook Tray is running.")
        case _more:
            return plural("Running on {number} desktop.", "Running on {number} desktops.", copies)


def own_folders() -> str:
    """Return the name of the check of the folders that the program writes to."""
    return _("own folders")


def folders_writable() -> str:
    """Return that the program's own folders can be written to."""
    return _("Log, state and lock can be written.")


def folder_not_writable(path: str, reason: str) -> tuple[str, str]:
    """Return that one of the program's own folders can't be written to, and what to do."""
    return _("{path} can't be written to: {reason}.", path=path, reason=reason), _(
        "Make room, or make the folder yours and writable for you. Notebook Tray works without it, but keeps no log"
        " and doesn't remember what was opened last."
    )


# What is configured.


def needs_keyring() -> str:
    """Return that the check needs the keyring."""
    return _("Needs the keyring.")


def keyring_not_opened(name: str) -> str:
    """Return that the check did not open a keyring."""
    return _("{name}: not opened, since that may ask you.", name=name)


def keyring_problem(title: str, name: str, message: str) -> str:
    """Return a problem of a keyring on one line."""
    return _("{title} ({name}): {message}", title=title, name=name, message=message)


def unlock() -> str:
    """Return what to do about a keyring that is locked."""
    return _("Unlock it: open the keyring's password manager, or log in again.")


def keyring_keeps(name: str) -> str:
    """Return which keyring has the profiles."""
    return _("{name} keeps the profiles.", name=name)


def configured(names: Sequence[str]) -> str:
    """Return which profiles are configured."""
    return _("{number}: {names}", number=len(names), names=joined(names))


def nothing_configured() -> tuple[str, str]:
    """Return that no profile is configured, and what to do."""
    return _("None is configured, so nothing is listed."), _(
        "See what there is with: {discovering}, then: {importing}",
        discovering=command("profiles", "discover"),
        importing=command("profiles", "import", "NAME"),
    )


def no_aws_files(config: object, credentials: object) -> tuple[str, str]:
    """Return that there is no AWS config at all, and what to do."""
    return _("There is neither {config} nor {credentials}.", config=config, credentials=credentials), _(
        "Make it with: aws configure sso, or ask your administrator for the AWS config file."
    )


def no_file(path: object) -> str:
    """Return that a file is missing, which is no problem."""
    return _("There is no {path}.", path=path)


def sections(path: object, sections: int) -> str:
    """Return how many sections a file has."""
    return plural("{path}: {number} section", "{path}: {number} sections", sections, path=path)


def more_of_the_config(number: int) -> tuple[str, str]:
    """Return that more of the AWS config is wrong than is told, and what to do."""
    return plural("{number} more is like this.", "{number} more are like this.", number), _(
        "Correct those above first, then run notebook-tray doctor again."
    )
