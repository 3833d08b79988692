from __future__ import annotations

import pytest

from tests.support.notes import note
from tests.support.samples import notebook
from tray.fleet.telling import notifications
from tray.model import commands as c
from tray.model.lengths import View
from tray.model.notification import without_urls
from tray.model.notification_kinds import NotificationKind
from tray.model.power import StopAllQuestion, StopQuestion
from tray.model.problems import Kind, Problem
from tray.model.sign_in import Method, SignIn

ARN = "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/churn-model"
OPEN = c.OpenNotebook("research", ARN, View.LAB, 3600)
START = c.StartNotebook("research", ARN, OPEN)
STARTS_NOT = Problem.of(
    "start-failed", name="m", region="r", profile="p", cause="", instance_type="t", said="", in_log=""
)
PRESIGNED = "https://churn-model.notebook.eu-west-1.sagemaker.aws/?authToken=eyJhbGciOi.J9-_~secret"


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("plain", "plain"),
        (f"Open {PRESIGNED} now.", "Open churn-model.notebook.eu-west-1.sagemaker.aws now."),
        (f"“{PRESIGNED}”,\n({PRESIGNED})", "“churn-model.notebook.eu-west-1.sagemaker.aws”,\n"
         "(churn-model.notebook.eu-west-1.sagemaker.aws)"),
        ("wss://h.example:8443/x#y", "h.example:8443"),
        ("HTTPS_PROXY=http://bob:secret@proxy:3128", "HTTPS_PROXY=proxy:3128"),
        (f"{PRESIGNED},{PRESIGNED}", "churn-model.notebook.eu-west-1.sagemaker.aws"),
        ("Set HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT.", "Set HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT."),
        ("an address with http:// or https:// and a host", "an address with http:// or https:// and a host"),
        ("https://\\\\h/x?token=y", ""),
        ("x" * 3000 + "://" + "y" * 3000, "y" * 3000),
    ],
)  # fmt: skip
def test_no_address_is_left_in_a_text(text: str, without: str) -> None:
    assert without_urls(text) == without


def test_nothing_that_is_shown_has_an_address_or_no_end() -> None:
    told = note(f"a {PRESIGNED} b" + "x" * 5000, f"{PRESIGNED}" + "y" * 5000, where=f"{PRESIGNED} " + "z " * 5000)
    for shown in (told.title, told.text, told.where, told.whole_text):
        assert "://" not in shown
        assert "authToken" not in shown
        assert len(shown) < 2100


def test_it_has_three_buttons_at_most_and_is_about_something() -> None:
    note("", actions=(("Open", OPEN),) * 3)
    with pytest.raises(ValueError, match="three buttons"):
        note("", actions=(("Open", OPEN),) * 4)
    with pytest.raises(ValueError, match="matter"):
        note("", about="")


def test_what_is_ready_can_be_opened() -> None:
    told = notifications.ready(START, OPEN)
    assert (told.kind, told.title, told.actions) == (
        NotificationKind.READY,
        "churn-model is ready",
        (("Open", OPEN),),
    )
    assert told.whole_text == "It has started, and can be opened. Choose “churn-model” in the menu to open it."
    assert notifications.ready(START, None).actions == ()


@pytest.mark.parametrize("second", [False, True])
def test_a_question_has_both_answers_and_a_click_beside_them_is_none(second: bool) -> None:
    one = notebook("churn-model")
    told = notifications.asked(StopQuestion(one, None, None, 0, second), ["Nobody knows", "Files stay"])
    assert (told.kind, told.title, told.text) == (
        NotificationKind.QUESTION,
        "Stop churn-model?",
        "Nobody knows. Files stay.",
    )
    assert told.where == "Choose “Stop churn-model?” in the menu to answer."
    assert told.actions == (
        ("Leave it running", c.KeepRunning(one.arn)),
        (
            "Stop it, even if it may never start again" if second else "Stop it",
            c.StopNotebook("research", one.arn, for_good=second),
        ),
    )
    assert not told.click_acts


def test_a_start_that_aws_ended_can_be_tried_again() -> None:
    assert notifications.failed(START, STARTS_NOT, "").actions == (("Try again", START),)
    assert notifications.failed(START, Problem.of("no-longer-there"), "").actions == ()


def test_all_that_is_told_of_a_notebook_instance_is_one_matter() -> None:
    failed = notifications.failed(OPEN, Problem.of("own-error"), "Opening churn-model")
    assert failed.about == notifications.ready(START, OPEN).about == notifications.about_notebook(ARN)
    other = c.StartNotebook("research", f"{ARN}-2")
    assert notifications.ready(other, None).about != failed.about


def test_a_failure_has_the_button_that_mends_it() -> None:
    corp = SignIn(Method.BROWSER, "corp", "corp")
    told = notifications.failed(OPEN, Problem.of("own-error", Kind.SIGN_IN, corp), "Opening churn-model")
    assert (told.kind, told.failure) == (NotificationKind.FAILED, True)
    assert told.actions == (("Sign in", c.BeginSignIn(corp)),)
    assert notifications.failed(OPEN, Problem.of("own-error"), "").actions == (("Open log", c.OpenLog()),)
    assert notifications.failed(OPEN, Problem.of("no-longer-there"), "").actions == ()


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        (c.CopyLink("research", ARN, View.LAB, 3600), NotificationKind.DONE),
        (c.CopyDetails("x"), NotificationKind.DONE),
        (c.CheckComputer(), NotificationKind.DONE),
        (c.BeginSignIn(SignIn(Method.BROWSER, "corp", "corp")), NotificationKind.SIGN_IN),
        (OPEN, None),
        (c.SetNotifications(NotificationKind.DONE, on=True), None),
    ],
)
def test_what_nothing_else_shows_is_told(command: c.Command, kind: NotificationKind | None) -> None:
    told = notifications.done(command)
    assert (told and told.kind) == kind


def asked_all(number: int, facts: list[str]) -> tuple[list[str], bool, list[str]]:
    question = StopAllQuestion(tuple(StopQuestion(notebook(f"n{at}"), None, None, 0) for at in range(number)), (), 0)
    stops = c.StopAll(tuple((each.notebook.scope.profile, each.notebook.arn) for each in question.each))
    told = notifications.asked_all(question, facts, stops)
    return [label for label, _command in told.actions], told.click_acts, told.text.splitlines()


def test_the_question_about_several_has_a_line_for_each() -> None:
    buttons = ["Leave them running", "Stop all 2"]
    assert asked_all(2, ["n0: busy", "n1: idle"]) == (buttons, False, ["n0: busy.", "n1: idle."])
    assert asked_all(0, ["n0 is left out"])[0] == ["Leave them running"]


def test_nobody_confirms_what_is_not_shown() -> None:
    assert asked_all(15, [f"n{at}: {'busy ' * 20}" for at in range(15)])[0] == []


@pytest.mark.parametrize("opens", [OPEN, None])
def test_what_was_not_to_be_opened_can_be_stopped_when_it_is_ready(opens: c.OpenNotebook | None) -> None:
    told = notifications.ready(START, opens, stops=True)
    stop = ("Stop…", c.AskToStop("research", ARN))
    assert told.actions == ((("Open", OPEN), stop) if opens else (stop,))
    assert told.click_acts is (opens is not None), "a click beside the buttons stops nothing"
    assert "to open or stop it" in told.where
    assert [label for label, _ in notifications.ready(START, OPEN).actions] == ["Open"]
