"""Looks for notebook instances where a profile doesn't list: which regions there are, and how many each has.

What a region answers to such a look says nothing of the profile's credentials: most refusals come from regions that the
account has not enabled, or that its organisation forbids.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from tray.aws.answers import PAGE_SIZE, checked, pages
from tray.aws.calls.visits import visit
from tray.model.problems import TrayError
from tray.model.searches import MOST_COUNTED, FoundIn

if TYPE_CHECKING:
    from tray.aws.calls.sessions import Sessions
    from tray.model.notebooks import Scope

log = logging.getLogger(__name__)

# MaxResults of ListRegions is 1 to 50 (botocore's service model). AWS has 36 regions in its largest partition (2026).
_REGIONS_PAGE = 50
_MOST_REGION_PAGES = 4
# A region's name as the service model limits it, and in the form in which all have it.
_REGION = re.compile(r"(?=.{1,50}\Z)[a-z]{2,}(-[a-z0-9]+)+-[0-9]+", re.ASCII)
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)


class Looking:
    """All calls block. Safe to use from many threads."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def regions(self, home: Scope) -> tuple[str, ...]:
        """Return the regions that the account has enabled; if it doesn't tell, all that SageMaker has in the partition.

        :param home: where the profile lists; of a profile without a region, any region of its partition
        """
        try:
            found = visit(self._sessions, home, "ListRegions", _enabled, "account")
        except TrayError as error:
            # account:ListRegions is seldom allowed, and partitions other than AWS's first two have no such service.
            log.info("%s: which regions are enabled is not told: %s", home.profile, error)
            found = []
        if found:
            return tuple(sorted({*found, home.region}))
        from tray.aws.regions import regions_beside

        return regions_beside(home.region)

    def count(self, scope: Scope) -> FoundIn:
        """Return how many notebook instances are at `scope`, of which a thousand are counted.

        :raises TrayError: the region refuses or can't be reached, which says nothing of the credentials
        """

        def counted(client: Any) -> FoundIn:
            found, more = 0, False
            for page in islice(pages(client, {}), MOST_COUNTED // PAGE_SIZE):
                found += len(page["NotebookInstances"])
                more = bool(page.get("NextToken"))
            return FoundIn(scope.region, found, more)

        return visit(self._sessions, scope, "ListNotebookInstances", counted)

    def account(self, home: Scope) -> str:
        """Return the account whose notebook instances the profile sees; empty if nobody tells."""
        if named := self._sessions.account_named(home.signer):
            return named
        with suppress(TrayError):
            # STS needs no permission for this: its API reference, GetCallerIdentity.
            answer = visit(
                self._sessions, home, "GetCallerIdentity", lambda client: client.get_caller_identity(), "sts"
            )
            if _ACCOUNT.fullmatch(str(answer.get("Account", ""))):
                return str(answer["Account"])
        return ""


def _enabled(client: Any) -> list[str]:
    """Return the regions that the account has enabled, those among them that look like a region's name."""
    asked: dict[str, Any] = {
        "MaxResults": _REGIONS_PAGE,
        "RegionOptStatusContains": ["ENABLED", "ENABLED_BY_DEFAULT"],
    }
    found: list[str] = []
    for _ in range(_MOST_REGION_PAGES):
        page = checked(client.list_regions(**asked), "Regions")
        listed = page["Regions"] if isinstance(page["Regions"], list) else []
        names = [str(each.get("RegionName", "")) for each in listed if isinstance(each, Mapping)]
        found += [name for name in names if _REGION.fullmatch(name)]
        token = page.get("NextToken")
        if not token or not isinstance(token, str):
            break
        asked["NextToken"] = token
    return found
