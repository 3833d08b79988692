"""Names of what the user asked for, used in messages about its failure."""

from __future__ import annotations

from tray.texts.language import _, plural


def opening(name: str) -> str:
    """Return the opening of a notebook instance."""
    return _("Opening {name}", name=name)


def copying(name: str) -> str:
    """Return the copying of a notebook instance's link."""
    return _("Copying the link of {name}", name=name)


def starting(name: str) -> str:
    """Return the start of a notebook instance."""
    return _("Starting {name}", name=name)


def stopping(name: str) -> str:
    """Return the stop of a notebook instance."""
    return _("Stopping {name}", name=name)


def stopping_all() -> str:
    """Return the stop of all that the user opened or started here."""
    return _("Stopping all I opened")


def update_check() -> str:
    """Return what is being set."""
    return _("Newer releases")


def looks() -> str:
    """Return the setting whether it is looked if anyone works in a notebook instance before a stop."""
    return _("Looks before a stop")


def keeping_at_top(name: str) -> str:
    """Return the choice whether a notebook instance is kept at the top of the menu."""
    return _("Keeping {name} at the top", name=name)


def signing_in(name: str) -> str:
    """Return a sign-in."""
    return _("Signing in to {name}", name=name)


def mfa_code(name: str) -> str:
    """Return the question for the digits of an MFA device."""
    return _("The MFA code for {name}", name=name)


def session_length() -> str:
    """Return the setting of the session length."""
    return _("Session length")


def view() -> str:
    """Return the setting of the view."""
    return _("View")


def adding(aws_profile: str) -> str:
    """Return the adding of an AWS profile."""
    return _("Adding {name}", name=aws_profile)


def hiding(profile: str) -> str:
    """Return that a profile is listed no longer."""
    return _("Hiding {name}", name=profile)


def adding_all(names: list[str]) -> str:
    """Return the adding of several profiles."""
    if len(names) == 1:
        return adding(names[0])
    return plural("Adding {number} profile", "Adding {number} profiles", len(names))


def writing_config() -> str:
    """Return the writing of new profiles to the AWS config file."""
    return _("Writing to the AWS config file")


def removing(profile: str) -> str:
    """Return the removing of a profile."""
    return _("Removing {name}", name=profile)


def renaming(profile: str) -> str:
    """Return that a profile gets another name."""
    return _("Renaming {name}", name=profile)


def credentials(profile: str) -> str:
    """Return the setting of what a profile signs in with."""
    return _("What {name} signs in with", name=profile)


def testing(profile: str) -> str:
    """Return the test of a profile."""
    return _("Testing {name}", name=profile)


def looking_everywhere(profile: str) -> str:
    """Return the search for a profile's notebook instances in all regions."""
    return _("Looking in all regions for {name}", name=profile)


def setting_regions(profile: str) -> str:
    """Return the setting of a profile's regions."""
    return _("The regions of {name}", name=profile)


def left_running(profile: str) -> str:
    """Return the setting of a profile's limit of left-running."""
    return _("When something of {name} counts as left running", name=profile)


def planning_stop(name: str) -> str:
    """Return what plans to stop a notebook instance later."""
    return _("Stopping {name} later", name=name)


def stop_habit(profile: str) -> str:
    """Return the setting of when a profile's notebook instances are stopped."""
    return _("When what runs of {name} is stopped", name=profile)


def schedule_role(profile: str) -> str:
    """Return the setting of the role with which EventBridge Scheduler stops a profile's notebook instances."""
    return _("The role for EventBridge Scheduler of {name}", name=profile)


def start_at_login() -> str:
    """Return the setting that starts the program at login."""
    return _("Start at login")


def owner_tag() -> str:
    """Return the setting of the tag that names the owner of a notebook instance."""
    return _("The owner's tag")


def notifications() -> str:
    """Return the setting of which notifications are shown."""
    return _("Notifications")


def refresh() -> str:
    """Return the refresh of all lists."""
    return _("Refresh")


def dismissing() -> str:
    """Return that a problem is no longer shown."""
    return _("Dismissing the problem")


def copying_details() -> str:
    """Return that details of a problem are copied."""
    return _("Copying the details")


def opening_log() -> str:
    """Return that the log is shown."""
    return _("Opening the log")


def checking_computer() -> str:
    """Return that it is looked at what the program needs."""
    return _("Checking this computer")


def showing_page(page: str) -> str:
    """Return that a page about the program is opened: `Documentation`, `Issues`, or `Release notes`."""
    if page == "Release notes":
        return _("Opening the release notes")
    return _("Reporting a problem") if page == "Issues" else _("Opening the documentation")


def showing_notebooks() -> str:
    """Return that the page of all notebook instances is opened."""
    return _("Opening the page of all notebooks")


def showing_settings() -> str:
    """Return that the page of the settings is opened."""
    return _("Opening the settings")


def showing_set_up() -> str:
    """Return that the page that adds profiles is opened."""
    return _("Opening the page that adds profiles")


def quit_() -> str:
    """Return the end of the program."""
    return _("Quit")
