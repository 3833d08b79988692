"""The report of `notebook-tray doctor`: what is checked, what was found, what to do, and the lines around them."""

from __future__ import annotations

from collections.abc import Sequence

from tray.about import address
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


def own_folders() -> str:
    """Return the name of the check of the folders that the program writes to."""
    return _("own folders")


def permissions(name: str) -> str:
    """Return the name of the check of what a profile may do."""
    return _("permissions {name}", name=name)


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
        "The details are in {log}. Please report it: {address}",
        log=log,
        address=address("Issues"),
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
        "Add one on a page of the running tray: {setting_up}, or here: {importing}",
        setting_up=command("setup"),
        importing=command("profiles", "import", "NAME"),
    )


def no_aws_files(config: object, credentials: object) -> tuple[str, str]:
    """Return that there is no AWS config at all, and what to do."""
    return _("There is neither {config} nor {credentials}.", config=config, credentials=credentials), _(
        "Make it with: aws configure sso, or add a profile that needs none: {setting_up}", setting_up=command("setup")
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
