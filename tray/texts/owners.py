"""What commands say of the tag that names a notebook instance's owner."""

from __future__ import annotations

from tray.texts.language import _


def owner_tag(key: str) -> str:
    """Return which tag names the owner."""
    return _(
        "The tag “{key}” names the owner of a notebook instance on the page of all notebooks, which asks for it while"
        " it is open.",
        key=key,
    )


def no_owner_tag() -> str:
    """Return that owners aren't asked for."""
    return _("Owners of notebook instances are not asked for.")


def key_or_off() -> str:
    """Return that a key and `--off` exclude each other."""
    return _("Give a tag's KEY, or --off.")
