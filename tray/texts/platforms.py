"""Platforms that AWS has retired, and the move of a notebook instance to another one."""

from __future__ import annotations

from tray.texts.language import _
from tray.texts.shell import command, on_notebook


def old(identifier: str, running: bool) -> str:
    """Return the line that marks a notebook instance on a retired platform."""
    if running:
        return _("Old platform {identifier}: AWS may not start it again once stopped", identifier=identifier)
    return _("Old platform {identifier}: AWS may not start it again", identifier=identifier)


def old_named(name: str, identifier: str) -> str:
    """Return the same line where it must say which notebook instance it is about."""
    return _("{name}: old platform {identifier}, AWS may not start it again", name=name, identifier=identifier)


def copy_what_to_do() -> str:
    """Return the line that copies what to do about a retired platform."""
    return _("Copy what to do about the old platform")


def copy_what_to_do_named(name: str) -> str:
    """Return the same line where it must say which notebook instance it is about."""
    return _("Copy what to do about the old platform of {name}", name=name)


def what_to_do(name: str, identifier: str) -> str:
    """Return what a user can do whose notebook instance is on a retired platform, as text to paste."""
    move = command("move-platform", name, "--to", "notebook-al2023-v2")
    return "\n".join(
        (
            _(
                "The notebook instance “{name}” is on the platform {identifier}, which AWS has retired: once it is"
                " stopped, AWS may not start it again.",
                name=name,
                identifier=identifier,
            ),
            _("1. Leave it running until your work is elsewhere."),
            _(
                "2. Make a new notebook instance on Amazon Linux 2023 (platform notebook-al2023-v2) in the SageMaker"
                " console, or ask your administrator for one."
            ),
            _(
                "3. Bring over what is in /home/ec2-user/SageMaker: push it to its Git repository, or copy it through"
                " Amazon S3. Note which packages you have installed: they are installed anew."
            ),
            _(
                "Instead of 2 and 3, one that is stopped can be moved to Amazon Linux 2023 as it is, with no way back."
                " This command says first what that means, and asks twice: {command}",
                command=move,
            ),
        )
    )


# The move, for the command line.


def asking(name: str) -> str:
    """Return that AWS is asked on which platform a notebook instance is."""
    return _("Asking on which platform {name} is…", name=name)


def consequences() -> tuple[str, ...]:
    """Return what a move means, a line each."""
    return (
        _("What is in /home/ec2-user/SageMaker stays. Packages installed elsewhere go, as they do at each stop."),
        _(
            "A lifecycle script that was written for the old platform may fail, and then it doesn't start: Amazon Linux"
            " 2023 comes without amazon-linux-extras, initctl and cron."
        ),
        _("Conda environments and kernels may be missing, or have other versions."),
        _("There is no way back to the old platform. Make a copy of what matters first."),
    )


def move(name: str, identifier: str, to: str) -> str:
    """Return the first question before a move."""
    return _("Move {name} from {identifier} to {to}?", name=name, identifier=identifier, to=to)


def move_for_good(name: str) -> str:
    """Return the second question before a move."""
    return _("There is no way back. Move {name} all the same?", name=name)


def moving(name: str, to: str) -> str:
    """Return that a notebook instance is being moved."""
    return _("Moving {name} to {to}", name=name, to=to)


def moved(name: str, to: str) -> str:
    """Return that a notebook instance has been moved."""
    return _(
        "{name} is on {to} now, and stopped. To start it: {command}",
        name=name,
        to=to,
        command=on_notebook("start", name),
    )


def there_already(name: str, to: str) -> str:
    """Return that there is nothing to move."""
    return _("{name} is on {to} already.", name=name, to=to)
