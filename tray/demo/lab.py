"""`python -m tray.demo.lab`: JupyterLab on loopback, for session passes of its parent only.

The first line of standard input has the settings; the end of that input ends JupyterLab. Everything that Jupyter and
IPython keep is in a temporary folder, so none of the user's own files are read or changed.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.base.handlers import JupyterHandler
from traitlets import Bytes
from traitlets.config import Config

from tray.demo.pages import PAGE_HEADERS, session_ended_page
from tray.demo.passes import cookie_name, pass_expiry
from tray.demo.web import LOOPBACK

if TYPE_CHECKING:
    from tornado.web import RequestHandler

_GRACE_SECONDS = 8.0

_WELCOME = """# A sample notebook instance

This JupyterLab runs on your own computer. What you change here is gone when the demo ends."""

_CLOCK = """from datetime import datetime

f"It is {datetime.now():%H:%M} in this notebook instance.\""""

_CHURN = """# Churn by month

How many customers left, of those who were there when the month began."""

_MONTHS = """months = {"January": (4210, 93), "February": (4302, 88), "March": (4391, 131)}"""

_CHART = """for month, (customers, left) in months.items():
    print(f"{month:<9} {left / customers:6.2%}  {'▇' * round(left / 10)}")"""


class SessionEndedHandler(JupyterHandler):
    """What a browser without a running session sees instead of Jupyter's login form."""

    @allow_unauthenticated
    def get(self) -> None:
        """Say that the session has ended."""
        self.set_status(403)
        for name, value in PAGE_HEADERS.items():
            self.set_header(name, value)
        self.finish(session_ended_page())


class SessionPasses(IdentityProvider):
    """Accepts session passes that have not expired; Jupyter's own tokens and passwords are off."""

    pass_key = Bytes(help="The key of the session passes.").tag(config=True)

    def get_user(self, handler: RequestHandler) -> User | None:
        """Return the user of the sample notebooks, or None without a valid pass."""
        server: Any = self.parent
        text = handler.get_cookie(cookie_name(server.port)) or ""
        if pass_expiry(self.pass_key, text) <= time.time():
            return None
        return User(username="analyst", name="Analyst", display_name="Analyst", initials="A")


def main() -> None:
    """Run JupyterLab until standard input ends."""
    settings = json.loads(sys.stdin.readline())
    # Kernels inherit standard output, so it goes to the log; the parent is told on a copy that kernels don't inherit.
    ready = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    folder = Path(tempfile.mkdtemp(prefix="notebook-tray-lab-", suffix=f"-{os.getpid()}"))
    running: list[Any] = []
    try:
        _keep_to(folder)
        threading.Thread(target=_end_with_parent, args=(running, folder), daemon=True).start()
        lab_app: Any = importlib.import_module("jupyterlab.labapp").LabApp  # jupyterlab is not typed
        server = lab_app.initialize_server(argv=[], config=_configuration(folder, bytes.fromhex(settings["pass_key"])))
        running.append(server)

        def report() -> None:
            ready.write(json.dumps({"port": server.port}) + "\n")
            ready.close()

        # Jupyter binds its port in a callback that is queued already; our callback runs after it.
        server.io_loop.add_callback(report)
        server.start()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _keep_to(folder: Path) -> None:
    """Have Jupyter, IPython and the kernels keep everything in `folder`."""
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        os.environ[name] = str(folder / name.lower())
    for name in ("JUPYTER_TOKEN", "JUPYTER_TOKEN_FILE", "JUPYTER_PORT", "JUPYTERLAB_WORKSPACES_DIR"):
        os.environ.pop(name, None)
    answers = folder / "jupyter_config_dir" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    answers.mkdir(parents=True)
    # JupyterLab asks whether to fetch news even if there is no news to fetch: this answers the question.
    settings = json.dumps({"fetchNews": "false", "checkForUpdates": False})
    (answers / "notification.jupyterlab-settings").write_text(settings, encoding="utf-8")
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    for file_name, notebook in _sample_notebooks().items():
        (notebooks / file_name).write_text(json.dumps(notebook, indent=1), encoding="utf-8")


def _configuration(folder: Path, pass_key: bytes) -> Config:
    configuration = Config()
    server = configuration.ServerApp
    server.ip = LOOPBACK
    server.port = _free_port()
    server.root_dir = str(folder / "notebooks")
    server.open_browser = False
    server.no_browser_open_file = True
    server.allow_root = True
    server.quit_button = False
    server.log_level = logging.WARNING
    server.cookie_secret = os.urandom(32)  # else Jupyter writes one to a file
    server.identity_provider_class = SessionPasses
    configuration.SessionPasses.pass_key = pass_key
    configuration.SessionPasses.token = ""  # nosec B105 # no token at all: the sessions are what lets in
    configuration.SessionPasses.login_handler_class = SessionEndedHandler
    # The search for language servers runs npm, which writes to the home folder.
    configuration.LanguageServerManager.autodetect = False
    # JupyterLab fetches no news and looks for no updates, so nothing leaves the computer.
    configuration.LabApp.news_url = None
    configuration.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
    return configuration


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def _end_with_parent(running: list[Any], folder: Path) -> None:
    """End when standard input ends: at once while JupyterLab still starts, else after ending its kernels."""
    sys.stdin.read()
    for server in running:
        server.io_loop.add_callback(server.stop)
        time.sleep(_GRACE_SECONDS)  # a kernel that does not end must not delay the end of this process further
    while folder.exists():  # the main thread may still be adding to it
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(1 if running else 0)


def _sample_notebooks() -> dict[str, dict[str, Any]]:
    welcome = (
        ("markdown", _WELCOME),
        ("code", _CLOCK),
    )
    churn = (("markdown", _CHURN), ("code", _MONTHS), ("code", _CHART))
    return {"Welcome.ipynb": _notebook(welcome), "Churn by month.ipynb": _notebook(churn)}


def _notebook(cells: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """Return a notebook in Jupyter's format (nbformat 4.5)."""
    extras: dict[str, dict[str, Any]] = {"markdown": {}, "code": {"execution_count": None, "outputs": []}}
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "cells": [
            {"id": f"cell-{index}", "cell_type": kind, "metadata": {}, "source": source, **extras[kind]}
            for index, (kind, source) in enumerate(cells)
        ],
    }


if __name__ == "__main__":
    main()
