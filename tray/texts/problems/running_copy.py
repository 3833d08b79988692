"""What goes wrong between this process and the copy of the program that runs already."""

from __future__ import annotations

from tray.texts.language import _
from tray.texts.problems.table import Words, problem
from tray.texts.shell import command


@problem
def claim_unusable(path: str, reason: str, fault: str) -> Words:
    """`fault` is `full`, `gone` or `refused`."""
    match fault:
        case "full":
            remedy = _("Make room on the disk that it is on.")
        case "gone":
            remedy = _("Make sure that the drive or folder that it is in is there.")
        case _refused:
            remedy = _("Delete it, or make it yours and writable for you.")
    return Words(
        _("Notebook Tray can't tell whether it is running"),
        _("{path} can't be used: {reason}.", path=path, reason=reason),
        remedy,
    )


@problem
def copy_does_not_answer(seconds: str, process: int | None) -> Words:
    message = _("The running copy did not answer for {seconds} seconds.", seconds=seconds)
    if process is not None:
        message = _(
            "The running copy (process {process}) did not answer for {seconds} seconds.",
            process=process,
            seconds=seconds,
        )
    return Words(_("Notebook Tray is running and does not answer"), message, _start_again(process))


@problem
def copy_is_another_version(process: int) -> Words:
    return Words(
        _("Another version of Notebook Tray is running"),
        _(
            "The running copy (process {process}) does not understand this one, perhaps since an upgrade.",
            process=process,
        ),
        _start_again(process),
    )


@problem
def copy_failed(process: int) -> Words:
    return Words(
        _("That did not work"),
        _("The running copy (process {process}) met an error. Its log has the details.", process=process),
        _start_again(process),
    )


def _start_again(process: int | None) -> str:
    if process is None:
        return _("Choose Quit in its menu, or end it, and start it again with: {command}", command=command())
    return _(
        "Choose Quit in its menu, or end it (process {process}), and start it again with: {command}",
        process=process,
        command=command(),
    )
