"""The installed release of botocore, and what the program does if the release lacks names that it relies on."""

from __future__ import annotations

import functools
import logging

from botocore import __version__

from tray.model.problems import Kind, TrayError

log = logging.getLogger(__name__)


def unknown_botocore(feature: str) -> TrayError:
    """Return an error that the installed botocore lacks names that the program can't do without.

    `feature` is what doesn't work, as the texts know it, or an error's words.
    """
    return TrayError("unknown-botocore", kind=Kind.CONFIGURATION, version=__version__, feature=feature)


def has(owner: object, *names: str) -> bool:
    """Whether `owner` has all of these names."""
    return all(hasattr(owner, name) for name in names)


@functools.cache
def tell_once(what: str, instead: str) -> None:
    """Say in the log, once per process, what the installed botocore does its own way."""
    log.warning("botocore %s is not known here (%s): %s", __version__, what, instead)
