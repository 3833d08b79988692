"""Where and with what was measured, for the JSON and the line above the table."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tray

# The environment of `make bench` for what does not go together with ours: awscli pins botocore exactly.
BENCH_ENVIRONMENT = Path(".venv-bench").absolute()


def about() -> dict[str, Any]:
    """Return machine, versions and date."""
    if sys.platform == "win32":
        raise NotImplementedError("Windows has neither a load nor sysconf")
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "system": f"{platform.system()} {platform.release()}",
            "processor": _processor(),
            "cores": os.cpu_count(),
            "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            "load_before": [round(load, 2) for load in os.getloadavg()],
        },
        "versions": {
            "notebook-tray": tray.__version__,
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in ("boto3", "botocore", "dbus-fast", "pystray")},
            **_cli_versions(),
        },
    }


def headline(about: dict[str, Any]) -> str:
    """Return it in two lines."""
    machine, versions = about["machine"], about["versions"]
    return (
        f"{about['date']}, {machine['processor']}, {machine['cores']} cores, {machine['system']}, "
        f"load before {machine['load_before'][0]}\n" + ", ".join(f"{name} {versions[name]}" for name in versions)
    )


def aws_program() -> Path | None:
    """Return the AWS CLI of the bench environment, if it is there."""
    found = BENCH_ENVIRONMENT / "bin" / "aws"
    return found if found.exists() else None


def _cli_versions() -> dict[str, str]:
    aws = aws_program()
    if aws is None:
        return {"awscli": "not installed"}
    said = subprocess.run([aws, "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
    return parse_cli_version(said)


def parse_cli_version(said: str) -> dict[str, str]:
    """Return the versions in `aws-cli/1.2 Python/3.11 Linux/6.1 botocore/1.3`: the CLI's and its botocore's."""
    versions = dict(word.partition("/")[::2] for word in said.split())
    return {"awscli": versions["aws-cli"], "awscli's botocore": versions["botocore"]}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
