"""What is said of the browser's sessions in notebook instances. Times are those of `clock.py`."""

from __future__ import annotations

from tray.texts.language import _, joined, plural


def running_until(time: str) -> str:
    """Return a running notebook instance's status where a session in it is open until a time."""
    return _("Running, open until {time}", time=time)


def ends(name: str, time: str, minutes: int, limited: bool, renewable: bool) -> tuple[str, str]:
    """Return that a session ends soon.

    :param limited: whether it ends with the AWS credentials that opened it
    :param renewable: whether opening it again before may have it end later
    """
    title = _("Your session in {name} ends at {time}", name=name, time=time)
    if limited and not renewable:
        return title, plural(
            "The AWS credentials that opened it end in {number} minute, and there are no others before. Open it again"
            " after that.",
            "The AWS credentials that opened it end in {number} minutes, and there are no others before. Open it again"
            " after that.",
            minutes,
        )
    if limited:
        return title, plural(
            "The AWS credentials that opened it end in {number} minute. Renew it to go on without a break.",
            "The AWS credentials that opened it end in {number} minutes. Renew it to go on without a break.",
            minutes,
        )
    return title, plural(
        "That is in {number} minute. Renew it to go on without a break.",
        "That is in {number} minutes. Renew it to go on without a break.",
        minutes,
    )


def several_end(count: int, names: list[str], more: int, time: str) -> tuple[str, str]:
    """Return that several sessions end soon, the first of them at a time; `more` are not named."""
    title = plural("{number} session ends soon", "{number} sessions end soon", count)
    return title, _(
        "{names}, the first at {time}. Open them again to go on without a break.",
        names=_named(names, more),
        time=time,
    )


def ended(name: str, time: str) -> tuple[str, str]:
    """Return that a session has ended, and when."""
    return _("Your session in {name} has ended", name=name), _(
        "It ended at {time}. Kernels go on as long as it runs, though Jupyter may say that they died.",
        time=time,
    )


def several_ended(count: int, names: list[str], more: int, meanwhile: str) -> tuple[str, str]:
    """Return that several sessions have ended; `more` are not named.

    :param meanwhile: why that was not told when it came: the name of a `Meanwhile`
    """
    match meanwhile:
        case "ASLEEP":
            title = plural(
                "{number} session ended while the computer slept",
                "{number} sessions ended while the computer slept",
                count,
            )
        case "NOT_RUNNING":
            title = plural(
                "{number} session ended while Notebook Tray was not running",
                "{number} sessions ended while Notebook Tray was not running",
                count,
            )
        case _nothing:
            title = plural("{number} session has ended", "{number} sessions have ended", count)
    return title, _(
        "They were in {names}. Kernels go on as long as these run, though Jupyter may say that they died.",
        names=_named(names, more),
    )


def _named(names: list[str], more: int) -> str:
    if more:
        return plural("{names} and {number} more", "{names} and {number} more", more, names=joined(names))
    return joined(names)


def renew(length: str) -> str:
    """Return the button that opens a notebook instance once more, for a length."""
    return _("Renew for {length}", length=length)


def not_now() -> str:
    """Return the button after which nothing more is said before the session ends."""
    return _("Not now")


def open_again() -> str:
    """Return the button that opens a notebook instance whose session has ended."""
    return _("Open again")


def open_in_the_menu(name: str) -> str:
    """Return where in the menu it is opened again."""
    return _("Choose “{name}” in the menu to open it again.", name=name)


def open_each_in_the_menu() -> str:
    """Return where in the menu several are opened again."""
    return _("Choose each in the menu to open it again.")


# The command line.


def headings() -> tuple[str, ...]:
    """Return the headings of the table of sessions."""
    return _("NAME"), _("REGION"), _("PROFILE"), _("OPEN UNTIL")


def none() -> str:
    """Return that no session is open."""
    return _("No session is open that was begun here.")
