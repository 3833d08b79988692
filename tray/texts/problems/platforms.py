"""Notebook instances that are not moved to another platform."""

from __future__ import annotations

from tray.texts.language import _
from tray.texts.platforms import consequences
from tray.texts.problems.table import Words, problem, sentences
from tray.texts.shell import on_notebook


@problem
def cannot_move_now(name: str, region: str, profile: str, state: str) -> Words:
    """`state` is the status as AWS writes it."""
    remedy = _("Wait until it is stopped, then try again.")
    if state == "InService":
        remedy = _(
            "Stop it first: {command}. On an old platform AWS may refuse to start it again, and may refuse the move"
            " too: bring your work elsewhere before.",
            command=on_notebook("stop", name),
        )
    return Words(
        _("Can't be moved now"),
        _(
            "The notebook instance “{name}” ({region}, profile “{profile}”) is {state}, not Stopped.",
            name=name,
            region=region,
            profile=profile,
            state=state,
        ),
        remedy,
    )


@problem
def no_way_back(name: str, identifier: str, to: str) -> Words:
    return Words(
        _("Not moved"),
        sentences(
            _(
                "The notebook instance “{name}” was not moved from {identifier} to {to}, because nobody confirmed twice"
                " what that means.",
                name=name,
                identifier=identifier,
                to=to,
            ),
            *consequences(),
        ),
        _(
            "To move it without a question: {command}",
            command=on_notebook("move-platform", name, "--to", to, "--yes", "--without-a-way-back"),
        ),
    )


@problem
def still_moving(name: str, region: str, profile: str, to: str) -> Words:
    return Words(
        _("Still being moved"),
        _(
            "AWS is still moving the notebook instance “{name}” ({region}, profile “{profile}”) to {to}.",
            name=name,
            region=region,
            profile=profile,
            to=to,
        ),
        _("Wait some minutes, then look at it in the list."),
    )


@problem
def not_moved(name: str, identifier: str, to: str) -> Words:
    return Words(
        _("Not moved"),
        _(
            "AWS took the move of the notebook instance “{name}” to {to}, but it is on {identifier}.",
            name=name,
            identifier=identifier,
            to=to,
        ),
        _("Ask your administrator: AWS Support can tell why."),
    )


@problem
def platform_retired(name: str, region: str, profile: str, identifier: str) -> Words:
    return Words(
        _("Its platform is retired"),
        _(
            "AWS doesn't start the notebook instance “{name}” ({region}, profile “{profile}”) any more: it is on the"
            " platform {identifier}.",
            name=name,
            region=region,
            profile=profile,
            identifier=identifier,
        ),
        _(
            "To move it to Amazon Linux 2023, with no way back: {command}. The command says first what that means.",
            command=on_notebook("move-platform", name, "--to", "notebook-al2023-v2"),
        ),
    )
