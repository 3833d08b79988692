"""What SageMaker's gate answers between InService and the moment when Jupyter itself answers.

Seen at AWS: a page that reloads itself, for about half a minute
(aws-samples/amazon-sagemaker-notebook-instance-lifecycle-config-samples#65). Its words here are ours.
"""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from tray.demo.pages import PAGE_HEADERS, page
from tray.demo.web import Response

if TYPE_CHECKING:
    from tray.demo.world import Durations, NotebookInstance

_RELOAD_SECONDS = 2
# The last part of the time: Jupyter is about to listen, and the gate's connection to it fails.
_BAD_GATEWAY_SHARE = 0.25
_BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"


def gate_answer(notebook: NotebookInstance, durations: Durations, now: datetime, address: str) -> Response | None:
    """Return the gate's answer in place of Jupyter's; None once Jupyter answers.

    The page reloads itself from `address`.
    """
    if notebook.jupyter_from is None or now >= notebook.jupyter_from:
        return None
    left_seconds = (notebook.jupyter_from - now).total_seconds()
    if left_seconds <= durations.readying_seconds * _BAD_GATEWAY_SHARE:
        return bad_gateway()
    reload = f'<meta http-equiv="refresh" content="{_RELOAD_SECONDS}; url={escape(address)}">'
    body = "<p>Jupyter is being started. This page reloads itself.</p>"
    return Response(200, PAGE_HEADERS, page(f"{notebook.name} is almost ready", body, head=reload).encode())


def bad_gateway() -> Response:
    """Return what the gate answers while nothing listens behind it."""
    return Response(502, {"Content-Type": "text/html", "Cache-Control": "no-store"}, _BAD_GATEWAY)
