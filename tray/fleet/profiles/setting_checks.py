"""Says of what a user wants to set whether it can be set, before the keyring is asked; and which regions there are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tray.fleet.facts.owner_files import check_tag_key
from tray.fleet.profiles.region_checks import check_regions
from tray.model import commands as c
from tray.model.problems import ExitStatus, Kind, TrayError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tray.fleet.snapshot import Listing, Profile

    Checked = c.RenameProfile | c.SignWithAwsProfile | c.SignWithAccessKey | c.SetRegions | c.SetOwnerTag


def check(command: Checked, listing: Listing, *, any_region: bool = False) -> None:
    """Refuse what would be refused when it is stored. May read botocore's data, and blocks for that.

    :param any_region: whether the user has confirmed regions that botocore doesn't know

    :raises TrayError: (usage) it can't be set; the error says what is wrong with it
    """
    if isinstance(command, c.SetOwnerTag):
        if command.key:
            check_tag_key(command.key)
        return
    profiles = (*listing.profiles, *listing.unchecked)
    profile = next((each for each in profiles if each.name == command.profile), None)
    if profile is None:
        raise _usage("unknown-profile", profile=command.profile, known=tuple(each.name for each in profiles))
    match command:
        case c.RenameProfile():
            replace(profile, name=command.name)
            if command.name != profile.name and any(each.name == command.name for each in profiles):
                raise _usage("profile-exists", profile=command.name)
        case c.SignWithAwsProfile():
            profile.signed_by(aws_profile=command.aws_profile)
        case c.SignWithAccessKey():
            profile.signed_by(access_key_id=command.key_id)
        case c.SetRegions():
            allowed = command.regions if any_region else profile.regions
            check_regions(command.regions, allowed=allowed)
            replace(profile, regions=command.regions)


def regions_for(profile: Profile, listing: Listing) -> Mapping[str, str]:
    """Return the regions that a profile may list in, those of its partition, with their places: “Europe (Ireland)”.

    Where its partition isn't known, the regions of all partitions. Reads botocore's data once.
    """
    from tray.aws.regions import known_regions, regions_beside

    there = known_regions()
    listed = next((each.scope.region for each in listing.scopes if each.scope.profile == profile.name), "")
    region = next(iter(profile.regions), listed)
    names = regions_beside(region) if region in there else sorted(there)
    return {name: there.get(name, "") for name in names}


def _usage(code: str, **places: Any) -> TrayError:
    return TrayError(code, kind=Kind.CONFIGURATION, status=ExitStatus.USAGE, **places)
