"""Checks what the user gives on the page that adds profiles: a file, a link, an access key. Changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tray.fleet.profiles.adding import profile_of
from tray.fleet.profiles.center_forms import CentersAsked
from tray.fleet.profiles.region_checks import check_regions, formed_region
from tray.model.access_keys import AccessKey, SealedKey, check_given
from tray.model.new_profiles import FromFile, NewProfile, SetUpFile
from tray.model.problems import ExitStatus, Kind, TrayError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from tray.aws.cloud import Cloud
    from tray.model.centers import CenterForms
    from tray.model.new_profiles import KeyForm
    from tray.runtime.workers import Workers


class Forms:
    """Implements `model.new_profiles.SetUpForms` on `workers`, which may wait for the network.

    :param askers: the workers that ask IAM Identity Center
    """

    def __init__(self, cloud: Cloud, *, workers: Workers, askers: Workers) -> None:
        self._workers = workers
        self.centers: CenterForms = CentersAsked(cloud, workers=askers)

    def regions(self) -> Future[dict[str, str]]:
        """Return the known regions, with the locations of those whose location is known."""

        def work() -> dict[str, str]:
            from tray.aws.regions import known_regions

            return dict(sorted(known_regions().items()))

        return self._workers.submit(work)

    def with_key(self, form: KeyForm) -> Future[tuple[NewProfile, SealedKey]]:
        """Return the profile and its access key."""
        return self._workers.submit(lambda: with_key(form))

    def of_file(self, data: bytes) -> Future[SetUpFile]:
        """Return what an administrator's file asks for."""
        return self._workers.submit(lambda: of_file(data))

    def of_link(self, link: str) -> Future[SetUpFile]:
        """Return what the file behind an https link asks for."""

        def work() -> SetUpFile:
            from tray.settings.setup_link import fetch

            return of_file(fetch(link))

        return self._workers.submit(work)


def with_key(form: KeyForm) -> tuple[NewProfile, SealedKey]:
    """Return the profile that a form asks for, and its access key.

    :raises TrayError: (usage) a value can't be right, or its region is unknown and not confirmed
    """
    # What users paste has spaces and line breaks around it.
    key_id, secret, token = form.key_id.strip(), form.secret.strip(), form.session_token.strip()
    region = form.region.strip()
    for field, value in (("name", form.name.strip()), ("key_id", key_id), ("secret", secret), ("region", region)):
        if not value:
            raise TrayError("value-missing", kind=Kind.CONFIGURATION, status=ExitStatus.USAGE, field=field)
    new = NewProfile(form.name.strip(), regions=(formed_region(region),))
    key = check_given(AccessKey(key_id, secret, token))
    profile_of(new, key.key_id)
    if not form.allow_unknown_region:
        check_regions(new.regions)
    return new, SealedKey(key)


def of_file(data: bytes) -> SetUpFile:
    """Return what a file asks for, with the regions that are unknown.

    :raises TrayError: (usage) it is no set-up file
    """
    from tray.settings.setup_file import read_setup_file

    read = read_setup_file(data)
    return replace(read, profiles=tuple(map(_looked_up, read.profiles)))


def _looked_up(found: FromFile) -> FromFile:
    if found.profile is None:
        return found
    try:
        check_regions(found.profile.regions)
    except TrayError as error:
        return replace(found, unknown_region=error.problem)
    return found
