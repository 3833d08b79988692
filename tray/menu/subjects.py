"""What a problem or a task is about, as the user reads it."""

from __future__ import annotations

from typing import assert_never

from tray.fleet.snapshot import Source
from tray.model import commands as c
from tray.model.arns import name_in
from tray.model.sign_in import Method
from tray.texts import tasks
from tray.texts.language import joined

_MOST_NAMED = 3


def subject_of(command: c.Command) -> str:
    """Return what a failed command was doing, in words: `Opening model-1`."""
    match command:
        case c.OpenNotebook():
            return tasks.opening(c.notebook_name_of(command))
        case c.QuietSession(arn):
            return tasks.opening(name_in(arn))
        case c.CopyLink():
            return tasks.copying(c.notebook_name_of(command))
        case c.StartNotebook() | c.KeepClosed():
            return tasks.starting(c.notebook_name_of(command))
        case c.AskToStop() | c.StopNotebook() | c.KeepRunning() | c.StopIfIdle():
            return tasks.stopping(c.notebook_name_of(command))
        case c.PlanStop(arn=arn) | c.CancelStopPlan(arn=arn) | c.StopEvenIfBusy(arn=arn):
            return tasks.planning_stop(name_in(arn))
        case c.KeepRunningOnce(arns):
            return tasks.planning_stop(joined([name_in(each) for each in arns[:_MOST_NAMED]]))
        case c.KeepAtTop():
            return tasks.keeping_at_top(c.notebook_name_of(command))
        case c.AskToStopAll() | c.StopAll() | c.KeepAllRunning() | c.LeaveRunning():
            return tasks.stopping_all()
        case c.SetLooks():
            return tasks.looks()
        case c.BeginSignIn(sign_in) | c.CancelSignIn(sign_in):
            return tasks.mfa_code(sign_in.name) if sign_in.method is Method.MFA else tasks.signing_in(sign_in.name)
        case c.SetSessionLength():
            return tasks.session_length()
        case c.SetView():
            return tasks.view()
        case c.SetLeftRunning(profile=profile):
            return tasks.left_running(profile)
        case c.SetStopAt(profile=profile) | c.SetStopWhenIdle(profile=profile) | c.SetStopAtLogout(profile=profile):
            return tasks.stop_habit(profile)
        case c.SetScheduleRole(profile=profile):
            return tasks.schedule_role(profile)
        case c.CheckProfile(aws_profile, name):
            return tasks.adding(name or aws_profile)
        case c.UncheckProfile(name):
            return tasks.hiding(name)
        case c.FindNotebooks(profile) | c.ForgetFound(profile):
            return tasks.looking_everywhere(profile)
        case c.SetRegions(profile):
            return tasks.setting_regions(profile)
        case c.RenameProfile(profile):
            return tasks.renaming(profile)
        case c.SignWithAwsProfile(profile) | c.SignWithAccessKey(profile):
            return tasks.credentials(profile)
        case c.RemoveProfile(profile):
            return tasks.removing(profile)
        case c.TryProfile(profile):
            return tasks.testing(profile)
        case c.SetAutostart():
            return tasks.start_at_login()
        case c.SetOwnerTag():
            return tasks.owner_tag()
        case c.SetUpdateCheck():
            return tasks.update_check()
        case c.SetNotifications():
            return tasks.notifications()
        case c.Refresh() | c.FollowProfiles() | c.FollowChoices():
            return tasks.refresh()
        case c.Dismiss():
            return tasks.dismissing()
        case c.CopyDetails():
            return tasks.copying_details()
        case c.OpenLog():
            return tasks.opening_log()
        case c.CheckComputer():
            return tasks.checking_computer()
        case c.ShowPage(page):
            return tasks.showing_page(page)
        case c.ShowNotebooks():
            return tasks.showing_notebooks()
        case c.ShowSettings():
            return tasks.showing_settings()
        case c.ShowSetUp():
            return tasks.showing_set_up()
        case c.AddProfiles(profiles):
            return tasks.adding_all([each.name for each in profiles])
        case c.AddWithKey(profile):
            return tasks.adding(profile.name)
        case c.WriteAwsConfig():
            return tasks.writing_config()
        case c.Quit():
            return tasks.quit_()
        case _:
            assert_never(command)


def name_of(about: str | Source) -> str:
    """Return whom a problem concerns: a profile by its name; nothing for a source, which the problem's title names."""
    return "" if isinstance(about, Source) else about
