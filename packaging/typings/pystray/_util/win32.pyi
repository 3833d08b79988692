"""pystray's declarations of the Windows API, which has no types of its own."""

from typing import Any

def __getattr__(name: str) -> Any: ...
