"""What the pages in the browser say, as plain text: the pages escape it."""

from __future__ import annotations

from tray.texts.language import _
from tray.texts.menu import all_notebooks
from tray.texts.reading import Reading, reading


def html_language() -> str:
    """Return the language of the pages, as HTML names it."""
    # Translators: the code of the language that you translate into, such as de or pt-BR.
    return _("en")


def page_title(title: str) -> str:
    """Return the title of a page in the browser's tab."""
    return _("{title} – Notebook Tray", title=title)


def product() -> str:
    """Return the name of the program, which stands above each page."""
    return _("Notebook Tray")


def close_this() -> str:
    """Return that the page is not needed any more."""
    return _("You can close this page.")


def signed_in() -> tuple[str, str]:
    """Return that the user is signed in: title and text."""
    if reading() is Reading.COMMAND:
        return _("You are signed in"), _("Go back to the terminal.")
    return _("You are signed in"), _("Your notebook instances appear in the tray's menu in a moment.")


def nothing_here() -> tuple[str, str]:
    """Return that there is no such page."""
    return _("Nothing here"), _begin_again()


def not_for_this_user() -> tuple[str, str]:
    """Return that a page is refused to a program of another user, as a relay between two systems may be."""
    return _("Refused"), _(
        "This page answers only programs of the user who runs Notebook Tray, and what asked for it runs as another user"
        " (or Linux doesn't tell as whom). Use a browser that runs as the same user."
    )


def not_from_this_page() -> tuple[str, str]:
    """Return that a form came from elsewhere."""
    return _("Not from this page"), _("Use the page that Notebook Tray opened.")


def open_from_the_tray() -> tuple[str, str]:
    """Return that an address of a page was used already, or that its browser was not let in."""
    return _("Open this page from the tray"), _(
        "An address of such a page works once, and in one browser. Choose the page in the tray's menu again, such as"
        " “{line}”.",
        line=all_notebooks(),
    )


def page_failed() -> tuple[str, str]:
    """Return that a request failed by an error in the program."""
    return _("An error in Notebook Tray"), _("The details are in the log. Load the page again.")


def not_the_sign_in() -> tuple[str, str]:
    """Return that the browser came back from another sign-in."""
    return _("Not the sign-in that was begun"), f"{_('Go back to the page that was opened last.')} {_begin_again()}"


def not_an_answer() -> tuple[str, str]:
    """Return that the browser came back with nothing of use."""
    return _("Not an answer"), _begin_again()


def _begin_again() -> str:
    if reading() is Reading.COMMAND:
        return _("To begin again, run the command again.")
    return _("To begin again, choose the sign-in in the tray's menu.")


def _told_elsewhere() -> str:
    if reading() is Reading.COMMAND:
        return _("The terminal tells how it ends.")
    return _("The tray's menu tells how it ends.")


def over() -> str:
    """Return that this sign-in has its answer already."""
    return _("This sign-in is over")


def almost_done() -> tuple[str, str]:
    """Return that AWS takes long, and where it is told how it ends."""
    return _("Almost done"), _("This takes longer than usual. {told} You can close this page.", told=_told_elsewhere())


def cancelled() -> str:
    """Return that the user cancelled."""
    return _("Signing in was cancelled")


def still_checking() -> tuple[str, str]:
    """Return that AWS takes long, and that the page refreshes itself."""
    return _("Still checking"), _(
        "AWS takes longer than usual. {told} This page looks again by itself.", told=_told_elsewhere()
    )


def cancel() -> str:
    """Return the label of the button that cancels."""
    return _("Cancel")


def go_on() -> str:
    """Return the label of the button that sends what was typed."""
    return _("Continue")


def confirm() -> tuple[str, str]:
    """Return that a code is to be confirmed at AWS."""
    return _("Confirm this code at AWS"), _(
        "Open the sign-in page of AWS, check that it shows the same code, and allow Notebook Tray."
    )


def your_code() -> str:
    """Return what a code is called to a screen reader."""
    return _("Your code")


def holds_for(minutes: int) -> str:
    """Return how long a device code is valid, and for whom."""
    return _(
        "It holds for {minutes} minutes, and for this computer only. Confirm no code that someone sent you.",
        minutes=minutes,
    )


def open_sign_in_page() -> str:
    """Return the label of the link to AWS's page."""
    return _("Open the sign-in page")


def enter_mfa_code() -> str:
    """Return the title of the page that asks for the digits of an MFA device."""
    return _("Enter your MFA code")


def asks_for_digits(aws_profile: str, serial: str) -> str:
    """Return which profile asks for the digits of which device; both may be HTML."""
    return _(
        "The AWS profile {aws_profile} asks for the six digits that your device {serial} shows now.",
        aws_profile=aws_profile,
        serial=serial,
    )


def six_digits() -> str:
    """Return the label of the field for the digits."""
    return _("Six digits")


def not_six_digits() -> str:
    """Return that something else was typed."""
    return _("That was not six digits.")


def a_code_has_six_digits() -> str:
    """Return that something else was given."""
    return _("A code has six digits.")


def device_not_known() -> str:
    """Return that AWS doesn't know the MFA device."""
    return _("AWS can't validate codes of this device: check mfa_serial in the AWS config file.")


def code_not_accepted() -> str:
    """Return that AWS didn't take a code."""
    return _("AWS didn't accept this code. Each is good once: wait for the next one.")
