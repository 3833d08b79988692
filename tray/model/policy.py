"""What an administrator has set for the users of a computer: one table, and the values of one moment. Pure.

`settings.policy` reads what the sources give, `desktop.policy` has the sources of each system, and
`packaging/policy-templates.py` makes the schema, Windows' templates and the document's table from the table here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from tray.model.lengths import MAXIMUM_SESSION_SECONDS, View

if TYPE_CHECKING:
    from tray.model.new_profiles import NewProfile
    from tray.model.problems import Problem


class Form(Enum):
    """What a policy's value is."""

    PROFILES = auto()  # tables with the keys of a set-up file's profiles
    LENGTH = auto()  # as on the command line: 90m, 8h
    VIEWS = auto()  # some of `lengths.View`
    SWITCH = auto()
    ADDRESS = auto()  # of a page: http or https


class PolicySetting(NamedTuple):
    """What an administrator can set: `name` is its key in the file, and that of its words in `texts.policy`.

    `rules` are the names of the rows of `model.settings` that it rules.
    """

    name: str
    form: Form
    rules: tuple[str, ...] = ()

    @property
    def given_name(self) -> str:
        """Its name in Windows' registry and in macOS' preferences: `AllowCopyLink`."""
        return given_name(self.name)


FORBIDDING = "allow_"
"""How the name of what can be forbidden begins; the rest is a member of `Limits`."""

STOP_HABITS = ("stop_at", "stop_when_idle_hours", "stop_at_logout", "schedule_role")
"""The settings of a profile by which what runs is stopped."""

POLICY_SETTINGS = (
    PolicySetting("profiles", Form.PROFILES, ("name", "credentials", "regions")),
    PolicySetting("longest_session", Form.LENGTH, ("session_seconds",)),
    PolicySetting("views", Form.VIEWS, ("view",)),
    PolicySetting("start_at_login", Form.SWITCH, ("autostart",)),
    PolicySetting("allow_copy_link", Form.SWITCH),
    PolicySetting("allow_stop", Form.SWITCH, STOP_HABITS),
    PolicySetting("allow_access_keys", Form.SWITCH, ("credentials",)),
    PolicySetting("allow_look_before_stop", Form.SWITCH, ("look-before-stop",)),
    PolicySetting("allow_own_profiles", Form.SWITCH, ("name", "credentials")),
    PolicySetting("allow_update_check", Form.SWITCH, ("check-updates",)),
    PolicySetting("documentation_url", Form.ADDRESS),
    PolicySetting("help_url", Form.ADDRESS),
)
NAMES = tuple(each.name for each in POLICY_SETTINGS)

REGISTRY_KEY = r"Software\Policies\NotebookTray"
"""Where Windows keeps it, under HKEY_LOCAL_MACHINE and HKEY_CURRENT_USER."""
POLICY_FILE = "/etc/notebook-tray/policy.toml"
PREFERENCES_DOMAIN = "NotebookTray.NotebookTray"
"""The domain of macOS' preferences: the application's bundle identifier."""


def given_name(key: str) -> str:
    """Return how a key is written in Windows' registry and in macOS' preferences: `sso_region` is `SsoRegion`."""
    return "".join(part.capitalize() for part in key.split("_"))


PROFILE_KEYS = (
    *("name", "aws_profile", "regions", "session_length", "view", "left_running_hours", "sso_start_url", "sso_region"),
    *("sso_account_id", "sso_role_name", "stop_at", "stop_when_idle_hours", "stop_at_logout", "schedule_role"),
)
"""The keys of a profile: those of a set-up file's (`settings.setup_file`)."""

_PROFILE_NUMBERS = frozenset({"left_running_hours", "stop_when_idle_hours"})
_PROFILE_SWITCHES = frozenset({"stop_at_logout"})
_PROFILE_KEYS = {given_name(key).lower(): key for key in PROFILE_KEYS}
# More digits than a number of hours has; and int() takes no text of thousands.
_MOST_DIGITS = 6


