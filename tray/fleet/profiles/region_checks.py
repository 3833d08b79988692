"""Checks regions that the user gives: AWS must have them, or the user must have confirmed them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tray.model.problems import ExitStatus, Kind, TrayError


def check_regions(regions: Iterable[str], *, allowed: Iterable[str] = (), flag: bool = False) -> None:
    """Refuse regions that botocore doesn't know, except `allowed` ones: AWS may have regions newer than the release.

    `flag` says whether the command has the option that allows unknown regions. May read botocore's data.

    :raises TrayError: (usage) a region is unknown, or its name can't be a region's
    """
    known = set(allowed)
    for region in regions:
        formed_region(region)
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


def formed_region(region: str) -> str:
    """Return `region` if it has the form of a region's name. May read botocore's data.

    :raises TrayError: (usage) it has another form; the error names the region that may be meant (`eu-west-1a`)
    """
    from tray.settings.profiles.model import check_region

    try:
        return check_region(region)
    except TrayError as error:
        from tray.aws.regions import nearest_region

        places = {**dict(error.problem.places), "near": nearest_region(region)}
        raise TrayError.of(replace(error.problem, places=tuple(places.items())), error.status) from error
