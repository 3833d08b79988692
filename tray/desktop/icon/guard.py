"""Calls the program's own code from an icon's loop, which goes on even if that code raises."""

from __future__ import annotations

import logging
from collections.abc import Callable

_log = logging.getLogger(__name__)


def guarded(callback: Callable[[], object], what: str, on_error: Callable[[Exception], None] | None) -> None:
    """Call `callback`, and let no exception out.

    An exception is logged as the failure of `what` and given to `on_error`.
    """
    try:
        callback()
    except Exception as error:  # noqa: BLE001 - the icon has to go on
        _log.exception("%s failed", what)
        if on_error is not None:
            try:
                on_error(error)
            except Exception:  # noqa: BLE001 - as above
                _log.exception("on_error failed")
