"""What the page that adds profiles says, and `notebook-tray setup`. Places in `{braces}` that the page fills stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tray.texts import cloud_schedules
from tray.texts import left_running as left_running_texts
from tray.texts.finding import place
from tray.texts.language import _, joined, plural
from tray.texts.lengths import session_length
from tray.texts.pages import product
from tray.texts.policy import set_by_administrator

# The places that the page fills itself.
PLACES = ("chosen", "shown", "total")


class SetUpWords(NamedTuple):
    """The sentences by the names by which the page's script knows them."""

    product: str
    title: str
    intro: str
    results: str
    found: str
    found_intro: str
    found_none: str
    found_unread: str
    found_search: str
    found_cut: str
    all: str
    none_matches: str
    already: str
    hidden: str
    unusable: str
    add: str
    add_chosen: str
    key: str
    key_intro: str
    by_administrator: str
    key_name: str
    key_name_hint: str
    key_region: str
    key_region_hint: str
    key_id: str
    secret: str
    token: str
    token_hint: str
    key_add: str
    any_region: str
    file: str
    file_intro: str
    file_text: str
    file_text_hint: str
    file_choose: str
    file_show: str
    file_shows: str
    file_nothing: str
    file_none_good: str
    file_exists: str
    file_too_long: str
    working: str
    gone: str
    failed: str


def title() -> str:
    """Return the heading of the page."""
    return _("Add a profile")


def words() -> SetUpWords:
    """Return the sentences that the page itself shows."""
    return SetUpWords(
        product=product(),
        title=title(),
        intro=_(
            "A profile is one way to sign in to AWS. Notebook Tray lists the notebook instances of each profile that"
            " you add. What you add is kept in the keyring of this computer."
        ),
        results=_("What you added"),
        found=_("Found on this computer"),
        found_intro=_("These profiles are in the AWS config file. Choose those whose notebook instances you use."),
        found_none=_("The AWS config file of this computer has no profiles. Use one of the other ways on this page."),
        found_unread=_("Looking for profiles…"),
        found_search=_("Search the profiles"),
        found_cut=_("The first {shown} of {total} are shown: search for the others.", shown="{shown}", total="{total}"),
        all=_("All"),
        none_matches=_("Nothing matches."),
        already=_("added already"),
        hidden=_("hidden at present"),
        unusable=_("can't be added: the name is too long, or has characters that can't be seen"),
        add=_("Add"),
        add_chosen=_("Add those chosen ({chosen})", chosen="{chosen}"),
        key=_("Access key"),
        by_administrator=set_by_administrator(),
        key_intro=_("For an access key that you were given. Its secret goes to the keyring and is never shown again."),
        key_name=_("Name of the profile"),
        key_name_hint=_("As you want to read it in the menu"),
        key_region=_("Region"),
        key_region_hint=_("Where the notebook instances are, such as eu-west-1"),
        key_id=_("Access key ID"),
        secret=_("Secret access key"),
        token=_("Session token (optional)"),
        token_hint=_("Only for a temporary key, which begins with ASIA"),
        key_add=_("Add the access key"),
        any_region=_("Use this region although Notebook Tray doesn't know it"),
        file=_("File or link from your administrator"),
        file_intro=_("Nothing is added before you have seen what it is. Profiles that you have stay as they are."),
        file_text=_("Link, or text of the file"),
        file_text_hint=_("A link begins with https://"),
        file_choose=_("Choose a file…"),
        file_show=_("Show what it adds"),
        file_shows=_("It would add"),
        file_nothing=_("You have all of these profiles already."),
        file_none_good=_("Nothing of it can be added."),
        file_exists=_("You have a profile of this name; it stays as it is."),
        file_too_long=_("This file is too long for a set-up file."),
        working=_("One moment…"),
        gone=_("Notebook Tray no longer answers. Open this page again from the tray's menu."),
        failed=_("That did not work: the page may be out of date."),
    )


def changed() -> str:
    """Return that what the user chose can't be done any more."""
    return _("This can't be done now: something has changed since. Look again and choose anew.")


# What became of a profile that was added.


def adding() -> str:
    """Return that a profile is being added."""
    return _("Adding it to the keyring…")


def looking() -> str:
    """Return that the notebook instances of a new profile are being listed."""
    return _("Added. Looking for its notebook instances…")


