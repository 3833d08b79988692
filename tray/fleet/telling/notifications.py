"""The notifications of what the services do: pure functions from what happened to a `Notification`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tray.model import commands as c
from tray.model.arns import name_in
from tray.model.notification import MOST_ACTIONS, MOST_IN_TEXT, Notification
from tray.model.notification_kinds import NotificationKind
from tray.model.problems import Kind
from tray.model.sign_in import Method
from tray.texts import cloud_schedules as cloud_texts
from tray.texts import finding as finding_texts
from tray.texts import menu_problems as problem_texts
from tray.texts import notifications as texts
from tray.texts import power as power_texts
from tray.texts import sessions as session_texts
from tray.texts import stop_all as stop_all_texts
from tray.texts.lengths import session_length

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.fleet.snapshot import Listing
    from tray.model.open_sessions import Meanwhile, OpenSession
    from tray.model.power import StopAllQuestion, StopQuestion
    from tray.model.problems import Problem
    from tray.model.searches import RegionSearch
    from tray.model.sign_in import SignIn

EXPIRED = "expired"
"""What the notification of expired sign-ins is about."""

ABOUT_SESSIONS = "sessions"
"""What a notification of several sessions is about."""

_MOST_NAMED = 5

ABOUT_ALL = "question/all"
"""What the question whether to stop all that the user opened is about."""


def ready(command: c.StartNotebook, opens: c.OpenNotebook | None, *, stops: bool = False) -> Notification:
    """Return that a notebook instance has started, with a button that `opens` it if that is known.

    :param stops: whether there is a button that leads to the question before a stop, too
    """
    name = c.notebook_name_of(command)
    stop = ((power_texts.stop(), c.AskToStop(command.profile, command.arn)),) if stops else ()
    return Notification(
        NotificationKind.READY,
        *power_texts.ready(name),
        about=about_notebook(command.arn),
        actions=(*(((power_texts.open_it(), opens),) if opens is not None else ()), *stop),
        where=power_texts.open_or_stop_in_the_menu(name) if stops else power_texts.open_it_in_the_menu(name),
        click_acts=opens is not None,
    )


def asked(question: StopQuestion, facts: Iterable[str]) -> Notification:
    """Return the question whether to stop a notebook instance, with the answers; `facts` speak against it."""
    notebook = question.notebook
    stop = c.StopNotebook(notebook.scope.profile, notebook.arn, for_good=question.second)
    return Notification(
        NotificationKind.QUESTION,
        power_texts.question(notebook.name),
        texts.facts(list(facts)),
        about=about_question(notebook.arn),
        actions=(
            (power_texts.keep_running(), c.KeepRunning(notebook.arn)),
            (power_texts.stop_for_good() if question.second else power_texts.stop_now(), stop),
        ),
        where=power_texts.answer_in_the_menu(notebook.name),
        click_acts=False,
    )


def asked_all(question: StopAllQuestion, facts: Iterable[str], stops: c.StopAll) -> Notification:
    """Return the question whether to stop all that the user opened, with the answers; `facts` speak against it.

    Where the facts don't fit, the question can be answered in the menu alone: nobody confirms what isn't shown.
    """
    number = len(question.each)
    title, lines = stop_all_texts.question(number), "\n".join(texts.facts([fact]) for fact in facts)
    stop = ((stop_all_texts.stop_all(number), stops),) if number else ()
    answers = ((stop_all_texts.keep_running(), c.KeepAllRunning()), *stop)
    return Notification(
        NotificationKind.QUESTION,
        title,
        lines,
        about=ABOUT_ALL,
        actions=answers if len(lines) <= MOST_IN_TEXT else (),
        where=stop_all_texts.answer_in_the_menu(title),
        click_acts=False,
    )


def about_question(arn: str) -> str:
    """Return the matter of the question whether to stop the notebook instance with an ARN."""
    return f"question/{arn}"


def about_notebook(arn: str) -> str:
    """Return the matter of all that is told of the notebook instance with an ARN: the latest replaces the others."""
    return f"notebook/{arn}"


def found(
    search: RegionSearch,
    line: str,
    places: str,
    facts: tuple[str, ...],
    choices: tuple[tuple[str, c.SetRegions], ...],
) -> Notification:
    """Return what a search in all regions found where, with a button if there is one way to go on.

    :param line: the menu's line with all choices
    """
    words = finding_texts.told if search.found else finding_texts.told_nothing
    return Notification(
        NotificationKind.DONE,
        *words(search.profile, [places, *facts] if search.found else list(facts)),
        about=about_search(search.profile),
        actions=choices if len(choices) == 1 else (),
        where=finding_texts.choose_in_the_menu(line) if choices else "",
    )


def session_ends(session: OpenSession, until: str, minutes: int) -> Notification:
    """Return that a session ends soon, with a button that renews it, and one after which no warning comes.

    :param until: the time at which it ends, in words
    """
    name = name_in(session.arn)
    return Notification(
        NotificationKind.SESSION,
        *session_texts.ends(name, until, minutes, session.limited, session.renewable),
        about=about_session(session.arn),
        actions=(
            *([(session_texts.renew(session_length(session.session_seconds)), _opens(session))] * session.renewable),
            (session_texts.not_now(), c.QuietSession(session.arn)),
        ),
        where=session_texts.open_in_the_menu(name) if session.renewable else "",
        click_acts=session.renewable,
    )


def sessions_end(sessions: tuple[OpenSession, ...], until: str) -> Notification:
    """Return that several sessions end soon, the first of them at a time in words."""
    return Notification(
        NotificationKind.SESSION,
        *session_texts.several_end(len(sessions), *_named(sessions), until),
        about=ABOUT_SESSIONS,
        where=session_texts.open_each_in_the_menu(),
        click_acts=False,
    )


def session_ended(session: OpenSession, at: str) -> Notification:
    """Return that a session has ended, with a button that opens the notebook instance again.

    :param at: the time at which it ended, in words
    """
    name = name_in(session.arn)
    return Notification(
        NotificationKind.SESSION,
        *session_texts.ended(name, at),
        about=about_session(session.arn),
        actions=((session_texts.open_again(), _opens(session)),),
        where=session_texts.open_in_the_menu(name),
    )


def sessions_ended(sessions: tuple[OpenSession, ...], meanwhile: Meanwhile) -> Notification:
    """Return that several sessions have ended."""
    return Notification(
        NotificationKind.SESSION,
        *session_texts.several_ended(len(sessions), *_named(sessions), meanwhile.name),
        about=ABOUT_SESSIONS,
        where=session_texts.open_each_in_the_menu(),
        click_acts=False,
    )


def about_session(arn: str) -> str:
    """Return the matter of the session in the notebook instance with an ARN."""
    return f"session/{arn}"


def _opens(session: OpenSession) -> c.OpenNotebook:
    return c.OpenNotebook(session.profile, session.arn, session.view, session.session_seconds)


def _named(sessions: tuple[OpenSession, ...]) -> tuple[list[str], int]:
    """Return the names of the first few, and how many more there are."""
    names = [name_in(each.arn) for each in sessions[:_MOST_NAMED]]
    return names, len(sessions) - len(names)


def about_search(profile: str) -> str:
    """Return the matter of a search for a profile's notebook instances."""
    return f"search/{profile}"


