"""What a user can set, in words: for the settings page, and for the commands that set the same."""

from __future__ import annotations

from typing import NamedTuple

from tray.texts import cloud_schedules, left_running
from tray.texts.language import _, plural
from tray.texts.lengths import age, session_length
from tray.texts.menu import notification_kind, notifications, start_at_login
from tray.texts.menu_pages import add_a_profile
from tray.texts.policy import set_by_administrator
from tray.texts.stop_all import look_before_a_stop

# The places that the page fills itself.
PLACES = ("name", "region")


def title() -> str:
    """Return the heading of the page."""
    return _("Settings")


def setting(name: str) -> str:
    """Return what a setting is, by its name in `model.settings`."""
    match name:
        case "name":
            return _("Name")
        case "shown":
            return _("List its notebook instances")
        case "credentials":
            return _("Signs in with")
        case "regions":
            return _("Regions")
        case "session_seconds":
            return _("Session length, where you choose no other")
        case "view":
            return _("Opens in, where you choose no other")
        case "left_running_hours":
            return left_running.setting()
        case "stop_at":
            return _("Stop what runs each day at")
        case "stop_when_idle_hours":
            return _("Hours without work after which it is stopped")
        case "stop_at_logout":
            return _("Stop what runs when I log out or shut down")
        case "schedule_role":
            return cloud_schedules.setting()
        case "autostart":
            return start_at_login()
        case "look-before-stop":
            return look_before_a_stop()
        case "check-updates":
            return _("Look once a day for a newer release")
        case "owner-tag":
            return _("The tag that names the owner")
        case _notify:
            return notification_kind(name.removeprefix("notify-"))


class SettingsWords(NamedTuple):
    """The sentences by the names by which the page's script knows them."""

    profiles: str
    program: str
    add: str
    find_profile: str
    no_profiles: str
    no_match: str
    names_cut: str
    profile_gone: str
    hidden: str
    name: str
    shown: str
    shown_hint: str
    credentials: str
    own_key: str
    not_in_config: str
    replace_key: str
    key_id: str
    secret: str
    token: str
    token_hint: str
    secret_hint: str
    store_key: str
    cancel: str
    regions: str
    own_region_hint: str
    find_region: str
    add_region: str
    remove_region: str
    use_anyway: str
    no_region_found: str
    session_seconds: str
    view: str
    left_running: str
    left_running_hint: str
    stop_at: str
    stop_at_hint: str
    stop_when_idle: str
    stop_when_idle_hint: str
    stop_at_logout: str
    stop_at_logout_hint: str
    schedule_role: str
    schedule_role_hint: str
    saved: str
    saving: str
    test: str
    testing: str
    sign_in: str
    remove: str
    remove_named: str
    other_signer: str
    drop_key_hint: str
    drop_hint: str
    owner_hint: str
    notifications: str
    gone: str
    failed: str
    reading: str
    by_administrator: str


