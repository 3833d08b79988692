"""Asks AWS' price list what an hour of a notebook instance costs: GetProducts.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from tray.aws.answers import checked
from tray.aws.calls.visits import visit
from tray.aws.service_model import PRICING
from tray.model.prices import MOST_USD_PER_HOUR

if TYPE_CHECKING:
    from tray.aws.calls.sessions import Sessions
    from tray.model.notebooks import Scope

log = logging.getLogger(__name__)

SERVICE_CODE = "AmazonSageMaker"
# Where the price list of the partition `aws` is asked for, whatever the region that it is of:
# https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
_ASKED_IN = "us-east-1"
# One product is expected; those of which the type's name is a part of theirs come, too.
_MOST_PRODUCTS = 20
_LONGEST_PRODUCT = 64 * 1024
_NOTEBOOK = "Notebk:"
_HOURS = ("hrs", "hours", "hour")


class PriceList:
    """All calls block. Safe to use from many threads."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def usd_per_hour(self, scope: Scope, instance_type: str) -> float | None:
        """Return what an hour of this type costs in the scope's region; None if the list doesn't tell.

        :raises TrayError: AWS refuses, as the profile may not ask (pricing:GetProducts), or can't be reached
        """
        wanted = usage(instance_type)
        filters = [
            {"Type": "TERM_MATCH", "Field": "regionCode", "Value": scope.region},
            {"Type": "CONTAINS", "Field": "usagetype", "Value": wanted},
        ]
        answer = visit(
            self._sessions,
            replace(scope, region=_ASKED_IN),
            "GetProducts",
            lambda client: checked(
                client.get_products(ServiceCode=SERVICE_CODE, Filters=filters, MaxResults=_MOST_PRODUCTS), "PriceList"
            ),
            PRICING,
        )
        listed = answer["PriceList"]
        products = [_read(each) for each in islice(listed if isinstance(listed, list) else (), _MOST_PRODUCTS)]
        found = ((region, name, usd) for each in products for region, name, usd in rows(each))
        return next((usd for region, name, usd in found if (region, name) == (scope.region, instance_type)), None)


def usage(instance_type: str) -> str:
    """Return how a usage type ends that is for hours of notebook instances of a type: `USE1-Notebk:ml.t3.medium`."""
    return f"{_NOTEBOOK}{instance_type}"


def rows(product: object) -> Iterator[tuple[str, str, float]]:
    """Yield the region, the instance type and the price of an hour of a product of the list, if it is for notebooks.

    :param product: an object with `product` and `terms`, as the list has it
    """
    match product:
        case {
            "product": {"attributes": {"regionCode": str(region), "usagetype": str(used)}},
            "terms": {"OnDemand": dict(terms)},
        }:
            _, notebook, name = used.rpartition(_NOTEBOOK)
            if notebook and name.startswith("ml.") and (price := price_of(terms.values())) is not None:
                yield region, name, price


def price_of(terms: Iterable[object]) -> float | None:
    """Return the price of an hour in the terms of a product on demand; None if there is none that makes sense."""
    for term in terms:
        match term:
            case {"priceDimensions": dict(dimensions)}:
                for each in dimensions.values():
                    match each:
                        case {"unit": str(unit), "pricePerUnit": {"USD": str(usd)}} if unit.casefold() in _HOURS:
                            if (price := _number(usd)) is not None:
                                return price
    return None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 < number <= MOST_USD_PER_HOUR else None  # neither NaN nor infinity


def _read(listed: object) -> Mapping[str, Any]:
    if isinstance(listed, str) and len(listed) <= _LONGEST_PRODUCT:
        try:
            read = json.loads(listed)
        except (ValueError, RecursionError):
            log.info("a product of the price list makes no sense")
        else:
            return read if isinstance(read, dict) else {}
    return {}
