"""`notebook-tray owner-tag`: which tag of a notebook instance names its owner."""

from __future__ import annotations

import click

from tray.cli.output import say
from tray.cli.refresh import tell_choices_changed
from tray.texts import help as helps
from tray.texts import owners as texts


@click.command("owner-tag", help=helps.command("owner-tag"))
@click.argument("key", required=False)
@click.option("--off", is_flag=True, help=helps.option("owner-tag off"))
def owner_tag(key: str | None, off: bool) -> None:
    """Be `notebook-tray owner-tag`."""
    from tray.fleet.facts.owner_files import TAG_FILE_NAME, OwnerTagFile, check_tag_key
    from tray.fleet.files.state_file import state_folder

    file = OwnerTagFile(state_folder() / TAG_FILE_NAME)
    if key is None and not off:
        known = file.load()
        say(texts.owner_tag(known) if known else texts.no_owner_tag())
        return
    if key is not None and off:
        raise click.UsageError(texts.key_or_off())
    chosen = check_tag_key(key) if key is not None else ""
    file.store(chosen)
    tell_choices_changed()
    say(texts.owner_tag(chosen) if chosen else texts.no_owner_tag())
