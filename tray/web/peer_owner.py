"""Who is at the other end of a loopback connection, as a value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Owner:
    """Whether the other end belongs to this user; `uid` is its user's id, None where that is not known."""

    is_this_user: bool
    uid: int | None = None
