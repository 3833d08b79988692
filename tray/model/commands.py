"""The commands of the user, as values: a command has everything that is needed to carry it out.

The menu, a page, a notification's button, another process or a link can therefore send the same command to the
controller.
"""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING

from tray.model.arns import name_in
from tray.model.values import value

if TYPE_CHECKING:
    from tray.model.access_keys import SealedKey
    from tray.model.lengths import View
    from tray.model.new_profiles import NewProfile
    from tray.model.notification_kinds import NotificationKind
    from tray.model.sign_in import SignIn
    from tray.model.stop_plans import Trigger


@value
class _Bare:
    """A command that is complete by its name.

    This and the next four are bases of commands with the same parts. Python makes the methods of each dataclass anew:
    11 KiB for a command, in a program that is always in memory. A command never equals one of another class.
    """


@value
class _Switch:
    """A command that turns something on or off."""

    on: bool


@value
class _OfProfile:
    """A command that concerns a configured profile."""

    profile: str


@value
class _OfInstance:
    """A command that concerns the notebook instance that has `arn`."""

    arn: str


@value
class _OfInstanceAsSeen:
    """A command that concerns the notebook instance that has `arn`, as `profile` sees it."""

    profile: str
    arn: str


@value
class OpenNotebook:
    """Open the notebook instance that has `arn`, as `profile` sees it."""

    profile: str
    arn: str
    view: View
    session_seconds: int


@value
class CopyLink:
    """Put a presigned URL of the notebook instance that has `arn`, as `profile` sees it, on the clipboard."""

    profile: str
    arn: str
    view: View
    session_seconds: int


@value
class StartNotebook:
    """Start the notebook instance that has `arn`, as `profile` sees it, and carry out `opens` once Jupyter answers.

    One that is already starting is only waited for. With an `instance_type`, it gets that type first.
    """

    profile: str
    arn: str
    opens: OpenNotebook | None = None
    instance_type: str = ""


class KeepClosed(_OfInstance):
    """Don't open the notebook instance that has `arn` when it has started."""

    __slots__ = ()


class QuietSession(_OfInstance):
    """Tell nothing more before the end of the present session in the notebook instance that has `arn`."""

    __slots__ = ()


class AskToStop(_OfInstanceAsSeen):
    """Look whether anyone works in the notebook instance that has `arn`, then ask the user whether to stop it."""

    __slots__ = ()


@value
class StopNotebook:
    """Stop the notebook instance that has `arn`, as `profile` sees it: the user has confirmed it.

    `for_good` says that the user has also confirmed that it may never start again.
    """

    profile: str
    arn: str
    for_good: bool = False


class KeepRunning(_OfInstance):
    """Don't stop the notebook instance that has `arn`: the answer to the question."""

    __slots__ = ()


@value
class PlanStop:
    """Stop the notebook instance that has `arn`, as `profile` sees it, later, as `trigger` says.

    `at` is in seconds since the epoch, for a stop at a time; `idle_minutes` are for one when it is idle. With
    `even_if_busy`, it is stopped even while a kernel runs something. A plan with the same trigger is replaced.
    """

    profile: str
    arn: str
    trigger: Trigger
    at: float = 0.0
    idle_minutes: int = 0
    even_if_busy: bool = False


@value
class CancelStopPlan:
    """Give up the plan to stop the notebook instance that has `arn`; one of a habit, for today."""

    arn: str
    trigger: Trigger


@value
class StopEvenIfBusy:
    """Carry out the plans to stop the notebook instance that has `arn` even while a kernel runs something, or not."""

    arn: str
    on: bool


@value
class KeepRunningOnce:
    """Don't stop the notebook instances that have `arns`: the answer to the warning before planned stops.

    A stop when it is idle counts anew, and a habit comes back on another day.
    """

    arns: tuple[str, ...]


class StopIfIdle(_OfInstanceAsSeen):
    """Stop the notebook instance that has `arn` if a look shows it idle now; else ask the user whether to stop it."""

    __slots__ = ()


@value
class LeaveRunning:
    """Don't tell for a day that the notebook instances that have these ARNs are left running."""

    arns: tuple[str, ...]


