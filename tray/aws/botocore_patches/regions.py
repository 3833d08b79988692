"""The regions of a service, from botocore's `endpoints.json`, and those of each partition, from `partitions.json`.

Relies on `EndpointResolver` (botocore/regions.py), and on the form of `partitions.json`. Without them, no region is
known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.aws.botocore_patches.release import tell_once

if TYPE_CHECKING:
    from botocore.loaders import Loader


def regions_in(endpoints: dict[str, Any], endpoint_prefix: str, *, beside: str = "") -> frozenset[str]:
    """Return the service's regions in all partitions, by its `endpoint_prefix`; none if botocore can't tell.

    :param beside: a region; if one is given, only the regions of its partition
    """
    from botocore.exceptions import UnknownRegionError

    try:
        from botocore.regions import EndpointResolver

        resolver = EndpointResolver(endpoints)
        own = [resolver.get_partition_for_region(beside)] if beside else resolver.get_available_partitions()
        return frozenset(
            region
            for partition in own
            for region in resolver.get_available_endpoints(endpoint_prefix, partition, allow_non_regional=True)
        )
    except (ImportError, AttributeError, KeyError, TypeError):
        tell_once("which regions there are", "an unknown region is told as a name that isn't found")
        return frozenset()
    except UnknownRegionError:
        return frozenset()


def regions_of_partitions(loader: Loader) -> dict[str, str]:
    """Return the regions of all partitions, each with botocore's name of its location; none if botocore can't tell."""
    from botocore.exceptions import DataNotFoundError

    try:
        partitions = loader.load_data("partitions")["partitions"]
        return {
            name: str(about.get("description", ""))
            for each in partitions
            for name, about in each["regions"].items()
            if not name.endswith("-global")  # stands for services that have no regions
        }
    except (DataNotFoundError, AttributeError, KeyError, TypeError):
        return {}
