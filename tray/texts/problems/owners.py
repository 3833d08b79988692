"""The problems of the tag that names an owner."""

from __future__ import annotations

from tray.texts.language import _
from tray.texts.problems.table import Words, problem
from tray.texts.reading import Reading, reading
from tray.texts.shell import command


@problem
def no_tag_key(key: str, most: int) -> Words:
    remedy = _("Use the key as AWS has it, for example Owner.")
    if reading() is Reading.COMMAND:
        remedy = _("Use the key as AWS has it, for example: {command}", command=command("owner-tag", "Owner"))
    return Words(
        _("No tag has this key"),
        _("A tag's key has 1 to {most} printable characters; this is “{key}”.", most=most, key=key),
        remedy,
    )


@problem
def owner_tag_not_kept(path: str, reason: str) -> Words:
    return Words(
        _("Your choice can't be kept"),
        _("Which tag names the owner can't be written to {path}: {reason}.", path=path, reason=reason),
        _("Make room, or make the folder writable for you. Then choose again."),
    )
