"""What is said of what notebook instances cost, in US dollars, as AWS' price list has them."""

from __future__ import annotations

from tray.texts.language import _, plural

_CENT = 0.01


def running_since(clock_time: str) -> str:
    """Return since when a notebook instance runs, as far as AWS tells: `09:10`."""
    return _("Running since about {clock_time}", clock_time=clock_time)


def running_since_for(clock_time: str, usd: float) -> str:
    """Return since when it runs, and what that costs by AWS' price list."""
    if usd < _CENT:
        return _("Running since about {clock_time}, {money} (list price)", clock_time=clock_time, money=dollars(usd))
    return _("Running since about {clock_time}, about {money} (list price)", clock_time=clock_time, money=dollars(usd))


def storage_costs() -> str:
    """Return that a notebook instance that is stopped isn't free."""
    return _("Stopped, but its storage still costs")


def dollars(usd: float) -> str:
    """Return an amount as roughly as it is known: `$0.07`, `$1.90`, `$58`, `$1,200`."""
    if usd < _CENT:
        return _("less than ${amount}", amount="0.01")
    if usd < 1:
        return _("${amount}", amount=f"{usd:.2f}")
    if usd < 10:
        return _("${amount}", amount=f"{round(usd, 1):.2f}")
    if usd < 100:
        return _("${amount}", amount=f"{usd:.0f}")
    digits = len(str(int(usd))) - 2
    return _("${amount}", amount=f"{round(usd, -digits):,.0f}")


def dollars_an_hour(usd: float) -> str:
    """Return the price of an hour, to the hundredth of a cent where it has such: `$0.05`, `$0.7364`."""
    text = f"{usd:.4f}".rstrip("0")
    whole, _dot, cents = text.partition(".")
    return _("${amount}", amount=f"{whole}.{cents.ljust(2, '0')}")


def headings() -> tuple[str, ...]:
    """Return the headings of the table of what runs and what it costs."""
    return _("NAME"), _("TYPE"), _("REGION"), _("PROFILE"), _("SINCE ABOUT"), _("AN HOUR"), _("SO FAR")


def total(usd: float, number: int) -> str:
    """Return what all that run, of which so many have a price, cost so far."""
    money = dollars(usd)
    if usd < _CENT:
        return _("So far {money}, by AWS' list price: without storage, discounts and taxes.", money=money)
    return plural(
        "About {money} so far, by AWS' list price: without storage, discounts and taxes.",
        "About {money} so far for {number}, by AWS' list prices: without storage, discounts and taxes.",
        number,
        money=money,
    )


def none_runs() -> str:
    """Return that no notebook instance runs."""
    return _("No notebook instance is running.")


def without_price(number: int) -> str:
    """Return that no price is known of so many."""
    return plural(
        "{number} more has no known price. Prices are asked for where the profile may (pricing:GetProducts).",
        "{number} more have no known price. Prices are asked for where the profile may (pricing:GetProducts).",
        number,
    )


def stopped_ones(number: int) -> str:
    """Return that so many are stopped, and that this isn't free."""
    return plural(
        "{number} is stopped; its storage still costs.", "{number} are stopped; their storage still costs.", number
    )


def unknown() -> str:
    """Return what stands for a price that isn't known."""
    return _("not known")


def asking_prices() -> str:
    """Return what a command waits for: AWS' price list."""
    return _("Asking AWS for prices")
