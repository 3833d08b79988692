"""Which botocore this is, and what it lacks of what is relied on."""

from __future__ import annotations

import functools
import logging

from botocore import __version__

from tray.model.problems import Kind, TrayError

log = logging.getLogger(__name__)


def unknown_botocore(feature: str) -> TrayError:
    """Return that the installed botocore lacks what there is no way around; `feature` says what doesn't work."""
    return TrayError(
        "Another botocore is needed",
        f"The installed botocore ({__version__}) is a release that Notebook Tray does not know: {feature}.",
        "Install Notebook Tray anew, with the releases that it asks for: pipx reinstall notebook-tray.",
        kind=Kind.CONFIGURATION,
    )


def has(owner: object, *names: str) -> bool:
    """Whether `owner` has all of these names."""
    return all(hasattr(owner, name) for name in names)


@functools.cache
def tell_once(what: str, instead: str) -> None:
    """Say in the log, once a process, what the installed botocore does its own way."""
    log.warning("botocore %s is not known here (%s): %s", __version__, what, instead)
