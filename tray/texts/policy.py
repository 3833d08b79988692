"""An administrator's policy in words: in the menu, on pages, for the command, and in what is made from its table."""

from __future__ import annotations

from tray.texts.language import _, joined, plural
from tray.texts.lengths import session_length
from tray.texts.shell import command


def set_by_administrator() -> str:
    """Return what stands beside what users can't change."""
    return _("Set by your administrator")


def reason() -> str:
    """Return why a line of the menu can't be chosen."""
    return _("set by your administrator")


def at_most(seconds: int) -> str:
    """Return how long a session may be."""
    return _("Your administrator allows {length} at most", length=session_length(seconds))


def profile(label: str) -> str:
    """Return the line of an administrator's profile."""
    return _("{profile}, set by your administrator", profile=label)


def errors_in_menu(number: int) -> str:
    """Return the line of the menu that says that a policy has errors."""
    return plural(
        "The policy has {number} error: {command}",
        "The policy has {number} errors: {command}",
        number,
        command=command("policy"),
    )


def in_force_in_menu() -> str:
    """Return the line of the menu that says where to see what is set."""
    return _("Set by your administrator: {command}", command=command("policy"))


def profiles_set(names: list[str]) -> str:
    """Return which profiles an administrator has set."""
    return plural(
        "Set by your administrator: {names}", "Set by your administrator: {names}", len(names), names=joined(names)
    )


def beside(what: str) -> str:
    """Return what a setting is, and that users can't change it."""
    return _("{what} (set by your administrator)", what=what)


def title(name: str) -> str:
    """Return what a policy is called, by its name in `model.policy`."""
    match name:
        case "profiles":
            return _("Profiles")
        case "longest_session":
            return _("Longest session")
        case "views":
            return _("Views")
        case "start_at_login":
            return _("Start at login")
        case "allow_copy_link":
            return _("Allow copying links")
        case "allow_stop":
            return _("Allow stopping notebook instances")
        case "allow_access_keys":
            return _("Allow access keys in the keyring")
        case "allow_look_before_stop":
            return _("Allow looks before a stop")
        case "allow_own_profiles":
            return _("Allow own profiles")
        case "allow_update_check":
            return _("Allow looking for newer releases")
        case "documentation_url":
            return _("Address of the documentation")
        case "help_url":
            return _("Address for help")
    raise KeyError(name)


def meaning(name: str) -> str:
    """Return what a policy does."""
    match name:
        case "profiles":
            return _(
                "Profiles that each user has, beside their own. They have the keys of a set-up file's profiles; what"
                " they leave out, the user may set. Users can hide them, and not change, rename or remove them."
            )
        case "longest_session":
            return _(
                "The longest session that is opened, from 30m to 12h. Longer ones are not offered, and are opened for"
                " this long."
            )
        case "views":
            return _("The views in which notebook instances open: lab, classic or both.")
        case "start_at_login":
            return _("Whether the program is switched to start at login when a user first runs it; then it is theirs.")
        case "allow_copy_link":
            return _("Whether links to notebook instances can be copied and printed (open --print-url).")
        case "allow_stop":
            return _("Whether notebook instances can be stopped.")
        case "allow_access_keys":
            return _(
                "Whether profiles sign in with access keys that users keep in the keyring. Those of the AWS files are"
                " not meant."
            )
        case "allow_look_before_stop":
            return _("Whether the program asks a notebook instance's Jupyter if anyone works there, before a stop.")
        case "allow_own_profiles":
            return _("Whether users have profiles beside those of the policy. Theirs stay in the keyring, hidden.")
        case "allow_update_check":
            return _("Whether the program looks once a day if there is a newer release. It never installs one.")
        case "documentation_url":
            return _("The page that Documentation in the menu opens.")
        case "help_url":
            return _("The page that Report a problem in the menu opens.")
    raise KeyError(name)


def default(name: str) -> str:
    """Return what holds without the policy."""
    match name:
        case "profiles":
            return _("none")
        case "longest_session":
            return session_length(12 * 3600)
        case "views":
            return _("lab and classic")
        case "start_at_login":
            return _("off")
        case "documentation_url" | "help_url":
            return _("the project's")
    return _("true")


# The command.


def headings() -> tuple[str, str, str]:
    """Return the headings of the list."""
    return _("POLICY"), _("VALUE"), _("SOURCE")


def not_set() -> str:
    """Return that no source sets a policy."""
    return _("not set")


def none_in_force(places: tuple[str, ...]) -> str:
    """Return that there is no policy, and where one would be."""
    return _("No policy is set on this computer. It would be in: {places}", places=joined(places))


def switched(on: bool) -> str:
    """Return the value of a switch."""
    return _("true") if on else _("false")


def place(where: str, key: str, line: int) -> str:
    """Return where an error is: the source, the line in it if that is known, and the key."""
    if line and key:
        return _("{source}, line {line}, {key}", source=where, line=line, key=key)
    if line:
        return _("{source}, line {line}", source=where, line=line)
    return _("{source}, {key}", source=where, key=key) if key else where


def error(where: str, message: str) -> str:
    """Return an error with its place."""
    return _("{place}: {message}", place=where, message=message)


# The doctor.


def doctor_name() -> str:
    """Return the name of the check."""
    return _("administrator's policy")


def doctor_none() -> str:
    """Return that there is no policy."""
    return _("none")


def doctor_sets(names: list[str]) -> str:
    """Return what the policy sets."""
    return _("sets {names}", names=joined(names))


def doctor_errors(number: int, first: str) -> tuple[str, str]:
    """Return that the policy has errors, the first of them, and what to do."""
    return (
        plural("{number} error: {first}", "{number} errors, the first: {first}", number, first=first),
        _("Tell your administrator; “{command}” lists all of them.", command=command("policy")),
    )
