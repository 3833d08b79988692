"""What the page of all notebook instances says. Places in `{braces}` that the page fills itself stay as they are."""

from __future__ import annotations

from typing import NamedTuple

from tray.texts.language import _
from tray.texts.menu import copy_link, refresh, status
from tray.texts.pages import product

# AWS's words, in the order in which the page lists and sorts them; others come after them.
STATUSES = (
    "InService",
    "Pending",
    "Updating",
    "Stopping",
    "Failed",
    "Stopped",
    "PendingMaintenance",
    "InMaintenance",
    "Deleting",
)
# The places that the page fills itself.
PLACES = ("age", "column", "day", "days", "hours", "name", "owner", "profile", "seen", "shown", "total")


class AllNotebooksWords(NamedTuple):
    """The sentences by the names by which the page's script knows them."""

    product: str
    title: str
    search: str
    search_hint: str
    status: str
    profile: str
    region: str
    account: str
    name: str
    type: str
    since: str
    actions: str
    any_status: str
    any_profile: str
    any_region: str
    shown: str
    all_shown: str
    none: str
    clear: str
    empty: str
    open: str
    open_named: str
    start_open: str
    start_open_named: str
    open_later: str
    open_later_named: str
    more: str
    more_named: str
    close: str
    keys: str
    sort_by: str
    refresh: str
    copy_link: str
    loading: str
    gone: str
    failed: str
    stale: str
    notices: str
    owner_is: str
    owner_hint: str
    profile_owner: str
    owned: str
    days: str
    day_ran: str
    day_seen: str
    day_unseen: str
    running_hours: str
    running_days: str


def title() -> str:
    """Return the heading of the page."""
    return _("All notebooks")


def words() -> AllNotebooksWords:
    """Return the sentences that the page itself shows."""
    return AllNotebooksWords(
        product=product(),
        title=title(),
        search=_("Search"),
        search_hint=_("Name, profile, account, region or type"),
        status=_("Status"),
        profile=_("Profile"),
        region=_("Region"),
        account=_("Account"),
        name=_("Name"),
        type=_("Type"),
        since=_("Since about"),
        actions=_("Actions"),
        any_status=_("Any status"),
        any_profile=_("All profiles"),
        any_region=_("All regions"),
        shown=_("{shown} of {total} shown", shown="{shown}", total="{total}"),
        all_shown=_("{total} in all", total="{total}"),
        none=_("Nothing matches."),
        clear=_("Show all"),
        empty=_("No notebook instances are known yet."),
        open=_("Open"),
        open_named=_("Open {name}", name="{name}"),
        start_open=_("Start and open"),
        start_open_named=_("Start and open {name}", name="{name}"),
        open_later=_("Open when started"),
        open_later_named=_("Open when started: {name}", name="{name}"),
        more=_("More"),
        more_named=_("More for {name}", name="{name}"),
        close=_("Close"),
        keys=_("Keys: ↓ to the list, Enter opens, s starts, x stops, m shows more, / searches."),
        sort_by=_("Sort by {column}", column="{column}"),
        refresh=refresh(),
        copy_link=copy_link(),
        loading=_("Loading…"),
        gone=_("Notebook Tray no longer answers. Open this page again from the tray's menu."),
        failed=_("That did not work: the page may be out of date."),
        stale=_("as of {age}", age="{age}"),
        notices=_("What needs you"),
        owner_is=_("Owner: {owner}", owner="{owner}"),
        owner_hint=_("Name, owner, profile, account, region or type"),
        profile_owner=_("Profile, owner"),
        owned=_("{profile}, {owner}", profile="{profile}", owner="{owner}"),
        days=_("Last 14 days"),
        day_ran=_("{day}: running {hours} h", day="{day}", hours="{hours}"),
        day_seen=_("{day}: running {hours} h of the {seen} h seen", day="{day}", hours="{hours}", seen="{seen}"),
        day_unseen=_("{day}: not seen", day="{day}"),
        running_hours=_("Running for {hours} h", hours="{hours}"),
        running_days=_("Running for {days} d", days="{days}"),
    )


def statuses() -> dict[str, str]:
    """Return the words for each status that AWS has, in the order of the page."""
    return {each: status(each) for each in STATUSES}


def changed() -> str:
    """Return that what the user chose can't be done any more."""
    return _("This can't be done now: the notebook instance has changed since.")
