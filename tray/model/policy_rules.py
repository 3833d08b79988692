"""What an administrator's policy makes of a command: refused, changed, or carried out as it is. Pure.

The controller asks for each command, whichever surface sends it; the command line asks for what it does itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar, assert_never

from tray.model import commands as c
from tray.model.policy_refusals import check, check_setting, forbidden, too_long

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
            check(limits.copy_link, "copy_link")
        case c.AskToStop() | c.StopNotebook() | c.AskToStopAll() | c.StopAll() | c.StopIfIdle() | c.PlanStop():
            check(limits.stop, "stop")
        case c.SetStopAt(wanted, profile) | c.SetStopWhenIdle(wanted, profile) | c.SetStopAtLogout(wanted, profile):
            check(limits.stop or not wanted, "stop")
            check_setting(policy, profile, setting_of_habit(command))
        case c.SetScheduleRole(role, profile):
            check(limits.stop or not role, "stop")
            check_setting(policy, profile, "schedule_role")
        case c.SetLooks():
            check(limits.look_before_stop, "look_before_stop")
        case c.SetUpdateCheck():
            check(limits.update_check, "update_check")
        case c.AddWithKey():
            check(limits.own_profiles, "own_profiles")
            check(limits.access_keys, "access_keys")
        case c.AddProfiles() | c.ShowSetUp() | c.WriteAwsConfig():
            check(limits.own_profiles, "own_profiles")
        case c.CheckProfile(_, name):
            check(limits.own_profiles or policy.profile(name) is not None, "own_profiles")
        case c.SignWithAccessKey():
            check_setting(policy, command.profile, "credentials")
            check(limits.access_keys, "access_keys")
        case c.SignWithAwsProfile():
            check_setting(policy, command.profile, "credentials")
        case c.RenameProfile() | c.RemoveProfile():
            check_setting(policy, command.profile, "name")
        case c.SetRegions():
            check_setting(policy, command.profile, "regions")
        case c.SetLeftRunning():
            check_setting(policy, command.profile, "left_running_hours")
        case c.SetSessionLength(seconds, profile):
            if seconds > limits.longest_session_seconds:
                raise too_long(limits.longest_session_seconds)
            check_setting(policy, profile, "session_seconds")
        case c.SetView(view, profile):
            if view not in limits.views:
                raise forbidden("view")
            check_setting(policy, profile, "view")
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
