"""The accounts and roles that IAM Identity Center gives the user who has signed in.

https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/Welcome.html
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from tray.aws.config import readable_aws_files
from tray.aws.errors.garbled import GarbledAnswerError
from tray.aws.errors.refusals import one_line
from tray.model.center import Center
from tray.model.identity_center import Account, is_account, is_role
from tray.model.problems import Kind, TrayError

if TYPE_CHECKING:
    from tray.aws.calls.sessions import Sessions
    from tray.aws.signin.config_writing import Written
    from tray.model.identity_center import CenterRole
    from tray.model.sign_in import SignIn

log = logging.getLogger(__name__)

T = TypeVar("T")

# The time limit of a whole list: botocore's further attempts, and all pages.
_LIST_SECONDS = 60.0
# max_result is 1 to 100 (botocore's service model).
_PAGE_SIZE = 100
# 10,000 accounts, and 1,000 roles of one. By default, an organisation has 10 accounts; the largest have some thousands.
_MOST_ACCOUNT_PAGES = 100
_MOST_ROLE_PAGES = 10
_LONGEST_NAME = 80


class Assignments:
    """All calls block. Safe to use from many threads; the portal's pace is the one that all profiles keep to."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def center_at(self, start_url: str) -> Center:
        """Return the Identity Center of a start URL in its common form, whose region is looked for.

        :raises TrayError: no region knows the start URL, or none could be asked
        """
        from botocore.exceptions import BotoCoreError

        from tray.aws.errors.settings import explained
        from tray.aws.signin.region_finding import find_center

        with explained("default"):
            session = self._sessions.session("default", Center(start_url, ""))
        try:
            return find_center(start_url, session)
        except BotoCoreError as error:
            raise TrayError("no-center-told", kind=Kind.UNREACHABLE) from error

    def sign_in_to(self, center: Center) -> SignIn:
        """Return the sign-in to an Identity Center, which that of an sso-session of the AWS config may be.

        :raises TrayError: (configuration) the AWS config can't be read
        """
        from tray.aws.signin.ways import sign_in_to

        return sign_in_to(center, readable_aws_files())

    def write_config(self, roles: Iterable[tuple[str, CenterRole, str]]) -> Written:
        """Write roles to the AWS config file, each with a name for its AWS profile and a region.

        Names that are taken get a number; nothing in the file is changed.

        :raises TrayError: (configuration) the AWS config can't be read, or can't be written
        """
        from tray.aws.signin.config_writing import ConfigRole, write_roles

        return write_roles([ConfigRole(*each) for each in roles])

    def accounts(self, center: Center) -> tuple[Account, ...]:
        """Return the accounts that the user may use, by name.

        :raises TrayError: the user isn't signed in (the error has the sign-in), or AWS can't be reached or refuses
        """

        def listed(client: Any, token: str) -> tuple[Account, ...]:
            pages = _pages(client.list_accounts, "accountList", _MOST_ACCOUNT_PAGES, {"accessToken": token})
            found = {each.id: each for page in pages for each in map(_account, page) if each is not None}
            return tuple(sorted(found.values(), key=lambda each: (each.name.casefold(), each.id)))

        return self._ask(center, listed)

    def roles(self, center: Center, account: str) -> tuple[str, ...]:
        """Return the names of the roles that the user has in an account, by name.

        :raises TrayError: as `accounts`
        """

        def listed(client: Any, token: str) -> tuple[str, ...]:
            asked = {"accessToken": token, "accountId": account}
            pages = _pages(client.list_account_roles, "roleList", _MOST_ROLE_PAGES, asked)
            names = {str(each.get("roleName", "")) for page in pages for each in page if isinstance(each, dict)}
            return tuple(sorted(filter(is_role, names), key=str.casefold))

        return self._ask(center, listed)

    def _ask(self, center: Center, call: Callable[[Any, str], T]) -> T:
        from tray.aws.botocore_patches.limits import within
        from tray.aws.signin.problems import translated
        from tray.aws.signin.ways import browser_settings, sign_in_to

        files = readable_aws_files()
        sign_in = sign_in_to(center, files)
        with (
            translated(sign_in, browser_settings(sign_in, files)),
            within(_LIST_SECONDS),
            self._sessions.portal(center) as (client, token),
        ):
            return call(client, token)


def _pages(
    call: Callable[..., Mapping[str, Any]], member: str, most: int, asked: Mapping[str, Any]
) -> Iterator[list[Any]]:
    seen: set[str] = set()
    given = {**asked, "maxResults": _PAGE_SIZE}
    for _ in range(most):
        page = call(**given)
        # botocore reads a network's sign-in page as an empty answer.
        if not isinstance(page.get(member), list):
            raise GarbledAnswerError
        yield page[member]
        token = page.get("nextToken")
        if not token:
            return
        if not isinstance(token, str) or token in seen:
            raise GarbledAnswerError  # a repeated token would repeat the same pages without end
        seen.add(token)
        given["nextToken"] = token
    log.warning("Identity Center: only %d of a longer %s", most * _PAGE_SIZE, member)


def _account(found: Any) -> Account | None:
    number = str(found.get("accountId", "")) if isinstance(found, dict) else ""
    if not is_account(number):
        return None
    return Account(number, one_line(str(found.get("accountName") or ""), _LONGEST_NAME))
