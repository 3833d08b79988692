"""AWS' price list, as far as it tells what an hour of a notebook instance costs: GetProducts.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tray.demo.one_operation import OneOperation
from tray.demo.protocol import ApiError
from tray.demo.regions import ENABLED_BY_DEFAULT as REGIONS

if TYPE_CHECKING:
    from tray.demo.attempt import Attempt

_MOST = 100

# US dollars an hour in us-east-1, as https://aws.amazon.com/sagemaker/pricing/ has had them for years; elsewhere the
# demo has a tenth more. Types that are not here have no price.
USD_PER_HOUR = MappingProxyType(
    {
        "ml.t2.medium": "0.0464000000",
        "ml.t3.medium": "0.0500000000",
        "ml.t3.xlarge": "0.2000000000",
        "ml.m5.xlarge": "0.2300000000",
        "ml.m5.2xlarge": "0.4610000000",
        "ml.c5.xlarge": "0.2040000000",
        "ml.g4dn.xlarge": "0.7364000000",
        "ml.p3.2xlarge": "3.8250000000",
    }
)

_FIELDS = ("regionCode", "usagetype")
_TYPES = ("TERM_MATCH", "EQUALS", "CONTAINS")


class PriceLists(OneOperation):
    """The price list of `USD_PER_HOUR`."""

    service = "pricing"
    target_prefix = "AWSPriceListService."
    operation = "GetProducts"

    def _do(self, _: Attempt, given: Mapping[str, Any]) -> dict[str, Any]:
        most = given.get("MaxResults", _MOST)
        if given.get("ServiceCode") != "AmazonSageMaker":
            raise ApiError("InvalidParameterException", "Input Parameters are invalid. Invalid Service Code.")
        if not isinstance(most, int) or not 1 <= most <= _MOST or "NextToken" in given:
            raise ApiError("InvalidParameterException", "Input Parameters are invalid.")
        wanted = [_Filter.of(each) for each in given.get("Filters", ())]
        found = [each for region in REGIONS for each in _products(region) if all(one.takes(each) for one in wanted)]
        return {"FormatVersion": "aws_v1", "PriceList": [json.dumps(_listed(each)) for each in found[:most]]}


@dataclass(frozen=True, slots=True)
class _Filter:
    field: str
    value: str
    within: bool

    @classmethod
    def of(cls, given: object) -> _Filter:
        match given:
            case {"Type": str(kind), "Field": str(field), "Value": str(value)} if kind in _TYPES and field in _FIELDS:
                return cls(field, value, kind == "CONTAINS")
        raise ApiError("InvalidParameterException", "Input Parameters are invalid. Invalid Filter.")

    def takes(self, product: Mapping[str, str]) -> bool:
        has = product[self.field]
        return self.value in has if self.within else self.value == has


def _products(region: str) -> list[dict[str, str]]:
    """Return the products of a region: their attributes, and what an hour costs."""
    # As AWS abbreviates regions: USE1, EUW1.
    area, side, number = region.split("-")
    short = f"{area}{side[0]}{number}".upper()
    more = 1.0 if region.startswith("us-") else 1.1
    return [
        {
            "regionCode": region,
            "usagetype": f"{short}-Notebk:{name}",
            "usd": f"{float(usd) * more:.10f}",
        }
        for name, usd in USD_PER_HOUR.items()
    ]


def _listed(product: Mapping[str, str]) -> dict[str, Any]:
    """Return a product as the price list has it: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file-for-services.html."""
    return {
        "product": {
            "productFamily": "ML Instance",
            "attributes": {
                "servicecode": "AmazonSageMaker",
                "regionCode": product["regionCode"],
                "usagetype": product["usagetype"],
            },
        },
        "serviceCode": "AmazonSageMaker",
        "terms": {
            "OnDemand": {
                "DEMO.JRTCKXETXF": {
                    "priceDimensions": {
                        "DEMO.JRTCKXETXF.6YS6EN2CT7": {
                            "unit": "Hrs",
                            "beginRange": "0",
                            "endRange": "Inf",
                            "pricePerUnit": {"USD": product["usd"]},
                        }
                    }
                }
            }
        },
    }
