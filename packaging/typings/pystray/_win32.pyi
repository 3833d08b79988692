"""Types of the parts of pystray 0.19.5's Windows icon that `tray/desktop/icon/windows/icon.py` builds on."""

import threading
from collections.abc import Callable
from typing import Any, ClassVar

import pystray

class Icon(pystray.Icon):
    _HWND_TO_ICON: ClassVar[dict[int, Icon]]
    _hwnd: int | None
    _menu_hwnd: int
    _atom: int
    _thread: threading.Thread | None
    def _mainloop(self) -> None: ...
    def _unregister_class(self, atom: int) -> None: ...
    _icon_handle: int | None
    _menu_handle: None
    _message_handlers: dict[int, Callable[[int, int], int | None]]
    def _run(self) -> None: ...
    def _stop(self) -> None: ...
    def _message(self, code: int, flags: int, **kwargs: Any) -> None: ...
    def _release_icon(self) -> None: ...
    def _register_class(self) -> int: ...
