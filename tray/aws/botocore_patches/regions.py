"""The regions of a service, from botocore's `endpoints.json`.

Relies on `EndpointResolver` (botocore/regions.py). Without it, no region is known.
"""

from __future__ import annotations

from typing import Any

from tray.aws.botocore_patches.release import tell_once


def regions_in(endpoints: dict[str, Any], endpoint_prefix: str) -> frozenset[str]:
    """Return the regions, of all partitions, of the service with `endpoint_prefix`; none if botocore can't tell."""
    try:
        from botocore.regions import EndpointResolver

        resolver = EndpointResolver(endpoints)
        return frozenset(
            region
            for partition in resolver.get_available_partitions()
            for region in resolver.get_available_endpoints(endpoint_prefix, partition, allow_non_regional=True)
        )
    except (ImportError, AttributeError, KeyError, TypeError):
        tell_once("which regions there are", "an unknown region is told as a name that isn't found")
        return frozenset()
