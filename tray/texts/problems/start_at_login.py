"""What goes wrong with the start at login, and with the entry among the applications."""

from __future__ import annotations

from tray.texts.language import _
from tray.texts.problems.table import Words, problem
from tray.texts.shell import command


@problem
def autostart_not_read(place: str, reason: str) -> Words:
    return Words(
        _("Start at login not readable"),
        _("{place} could not be read: {reason}.", place=place, reason=reason),
        _see_to_it(),
    )


@problem
def autostart_not_written(place: str, reason: str) -> Words:
    return Words(
        _("Start at login not changed"),
        _("{place} could not be written: {reason}.", place=place, reason=reason),
        _see_to_it(),
    )


@problem
def autostart_for_everyone(place: str) -> Words:
    return Words(
        _("Start at login not changed"),
        _("An administrator has it started at everyone's login on this computer: {place}.", place=place),
        _("Ask whoever manages this computer."),
    )


def _see_to_it() -> str:
    return _(
        "Make sure that you may change it, and try again; how it stands is told by: {command}",
        command=command("autostart", "status"),
    )


@problem
def autostart_too_long(most: int, length: int, line: str) -> Words:
    return Words(
        _("Can't be started at login"),
        _(
            "Windows takes at most {most} characters, and this needs {length}: {line}",
            most=most,
            length=length,
            line=line,
        ),
        _("Install Notebook Tray in a folder with a shorter path."),
    )


@problem
def autostart_private_registry(place: str) -> Words:
    return Words(
        _("Can't be started at login"),
        _(
            "This Python is from the Microsoft Store. What it writes to {place} goes into a copy of its own, which"
            " Windows does not read at login.",
            place=place,
        ),
        _("Install Notebook Tray by its installer, or with a Python from python.org."),
    )


@problem
def autostart_not_in_utf_8(program: str) -> Words:
    return Words(
        _("Can't be started at login"),
        _("Desktops would not start {program}: it is not in UTF-8.", program=program),
        _("Install Notebook Tray in another folder."),
    )


@problem
def autostart_special_characters(program: str) -> Words:
    return Words(
        _("Can't be started at login"),
        _(
            "Desktops would not start {program}: it has one of the characters % \\ = or a line break in it.",
            program=program,
        ),
        _("Install Notebook Tray in another folder."),
    )


@problem
def autostart_not_installed(python: str) -> Words:
    return Words(
        _("Can't be started at login"),
        _(
            "This copy of Notebook Tray is not installed: there is no notebook-tray program beside {python}.",
            python=python,
        ),
        _("Install it, with pipx for example; then: {command}", command=command("autostart", "on")),
    )


@problem
def autostart_sandboxed() -> Words:
    return Words(
        _("Can't be started at login"),
        _("This copy of Notebook Tray is a Flatpak, which can't write your desktop's list of what it starts."),
        _("Add Notebook Tray in your desktop's settings, among the programs to start at login."),
    )


@problem
def autostart_not_lasting(program: str, is_application: bool) -> Words:
    remedy = _("Install Notebook Tray (with pipx, say); then: {command}", command=command("autostart", "on"))
    if is_application:
        remedy = _("Install Notebook Tray (into Applications); then: {command}", command=command("autostart", "on"))
    return Words(
        _("Can't be started at login"),
        _("{program} is in a place that does not last.", program=program),
        remedy,
    )


@problem
def no_application_menu() -> Words:
    return Words(
        _("No entry to add"),
        _("On this system, what installs Notebook Tray adds it to the applications."),
        _("Look for it in the Start menu, or among the Applications."),
    )


@problem
def not_among_applications(program: str, fault: str) -> Words:
    """`fault` is why the program can't be started from there: `not-installed`, `not-lasting`, or its path."""
    typed = command("desktop-entry", "on")
    match fault:
        case "not-installed":
            what = _("This copy of Notebook Tray is not installed.")
            remedy = _("Install it, with pipx for example; then: {command}", command=typed)
        case "not-lasting":
            what = _("{program} is in a place that does not last.", program=program)
            remedy = _("Install Notebook Tray (with pipx, say); then: {command}", command=typed)
        case "sandboxed":
            what = _("This copy of Notebook Tray is a Flatpak, which adds itself to the applications.")
            remedy = _("Look for it among the applications.")
        case "not-in-utf-8":
            what = _("Desktops would not start {program}: it is not in UTF-8.", program=program)
            remedy = _("Install Notebook Tray in another folder.")
        case _characters:
            what = _(
                "Desktops would not start {program}: it has one of the characters % \\ = or a line break in it.",
                program=program,
            )
            remedy = _("Install Notebook Tray in another folder.")
    return Words(_("Not added to the applications"), what, remedy)


@problem
def applications_not_written(place: str, reason: str) -> Words:
    return Words(
        _("Applications not changed"),
        _("{place} could not be written: {reason}.", place=place, reason=reason),
        _("Make sure that you may change it, and try again."),
    )