@value
class AskToStopAll:
    """Look at several notebook instances, then ask the user once whether to stop them all.

    `notebooks` are a profile's name and an ARN each.
    """

    notebooks: tuple[tuple[str, str], ...]


@value
class StopAll:
    """Stop several notebook instances: the user has confirmed it; `notebooks` as in `AskToStopAll`."""

    notebooks: tuple[tuple[str, str], ...]


class KeepAllRunning(_Bare):
    """Stop none of them: the answer to the question whether to stop all."""

    __slots__ = ()


class SetLooks(_Switch):
    """Look whether anyone works in a notebook instance before it is stopped, or don't."""

    __slots__ = ()


@value
class KeepAtTop:
    """Keep the notebook instance that has `arn` at the top of the menu, or with `kept` false no longer."""

    arn: str
    kept: bool


class FollowChoices(_Bare):
    """Read again what the user keeps at the top, has set, and has opened, because another program changed that."""

    __slots__ = ()


class Refresh(_Bare):
    """List everything again because the user asks for it: a locked keyring may ask the user to unlock it."""

    __slots__ = ()


class FollowProfiles(_Bare):
    """List everything again because another program changed profiles or signed in; the user is never prompted."""

    __slots__ = ()


@value
class BeginSignIn:
    """Begin a sign-in: it opens the browser."""

    sign_in: SignIn


@value
class CancelSignIn:
    """Cancel a sign-in that waits for the user."""

    sign_in: SignIn


@value
class SetSessionLength:
    """Make this the default session length of every profile, or of one."""

    session_seconds: int
    profile: str = ""


@value
class SetView:
    """Make this the view in which a plain open shows the notebook instances of every profile, or of one."""

    view: View
    profile: str = ""


@value
class SetLeftRunning:
    """Say of a profile's notebook instances that they are left running after so many whole hours; 0 for never."""

    hours: int
    profile: str


@value
class SetStopAt:
    """Have what runs of a profile stopped each day at a local time, `HH:MM`; empty for never."""

    time: str
    profile: str


@value
class SetStopWhenIdle:
    """Have what runs of a profile stopped after so many whole hours without a sign of work; 0 for never."""

    hours: int
    profile: str


@value
class SetStopAtLogout:
    """Have what runs of a profile stopped when the user logs out or shuts the computer down, or not."""

    on: bool
    profile: str


@value
class SetScheduleRole:
    """Have EventBridge Scheduler stop a profile's notebook instances at planned times with a role; with none, not."""

    arn: str
    profile: str


@value
class AddProfiles:
    """Configure new profiles; one that is configured already stays as it is."""

    profiles: tuple[NewProfile, ...]

    def __str__(self) -> str:
        """Say how many there are: a line of the log has no room for thousands."""
        return f"AddProfiles({len(self.profiles)})"


@value
class AddWithKey:
    """Configure a new profile that signs with an access key of its own."""

    profile: NewProfile
    key: SealedKey


@value
class WriteAwsConfig:
    """Write new profiles with a role of IAM Identity Center to the AWS config file, too."""

    profiles: tuple[NewProfile, ...]


@value
class CheckProfile:
    """Configure a profile for an AWS profile; with a `name`, list the unchecked profile of that name again."""

    aws_profile: str
    name: str = ""


@value
class UncheckProfile:
    """List the configured profile of this name no longer; its configuration stays in the keyring."""

    name: str


class FindNotebooks(_OfProfile):
    """Look for the notebook instances of a configured profile in all regions that its account has enabled."""

    __slots__ = ()


class ForgetFound(_OfProfile):
    """Cancel the search in all regions for this profile, or no longer show what it found."""

    __slots__ = ()


@value
class SetRegions:
    """Have the configured profile of this name list these regions, and no others."""

    profile: str
    regions: tuple[str, ...]


@value
class RenameProfile:
    """Give the configured profile another name; all else that is configured stays."""

    profile: str
    name: str


@value
class SignWithAwsProfile:
    """Have the configured profile sign with an AWS profile; an access key of its own is deleted."""

    profile: str
    aws_profile: str


@value
class SignWithAccessKey:
    """Have the configured profile sign with an access key of its own: nothing but `key` holds the secret."""

    profile: str
    key_id: str = field(repr=False)
    key: SealedKey


