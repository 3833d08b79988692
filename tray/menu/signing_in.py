"""The menu's lines about signing in: one for each sign-in that would mend a problem, or one line for all. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.menu.entries import Entry, text
from tray.menu.names import short
from tray.model.commands import BeginSignIn, CancelSignIn
from tray.model.problems import Kind
from tray.model.sign_in import Method
from tray.texts import menu as texts
from tray.texts import menu_problems as problem_texts

if TYPE_CHECKING:
    from collections.abc import Collection

    from tray.fleet.snapshot import Listing, Snapshot
    from tray.model.sign_in import SignIn

MOST_AT_TOP = 3
MOST_SUMMED_UP = 25

# The sign-ins that would mend a problem, each with the profiles that wait for it.
Needed = dict["SignIn", tuple[str, ...]]


def sign_ins_needed(snapshot: Snapshot) -> Needed:
    """Return the sign-ins that a click could begin, in the order of the profiles that need them."""
    needed: dict[SignIn, dict[str, None]] = {}
    for name, problem in snapshot.listing.all_problems:
        if problem.sign_in is not None and isinstance(name, str):
            needed.setdefault(problem.sign_in, {})[name] = None
    return {sign_in: tuple(profiles) for sign_in, profiles in needed.items()}


def sign_in_line(listing: Listing, profiles: Collection[str]) -> str:
    """Return which line of the menu begins the sign-ins that `profiles` need: `sign-in`, `mfa`, or nothing.

    It is nothing where no one line does for all of them, or a profile's has to be done elsewhere.
    """
    found = {
        problem.sign_in.method if problem.sign_in is not None else None
        for name, problem in listing.all_problems
        if name in profiles and problem.kind is Kind.SIGN_IN
    }
    if found == {Method.BROWSER}:
        return "sign-in"
    return "mfa" if found == {Method.MFA} else ""


def sign_in_entries(snapshot: Snapshot, most_at_top: int = MOST_AT_TOP) -> tuple[Entry, ...]:
    """Return the lines that begin a sign-in, and the lines that cancel a sign-in under way.

    If there are more than `most_at_top` sign-ins, one line with a list stands for all of them.
    """
    under_way = tuple(
        Entry(f"cancel/{_key(sign_in)}", cancel_label(sign_in), CancelSignIn(sign_in))
        for sign_in in snapshot.tasks.sign_ins
    )
    needed = {s: profiles for s, profiles in sign_ins_needed(snapshot).items() if s not in snapshot.tasks.sign_ins}
    lines = tuple(
        Entry(f"sign-in/{_key(sign_in)}", sign_in_label(sign_in, profiles), BeginSignIn(sign_in))
        for sign_in, profiles in needed.items()
    )
    if len(under_way) > most_at_top:
        under_way = (
            Entry("cancels", problem_texts.cancel_one_of(len(under_way)), children=under_way[:MOST_SUMMED_UP]),
        )
    if len(lines) <= most_at_top:
        return (*under_way, *lines)
    waiting = len({name for profiles in needed.values() for name in profiles})
    more = len(lines) - MOST_SUMMED_UP
    rest = (text("more", texts.more(more, "notebook-tray signin")),) if more > 0 else ()
    all_of_them = Entry(
        "sign-ins", problem_texts.sign_in_to_profiles(waiting), children=(*lines[:MOST_SUMMED_UP], *rest)
    )
    return (*under_way, all_of_them)


def sign_in_label(sign_in: SignIn, profiles: tuple[str, ...]) -> str:
    """Return the line that begins a sign-in; it names the profile if only one waits for the sign-in."""
    several = len(profiles) > 1
    name = problem_texts.for_profiles(short(sign_in.name), len(profiles)) if several else short(profiles[0])
    return problem_texts.enter_mfa_code(name) if sign_in.method is Method.MFA else problem_texts.sign_in(name)


def cancel_label(sign_in: SignIn) -> str:
    """Return the line that cancels a sign-in under way."""
    name = short(sign_in.name)
    return problem_texts.cancel_mfa_code(name) if sign_in.method is Method.MFA else problem_texts.cancel_sign_in(name)


def waiting_words(sign_in: SignIn) -> str:
    """Return the menu's first line while the program waits for a sign-in."""
    name = short(sign_in.name)
    return texts.waiting_for_mfa(name) if sign_in.method is Method.MFA else texts.waiting_for_sign_in(name)


def _key(sign_in: SignIn) -> str:
    return f"{sign_in.method.value}/{sign_in.key}"
