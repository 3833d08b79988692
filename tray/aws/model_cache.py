"""JSON kept in the user's cache folder: private, written whole or not at all, and trusted only if it is ours."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import tempfile
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)


def cache_folder() -> Path:
    """Return the folder of what can be made anew at any time."""
    from platformdirs import user_cache_path  # here: a process that never asks AWS does without it

    return user_cache_path("notebook-tray", appauthor=False)


def read_cached(name: str, key: str) -> dict[str, Any] | None:
    """Return what was written as `name` under the same `key`; None if nothing was, or it is damaged or another's."""
    try:
        with (cache_folder() / name).open("rb") as file:
            if hasattr(os, "geteuid") and os.fstat(file.fileno()).st_uid != os.geteuid():
                return None
            head, _, body = file.read().partition(b"\n")
        if head != _head(key, body):
            return None
        content = json.loads(body)
    except (OSError, RuntimeError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def write_cached(name: str, key: str, content: dict[str, Any]) -> None:
    """Write `content` for the next process; that it can't be written is no error, and costs that process some time."""
    try:
        folder = cache_folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        body = json.dumps(content, separators=(",", ":")).encode()
        number, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}-")  # readable by its owner only
        try:
            with os.fdopen(number, "wb") as file:
                file.write(_head(key, body) + b"\n" + body)
            Path(temporary).replace(folder / name)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise
    except (OSError, RuntimeError) as error:  # RuntimeError: there is no home folder
        log.info("the cache can't be written: %s", error)


def _head(key: str, body: bytes) -> bytes:
    """Return the first line of a file: what the rest was made from, and the rest's digest."""
    return json.dumps({"key": key, "sha256": hashlib.sha256(body).hexdigest()}).encode()