class RemoveProfile(_OfProfile):
    """Delete the configured profile of this name, with all that is configured for it."""

    __slots__ = ()


class TryProfile(_OfProfile):
    """List with the configured profile of this name in each of its regions, to see whether that works."""

    __slots__ = ()


class SetAutostart(_Switch):
    """Have the program started at login, or not."""

    __slots__ = ()


@value
class SetOwnerTag:
    """Ask for the owners of notebook instances by the tag of this key; empty, by none."""

    key: str


class SetUpdateCheck(_Switch):
    """Look once a day whether there is a newer release, or don't."""

    __slots__ = ()


@value
class SetNotifications:
    """Show the notifications of a kind, or not."""

    kind: NotificationKind
    on: bool


class Dismiss(_Bare):
    """Stop showing the failure of the last choice."""

    __slots__ = ()


@value
class CopyDetails:
    """Put the details of a problem on the clipboard, in words for an administrator or a report."""

    details: str


class OpenLog(_Bare):
    """Show the log in the user's program for text files."""

    __slots__ = ()


class CheckComputer(_Bare):
    """Put the report of `notebook-tray doctor` on the clipboard."""

    __slots__ = ()


class Page(StrEnum):
    """A page about the program: the values are the labels of `[project.urls]` in `pyproject.toml`."""

    DOCUMENTATION = "Documentation"
    ISSUES = "Issues"
    RELEASE_NOTES = "Release notes"


@value
class ShowPage:
    """Open a page about the program in the browser."""

    page: Page


@value
class ShowNotebooks:
    """Open the page of all notebook instances in the browser; with `profiles`, first those of these profiles alone."""

    profiles: tuple[str, ...] = ()


@value
class ShowSettings:
    """Open the page of the settings in the browser; with a `profile`, at this profile's."""

    profile: str = ""


class ShowSetUp(_Bare):
    """Open the page that adds profiles in the browser."""

    __slots__ = ()


class Quit(_Bare):
    """End the program."""

    __slots__ = ()


Command = (
    OpenNotebook
    | CopyLink
    | StartNotebook
    | KeepClosed
    | QuietSession
    | AskToStop
    | StopNotebook
    | KeepRunning
    | PlanStop
    | CancelStopPlan
    | StopEvenIfBusy
    | KeepRunningOnce
    | StopIfIdle
    | LeaveRunning
    | AskToStopAll
    | StopAll
    | KeepAllRunning
    | SetLooks
    | KeepAtTop
    | FollowChoices
    | Refresh
    | FollowProfiles
    | BeginSignIn
    | CancelSignIn
    | SetSessionLength
    | SetView
    | SetLeftRunning
    | SetStopAt
    | SetStopWhenIdle
    | SetStopAtLogout
    | SetScheduleRole
    | AddProfiles
    | AddWithKey
    | WriteAwsConfig
    | CheckProfile
    | UncheckProfile
    | FindNotebooks
    | ForgetFound
    | SetRegions
    | RenameProfile
    | SignWithAwsProfile
    | SignWithAccessKey
    | RemoveProfile
    | TryProfile
    | SetAutostart
    | SetOwnerTag
    | SetUpdateCheck
    | SetNotifications
    | Dismiss
    | CopyDetails
    | OpenLog
    | CheckComputer
    | ShowPage
    | ShowNotebooks
    | ShowSettings
    | ShowSetUp
    | Quit
)


StayingPage = ShowNotebooks | ShowSettings | ShowSetUp
"""The commands that open a page which stays open."""

AboutNotebook = (
    OpenNotebook
    | CopyLink
    | StartNotebook
    | KeepClosed
    | AskToStop
    | StopNotebook
    | KeepRunning
    | StopIfIdle
    | KeepAtTop
)
"""The commands that concern one notebook instance."""


def notebook_name_of(command: AboutNotebook) -> str:
    """Return a notebook instance's name."""
    return name_in(command.arn)


def opens_the_browser(command: Command) -> bool:
    """Whether a command ends in a browser window, which the desktop's permission brings to the front."""
    return isinstance(command, OpenNotebook | BeginSignIn | ShowPage | StayingPage)
