"""What notifications say. Where there is a title and a text, the title comes first."""

from __future__ import annotations

from tray.texts.language import _, joined, plural


def link_copied(name: str) -> tuple[str, str]:
    """Return that a notebook instance's link is on the clipboard."""
    return _("Link of {name} copied", name=name), _(
        "Paste it within 5 minutes. Whoever has the link can use it: share it with nobody."
    )


def details_copied() -> tuple[str, str]:
    """Return that the details of a problem are on the clipboard."""
    return _("Details copied"), _("Paste them into a message to your administrator, or into a report.")


def report_copied() -> tuple[str, str]:
    """Return that the report on this computer is on the clipboard."""
    return _("Report copied"), _(
        "Paste it into a message to your administrator, or into a report. It holds no keys or passwords."
    )


def signed_in(name: str) -> tuple[str, str]:
    """Return that a sign-in is done."""
    return _("Signed in"), _("You are signed in to {name}.", name=name)


def try_again() -> str:
    """Return the button that does once more what failed."""
    return _("Try again")


def facts(facts: list[str]) -> str:
    """Return facts, which have no full stop, as sentences."""
    return " ".join(_("{fact}.", fact=fact) for fact in facts)


def open_log() -> str:
    """Return the button that shows the log."""
    return _("Open log")


def where_the_log_is() -> str:
    """Return where in the menu the log is opened."""
    return _("“Open log” is in the menu, under “Help”.")


def own_error() -> tuple[str, str]:
    """Return that work in the background failed by an error in the program."""
    return _("An error in Notebook Tray"), _(
        "Something in Notebook Tray doesn't work. The log has the details; please report it."
    )


def did_not_work() -> tuple[str, str]:
    """Return that the user's latest action failed by an error in the program."""
    return _("That did not work"), _(
        "An error in Notebook Tray kept that from being done. The log has the details; please report it."
    )


def code(code: str) -> tuple[str, str]:
    """Return the code that a sign-in page has to show."""
    return _("Your sign-in code"), _("Check that the page which has opened shows {code}.", code=code)


def expired(profiles: tuple[str, ...]) -> tuple[str, str]:
    """Return that profiles need signing in."""
    if len(profiles) == 1:
        return _("Signing in needed for {name}", name=profiles[0]), _("Its AWS sign-in has expired.")
    title = plural("Signing in needed for {number} profile", "Signing in needed for {number} profiles", len(profiles))
    names, more = joined(profiles[:3]), len(profiles) - 3
    if more > 0:
        return title, plural(
            "They are: {names} and {number} more.", "They are: {names} and {number} more.", more, names=names
        )
    return title, _("They are: {names}.", names=names)


def where_to_sign_in(line: str) -> str:
    """Return where in the menu the sign-ins begin.

    :param line: which line of the menu begins them: `sign-in`, `mfa`, or another where no one line does for all
    """
    match line:
        case "sign-in":
            return _("Choose “Sign in to …” in the menu.")
        case "mfa":
            return _("Choose “Enter the MFA code for …” in the menu.")
        case _other:
            return _("The menu says what to do.")


def sign_in(name: str) -> str:
    """Return the button that begins a sign-in in the browser; it names the sign-in if there are several."""
    return _("Sign in to {name}", name=name) if name else _("Sign in")


def enter_mfa_code(name: str) -> str:
    """Return the button that asks for an MFA code; it names the sign-in if there are several."""
    return _("Enter the MFA code for {name}", name=name) if name else _("Enter the MFA code")


def of_the_program(title: str) -> str:
    """Return the title of a notification that must name the program."""
    return _("Notebook Tray: {title}", title=title)


def in_one_line(title: str, text: str) -> str:
    """Return both for a desktop that shows titles alone."""
    return _("{title}: {text}", title=title, text=text)


def right_click(program: str) -> tuple[str, str]:
    """Return the answer to a left click that opened no menu."""
    return _("Right-click for the menu"), _("{program}'s menu opens with the right mouse button here.", program=program)


def running(platform: str) -> tuple[str, str]:
    """Return that the program runs, and a sentence that helps the user find the icon.

    :param platform: as sys.platform has it
    """
    title = _("Notebook Tray is running")
    match platform:
        case "win32":
            return title, _(
                "Its icon is at the end of the taskbar; if you don't see it there, choose ^ (Show hidden icons)."
            )
        case "darwin":
            return title, _("Its icon is in the menu bar, at the top right.")
        case _linux:
            return title, _("Its icon is in the tray of your desktop's panel.")


def running_already() -> str:
    """Return what a second start says on the terminal."""
    return _("Notebook Tray is running already, and shows where in a notification.")
