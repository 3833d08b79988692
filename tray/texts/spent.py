"""How long notebook instances ran today and this week, and about what that cost."""

from __future__ import annotations

from tray.texts.language import _, plural


def hours(tenths: int) -> str:
    """Return a number of hours, from tenths of them: `31 h`."""
    if tenths < 10:
        return _("less than 1 h")
    return plural("{number} h", "{number} h", (tenths + 5) // 10)


def costing(hours: str, money: str) -> str:
    """Return hours with what they cost by AWS' list price."""
    return _("{hours}, about {money}", hours=hours, money=money)


def costing_in_part(hours: str, money: str, priced: str) -> str:
    """Return hours with what some of them cost: of the others, no price is known."""
    return _("{hours}, about {money} for {priced} of them", hours=hours, money=money, priced=priced)


def of_it_idle(amount: str, idle: str) -> str:
    """Return hours, with money or without, of which so many were idle, as far as anybody looked."""
    return _("{amount}; {idle} of it idle", amount=amount, idle=idle)


def today(amount: str, whole: bool) -> str:
    """Return what ran today; `whole` says that Notebook Tray knows of the whole day."""
    return _("Today: {amount}", amount=amount) if whole else _("Today, as far as seen: {amount}", amount=amount)


def this_week(amount: str, whole: bool) -> str:
    """Return what ran this week, since Monday."""
    if whole:
        return _("This week: {amount}", amount=amount)
    return _("This week, as far as seen: {amount}", amount=amount)


def last_week(amount: str, whole: bool) -> str:
    """Return what ran in the week before."""
    if whole:
        return _("Last week: {amount}", amount=amount)
    return _("Last week, as far as seen: {amount}", amount=amount)


def without_storage() -> str:
    """Return what the amounts are."""
    return _("By AWS' list prices: without storage, discounts and taxes")


# The command line.


def headings() -> tuple[str, ...]:
    """Return the headings of the table of weeks."""
    return _("WEEK FROM"), _("HOURS"), _("IDLE"), _("ABOUT"), _("SEEN")


def money_in_part(money: str, hours: str) -> str:
    """Return what some hours of a week cost: of the others, no price is known."""
    return _("{money} for {hours}", money=money, hours=hours)


def seen_whole() -> str:
    """Return that Notebook Tray knows of the whole week."""
    return _("whole")


def seen_in_part() -> str:
    """Return that it doesn't."""
    return _("in part")


def nothing_seen() -> str:
    """Return that nothing is known of any week."""
    return _("Nothing seen yet: Notebook Tray counts the hours while it runs.")


def up_to(time: str) -> str:
    """Return up to when the hours are counted."""
    return _("Counted up to {time}.", time=time)


def weeks_of_all() -> str:
    """Return that the weeks are those of all profiles."""
    return _("--weeks is about all that the tray lists: it goes with --json alone.")
