"""Regions on the command line: those that AWS has, or that the user has said are meant as they are."""

from __future__ import annotations

from collections.abc import Iterable

from tray.model.problems import ExitStatus, Kind, TrayError


def check_regions(regions: Iterable[str], *, allowed: Iterable[str] = (), flag: bool = False) -> None:
    """Refuse regions that botocore doesn't know, but for those `allowed`: AWS has new ones before a release knows them.

    `flag` is whether the command has the option that allows them.

    :raises TrayError: (usage) one is unknown, or is no region's name
    """
    from tray.settings.profiles.model import check_region

    known = set(allowed)
    for region in regions:
        check_region(region)
        if region in known:
            continue
        from tray.aws.regions import known_region, nearest_region

        if not known_region(region):
            raise TrayError(
                "region-not-known",
                kind=Kind.CONFIGURATION,
                status=ExitStatus.USAGE,
                region=region,
                near=nearest_region(region),
                flag=flag,
            )
