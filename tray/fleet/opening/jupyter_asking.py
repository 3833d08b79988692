"""Asks a notebook instance's own Jupyter, by a presigned URL that is made for it: ready? anyone working?"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from tray.model.activity import Activity, Reason
from tray.model.lengths import MINIMUM_SESSION_SECONDS, View
from tray.model.problems import TrayError

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.jupyter.network import Network
    from tray.model.notebooks import AuthorizedUrl, Notebook

log = logging.getLogger(__name__)

# Jupyter takes another half minute after InService, and longer where packages are installed at the start.
READY_WITHIN_SECONDS = 90.0
_EVERY_SECONDS = 4.0


def wait_for_jupyter(cloud: Cloud, notebook: Notebook) -> None:
    """Return when Jupyter answers, can't be asked from here, or has not answered for 90 s.

    In each case there is nothing better to do than to open it. Blocks; raises nothing.
    """
    from tray.jupyter.errors import CannotAskError
    from tray.jupyter.visit import Visit

    give_up = time.monotonic() + READY_WITHIN_SECONDS
    try:
        url, network = _way(cloud, notebook)
        with Visit(url, network) as visit:
            while not visit.is_ready():
                if time.monotonic() + _EVERY_SECONDS > give_up:
                    log.info("%s: Jupyter has not answered for %d s", notebook.name, READY_WITHIN_SECONDS)
                    return
                time.sleep(_EVERY_SECONDS)
    except CannotAskError as error:
        log.info("%s: whether Jupyter answers can't be told from here: %s", notebook.name, error)
    except TrayError as error:
        log.info("%s: Jupyter was not asked: %s", notebook.name, error)


def look_at(cloud: Cloud, notebook: Notebook) -> Activity:
    """Return whether anyone works in a notebook instance; unknown where that can't be told. Blocks; raises nothing."""
    from tray.jupyter.visit import look

    try:
        url, network = _way(cloud, notebook)
    except TrayError as error:
        log.info("%s: Jupyter was not asked: %s", notebook.name, error)
        return Activity(unknown=Reason.REFUSED)
    return look(url, network)


def _way(cloud: Cloud, notebook: Notebook) -> tuple[AuthorizedUrl, Network]:
    from tray.aws.notebook_way import way_to
    from tray.jupyter.network import Network

    url = cloud.create_presigned_url(notebook, View.LAB, MINIMUM_SESSION_SECONDS)
    ca_bundle, proxies = way_to(url, notebook.scope.signer)
    return url, Network(ca_bundle, proxies)