def found(counts: list[tuple[str, int]]) -> str:
    """Return how many notebook instances a new profile has; `counts` are regions with the number of each."""
    number = sum(count for _region, count in counts)
    if len(counts) == 1:
        return plural(
            "We found {number} notebook instance in {region}.",
            "We found {number} notebook instances in {region}.",
            number,
            region=counts[0][0],
        )
    return plural(
        "We found {number} notebook instance: {places}.",
        "We found {number} notebook instances: {places}.",
        number,
        places=joined(place(count, region, more=False) for region, count in counts),
    )


def found_none(regions: list[str]) -> str:
    """Return that a new profile has no notebook instances, and where it was looked."""
    return _("Added. There are no notebook instances in {regions}.", regions=joined(regions))


def problem(title: str, message: str) -> str:
    """Return what happened to a profile that is there."""
    return _("Added, but: {title}. {message}", title=title, message=message)


def more_refused(number: int) -> str:
    """Return that so many more profiles were not added."""
    return plural("{number} more was not added", "{number} more were not added", number)


def names(named: list[str], *, more: int) -> str:
    """Return names of profiles, of which `more` are left out."""
    if more:
        return plural("{names} and {number} more", "{names} and {number} more", more, names=joined(named))
    return joined(named)


def open_notebook(name: str) -> str:
    """Return the button that opens a notebook instance that was found."""
    return _("Open {name}", name=name)


def start_and_open(name: str) -> str:
    """Return the button that starts a stopped notebook instance and opens it."""
    return _("Start and open {name}", name=name)


def show_all() -> str:
    """Return the button that opens the page of all notebook instances."""
    return _("Show all notebooks")


# What an administrator's file asks for.


def of_aws_profile(name: str) -> str:
    """Return as which AWS profile a profile signs in."""
    return _("AWS profile {name}", name=name)


def details(
    aws_profile: str,
    role: str,
    regions: tuple[str, ...],
    session_seconds: int,
    view: str,
    left_running: int | None,
    habits: Sequence[str] = (),
    *,
    schedule_role: str = "",
) -> str:
    """Return what a file says of a profile, in one line; what it doesn't say is empty, 0 or None.

    :param habits: when what runs is stopped, each in words
    """
    each = [of_aws_profile(aws_profile)] if aws_profile else []
    each += [role] if role else []
    each += [joined(regions)] if regions else [_("the AWS profile's own region")]
    each += [session_length(session_seconds)] if session_seconds else []
    each += [view] if view else []
    each += [left_running_texts.limit(left_running)] if left_running is not None else []
    each += [cloud_schedules.role_of_profile(schedule_role)] if schedule_role else []
    return joined([*each, *habits])


def no_aws_profile(name: str) -> str:
    """Return that the AWS config lacks an AWS profile that a file names."""
    return _("The AWS config file has no profile “{name}” yet; it is needed to sign in.", name=name)


def ignored(keys: tuple[str, ...]) -> str:
    """Return which keys of a file this release doesn't know."""
    return _("Not known to this Notebook Tray, and left out: {keys}.", keys=joined(keys))


# The command line.


def headings() -> tuple[str, ...]:
    """Return the headings of the table of what a file would add."""
    return (
        _("PROFILE"),
        _("AWS PROFILE"),
        _("REGIONS"),
        _("LENGTH"),
        _("VIEW"),
        _("LEFT RUNNING"),
        _("STOPS"),
        _("WHAT"),
    )


def would_add() -> str:
    """Return the mark of a profile that would be added."""
    return _("new")


def exists() -> str:
    """Return the mark of a profile that there is already."""
    return _("there already")


def refused() -> str:
    """Return the mark of a profile that can't be added as the file has it."""
    return _("refused")


def ask(number: int) -> str:
    """Return the question whether to add what was shown."""
    return plural("Add {number} profile?", "Add {number} profiles?", number)


def how_to_add(command: str) -> str:
    """Return how to add what was shown."""
    return _("Add them with: {command}", command=command)


def nothing_new() -> str:
    """Return that a file has nothing to add."""
    return _("There is nothing to add.")


def of_profile(name: str, found: str) -> str:
    """Return what was found for a profile; `found` is a sentence."""
    return _("{name}: {found}", name=name, found=found)


def how_to_look(command: str) -> str:
    """Return how to look in all regions."""
    return _("Look in all regions with: {command}", command=command)


def options_need_file() -> str:
    """Return that options were given which say something of a file, and no file."""
    return _("--yes and --allow-unknown-region need a FILE.")


def fetching(seconds: int) -> str:
    """Return that a link is being fetched, and for how long: 0 for a moment."""
    return _("Fetching the file, {seconds} s", seconds=seconds) if seconds else _("Fetching the file…")


def opening() -> str:
    """Return that the tray was told to open the page that adds profiles."""
    return _("The tray opens the page in the browser.")
