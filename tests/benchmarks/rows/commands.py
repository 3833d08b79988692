"""Whole commands."""

from __future__ import annotations

import sys

from tests.benchmarks.aws_cli import WHY_ABSENT, aws_program, cli_command
from tests.benchmarks.bench import COMMAND, Bench, absent, run_seconds
from tests.benchmarks.figures import Anchor, Row, Unit, at_most_times
from tests.benchmarks.world import ONE


def listing(bench: Bench) -> list[Row]:
    """Measure `notebook-tray list`."""
    stage = bench.stage(ONE)
    others = {"aws": lambda: run_seconds(cli_command(stage.size, 0), stage.environment)} if aws_program() else {}
    taken = bench.in_turn(ours=lambda: run_seconds([*COMMAND, "list"], stage.environment), **others)
    anchor = Anchor("aws", taken["aws"]) if "aws" in taken else absent("aws", WHY_ABSENT)
    limit = at_most_times(0.8, anchor)
    what = "notebook-tray list, whole process, 1 profile"
    return [Row("list", what, Unit.MILLISECONDS, taken["ours"], limit, "0.8 × aws", (anchor,))]


def version(bench: Bench) -> list[Row]:
    """Measure `notebook-tray --version`."""
    stage = bench.stage(ONE)
    taken = bench.in_turn(
        ours=lambda: run_seconds([*COMMAND, "--version"], stage.environment),
        python=lambda: run_seconds([sys.executable, "-c", "pass"], stage.environment),
    )
    anchor = Anchor("python -c pass", taken["python"])
    limit = at_most_times(1.5, anchor, plus=0.03)
    what = "notebook-tray --version, whole process"
    return [Row("version", what, Unit.MILLISECONDS, taken["ours"], limit, "1.5 × python + 30 ms", (anchor,))]
