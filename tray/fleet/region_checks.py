"""Checks regions that the user gives: AWS must have them, or the user must have confirmed them."""

from __future__ import annotations

from collections.abc import Iterable

from tray.model.problems import ExitStatus, Kind, TrayError


def check_regions(regions: Iterable[str], *, allowed: Iterable[str] = (), flag: bool = False) -> None:
    """Refuse regions that botocore doesn't know, except `allowed` ones: AWS may have regions newer than the release.

    `flag` says whether the command has the option that allows unknown regions. May read botocore's data.

    :raises TrayError: (usage) a region is unknown, or its name can't be a region's
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
