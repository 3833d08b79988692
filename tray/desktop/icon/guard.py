"""Calling the program's own code from an icon's loop, which goes on whatever that raises."""

from __future__ import annotations

import logging
from collections.abc import Callable

_log = logging.getLogger(__name__)


def guarded(callback: Callable[[], object], what: str, on_error: Callable[[Exception], None] | None) -> None:
    """Call what may raise because it is, or calls, the program's own code.

    What it raises is logged as the failure of `what`, and given to `on_error`; nothing passes through.
    """
    try:
        callback()
    except Exception as error:  # noqa: BLE001 - whatever it is, the icon has to go on
        _log.exception("%s failed", what)
        if on_error is not None:
            try:
                on_error(error)
            except Exception:  # noqa: BLE001 - as above
                _log.exception("on_error failed")
