"""Hundreds of profiles put into a real keyring, changed and taken out: whole commands."""

from __future__ import annotations

import sys

from tests.benchmarks.bench import COMMAND, Bench, run_seconds
from tests.benchmarks.figures import Anchor, Row, Samples, Unit
from tests.benchmarks.world import ONE

COUNT = 800

# The keyring library alone, from the start of a process until one item is stored.
_LIBRARY = "import keyring; keyring.set_password('notebook-tray-bench', 'item', 'text')"


def rows(bench: Bench) -> list[Row]:
    """Measure `profiles import` and `remove` once, since each takes a while, and `profiles set` several times."""
    stage = bench.stage(ONE)
    config = stage.folder / "many-config"
    names = [f"account-{number:03}-Analyst" for number in range(COUNT)]
    config.write_text("".join(f"[profile {name}]\nregion = eu-west-1\n" for name in names), "utf-8")
    environment = {**stage.environment, "AWS_CONFIG_FILE": str(config)}

    def taken(*args: str) -> float:
        return run_seconds([*COMMAND, "profiles", *args], environment)

    imported = taken("import", *names)
    views = ("classic", "lab") * bench.repeat
    changed, library = [], []
    for view in views:
        changed.append(taken("set", names[7], "--view", view))
        library.append(run_seconds([sys.executable, "-c", _LIBRARY], environment))
    removed = taken("remove", *names)
    beside = Anchor("keyring alone, one item", Samples(tuple(library)))
    return [
        Row("import-many", f"profiles import of {COUNT}", Unit.SECONDS, Samples.of(imported), 3.0),
        Row("set-one", f"profiles set, 1 of {COUNT}", Unit.SECONDS, Samples(tuple(changed)), 0.3, "", (beside,)),
        Row("remove-many", f"profiles remove of {COUNT}", Unit.SECONDS, Samples.of(removed), 3.0),
    ]
