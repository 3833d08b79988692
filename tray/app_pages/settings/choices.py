"""What the user sets or does on the page, from its JSON: a command, or what is wrong with a value. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.app_pages.settings.values import unreadable
from tray.app_pages.shared.asked import ChoiceError, text_of, values_of
from tray.model import commands as c
from tray.model.access_keys import AccessKey, SealedKey, check_given
from tray.model.lengths import View, parse_left_running_hours, parse_session_length, parse_stop_when_idle_hours
from tray.model.schedule_role import parse_schedule_role
from tray.model.settings import PROGRAM_SETTINGS, kind_of
from tray.model.times_of_day import parse_time_of_day

if TYPE_CHECKING:
    from tray.fleet.snapshot import Listing, Profile, Snapshot

# A name that is too long gets an answer of its own, which names the limit.
_LONGEST = 4000
# More than AWS has, and than an item of the keyring takes.
_MOST_REGIONS = 200
_PROGRAM = frozenset(each.name for each in PROGRAM_SETTINGS)


def read(body: bytes, snapshot: Snapshot) -> c.Command:
    """Return the command that sets what the page asks for: `{"profile": …, "setting": NAME, "value": …}`.

    The profile is empty for a setting of the whole program. No exception holds the secret of an access key.

    :raises ChoiceError: it is nothing of that form, or of a profile that is there no more
    :raises TrayError: the value can't be right
    """
    values = values_of(body)
    name, profile, value = (
        text_of(values, "setting", _LONGEST),
        text_of(values, "profile", _LONGEST),
        values.get("value"),
    )
    if not profile:
        return _of_program(name, value, snapshot)
    return _of_profile(name, _known(profile, snapshot.listing), value)


def button(body: bytes, snapshot: Snapshot) -> c.Command:
    """Return the command of a button: `{"profile": …, "do": "test"}`, `remove`, `sign_in`, or of none, `add`.

    :raises ChoiceError: it is nothing of that form, or nothing that can be done now
    """
    values = values_of(body)
    profile, does = text_of(values, "profile", _LONGEST), text_of(values, "do", _LONGEST)
    if does == "add" and not profile:
        return c.ShowSetUp()
    if does == "remove":
        if profile not in unreadable(snapshot.listing):
            _known(profile, snapshot.listing)
        return c.RemoveProfile(profile)
    known = _known(profile, snapshot.listing)
    if does == "test":
        return c.TryProfile(known.name)
    if does == "sign_in":
        trial = next((each for each in snapshot.trials if each.profile == known.name), None)
        problem = trial.first_problem if trial is not None else None
        if problem is not None and problem.sign_in is not None:
            return c.BeginSignIn(problem.sign_in)
    raise ChoiceError("nothing that can be done now")


def profile_of(body: bytes, snapshot: Snapshot) -> Profile | None:
    """Return the profile that a page asks about; None for one that can't be read.

    :raises ChoiceError: there is none
    """
    name = text_of(values_of(body), "profile", _LONGEST)
    return None if name in unreadable(snapshot.listing) else _known(name, snapshot.listing)


def name_of(body: bytes) -> str:
    """Return the name of the profile that a page asks about.

    :raises ChoiceError: there is none
    """
    return text_of(values_of(body), "profile", _LONGEST)


def confirms_regions(body: bytes) -> bool:
    """Whether the user has confirmed regions that aren't known.

    :raises ChoiceError: it is nothing that the page asks for
    """
    return values_of(body).get("any_region") is True


def _of_program(name: str, value: object, snapshot: Snapshot) -> c.Command:
    if name not in _PROGRAM:
        raise ChoiceError("no such setting")
    if name == "owner-tag":
        return c.SetOwnerTag(_string(value).strip())
    on = _switch(value)
    if (kind := kind_of(name)) is not None:
        return c.SetNotifications(kind, on)
    if name == "look-before-stop":
        return c.SetLooks(on)
    if name == "check-updates":
        return c.SetUpdateCheck(on)
    if snapshot.starts_at_login is None:
        raise ChoiceError("the start at login can't be set here")
    return c.SetAutostart(on)


def _of_profile(name: str, profile: Profile, value: object) -> c.Command:
    match name:
        case "name":
            return c.RenameProfile(profile.name, _string(value))
        case "shown":
            if _switch(value):
                return c.CheckProfile(profile.aws_profile, profile.name)
            return c.UncheckProfile(profile.name)
        case "credentials":
            return _credentials(profile.name, value)
        case "regions":
            if not isinstance(value, list) or len(value) > _MOST_REGIONS:
                raise ChoiceError("no list of regions")
            return c.SetRegions(profile.name, tuple(dict.fromkeys(map(_string, value))))
        case "session_seconds":
            # As a user writes it: 2 h is 2h, and 30 min is 30m.
            written = _string(value).lower().replace(" ", "").replace("min", "m")
            return c.SetSessionLength(parse_session_length(written), profile.name)
        case "left_running_hours":
            return c.SetLeftRunning(parse_left_running_hours(_string(value)), profile.name)
        case "stop_at":
            return c.SetStopAt(parse_time_of_day(_string(value)), profile.name)
        case "stop_when_idle_hours":
            return c.SetStopWhenIdle(parse_stop_when_idle_hours(_string(value)), profile.name)
        case "stop_at_logout":
            return c.SetStopAtLogout(_switch(value), profile.name)
        case "schedule_role":
            return c.SetScheduleRole(parse_schedule_role(_string(value)), profile.name)
        case "view" if value in [each.value for each in View]:
            return c.SetView(View(value), profile.name)
    raise ChoiceError("no such setting, or no value of its kind")


def _credentials(profile: str, value: Any) -> c.Command:
    match value:
        case {"aws_profile": str(name)} if len(value) == 1:
            return c.SignWithAwsProfile(profile, _string(name))
        case {"id": str(key_id), "secret": str(secret), "token": str(token)} if len(value) == 3:
            key = check_given(AccessKey(_string(key_id).strip(), _string(secret).strip(), _string(token).strip()))
            return c.SignWithAccessKey(profile, key.key_id, SealedKey(key))
    raise ChoiceError("no credentials")


def _known(name: str, listing: Listing) -> Profile:
    found = next((each for each in (*listing.profiles, *listing.unchecked) if each.name == name), None)
    if found is None:
        raise ChoiceError("no such profile")
    return found


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise ChoiceError("neither on nor off")
    return value


def _string(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise ChoiceError("no text")
    return value
