"""Makes tray/fleet/facts/price_table.json, what an hour of a notebook instance costs, from AWS' public price file.

usage: packaging/price-table.py [--region REGION]... [FILE]...

FILE: price files of regions, as AWS publishes them (offers of AmazonSageMaker, JSON); without one, they are fetched:
of each region that AWS lists, or of those named. Releases run it; it takes no credentials.
https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-bulk-api-fetching-price-list-files.html
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tray.aws.prices import SERVICE_CODE, rows  # noqa: E402
from tray.fleet.facts.price_files import TABLE  # noqa: E402

OFFERS = "https://pricing.us-east-1.amazonaws.com/"
INDEX = f"{OFFERS}offers/v1.0/aws/{SERVICE_CODE}/current/region_index.json"
SOURCE = f"{INDEX}: on demand, notebooks"
# A region's file has some ten megabytes.
MOST_BYTES = 200 * 1024 * 1024


def table(files: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the table of AWS' price files: regions and types in order, and the day on which the latest was published.

    :raises ValueError: there is no price in them
    """
    found: dict[str, dict[str, float]] = {}
    published = []
    for each in files:
        published.append(str(each["publicationDate"])[:10])
        for region, name, usd in _prices(each):
            found.setdefault(region, {})[name] = usd
    if not found:
        raise ValueError("no price of a notebook instance in these files")
    return {
        "on": date.fromisoformat(max(published)).isoformat(),
        "source": SOURCE,
        "usd_per_hour": {region: dict(sorted(types.items())) for region, types in sorted(found.items())},
    }


def _prices(file: Mapping[str, Any]) -> Iterator[tuple[str, str, float]]:
    terms = file["terms"]["OnDemand"]
    for sku, product in file["products"].items():
        yield from rows({"product": product, "terms": {"OnDemand": terms.get(sku, {})}})


def _published(regions: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    listed = _fetched(INDEX)["regions"]
    for region in sorted(set(regions) or set(listed)):
        yield _fetched(urljoin(OFFERS, listed[region]["currentVersionUrl"]))


def _fetched(url: str) -> dict[str, Any]:
    if urlsplit(url)[:2] != urlsplit(OFFERS)[:2]:
        raise ValueError(f"{url} is not AWS' price file")
    with urlopen(url, timeout=120) as answer:  # noqa: S310 # nosec B310 # the address is checked above
        fetched: dict[str, Any] = json.loads(answer.read(MOST_BYTES))
    return fetched


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--region", action="append", default=[], metavar="REGION")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    files = (json.loads(each.read_bytes()) for each in arguments.files)
    made = table(files if arguments.files else _published(arguments.region))
    TABLE.write_text(json.dumps(made, indent=2) + "\n", "utf-8")
    count = sum(map(len, made["usd_per_hour"].values()))
    sys.stdout.write(f"{TABLE.relative_to(ROOT)}: {count} prices of {made['on']}\n")


if __name__ == "__main__":
    main()
