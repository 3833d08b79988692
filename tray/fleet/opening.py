"""The way from a notebook instance to the browser, for the tray and the command line alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.model.problems import TrayError

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.model.lengths import View
    from tray.model.notebooks import AuthorizedUrl, Notebook


def check_running(notebook: Notebook) -> Notebook:
    """Return `notebook` if it can be opened.

    :raises TrayError: it is not InService; the error says its status and what to do
    """
    if not notebook.running:
        raise TrayError(
            "not-running",
            name=notebook.name,
            region=notebook.scope.region,
            profile=notebook.scope.profile,
            state=notebook.status,
        )
    return notebook


def presigned_url(cloud: Cloud, notebook: Notebook, view: View, session_seconds: int) -> AuthorizedUrl:
    """Return a presigned URL of a running notebook instance.

    :raises TrayError: it isn't running, the length is out of bounds, or AWS refuses
    """
    return cloud.create_presigned_url(check_running(notebook), view, session_seconds)


def open_notebook(
    cloud: Cloud, notebook: Notebook, view: View, session_seconds: int, hand_off: Callable[[str], None]
) -> None:
    """Open a notebook instance in the browser; returns when the browser has asked for the page.

    :raises TrayError: as `presigned_url`, or no browser could be started
    """
    hand_off(presigned_url(cloud, notebook, view, session_seconds).reveal())
