"""The menu's lines about problems and about signing in."""

from __future__ import annotations

from tray.texts.language import _, joined, plural


def problem(subject: str, title: str) -> str:
    """Return a problem's line, or its notification's title: what the problem concerns, and what happened."""
    return _("{subject}: {problem}", subject=subject, problem=title)


def try_again() -> str:
    """Return the line that makes the last choice once more."""
    return _("Try again")


def dismiss() -> str:
    """Return the line that stops showing the failure of the last choice."""
    return _("Dismiss")


def problems(count: int) -> str:
    """Return the line that opens the list of problems."""
    return plural("{number} problem", "{number} problems", count)


def enter_mfa_code(name: str) -> str:
    """Return the line that asks for a code for one profile, or device."""
    return _("Enter the MFA code for {name}…", name=name)


def sign_in(name: str) -> str:
    """Return the line that signs in to one thing."""
    return _("Sign in to {name}…", name=name)


def for_profiles(name: str, profiles: int) -> str:
    """Return what a sign-in is known by, and how many profiles wait for it."""
    return plural("{name} ({number} profile)", "{name} ({number} profiles)", profiles, name=name)


def sign_in_to_profiles(profiles: int) -> str:
    """Return the line that opens the list of sign-ins."""
    return plural("Sign in to {number} profile", "Sign in to {number} profiles", profiles)


def cancel_mfa_code(name: str) -> str:
    """Return the line that cancels the question for a code."""
    return _("Cancel the MFA code for {name}", name=name)


def cancel_sign_in(name: str) -> str:
    """Return the line that cancels a sign-in."""
    return _("Cancel signing in to {name}", name=name)


def cancel_one_of(sign_ins: int) -> str:
    """Return the line that opens the list of sign-ins to cancel."""
    return plural("Cancel one of {number} sign-in", "Cancel one of {number} sign-ins", sign_ins)


def profiles_with(count: int, title: str) -> str:
    """Return the line of a problem that several profiles have."""
    return plural("{number} profile: {problem}", "{number} profiles: {problem}", count, problem=title)


def regions_with(count: int, profile: str, title: str) -> str:
    """Return the line of a problem that one profile has in several regions."""
    return plural(
        "{profile}, {number} region: {problem}",
        "{profile}, {number} regions: {problem}",
        count,
        profile=profile,
        problem=title,
    )


def concerned(names: list[str], more: int) -> str:
    """Return whom a problem concerns, where that are several; so many `more` are not named."""
    if more:
        return plural("In: {names} and {number} more", "In: {names} and {number} more", more, names="; ".join(names))
    return _("In: {names}", names="; ".join(names))


def no_network() -> str:
    """Return that nothing at all can be reached."""
    return _("No network")


def request_ids(ids: tuple[str, ...]) -> str:
    """Return by which ids AWS knows the requests that failed."""
    return _("Request ids of AWS: {ids}", ids=joined(ids))


def copy_details() -> str:
    """Return the line that copies what went wrong."""
    return _("Copy details")
