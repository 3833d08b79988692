"""The one JupyterLab behind all sample notebook instances: a separate process that ends with this one."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import logging
import os
import secrets
import subprocess
import sys
import threading
from collections import deque
from typing import IO

from tray.runtime.environment import for_children

logger = logging.getLogger(__name__)

_START_SECONDS = 60.0
_STOP_SECONDS = 15.0
# JupyterLab finds a free port and binds it a moment later: another program can take the port in between.
_ATTEMPTS = 2


def jupyter_is_installed() -> bool:
    """Return whether this Python has JupyterLab."""
    return importlib.util.find_spec("jupyterlab") is not None


def classic_is_installed() -> bool:
    """Return whether this Python has Jupyter Notebook, which answers under /tree."""
    return importlib.util.find_spec("notebook") is not None


class JupyterLab:
    """A JupyterLab in a separate process (`tray.demo.lab`), started in the background.

    JupyterLab gets the key of the session passes on its standard input, which no other process can read. It ends when
    that input ends, so also when this process is killed.
    """

    def __init__(self) -> None:
        self.pass_key = secrets.token_bytes(32)
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._port: int | None = None
        self._settled = threading.Event()
        self._stopping = False

    def start(self) -> None:
        """Start JupyterLab without waiting for it."""
        threading.Thread(target=self._run, name="demo-jupyter", daemon=True).start()

    def port(self) -> int | None:
        """Return JupyterLab's port, once it has started; None if it could not start, or was stopped."""
        self._settled.wait(_START_SECONDS)
        return None if self._stopping else self._port

    @property
    def settled(self) -> bool:
        """Whether `port` returns at once: JupyterLab has started, or won't."""
        return self._settled.is_set()

    @property
    def pid(self) -> int | None:
        """The process id of JupyterLab, or None if it does not run."""
        with self._lock:
            return self._process.pid if self._process else None

    def stop(self) -> None:
        """End JupyterLab and its kernels, and wait until it has ended."""
        with self._lock:
            self._stopping = True
            process = self._process
        self._settled.set()
        if process is not None:
            _end(process)

    def _run(self) -> None:
        try:
            for _ in range(_ATTEMPTS):
                if (port := self._attempt()) is not None or self._stopping:
                    self._port = port
                    return
        except OSError:
            logger.exception("JupyterLab could not be started")
        finally:
            self._settled.set()

    def _attempt(self) -> int | None:
        """Start JupyterLab once; return its port when it answers, or None if JupyterLab ended before."""
        with self._lock:
            if self._stopping:
                return None
            process = self._process = subprocess.Popen(  # nosec B603 # our own module
                [sys.executable, "-m", "tray.demo.lab"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                # Ctrl-C in the terminal must reach only this process; on Windows, no console is opened.
                start_new_session=True,
                env=for_children(os.environ),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        last_words: deque[str] = deque(maxlen=30)
        threading.Thread(target=_drain, args=(process.stderr, last_words), daemon=True).start()
        line = ""
        with contextlib.suppress(OSError, ValueError):  # it ended already, or we are stopping it
            if process.stdin and process.stdout:
                process.stdin.write(json.dumps({"pass_key": self.pass_key.hex()}) + "\n")
                process.stdin.flush()
                with process.stdout:
                    line = process.stdout.readline()
        if line:
            port: int = json.loads(line)["port"]
            return port
        _end(process)
        if not self._stopping:
            logger.warning("JupyterLab ended while starting: %s", "".join(last_words))
        return None


def _drain(stream: IO[str] | None, last_words: deque[str]) -> None:
    """Read the output of JupyterLab and its kernels, so that a full pipe never stops them."""
    if stream is not None:
        with stream:
            last_words.extend(stream)


def _end(process: subprocess.Popen[str]) -> None:
    if process.stdin:
        with contextlib.suppress(OSError):
            process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
