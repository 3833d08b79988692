"""Starting a credential_process, and ending it with its children, on Windows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence

if sys.platform == "win32":
    import ctypes
    import msvcrt
    import time
    from ctypes import wintypes

    _kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel32.CreateJobObjectW.argtypes = (wintypes.LPVOID, wintypes.LPCWSTR)
    _kernel32.CreateJobObjectW.restype = wintypes.HANDLE
    _kernel32.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
    _kernel32.TerminateJobObject.argtypes = (wintypes.HANDLE, wintypes.UINT)
    _kernel32.PeekNamedPipe.argtypes = (wintypes.HANDLE, wintypes.LPVOID, wintypes.DWORD, *[wintypes.LPVOID] * 3)
    _kernel32.CloseHandle.argtypes = (wintypes.HANDLE,)

    class ProcessTree:
        """A process without a console window, which would flash up. A separate job holds it and its children.

        A child that it starts in the first moments, before the process is in the job, is not ended with it: subprocess
        can't resume a process that it started suspended.

        :raises OSError: the process can't be started
        """

        def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
            self._job = _kernel32.CreateJobObjectW(None, None)
            try:
                self.process = subprocess.Popen(  # noqa: S603 # nosec B603 # the user's credential_process
                    command,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    # It reports its own crashes, which this program does not (`tray/runtime/windows_process.py`).
                    creationflags=subprocess.CREATE_NO_WINDOW | subprocess.CREATE_DEFAULT_ERROR_MODE,
                )
            except OSError:
                self.close()
                raise
            if self._job:
                _kernel32.AssignProcessToJobObject(self._job, int(self.process._handle))  # type: ignore[attr-defined]

        def kill(self) -> None:
            """End the process and its children, as far as they still run."""
            if not self._job or not _kernel32.TerminateJobObject(self._job, 1):
                self.process.kill()

        def close(self) -> None:
            """Close the job; processes that still run in it go on."""
            if self._job:
                _kernel32.CloseHandle(self._job)
                self._job = None

    _PEEK_SECONDS = 0.01

    def has_more(pipe: int, seconds: float) -> bool:
        """Whether a pipe has something to read or has ended; polls for `seconds`, since a pipe can't be waited for."""
        until = time.monotonic() + seconds
        ready = wintypes.DWORD()
        while _kernel32.PeekNamedPipe(msvcrt.get_osfhandle(pipe), None, 0, None, ctypes.byref(ready), None):
            if ready.value:
                return True
            if time.monotonic() >= until:
                return False
            time.sleep(_PEEK_SECONDS)
        return True  # its other end is closed
