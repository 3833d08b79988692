# ruff: noqa: N802, N999
"""Stands for PyObjC's AppHelper: see tests/support/appkit/__init__.py."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.support.appkit import run_loop


def callAfter(function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    run_loop.current.post(partial(function, *args, **kwargs))
