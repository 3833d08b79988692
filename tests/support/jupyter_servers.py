"""Real Jupyter servers of three lines, and kernels in them that really run something."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.request
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import websocket

from tests.support.waiting import wait_until

LINES = ("server-2", "server-1", "notebook-6")

_MAKES_OLD = Path(__file__).parents[2] / "packaging" / "jupyter" / "old-server.sh"
# As they are before a test is given a home of its own: what is built once is for all runs.
_OUTSIDE = dict(os.environ)


@dataclass(frozen=True)
class Server:
    """A running Jupyter server that asks for no token, as one behind a gate does."""

    port: int
    process: subprocess.Popen[bytes]

    def ask(self, path: str, given: object = None, *, method: str = "") -> Any:
        """Ask the server itself, without counting as activity: a GET, or a POST of `given`."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{path}?no_track_activity=1",
            None if given is None else json.dumps(given).encode(),
            {"Content-Type": "application/json"},
            method=method or None,
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")

    def activity(self) -> tuple[object, ...]:
        """Return the `last_activity` of the server, of each kernel and of each terminal."""
        kernels, terminals = self.ask("api/kernels"), self.ask("api/terminals")
        return (
            self.ask("api/status")["last_activity"],
            *sorted((each["id"], each["last_activity"]) for each in kernels),
            *sorted((each["name"], each["last_activity"]) for each in terminals),
        )

    def settled_activity(self) -> tuple[object, ...]:
        """Return `activity` once nothing of what began before still changes it."""
        seen: list[tuple[object, ...]] = []

        def twice_the_same() -> tuple[object, ...] | None:
            seen.append(self.activity())
            return seen[-1] if len(seen) > 2 and seen[-1] == seen[-2] == seen[-3] else None

        return wait_until(twice_the_same, "an activity that stays", interval_seconds=1.0)

    def start_kernel(self) -> str:
        """Start a kernel, and return its id."""
        return str(self.ask("api/kernels", {"name": "python3"})["id"])

    @contextmanager
    def page_on(self, kernel: str) -> Iterator[Page]:
        """Be connected to a kernel, as a page is."""
        address = f"ws://127.0.0.1:{self.port}/api/kernels/{kernel}/channels"
        connection = websocket.create_connection(address, timeout=60)
        try:
            yield Page(connection)
        finally:
            connection.close()


@dataclass(frozen=True)
class Page:
    """A page's connection to a kernel."""

    connection: websocket.WebSocket

    def run(self, code: str, until: str) -> None:
        """Have the kernel run `code`, and wait until it says `until`: a state, or the type of a message."""
        header = {"msg_id": uuid.uuid4().hex, "username": "", "session": uuid.uuid4().hex, "version": "5.3"}
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": True,
            "stop_on_error": True,
        }
        message = {"header": {**header, "msg_type": "execute_request"}, "parent_header": {}, "metadata": {}}
        self.connection.send(json.dumps({**message, "content": content, "buffers": [], "channel": "shell"}))

        def said() -> bool:
            answer = json.loads(self.connection.recv())
            if answer["parent_header"].get("msg_id") != header["msg_id"]:
                return False
            return until in (answer["msg_type"], answer["content"].get("execution_state"))

        wait_until(said, f"{until} of a kernel", interval_seconds=0.0)


@contextmanager
def kernel_that_ran(server: Server, code: str, until: str) -> Iterator[str]:
    """Give a kernel that was told to run `code` and has said `until`, see `Page.run`; a page is connected inside.

    The server itself knows of it. jupyter_server 1.24 loses a kernel's messages now and then (one kernel in 12 to 36,
    seen with pyzmq 25 and 27), and never notices again what that kernel does: such a kernel is ended.
    """
    for _ in range(8):
        kernel = server.start_kernel()
        with server.page_on(kernel) as page:
            page.run(code, until)
            if server.ask(f"api/kernels/{kernel}")["execution_state"] == ("idle" if until == "idle" else "busy"):
                yield kernel
                return
        server.ask(f"api/kernels/{kernel}", method="DELETE")
    raise AssertionError("the server notices no kernel's work")


@contextmanager
def jupyter_server(line: str, folder: Path, settings: Sequence[str] = ()) -> Iterator[Server]:
    """Run a server of a line inside the block, in `folder`.

    `settings` are Jupyter's own; `App.` in front stands for the name that the server's class has in this line.
    """
    python, module, app = Path(sys.executable), "jupyter_server", "ServerApp"
    if line != "server-2":
        python = _environment(line) / "bin" / "python"
    if line == "notebook-6":
        module, app = "notebook", "NotebookApp"
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    root = {"ServerApp": "root_dir", "NotebookApp": "notebook_dir"}[app]
    given = ["token=", "password=", "ip=127.0.0.1", f"port={port}", "port_retries=0", "allow_root=True"]
    given += ["open_browser=False", "disable_check_xsrf=True", "default_url=/lab", f"{root}={folder}"]
    if line != "server-2":
        given.remove("default_url=/lab")  # neither has JupyterLab: the one shows /tree, the other a page of its own
    arguments = [f"--{app}.{each}" for each in given]
    arguments += [f"--{each.replace('App.', f'{app}.') if each.startswith('App.') else each}" for each in settings]
    own = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [python, "-m", module, *arguments],
            env={**os.environ, **own, "IPYTHONDIR": str(folder / "ipython"), "SHELL": "/bin/sh"},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    server = Server(port, process)

    def answers() -> bool:
        assert process.poll() is None, (folder / "server.log").read_text()
        try:
            return bool(server.ask("api/status"))
        except OSError:
            return False

    try:
        wait_until(answers, lambda: (folder / "server.log").read_text())
        yield server
    finally:
        if process.poll() is None:
            process.terminate()  # it ends its kernels and its terminals
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environment(line: str) -> Path:
    made = subprocess.run([_MAKES_OLD, line], env=_OUTSIDE, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(reason=f"the old server could not be installed: {made.stderr.strip()[-300:]}")
    return Path(made.stdout.strip())
