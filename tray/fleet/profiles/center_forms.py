"""Asks IAM Identity Center for the page that adds profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.fleet.profiles.region_checks import check_regions, formed_region
from tray.model.identity_center import center_at, check_start_url

if TYPE_CHECKING:
    from concurrent.futures import Future

    from tray.aws.cloud import Cloud
    from tray.model.center import Center
    from tray.model.identity_center import Account
    from tray.model.sign_in import SignIn
    from tray.runtime.workers import Workers


class CentersAsked:
    """Implements `model.centers.CenterForms` on `workers`, which wait for the network: so many lists at once."""

    def __init__(self, cloud: Cloud, *, workers: Workers) -> None:
        self._cloud = cloud
        self._workers = workers

    def sign_in(self, start_url: str, region: str) -> Future[tuple[SignIn, bool]]:
        """Return the sign-in to the Identity Center of a start URL, and whether it still holds."""

        def work() -> tuple[SignIn, bool]:
            url = check_start_url(start_url)
            known = center_at(url, formed_region(region)) if region else None
            center = known or self._cloud.assignments.center_at(url)
            sign_in = self._cloud.assignments.sign_in_to(center)
            return sign_in, self._cloud.is_signed_in(sign_in)

        return self._workers.submit(work)

    def region(self, region: str, *, allow_unknown: bool) -> Future[str]:
        """Return a region in which a profile may list; one that is unknown, only if the user has confirmed it."""

        def work() -> str:
            if not allow_unknown:
                check_regions([region])
            return formed_region(region)

        return self._workers.submit(work)

    def accounts(self, center: Center) -> Future[tuple[Account, ...]]:
        """Return the accounts that the user may use, by name."""
        return self._workers.submit(lambda: self._cloud.assignments.accounts(center))

    def roles(self, center: Center, account: str) -> Future[tuple[str, ...]]:
        """Return the roles that the user has in an account, by name."""
        return self._workers.submit(lambda: self._cloud.assignments.roles(center, account))
