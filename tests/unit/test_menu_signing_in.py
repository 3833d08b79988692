from __future__ import annotations

from typing import Any

import pytest

from tests.support.samples import NOW, OPENING_A, needs, notebook, problem, snapshot
from tray.fleet.snapshot import Notice, ScopeState, Snapshot
from tray.fleet.telling.notifications import expired
from tray.menu import entries as e
from tray.menu.layout import menu
from tray.menu.signing_in import MOST_AT_TOP, MOST_SUMMED_UP, sign_in_entries, sign_in_line, sign_ins_needed
from tray.menu.words import needs_attention, state_line
from tray.model import commands
from tray.model.commands import BeginSignIn
from tray.model.problems import Kind
from tray.model.sign_in import Method, SignIn

CORP = SignIn(Method.BROWSER, "corp", "corp")
PHONE = SignIn(Method.MFA, "admin", "admin")


def signed_out(*scopes: ScopeState, **changes: Any) -> Snapshot:
    return snapshot(scopes=scopes, **changes)


def labels(entries: tuple[e.Entry, ...]) -> list[str]:
    return [entry.label for entry in entries]


def test_a_profile_has_a_line_to_sign_in_with_and_no_line_that_only_says_so() -> None:
    shown = menu(signed_out(needs(CORP)), NOW)
    line = next(entry for entry in shown if entry.label.startswith("Sign in"))
    assert (line.label, line.command, line.enabled) == ("Sign in to research…", commands.BeginSignIn(CORP), True)
    assert not [entry for entry in shown if "Signing in needed" in entry.label and entry.children]


def test_the_regions_of_a_profile_and_the_profiles_of_a_session_are_signed_in_to_at_once() -> None:
    regions = (needs(CORP, region="eu-west-1"), needs(CORP, region="us-east-1"))
    assert labels(sign_in_entries(signed_out(*regions))) == ["Sign in to research…"]
    assert labels(sign_in_entries(signed_out(*regions, needs(CORP, "lab")))) == ["Sign in to corp (2 profiles)…"]


def test_a_code_is_asked_for_in_its_own_words() -> None:
    assert labels(sign_in_entries(signed_out(needs(PHONE, "admin")))) == ["Enter the MFA code for admin…"]


def test_what_no_click_can_mend_is_still_told() -> None:
    shown = menu(signed_out(needs(None)), NOW)
    assert "research, eu-west-1: Signing in needed" in labels(shown)


def test_many_sign_ins_are_summed_up_in_one_line() -> None:
    scopes = [needs(SignIn(Method.BROWSER, f"s{at}", f"s{at}"), f"p{at:02}") for at in range(50)]
    (line,) = sign_in_entries(signed_out(*scopes))
    assert line.label == "Sign in to 50 profiles"
    assert len(line.children) == MOST_SUMMED_UP + 1
    assert line.children[-1].label == f"… and {50 - MOST_SUMMED_UP} more: notebook-tray signin"
    assert len(sign_in_entries(signed_out(*scopes[:MOST_AT_TOP]))) == MOST_AT_TOP


def test_fifty_profiles_of_one_session_need_one_line() -> None:
    scopes = [needs(CORP, f"p{at:02}") for at in range(50)]
    assert labels(sign_in_entries(signed_out(*scopes))) == ["Sign in to corp (50 profiles)…"]


def test_a_sign_in_under_way_can_be_cancelled_and_not_begun_again() -> None:
    waiting = signed_out(needs(CORP), doing=(commands.BeginSignIn(CORP),))
    (line,) = sign_in_entries(waiting)
    assert (line.label, line.command) == ("Cancel signing in to corp", commands.CancelSignIn(CORP))
    assert state_line(waiting, NOW) == "Waiting in the browser for you to sign in to corp…"
    assert labels(sign_in_entries(signed_out(doing=(commands.BeginSignIn(PHONE),)))) == [
        "Cancel the MFA code for admin"
    ]


def test_a_notice_that_a_sign_in_mends_is_gone_with_it() -> None:
    notice = Notice(OPENING_A, problem(Kind.SIGN_IN, sign_in=CORP))
    assert needs_attention(signed_out(needs(CORP), notice=notice))
    assert not needs_attention(snapshot(notebook("a"), notice=notice))
    assert not [entry for entry in menu(snapshot(notebook("a"), notice=notice), NOW) if entry.key == "notice"]


def test_keys_tell_sign_ins_apart_whatever_they_are_called() -> None:
    same_words = (needs(SignIn(Method.BROWSER, "a", "x"), "p"), needs(SignIn(Method.MFA, "a", "x"), "q"))
    keys = [entry.key for entry in sign_in_entries(signed_out(*same_words))]
    assert len(set(keys)) == 2


def test_which_profiles_wait_for_which_sign_in() -> None:
    known = signed_out(needs(CORP, "a"), needs(CORP, "b"), needs(None, "c"), problems=(("d", problem(sign_in=PHONE)),))
    assert sign_ins_needed(known) == {PHONE: ("d",), CORP: ("a", "b")}


@pytest.mark.parametrize(
    ("profiles", "title", "message"),
    [
        (
            ("lab",),
            "Signing in needed for lab",
            "Its AWS sign-in has expired. Choose “Sign in to …” in the menu.",
        ),
        (
            ("a", "b", "c", "d", "e"),
            "Signing in needed for 5 profiles",
            "They are: a, b, c and 2 more. Choose “Sign in to …” in the menu.",
        ),
    ],
)
def test_the_notification_names_whom_it_concerns(profiles: tuple[str, ...], title: str, message: str) -> None:
    told = expired(profiles, signed_out().listing, "sign-in")
    assert (told.title, told.whole_text) == (title, message)


def test_the_notification_names_the_line_that_begins_it() -> None:
    known = signed_out(needs(CORP, "a"), needs(CORP, "b"), needs(PHONE, "c"), needs(None, "d")).listing
    assert sign_in_line(known, ["a", "b"]) == "sign-in"
    assert sign_in_line(known, ["c"]) == "mfa"
    assert sign_in_line(known, ["a", "c"]) == sign_in_line(known, ["d"]) == sign_in_line(known, ["a", "d"]) == ""
    assert expired(("d",), known, "").whole_text == "Its AWS sign-in has expired. The menu says what to do."


def test_the_notification_has_a_button_for_each_sign_in_if_they_are_few() -> None:
    known = signed_out(needs(CORP, "a"), needs(CORP, "b"), needs(PHONE, "c"), needs(None, "d")).listing
    assert expired(("a", "b"), known, "sign-in").actions == (("Sign in", BeginSignIn(CORP)),)
    assert expired(("c",), known, "mfa").actions == (("Enter the MFA code", BeginSignIn(PHONE)),)
    assert expired(("a", "b", "c"), known, "").actions == (
        (f"Sign in to {CORP.name}", BeginSignIn(CORP)),
        (f"Enter the MFA code for {PHONE.name}", BeginSignIn(PHONE)),
    )
    assert expired(("d",), known, "").actions == ()
    several = signed_out(*(needs(SignIn(Method.BROWSER, f"{at}", f"{at}"), f"{at}") for at in range(4))).listing
    assert expired(tuple("0123"), several, "sign-in").actions == ()