def words() -> SettingsWords:
    """Return the sentences that the page itself shows."""
    return SettingsWords(
        profiles=_("Profiles"),
        program=_("General"),
        add=add_a_profile(),
        find_profile=_("Find a profile"),
        no_profiles=_("No profile is configured yet."),
        no_match=_("No profile matches."),
        names_cut=_("The first {shown} of {total} are shown: search for the others.", shown="{shown}", total="{total}"),
        profile_gone=_("There is no profile “{name}” any more.", name="{name}"),
        hidden=_("not listed"),
        name=setting("name"),
        shown=setting("shown"),
        shown_hint=_("Unchecked, it stays configured as it is, and nothing of it is in the menu."),
        credentials=setting("credentials"),
        own_key=_("An access key of its own"),
        not_in_config=_("{name} (not in the AWS config)", name="{name}"),
        replace_key=_("Replace the access key…"),
        key_id=_("Access key ID"),
        secret=_("Secret access key"),
        token=_("Session token"),
        token_hint=_("Only for temporary keys"),
        secret_hint=_("It goes to the keyring, and is never shown again."),
        store_key=_("Store in the keyring"),
        cancel=_("Cancel"),
        regions=setting("regions"),
        own_region_hint=_("Without a region here, the AWS profile's own is listed."),
        find_region=_("Add a region"),
        add_region=_("Add {region}", region="{region}"),
        remove_region=_("Remove {region}", region="{region}"),
        use_anyway=_("Use it anyway"),
        no_region_found=_("No region matches."),
        session_seconds=setting("session_seconds"),
        view=setting("view"),
        left_running=setting("left_running_hours"),
        left_running_hint=_(
            "Whole hours from 1 to 168; 0: never. From then on, the menu and the page of all notebooks say for how long"
            " a notebook instance has been running."
        ),
        stop_at=setting("stop_at"),
        stop_at_hint=_(
            "A time such as 19:00 or 7:00 PM; empty: never. It is told 10 minutes before, and nothing is stopped while"
            " a kernel is busy. Notebook Tray has to be running then, and the computer awake."
        ),
        stop_when_idle=setting("stop_when_idle_hours"),
        stop_when_idle_hint=_(
            "Whole hours from 1 to 168; 0: never. An open terminal, and a page that is in sight, count as work."
        ),
        stop_at_logout=setting("stop_at_logout"),
        stop_at_logout_hint=_("As far as the system waits for it: a shut laptop stops nothing."),
        schedule_role=setting("schedule_role"),
        schedule_role_hint=cloud_schedules.setting_hint(),
        saved=_("Saved"),
        saving=_("Saving…"),
        test=_("Test"),
        testing=_("Testing…"),
        sign_in=_("Sign in"),
        remove=_("Remove…"),
        remove_named=_("Remove {name}", name="{name}"),
        other_signer=_("Sign in with {name}", name="{name}"),
        drop_key_hint=_("Its access key is deleted from the keyring: nobody can read it back."),
        drop_hint=_("What it signs in with now is no longer configured."),
        owner_hint=_("The page of all notebooks then shows and finds owners. Empty: AWS isn't asked for tags."),
        notifications=notifications(),
        gone=_("Notebook Tray no longer answers. Open this page again from the tray's menu."),
        failed=_("That did not work: the page may be out of date."),
        reading=_("Reading the keyring…"),
        by_administrator=set_by_administrator(),
    )


def own_key_now(key: str) -> str:
    """Return that a profile signs in with an access key of its own, given in its short form."""
    return _("The access key {key}", key=key)


def length_words(seconds: int) -> str:
    """Return a session length."""
    return session_length(seconds)


def lost(name: str, regions: int, *, key: bool) -> list[str]:
    """Return what is lost with a profile, in sentences."""
    return [
        _("{name} is deleted from the keyring, with all that is set for it here.", name=name),
        *(
            [plural("It lists in {number} region now.", "It lists in {number} regions now.", regions)]
            if regions > 1
            else []
        ),
        _("Its access key is deleted from the keyring too: nobody can read it back.")
        if key
        else _("The AWS config stays as it is, and nothing changes in AWS."),
        _("To only hide it, uncheck “{shown}”: it then keeps its settings.", shown=setting("shown")),
    ]


def lost_unread(name: str) -> str:
    """Return what is lost with a profile that can't be read."""
    return _("{name} is deleted from the keyring, whatever its entry there holds.", name=name)


def found(region: str, count: int) -> str:
    """Return how many notebook instances a test found in a region."""
    return plural(
        "We found {number} notebook instance in {region}.",
        "We found {number} notebook instances in {region}.",
        count,
        region=region,
    )


def found_nothing(region: str) -> str:
    """Return that a test found no notebook instances in a region."""
    return _("It works. There are no notebook instances in {region}.", region=region)


def tested(seconds: float) -> str:
    """Return how long ago a test was."""
    return _("Tested {age}", age=age(seconds))


def failed_in(region: str, title: str) -> str:
    """Return that a region can't be listed."""
    return _("{region}: {problem}", region=region, problem=title)


def unnamed() -> str:
    """Return that the page has changed before it was answered."""
    return _("This can't be set now: it has changed since.")


# The commands.


def headings() -> tuple[str, str, str]:
    """Return the headings of the table of settings."""
    return _("NAME"), _("VALUE"), _("WHAT")


def was_set(name: str, value: str) -> str:
    """Return that a setting was changed."""
    return _("{name}: {value}", name=name, value=value)
