"""The way from a notebook instance to the browser, for the tray and the command line alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.aws.values import AuthorizedUrl, Notebook, Status
from tray.errors import TrayError

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.choices import View

_WHAT_TO_DO = {
    Status.PENDING: "It is starting, which takes 2 to 3 minutes as a rule: try again then.",
    Status.UPDATING: "It is being updated: start it when that is done.",
    Status.STOPPING: "Wait until it has stopped, then start it in the AWS console or with"
    " aws sagemaker start-notebook-instance.",
    Status.STOPPED: "Start it in the AWS console or with aws sagemaker start-notebook-instance.",
    Status.FAILED: "See its failure reason in the AWS console, and start it again there.",
    Status.DELETING: "It is being deleted: choose another.",
}


def check_running(notebook: Notebook) -> Notebook:
    """Return `notebook` if it can be opened.

    :raises TrayError: it is not InService; the error says its status and what to do
    """
    if not notebook.running:
        raise TrayError(
            "Not running",
            f"The notebook instance “{notebook.name}” ({notebook.place.region}, profile “{notebook.place.profile}”)"
            f" is {notebook.status}, not InService.",
            _WHAT_TO_DO.get(Status(notebook.status), "Try again later.")
            if notebook.status in set(Status)
            else "Try again later.",
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
