"""Whether anyone works in a notebook instance, as far as its Jupyter tells. None of this says that nobody does."""

from __future__ import annotations

from tray.texts.language import _, plural


def clock_time(time: str, date: str) -> str:
    """Return a time of the day, such as `09:12`, for the sentences below; with a `date` if it is another day's."""
    return _("{date} {time}", date=date, time=time) if date else time


def running(count: int, since: str, page_attached: bool) -> str:
    """Return that kernels run something, and whether a page is connected to any of them."""
    if page_attached:
        return plural(
            "{number} kernel running since {since}, a page attached",
            "{number} kernels running since {since}, a page attached",
            count,
            since=since,
        )
    return plural(
        "{number} kernel running since {since}, no page attached",
        "{number} kernels running since {since}, no page attached",
        count,
        since=since,
    )


def open_on_screen(since: str, terminals: bool) -> str:
    """Return that a page of Jupyter is visible on a screen; `terminals` says whether there are any.

    Without kernels and terminals, there is nothing that could have worked since a time: `since` is empty.
    """
    if not since:
        return _("Jupyter is open on a screen; there is no kernel")
    if terminals:
        return _(
            "Jupyter is open on a screen; no sign of work since {since}, but jobs in terminals can't be seen",
            since=since,
        )
    return _("Jupyter is open on a screen; no sign of work since {since}", since=since)


def no_sign(since: str, terminals: bool) -> str:
    """Return that nothing which Jupyter sees has worked since a time; `terminals` says whether there are any."""
    if terminals:
        return _("No sign of work since {since}; jobs in terminals can't be seen", since=since)
    return _("No sign of work since {since}", since=since)


def cannot_be_told(reason: str) -> str:
    """Return that it can't be told from here whether anyone works there, and why: the value of a `Reason`."""
    match reason:
        case "unreachable":
            return _("Whether anyone works there can't be told from here: Jupyter can't be reached")
        case "slow":
            return _("Whether anyone works there can't be told from here: Jupyter doesn't answer in time")
        case "proxy":
            return _("Whether anyone works there can't be told from here: the proxy doesn't let it through")
        case "certificate":
            return _("Whether anyone works there can't be told from here: the certificate isn't trusted")
        case "refused":
            return _("Whether anyone works there can't be told from here: access from this computer is refused")
        case "elsewhere":
            return _("Whether anyone works there can't be told from here: the way leads to another site")
        case "starting":
            return _("Whether anyone works there can't be told: a kernel has been starting for minutes")
        case "too-long":
            return _("Whether anyone works there can't be told from here: Jupyter's answer is too long")
        case "not-jupyter":
            return _("Whether anyone works there can't be told from here: something other than Jupyter answers")
        case _:
            return _("Whether anyone works there can't be told from here: Jupyter's answer isn't understood")
