"""The AWS CLI, the anchor that most people know: where it is, and what it is asked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.benchmarks.world import Size, profile_name

# The environment of `make bench` for what does not go together with ours: awscli pins botocore exactly.
BENCH_ENVIRONMENT = Path(".venv-bench").absolute()

WHY_ABSENT = "not installed: make bench installs it" if sys.platform == "linux" else "measured on Linux only"


def aws_program() -> Path | None:
    """Return the AWS CLI of the bench environment, if it is there."""
    if sys.platform == "win32":  # under Wine the checkout's environment is in sight, and is Linux'
        return None
    found = BENCH_ENVIRONMENT / "bin" / "aws"
    return found if found.exists() else None


def cli_command(size: Size, profile: int) -> list[str]:
    """Return the AWS CLI's way to what we show of one profile and region."""
    call = ["sagemaker", "list-notebook-instances", "--profile", profile_name(profile)]
    return [str(aws_program()), *call, "--region", size.region_names[0], "--output", "json"]


def cli_versions() -> dict[str, str]:
    """Return the versions of the CLI and of its botocore."""
    aws = aws_program()
    if aws is None:
        return {"awscli": "not installed"}
    said = subprocess.run([aws, "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
    return parse_cli_version(said)


def parse_cli_version(said: str) -> dict[str, str]:
    """Return the versions in `aws-cli/1.2 Python/3.11 Linux/6.1 botocore/1.3`: the CLI's and its botocore's."""
    versions = dict(word.partition("/")[::2] for word in said.split())
    return {"awscli": versions["aws-cli"], "awscli's botocore": versions["botocore"]}
