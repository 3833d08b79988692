"""Where the notebook instances of a profile are: the menu's lines, the notification, and what the command says."""

from __future__ import annotations

from tray.texts.language import _, joined, plural

# The first line.


def nowhere(region: str, regions: int, profiles: int) -> str:
    """Return that there are no notebook instances, and where it was looked: in one `region`, or in so many.

    :param profiles: how many profiles list there
    """
    if regions == 1 and profiles <= 1:
        return _("No notebook instances in {region}", region=region)
    if regions == 1:
        return plural(
            "No notebook instances in {region} for {number} profile",
            "No notebook instances in {region} for {number} profiles",
            profiles,
            region=region,
        )
    if profiles <= 1:
        return plural("No notebook instances in {number} region", "No notebook instances in {number} regions", regions)
    return plural(
        "No notebook instances in {regions} regions for {number} profile",
        "No notebook instances in {regions} regions for {number} profiles",
        profiles,
        regions=regions,
    )


def looking(regions: int, seconds: int) -> str:
    """Return that so many regions are asked, 0 if it is not known how many, and for how long: 0 for a moment."""
    if not regions:
        return _("Looking in all regions, {seconds} s", seconds=seconds) if seconds else _("Looking in all regions…")
    if not seconds:
        return plural("Looking in {number} region…", "Looking in {number} regions…", regions)
    return plural(
        "Looking in {number} region, {seconds} s", "Looking in {number} regions, {seconds} s", regions, seconds=seconds
    )


# What can be chosen.


def look() -> str:
    """Return the line that looks for notebook instances in all regions."""
    return _("Look in all regions")


def look_for(profile: str) -> str:
    """Return the same for one of several profiles."""
    return _("Look in all regions for {name}", name=profile)


def stop_looking(profile: str) -> str:
    """Return the line that ends the search."""
    return _("Stop looking in all regions for {name}", name=profile)


def list_one(region: str) -> str:
    """Return the line that has the profile list this region."""
    return _("List {region}", region=region)


def list_all(number: int) -> str:
    """Return the line that has the profile list all regions that were found."""
    return plural("List {number} region", "List all {number} regions", number)


def dismiss() -> str:
    """Return the line that no longer shows what was found."""
    return _("Dismiss")


# What was found.


def place(count: int, region: str, more: bool) -> str:
    """Return how many notebook instances a region has; `more` says that it has more than that."""
    if more:
        return _("more than {number} in {region}", number=f"{count:,}", region=region)
    return _("{number} in {region}", number=count, region=region)


def places(places: list[str], more: int) -> str:
    """Return what was found where; so many `more` regions are not named."""
    if more:
        return plural(
            "{places} and in {number} more region", "{places} and in {number} more regions", more, places=joined(places)
        )
    return joined(places)


def found(profile: str, places: str) -> str:
    """Return what was found for a profile."""
    return _("{name}: {places}", name=profile, places=places)


def found_nothing(profile: str, regions: int) -> str:
    """Return that nothing was found for a profile, in so many regions."""
    return plural(
        "{name}: no notebook instances in {number} region",
        "{name}: no notebook instances in {number} regions",
        regions,
        name=profile,
    )


def asked(regions: int) -> str:
    """Return how many regions told what they have."""
    return plural("{number} region was looked into", "{number} regions were looked into", regions)


def passed_over(regions: int) -> str:
    """Return how many regions refused, or did not answer."""
    return plural("{number} region refused or did not answer", "{number} regions refused or did not answer", regions)


def account(account: str) -> str:
    """Return the account that was looked into."""
    return _("This profile is for the account {account}", account=account)


def elsewhere() -> str:
    """Return what to do where nothing was found."""
    return _("Choose a profile for another account, or ask which account the notebooks are in")


# The notification.


def told(profile: str, facts: list[str]) -> tuple[str, str]:
    """Return title and text of the notification that something was found; `facts` have no full stop."""
    return _("Notebook instances of {name} found", name=profile), _facts(facts)


def told_nothing(profile: str, facts: list[str]) -> tuple[str, str]:
    """Return the same if nothing was found."""
    return _("No notebook instances of {name} found", name=profile), _facts(facts)


def choose_in_the_menu(line: str) -> str:
    """Return where in the menu the regions can be chosen."""
    return _("Choose “{line}” in the menu to list them.", line=line)


def _facts(facts: list[str]) -> str:
    return " ".join(_("{fact}.", fact=fact) for fact in facts)


# The command line.


def headings() -> tuple[str, ...]:
    """Return the headings of the table of regions."""
    return _("REGION"), _("NOTEBOOK INSTANCES")


def count(count: int, more: bool) -> str:
    """Return a number of notebook instances; `more` says that there are more."""
    return _("more than {number}", number=f"{count:,}") if more else f"{count}"


def regions_set(profile: str, regions: list[str]) -> str:
    """Return that a profile lists these regions from now on."""
    return _("{name} now lists: {regions}", name=profile, regions=joined(regions))


def regions_stay(profile: str) -> str:
    """Return that a profile lists already all that was found."""
    return _("{name} lists all of them already.", name=profile)


def how_to_set(command: str) -> str:
    """Return how to have the profile list what was found."""
    return _("List them with: {command}", command=command)


def set_needs_find() -> str:
    """Return that one option needs another."""
    return _("--set sets what --find finds: give both.")