def done(command: c.Command) -> Notification | None:
    """Return that a command is carried out; None if the menu or the browser shows it."""
    match command:
        case c.CopyLink():
            words = texts.link_copied(c.notebook_name_of(command))
        case c.CopyDetails():
            words = texts.details_copied()
        case c.CheckComputer():
            words = texts.report_copied()
        case c.BeginSignIn(sign_in):
            return Notification(NotificationKind.SIGN_IN, *texts.signed_in(sign_in.name), about=matter_of(command))
        case _:
            return None
    return Notification(NotificationKind.DONE, *words, about=matter_of(command))


def failed(command: c.Command, problem: Problem, subject: str) -> Notification:
    """Return that a command failed; `subject` says what it was doing."""
    return Notification(
        NotificationKind.FAILED,
        problem_texts.problem(subject, problem.title),
        f"{problem.message} {problem.remedy}",
        about=matter_of(command),
        actions=_mending(problem) or _again(command, problem),
        failure=True,
    )


def matter_of(command: c.Command) -> str:
    """Return what a notification of a command's end is about."""
    match command:
        case c.CopyLink(arn=arn):
            return f"link/{arn}"
        case (
            c.OpenNotebook()
            | c.StartNotebook()
            | c.StopNotebook()
            | c.AskToStop()
            | c.KeepClosed()
            | c.KeepRunning()
            | c.PlanStop()
            | c.StopIfIdle() as command
        ):
            return about_notebook(command.arn)
        case c.BeginSignIn(sign_in):
            return f"sign-in/{sign_in.method.value}/{sign_in.key}"
        case c.CheckProfile(aws_profile, name):
            return f"profile/{name or aws_profile}"
        case c.UncheckProfile(name) | c.SetRegions(name):
            return f"profile/{name}"
        case c.FindNotebooks(name) | c.ForgetFound(name):
            return about_search(name)
        case _:
            return type(command).__name__


