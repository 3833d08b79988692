"""Modules that a library imports for what is never called here: they are loaded when something of them is used."""

from __future__ import annotations

import importlib
import sys
import threading
from types import ModuleType

_lock = threading.RLock()


def load_when_used(name: str) -> None:
    """Have the module `name` of a package loaded by the first use of anything in it, however it is imported before.

    `importlib.util.LazyLoader` is not for that: in Python 3.11, a plain `import` of such a module loads it.
    """
    package, _, last = name.rpartition(".")
    parent = importlib.import_module(package)
    if name not in sys.modules:
        sys.modules[name] = stand_in = _StandIn(name)
        setattr(parent, last, stand_in)


class _StandIn(ModuleType):
    """Stands for a module until something of it is used; the module itself is in its place then."""

    def __getattr__(self, attribute: str) -> object:
        # What the import system and those that look through all modules ask every module for, such as its file.
        # Only a `from ... import *` asks for `__all__`, and would import nothing without it.
        if attribute.startswith("__") and attribute != "__all__":
            raise AttributeError(attribute)
        return getattr(self._whole(), attribute)

    def __setattr__(self, attribute: str, value: object) -> None:
        # What is changed by one who has the stand-in is changed for all, as `unittest.mock` does it.
        if attribute.startswith("__"):
            super().__setattr__(attribute, value)
        else:
            setattr(self._whole(), attribute, value)

    def __delattr__(self, attribute: str) -> None:
        if attribute.startswith("__"):
            super().__delattr__(attribute)
        else:
            delattr(self._whole(), attribute)

    def _whole(self) -> ModuleType:
        # With the lock, another thread finds the stand-in or a module that is whole.
        with _lock:
            if sys.modules.get(self.__name__) is self:
                del sys.modules[self.__name__]
            return importlib.import_module(self.__name__)
