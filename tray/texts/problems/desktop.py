"""What goes wrong on the desktop: tray, session bus, browser, clipboard, the log, our own pages."""

from __future__ import annotations

from tray.texts.language import _
from tray.texts.problems.table import Words, problem, sentences
from tray.texts.shell import command, on_notebook


@problem
def no_tray(state: str, remedy: str) -> Words:
    """`state` is what is missing, and `remedy` names what the desktop needs."""
    match state:
        case "no watcher":
            what = _("Nothing on this desktop takes tray icons. Notebook Tray is running and waits for a tray.")
        case "no host":
            what = _(
                "This desktop takes tray icons, but nothing shows them. Notebook Tray is running and waits for a tray."
            )
        case _refused:
            what = _("This desktop's tray refused the icon. Notebook Tray is running and waits for a tray.")
    return Words(_("No system tray"), what, sentences(*_tray(remedy), _("The icon then appears by itself.")))


def _tray(remedy: str) -> tuple[str, ...]:
    """Return what to do: the first sentence is short enough for a notification that has only one line."""
    match remedy:
        case "gnome":
            return _("Install gnome-shell-extension-appindicator."), _(
                "Then log in to the desktop again, and switch on the extension “AppIndicator and KStatusNotifierItem"
                " Support”."
            )
        case "xfce":
            return (_("Add the item “Status Tray Plugin” to the panel."),)
        case "kde":
            return (_("Add the widget “System Tray” to a panel."),)
        case "mate":
            return (_("Add the applet “Notification Area” to the panel."),)
        case "lxqt":
            return (_("Add the plugin “Status Notifier” to the panel."),)
        case "x-cinnamon":
            return _("Install xapp-sn-watcher."), _(
                "Then log in to the desktop again. The panel needs its applet “XApp Status Applet”."
            )
        case "waybar":
            return (_("Start a bar with a tray, such as waybar (module “tray”)."),)
        case "i3":
            return _("Start snixembed."), _("It shows StatusNotifierItem icons in i3bar's tray, polybar's and tint2's.")
        case _any:
            return _("Add a system tray (StatusNotifierItem) to your panel."), _(
                "Where it has one for X11's icons alone, as i3bar, polybar and tint2 have, start snixembed."
            )


@problem
def browser_did_not_ask(seconds: str) -> Words:
    return Words(
        _("The browser did not open the page"),
        _("No browser asked for the page within {seconds} seconds.", seconds=seconds),
        _("Look whether the browser waits for an answer, and try again."),
    )


@problem
def browser_of_another_user(uid: int | None) -> Words:
    who = (
        _("What asked for the page runs as the user with the id {uid}, and not as you.", uid=str(uid))
        if uid is not None
        else _("Linux doesn't tell as which user the program runs that asked for the page.")
    )
    return Words(
        _("The page was refused to another user's program"),
        who,
        _("Set BROWSER to a browser that runs on this system as you, without a relay or sandbox in between."),
    )


@problem
def browsers_failed(failures: tuple[tuple[str, int | None], ...]) -> Words:
    """`failures` are the programs that were tried, each with its exit status, or None where it did not start.

    A program without a name is the system's default browser.
    """
    return Words(
        _("No browser could be opened"),
        sentences(*(_browser_failed(*failure) for failure in failures)),
        _("Set a default browser in your desktop's settings or in BROWSER."),
    )


def _browser_failed(program: str, status: int | None) -> str:
    if not program:
        return _("The default browser could not be started.")
    if status is None:
        return _("{program} could not be started.", program=program)
    return _("{program} ended with status {status}.", program=program, status=status)


@problem
def no_browser() -> Words:
    return Words(
        _("No browser found"),
        _("There is no graphical browser here that a program could open a page in."),
        _("Install one, or set a default browser in your desktop's settings or in BROWSER."),
    )


@problem
def link_not_copied(why: str) -> Words:
    """`why` is one of the reasons below."""
    again = _("Try again, or print it instead: {command}", command=_printing("NAME"))
    print_it = _("Print it instead: {command}", command=_printing("NAME"))
    message, remedy = {
        "kept-open": (_("Another program has kept the clipboard open."), again),
        "no-memory": (_("Windows has no memory for it."), again),
        "refused": (_("Windows refused it."), again),
        "taken": (_("Another program took the clipboard at the same moment."), print_it),
        "busy": (_("The menu bar's thread is busy."), print_it),
        "closed": (
            _("This Wayland desktop lets no program without a window put anything on the clipboard."),
            print_it,
        ),
        "no-desktop": (_("There is no desktop here whose clipboard can be reached."), print_it),
    }[why]
    return Words(_("The link was not copied"), message, remedy)


def _printing(name: str) -> str:
    return on_notebook("open", name, "--print-url")


@problem
def no_file_to_show(path: str) -> Words:
    return Words(
        _("There is no log"),
        _("There is no file {path}: it can't be written, or nothing has happened yet.", path=path),
        _("Make sure that the folder can be written to, and start Notebook Tray again."),
    )


@problem
def file_not_shown(path: str) -> Words:
    return Words(
        _("The log can't be shown"),
        _("No program on this computer shows {path}.", path=path),
        _("Open the file with a text editor."),
    )


@problem
def no_report(seconds: int, exit_status: int) -> Words:
    what = _("The check of this computer did not end within {seconds} seconds.", seconds=seconds)
    if exit_status:
        what = _("The check of this computer failed (exit status {exit_status}).", exit_status=exit_status)
    return Words(_("No report"), what, _("Run it in a terminal: {command}", command=command("doctor")))


@problem
def no_address(page: str) -> Words:
    """`page` is `Documentation` or `Issues`."""
    return Words(
        _("No address"),
        _("This copy of Notebook Tray is not installed, and knows no address of a page ({page}).", page=page),
        _("Install it, with pipx for example."),
    )


@problem
def no_picture(path: str) -> Words:
    return Words(
        _("The icon's picture is missing"),
        _("The file {path} cannot be read as a picture.", path=path),
        _("Reinstall Notebook Tray."),
    )


@problem
def bus_lost() -> Words:
    return Words(
        _("The desktop session ended"),
        _("The connection to the D-Bus session bus was lost, and the tray icon with it."),
        _("Log in again, then start Notebook Tray."),
    )


@problem
def no_bus() -> Words:
    return Words(
        _("No desktop session"),
        _("This session has no D-Bus session bus, which every tray icon on Linux needs."),
        _start_on_desktop(),
    )


@problem
def bus_not_reachable(address: str, reason: str) -> Words:
    return Words(
        _("No desktop session"),
        _("The D-Bus session bus at {address} cannot be reached ({reason}).", address=address, reason=reason),
        _start_on_desktop(),
    )


def _start_on_desktop() -> str:
    return _(
        "Start Notebook Tray from a desktop session, or with “dbus-run-session” in front. "
        "The commands “{listing}” and “{opening}” need no icon, but the keyring, which most systems have on that bus.",
        listing=command("list"),
        opening=command("open", "NAME"),
    )


@problem
def sign_in_not_shown() -> Words:
    return Words(
        _("The sign-in can't be shown"),
        _("This computer lets no program show a page of its own in a browser."),
        _("Sign in on the command line: {command}", command=command("signin", "--device")),
    )


@problem
def page_not_shown(reason: str) -> Words:
    """`reason` is the system's, if it gives one."""
    return Words(
        _("The page can't be shown"),
        sentences(
            _("This computer lets no program show a page of its own in a browser."),
            _("The system says: {reason}.", reason=reason) if reason else "",
        ),
        _("See your notebook instances on the command line: {command}", command=command("list")),
    )
