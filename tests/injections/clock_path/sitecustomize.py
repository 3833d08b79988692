"""Has a Python process take another time for the present, if this folder is on its PYTHONPATH.

NOTEBOOK_TRAY_CLOCK names a file with the seconds to add, a double, which may change at any time. (libfaketime 0.9.10
does not do: it moves the waits of Python's lock, too, so that threads keep it for a second.)
"""

from __future__ import annotations

import datetime
import mmap
import os
import struct
import time
from pathlib import Path

with Path(os.environ["NOTEBOOK_TRAY_CLOCK"]).open("rb") as _file:
    _added = mmap.mmap(_file.fileno(), 8, access=mmap.ACCESS_READ)

_time, _time_ns, _localtime, _gmtime = time.time, time.time_ns, time.localtime, time.gmtime
_datetime = datetime.datetime


def _seconds() -> float:
    return float(struct.unpack("d", _added)[0])


def _of(made: object) -> object:
    return lambda seconds=None: made(time.time() if seconds is None else seconds)  # type: ignore[operator]


class _Datetime(_datetime):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> _Datetime:
        return cls.fromtimestamp(time.time(), tz)

    @classmethod
    def utcnow(cls) -> _Datetime:
        return cls.utcfromtimestamp(time.time())

    @classmethod
    def today(cls) -> _Datetime:
        return cls.now()


time.time = lambda: _time() + _seconds()
time.time_ns = lambda: _time_ns() + int(_seconds() * 1e9)
time.localtime = _of(_localtime)  # type: ignore[assignment]
time.gmtime = _of(_gmtime)  # type: ignore[assignment]
datetime.datetime = _Datetime
