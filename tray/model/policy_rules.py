"""What an administrator's policy makes of a command: refused, changed, or carried out as it is. Pure.

The controller asks for each command, whichever surface sends it; the command line asks for what it does itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar, assert_never

from tray.model import commands as c
from tray.model.policy import locked_of_profile
from tray.model.problems import ExitStatus, Kind, TrayError

if TYPE_CHECKING:
    from tray.model.policy import Policy

_Opens = TypeVar("_Opens", c.OpenNotebook, c.CopyLink)


def ruled(policy: Policy, command: c.Command) -> c.Command:
    """Return a command as the policy has it carried out: sessions are no longer than the longest, in a view of its.

    :raises TrayError: the policy forbids it
    """
    refuse_if_forbidden(policy, command)
    match command:
        case c.OpenNotebook():
            return _within(policy, command)
        case c.CopyLink():
            return _within(policy, command)
        case c.StartNotebook(opens=c.OpenNotebook() as opens):
            return replace(command, opens=_within(policy, opens))
    return command


def _within(policy: Policy, command: _Opens) -> _Opens:
    length, view = policy.limits.length(command.session_seconds), policy.limits.view(command.view)
    if (length, view) == (command.session_seconds, command.view):
        return command
    return replace(command, session_seconds=length, view=view)


def refuse_if_forbidden(policy: Policy, command: c.Command) -> None:
    """Refuse what the policy forbids.

    :raises TrayError: (refused) it does; the error says what
    """
    limits = policy.limits
    match command:
        case c.CopyLink():
            _check(limits.copy_link, "copy_link")
        case c.AskToStop() | c.StopNotebook() | c.AskToStopAll() | c.StopAll() | c.StopIfIdle() | c.PlanStop():
            _check(limits.stop, "stop")
        case c.SetStopAt(wanted, profile) | c.SetStopWhenIdle(wanted, profile) | c.SetStopAtLogout(wanted, profile):
            _check(limits.stop or not wanted, "stop")
            _check_setting(policy, profile, setting_of_habit(command))
        case c.SetScheduleRole(role, profile):
            _check(limits.stop or not role, "stop")
            _check_setting(policy, profile, "schedule_role")
        case c.SetLooks():
            _check(limits.look_before_stop, "look_before_stop")
        case c.SetUpdateCheck():
            _check(limits.update_check, "update_check")
        case c.AddWithKey():
            _check(limits.own_profiles, "own_profiles")
            _check(limits.access_keys, "access_keys")
        case c.AddProfiles() | c.ShowSetUp() | c.WriteAwsConfig():
            _check(limits.own_profiles, "own_profiles")
        case c.CheckProfile(_, name):
            _check(limits.own_profiles or policy.profile(name) is not None, "own_profiles")
        case c.SignWithAccessKey():
            _check_setting(policy, command.profile, "credentials")
            _check(limits.access_keys, "access_keys")
        case c.SignWithAwsProfile():
            _check_setting(policy, command.profile, "credentials")
        case c.RenameProfile() | c.RemoveProfile():
            _check_setting(policy, command.profile, "name")
        case c.SetRegions():
            _check_setting(policy, command.profile, "regions")
        case c.SetLeftRunning():
            _check_setting(policy, command.profile, "left_running_hours")
        case c.SetSessionLength(seconds, profile):
            if seconds > limits.longest_session_seconds:
                raise too_long(limits.longest_session_seconds)
            _check_setting(policy, profile, "session_seconds")
        case c.SetView(view, profile):
            if view not in limits.views:
                raise _forbidden("view")
            _check_setting(policy, profile, "view")
        case (
            c.OpenNotebook()
            | c.StartNotebook()
            | c.KeepClosed()
            | c.CancelStopPlan()
            | c.StopEvenIfBusy()
            | c.KeepRunningOnce()
            | c.LeaveRunning()
            | c.QuietSession()
            | c.KeepRunning()
            | c.KeepAllRunning()
            | c.KeepAtTop()
            | c.FollowChoices()
            | c.Refresh()
            | c.FollowProfiles()
            | c.BeginSignIn()
            | c.CancelSignIn()
            | c.UncheckProfile()
            | c.FindNotebooks()
            | c.ForgetFound()
            | c.TryProfile()
            | c.SetAutostart()
            | c.SetOwnerTag()
            | c.SetNotifications()
            | c.Dismiss()
            | c.CopyDetails()
            | c.OpenLog()
            | c.CheckComputer()
            | c.ShowPage()
            | c.ShowNotebooks()
            | c.ShowSettings()
            | c.Quit()
        ):
            pass
        case _:
            assert_never(command)


def setting_of_habit(command: c.SetStopAt | c.SetStopWhenIdle | c.SetStopAtLogout) -> str:
    """Return the name of the setting of a profile that a command sets."""
    match command:
        case c.SetStopAt():
            return "stop_at"
        case c.SetStopWhenIdle():
            return "stop_when_idle_hours"
        case c.SetStopAtLogout():
            return "stop_at_logout"


def too_long(longest_seconds: int) -> TrayError:
    """Return the refusal of a session length that is longer than the longest."""
    return TrayError(
        "policy-session-too-long", kind=Kind.CONFIGURATION, status=ExitStatus.REFUSED, longest_seconds=longest_seconds
    )


def fixed(profile: str) -> TrayError:
    """Return the refusal to change what the administrator has set of a profile."""
    return TrayError("policy-profile-fixed", kind=Kind.CONFIGURATION, status=ExitStatus.REFUSED, profile=profile)


def check_allowed(policy: Policy, what: str) -> None:
    """Refuse what the member of `Limits` with this name forbids.

    :raises TrayError: (refused) it does
    """
    _check(bool(getattr(policy.limits, what)), what)


def _check(allowed: bool, what: str) -> None:
    if not allowed:
        raise _forbidden(what)


def _check_setting(policy: Policy, profile: str, setting: str) -> None:
    # Without a profile, it is about every profile: those whose value is fixed keep it.
    if profile and policy.profile(profile) is not None and setting in locked_of_profile(policy, profile):
        raise fixed(profile)


def _forbidden(what: str) -> TrayError:
    return TrayError("policy-forbids", kind=Kind.CONFIGURATION, status=ExitStatus.REFUSED, what=what)