def problem(problem: Problem) -> Notification:
    """Return a problem of what nobody asked for."""
    return Notification(
        NotificationKind.PROBLEM,
        problem.title,
        f"{problem.message} {problem.remedy}",
        about=f"problem/{problem.code}",
        actions=_mending(problem),
        failure=True,
    )


def schedule_failed(arn: str, why: Problem, stops: str) -> Notification:
    """Return that AWS' schedule of a notebook instance could not be made, or not be taken away.

    :param stops: when AWS will stop it, as a time; empty if it won't
    """
    name = name_in(arn)
    title = cloud_texts.still_stopped_by_aws(name, stops) if stops else cloud_texts.not_stopped_by_aws(name)
    return replace(problem(why), title=title, about=about_schedule(arn))


def about_schedule(arn: str) -> str:
    """Return the matter of what is told of AWS' schedule that stops the notebook instance with an ARN."""
    return f"schedule/{arn}"


def expired(profiles: tuple[str, ...], listing: Listing, line: str) -> Notification:
    """Return that profiles need signing in, with a button for each sign-in if there are few.

    :param line: which line of the menu begins the sign-ins, as in `texts.notifications.where_to_sign_in`
    """
    needed = dict.fromkeys(
        problem.sign_in
        for name, problem in listing.all_problems
        if name in profiles and problem.kind is Kind.SIGN_IN and problem.sign_in is not None
    )
    several = len(needed) > 1
    return Notification(
        NotificationKind.SIGN_IN,
        *texts.expired(profiles),
        about=EXPIRED,
        actions=tuple(_signing_in(sign_in, several=several) for sign_in in needed)
        if len(needed) <= MOST_ACTIONS
        else (),
        where=texts.where_to_sign_in(line),
        failure=True,
    )


def code(code: str) -> Notification:
    """Return the code that a sign-in page has to show. Each code is a matter of its own: none waits for another."""
    return Notification(NotificationKind.SIGN_IN, *texts.code(code), about=f"code/{code}")


def own_error() -> Notification:
    """Return that work in the background failed by an error in the program."""
    return _with_the_log(NotificationKind.PROBLEM, texts.own_error(), "own error")


def did_not_work(*, in_menu: bool = True) -> Notification:
    """Return that the user's latest action failed by an error in the program; `in_menu`: the menu has the log."""
    told = _with_the_log(NotificationKind.FAILED, texts.did_not_work(), "did not work")
    return told if in_menu else replace(told, where="")


def running(platform: str) -> Notification:
    """Return where the icon is; `platform` as sys.platform has it."""
    return Notification(NotificationKind.TRAY, *texts.running(platform), about="running")


def no_tray(problem: Problem, about: str) -> Notification:
    """Return that there is no tray, and what to do."""
    # The remedy comes first: GNOME shows one line until the notification is opened, and no program's name.
    return Notification(
        NotificationKind.TRAY,
        texts.of_the_program(problem.title),
        f"{problem.remedy} {problem.message}",
        about=about,
        failure=True,
    )


def _with_the_log(kind: NotificationKind, words: tuple[str, str], about: str) -> Notification:
    return Notification(
        kind,
        *words,
        about=about,
        actions=((texts.open_log(), c.OpenLog()),),
        where=texts.where_the_log_is(),
        failure=True,
    )


def _again(command: c.Command, problem: Problem) -> tuple[tuple[str, c.Command], ...]:
    """Return the button that starts a notebook instance once more, after a start that AWS has ended."""
    if isinstance(command, c.StartNotebook) and problem.code in ("start-failed", "start-ended"):
        return ((texts.try_again(), command),)
    return ()


def _mending(problem: Problem) -> tuple[tuple[str, c.Command], ...]:
    if problem.sign_in is not None:
        return (_signing_in(problem.sign_in),)
    return ((texts.open_log(), c.OpenLog()),) if problem.code == "own-error" else ()


def _signing_in(sign_in: SignIn, *, several: bool = False) -> tuple[str, c.Command]:
    name = sign_in.name if several else ""
    words = texts.enter_mfa_code if sign_in.method is Method.MFA else texts.sign_in
    return words(name), c.BeginSignIn(sign_in)