def profile_value(name: str, given: object) -> tuple[str, object]:
    """Return a key of a profile and its value, as the registry or macOS' preferences have them; unknown ones as given.

    Names count in any case. In the registry several regions may be one text, a number a text, and a switch a number.
    """
    key = _PROFILE_KEYS.get(name.lower(), name)
    if key == "regions" and isinstance(given, str):
        return key, given.replace(",", " ").split()
    if key in _PROFILE_NUMBERS | _PROFILE_SWITCHES and isinstance(given, str) and len(given) <= _MOST_DIGITS:
        given = int(given) if given.isascii() and given.isdecimal() else given
    return key, switch(given) if key in _PROFILE_SWITCHES else given


def switch(given: object) -> object:
    """Return a number as the switch that Group Policy means by it: 1 is enabled, 0 is disabled; all else as given."""
    return bool(given) if type(given) is int and given in (0, 1) else given


@dataclass(frozen=True, slots=True)
class Given:
    """What one source gives: `values` by the keys of the table, as the source has them; nothing of it is checked.

    :param where: what a person calls the source: a path, or a key of the registry
    :param lines: the lines of the keys, such as `views` or `profiles[2].view`, where the source has lines
    :param problem: why the source as a whole can't be used; `values` are empty then
    """

    where: str
    values: Mapping[str, object] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    problem: Problem | None = None


class Document(NamedTuple):
    """A source that is a file with TOML, not read yet."""

    where: str
    data: bytes


class PolicyError(NamedTuple):
    """What of a source doesn't count. `key` is empty where that is all of it, and `line` 0 where nobody knows it."""

    where: str
    key: str
    line: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class Limits:
    """What users may do: small, as the menu compares it for each line."""

    copy_link: bool = True
    stop: bool = True
    access_keys: bool = True
    look_before_stop: bool = True
    own_profiles: bool = True
    update_check: bool = True
    longest_session_seconds: int = MAXIMUM_SESSION_SECONDS
    views: tuple[View, ...] = tuple(View)

    def length(self, seconds: int) -> int:
        """Return a session length, or the longest one that is allowed."""
        return min(seconds, self.longest_session_seconds)

    def view(self, view: View) -> View:
        """Return a view, or the first that is allowed."""
        return view if view in self.views else self.views[0]


UNLIMITED = Limits()


@dataclass(frozen=True, slots=True)
class Policy:
    """What is in force. Without a policy, everything is allowed and nothing is set.

    `set_by` says of each setting that a source sets which one that is.
    """

    limits: Limits = UNLIMITED
    profiles: tuple[NewProfile, ...] = ()
    start_at_login: bool | None = None
    documentation_url: str = ""
    help_url: str = ""
    set_by: tuple[tuple[str, str], ...] = ()
    errors: tuple[PolicyError, ...] = ()

    def profile(self, name: str) -> NewProfile | None:
        """Return the administrator's profile of this name."""
        return next((each for each in self.profiles if each.name == name), None)

    def is_set(self, name: str) -> bool:
        """Whether a source sets what has this name in the table."""
        return any(each == name for each, _ in self.set_by)


NO_POLICY = Policy()


def locked_settings(policy: Policy) -> frozenset[str]:
    """Return the names of the settings of the whole program (`model.settings`) that users can't change."""
    limits = policy.limits
    return frozenset(
        name
        for name, locked in (
            ("look-before-stop", not limits.look_before_stop),
            ("check-updates", not limits.update_check),
        )
        if locked
    )


def locked_of_profile(policy: Policy, name: str) -> frozenset[str]:
    """Return the names of a profile's settings that users can't change."""
    limits, given = policy.limits, policy.profile(name)
    locked = {"view"} if len(limits.views) == 1 else set()
    locked |= set(STOP_HABITS) if not limits.stop else set()
    if given is not None:
        locked |= {"name", "credentials", "regions"}
        locked |= {"session_seconds"} if given.session_seconds else set()
        locked |= {"view"} if given.view is not None else set()
        locked |= {"left_running_hours"} if given.left_running_hours is not None else set()
        locked |= {habit for habit in STOP_HABITS if getattr(given, habit)}
    return frozenset(locked)
