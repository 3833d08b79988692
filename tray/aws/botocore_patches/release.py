"""The release of botocore, and which names that the program relies on are missing from it."""

from __future__ import annotations

import functools
import logging

from botocore import __version__

from tray.model.problems import Kind, TrayError

log = logging.getLogger(__name__)


def unknown_botocore(feature: str) -> TrayError:
    """Return that the installed botocore lacks what there is no way around; `feature` is what doesn't work, as
    the texts know it, or an error's words."""
    return TrayError("unknown-botocore", kind=Kind.CONFIGURATION, version=__version__, feature=feature)


def has(owner: object, *names: str) -> bool:
    """Whether `owner` has all of these names."""
    return all(hasattr(owner, name) for name in names)


@functools.cache
def tell_once(what: str, instead: str) -> None:
    """Say in the log, once a process, what the installed botocore does its own way."""
    log.warning("botocore %s is not known here (%s): %s", __version__, what, instead)
