"""What the user opened or started here, for the commands: they note it too, and `stop --all-i-opened` goes by it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tray.model.power import Opened

if TYPE_CHECKING:
    from tray.fleet.opening.opened_here import OpenedFile
    from tray.model.notebooks import Notebook


def note_opened(notebook: Notebook) -> None:
    """Note that the user opened or started a notebook instance here."""
    opened_file().change(Opened(notebook.scope.profile, notebook.arn, time.time()))


def opened_file() -> OpenedFile:
    """Return the file that the tray keeps, too."""
    from tray.fleet.files.state_file import state_folder
    from tray.fleet.opening.opened_here import FILE_NAME, OpenedFile

    return OpenedFile(state_folder() / FILE_NAME)
