"""The way from a notebook instance to the browser, for the tray and the command line alike."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from tray.model.open_sessions import begun
from tray.model.problems import Kind, TrayError
from tray.model.transitions import stuck_seconds

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.model.lengths import View
    from tray.model.notebooks import AuthorizedUrl, Notebook
    from tray.model.open_sessions import OpenSession

log = logging.getLogger(__name__)

T = TypeVar("T")

# Problems of one profile: another profile that sees the same notebook instance may not have them.
_OF_THE_PROFILE = frozenset({Kind.SIGN_IN, Kind.DENIED, Kind.CONFIGURATION})


def check_running(notebook: Notebook) -> Notebook:
    """Return `notebook` if it can be opened.

    :raises TrayError: the notebook instance is not InService; the error says its status and what to do
    """
    if not notebook.running:
        raise TrayError(
            "not-running",
            name=notebook.name,
            region=notebook.scope.region,
            profile=notebook.scope.profile,
            state=notebook.status,
            stuck_seconds=stuck_seconds(notebook, time.time()),
        )
    return notebook


def presigned_url(cloud: Cloud, notebook: Notebook, view: View, session_seconds: int) -> AuthorizedUrl:
    """Return a presigned URL of a running notebook instance.

    :raises TrayError: it isn't running, the length is out of bounds, or AWS refuses
    """
    return cloud.create_presigned_url(check_running(notebook), view, session_seconds)


def through_any(sightings: Sequence[Notebook], act: Callable[[Notebook], T]) -> T:
    """Return the result of `act` for the first of `sightings`; if AWS refuses its profile, for the next one.

    All sightings are the same notebook instance, as different profiles see it.

    :raises TrayError: the refusal of the first, if no other works; or any other failure
    """
    refused: TrayError | None = None
    for each in sightings:
        try:
            return act(each)
        except TrayError as error:
            if error.problem.kind not in _OF_THE_PROFILE:
                raise
            log.info("%s: not through %s: %s", each.name, each.scope.profile, error)
            refused = refused or error
    assert refused is not None  # noqa: S101 - for the type checker: there is at least one
    raise refused


def open_notebook(
    cloud: Cloud, notebook: Notebook, view: View, session_seconds: int, hand_off: Callable[[str], None]
) -> OpenSession:
    """Open a notebook instance in the browser; returns when the browser has asked for the page: the session there.

    :raises TrayError: as `presigned_url`, or no browser could be started
    """
    url = presigned_url(cloud, notebook, view, session_seconds)
    since = time.time()
    hand_off(url.reveal())
    return begun(
        notebook.scope.profile, notebook.arn, view, session_seconds, since=since, signed_until=url.signed_until
    )
