"""Types of the part of pyobjc-framework-Cocoa 13's AppHelper that Notebook Tray uses: it ships none."""

from collections.abc import Callable
from typing import ParamSpec

_P = ParamSpec("_P")

def callAfter(func: Callable[_P, object], *args: _P.args, **kwargs: _P.kwargs) -> None: ...
