# ruff: noqa: N801, N802
"""Stands for pyobjc-core: see tests/support/appkit/__init__.py."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any


def namedSelector(_name: bytes) -> Callable[[Any], Any]:
    return lambda method: method


class autorelease_pool(nullcontext[None]):
    pass
