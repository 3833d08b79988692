"""What notebook instances cost by AWS' price list. Pure.

A price is that of an hour in which a notebook instance of a type runs in a region: no discount, no savings plan, and
not the storage, which costs while it is stopped, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

# More than any instance type costs: the dearest that AWS sells for notebooks cost some tens of dollars.
MOST_USD_PER_HOUR = 1000.0


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars an hour, and the day on which AWS said so."""

    usd_per_hour: float
    on: date


# By region and instance type.
Prices = Mapping[tuple[str, str], Price]


def cost(price: Price, seconds: float) -> float:
    """Return what a notebook instance costs that runs for so long, in US dollars."""
    return price.usd_per_hour * max(0.0, seconds) / 3600
