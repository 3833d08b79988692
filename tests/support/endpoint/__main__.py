"""`python -m tests.support.endpoint`: the endpoint alone, for trying any AWS client on it by hand."""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import sys
import tempfile
import threading
from pathlib import Path

from tests.support.endpoint import Endpoint, running_endpoint
from tray.demo.sample import SampleFiles, sample_profiles, sample_world, write_sample_files


def main() -> None:
    """Run the endpoint until Ctrl-C or SIGTERM, and print what to set in the environment to use it."""
    options = _parse()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    profiles = sample_profiles()
    with (
        tempfile.TemporaryDirectory(prefix="notebook-tray-demo-") as folder,
        running_endpoint(sample_world(profiles), port=options.port, jupyter=not options.no_jupyter) as endpoint,
    ):
        endpoint.faults.set_latency(options.latency_ms / 1000)
        files = write_sample_files(Path(folder), endpoint.url, profiles)
        sys.stdout.write("\n".join(_lines(files, endpoint, control=options.control)) + "\n")
        sys.stdout.flush()
        while not stop.wait(1):  # a wait without end would not let Windows deliver Ctrl-C
            pass


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.support.endpoint", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="the port to answer on (default: a free one)")
    parser.add_argument("--latency-ms", type=float, default=0, help="how long each answer takes")
    parser.add_argument("--no-jupyter", action="store_true", help="show a page instead of JupyterLab")
    parser.add_argument("--control", action="store_true", help="print the control interface's address and token")
    return parser.parse_args()


def _lines(files: SampleFiles, endpoint: Endpoint, *, control: bool) -> list[str]:
    """Return the lines that set the environment, as this system's usual shell takes them."""
    windows = os.name == "nt"
    clash = [name for name in files.conflicting if name in os.environ]
    lines = [f"Remove-Item Env:{name}" if windows else f"unset {name}" for name in clash]
    for name, value in files.environment.items():
        quoted = value.replace("'", "''")
        lines.append(f"$env:{name} = '{quoted}'" if windows else f"export {name}={shlex.quote(value)}")
    if control:
        lines.append(f"# control: {endpoint.control.url} {endpoint.control.token}")
    return lines


if __name__ == "__main__":
    main()
