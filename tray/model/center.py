"""An IAM Identity Center, as a value that every start imports: the standard library only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Center:
    """An IAM Identity Center: the start URL in its common form (`center_at` gives it), and the region that has it."""

    start_url: str
    region: str

    @property
    def host(self) -> str:
        """The start URL's host, which tells users where they sign in."""
        from urllib.parse import urlsplit

        return urlsplit(self.start_url).hostname or ""
