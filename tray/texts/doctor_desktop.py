"""What `notebook-tray doctor` says of the desktop: tray, notifications, browser, pages, start at login, own folders."""

from __future__ import annotations

from tray.texts.language import _, plural
from tray.texts.shell import command


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


def notifications_as(style: str) -> str:
    """Return how Windows shows notifications: with `buttons`, or as `balloons`."""
    if style == "buttons":
        return _("Windows shows them as toasts, with buttons.")
    return _("Windows shows them as balloons, without buttons.")


def notifications_turned_off() -> tuple[str, str]:
    """Return that the user has turned off notifications in Windows, and what to do."""
    return _("Windows' settings turn them off: what goes wrong is told by the menu alone."), _(
        "To see them, turn them on in Windows' settings, under System > Notifications, also those of Notebook Tray."
    )


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


def browser_passed_over(command: str, name: str) -> tuple[str, str]:
    """Return that BROWSER's command is none that shows Jupyter, that `name` (empty: the system's) is used."""
    what = _(
        "BROWSER says {command}, which is no command or a browser in a terminal; the default browser is used instead.",
        command=command,
    )
    if name:
        what = _(
            "BROWSER says {command}, which is no command or a browser in a terminal; {name} is used instead.",
            command=command,
            name=name,
        )
    return what, _("Name a browser with windows in BROWSER, or unset it.")


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


def folders_writable() -> str:
    """Return that the program's own folders can be written to."""
    return _("Log, state and lock can be written.")


def folder_not_writable(path: str, reason: str) -> tuple[str, str]:
    """Return that one of the program's own folders can't be written to, and what to do."""
    return _("{path} can't be written to: {reason}.", path=path, reason=reason), _(
        "Make room, or make the folder yours and writable for you. Notebook Tray works without it, but keeps no log"
        " and doesn't remember what was opened last."
    )
