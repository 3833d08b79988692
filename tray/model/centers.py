"""What a page asks of IAM Identity Center to have profiles configured, as a protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from concurrent.futures import Future

    from tray.model.center import Center
    from tray.model.identity_center import Account
    from tray.model.sign_in import SignIn


class CenterForms(Protocol):
    """Asks what the user may use, and changes nothing.

    Each future may be awaited for a minute, and ends with TrayError where what was given can't be right, AWS can't be
    reached or refuses, or the user has to sign in first: the error's problem has the sign-in then.
    """

    def sign_in(self, start_url: str, region: str) -> Future[tuple[SignIn, bool]]:
        """Return the sign-in to the Identity Center of a start URL, and whether it still holds.

        Without a region, the region that has it is looked for.
        """
        ...

    def region(self, region: str, *, allow_unknown: bool) -> Future[str]:
        """Return a region in which a profile may list; one that is unknown, only if the user has confirmed it."""
        ...

    def accounts(self, center: Center) -> Future[tuple[Account, ...]]:
        """Return the accounts that the user may use, by name."""
        ...

    def roles(self, center: Center, account: str) -> Future[tuple[str, ...]]:
        """Return the roles that the user has in an account, by name."""
        ...
