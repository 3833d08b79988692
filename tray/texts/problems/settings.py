"""What can't be set, and why."""

from __future__ import annotations

from tray.texts.language import _, joined
from tray.texts.problems.table import Words, problem


@problem
def rename_while_starting(profile: str) -> Words:
    return Words(
        _("A notebook instance is starting"),
        _("{name} is starting a notebook instance, which is followed under this name.", name=profile),
        _("Give it another name once the notebook instance runs."),
    )


@problem
def no_such_setting(name: str, known: tuple[str, ...]) -> Words:
    return Words(
        _("No such setting"),
        _("There is no setting “{name}” of the whole program.", name=name),
        _("These can be set: {names}", names=joined(known)),
    )
