"""MFA codes that a command asks for, where somebody sits at a terminal, for what it is about to do."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from tray.cli.streams import is_terminal
from tray.model.problems import TrayError
from tray.model.sign_in import Method, SignInCancelled

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.snapshot import ScopeState
    from tray.model.notebooks import Scope
    from tray.model.sign_in import SignIn

    Survey = Callable[[tuple[Scope, ...]], list[ScopeState]]


def with_codes(cloud: Cloud, states: list[ScopeState], survey: Survey) -> list[ScopeState]:
    """Ask on the terminal for the codes that places need, each device's once, and list those places again.

    A code is good for this process alone, and for all of it. Where no terminal is, nothing is asked.

    :raises click.Abort: the user cancelled
    """
    asked: set[SignIn] = set()
    while at_terminal() and (needed := _needed(states, asked)) is not None:
        asked.add(needed)
        try:
            _ask(cloud, needed)
        except TrayError as error:
            again = [replace(state, problem=error.problem) for state in states if _waits_for(state) == needed]
        else:
            # All of them: another profile may have the same role, and the code is good for it too.
            again = survey(tuple(state.scope for state in states if _waits_for(state)))
        states = _replaced(states, again)
    return states


def at_terminal() -> bool:
    """Whether the user can be asked, and doesn't pass on what the command prints to another program."""
    return all(is_terminal(stream) for stream in (sys.stdin, sys.stdout, sys.stderr))


def _needed(states: list[ScopeState], asked: set[SignIn]) -> SignIn | None:
    return next((needed for state in states if (needed := _waits_for(state)) is not None and needed not in asked), None)


def _waits_for(state: ScopeState) -> SignIn | None:
    sign_in = state.problem.sign_in if state.problem else None
    return sign_in if sign_in is not None and sign_in.method is Method.MFA else None


def _ask(cloud: Cloud, sign_in: SignIn) -> None:
    from tray.cli.terminal import TerminalSurface

    try:
        # On this thread: a prompt on an abandoned thread would leave the terminal without echo.
        cloud.sign_in(sign_in, TerminalSurface())
    except SignInCancelled:
        raise click.Abort from None


def _replaced(states: list[ScopeState], again: list[ScopeState]) -> list[ScopeState]:
    new = {state.scope: state for state in again}
    return [new.get(state.scope, state) for state in states]
