"""`notebook-tray demo`: the tray on sample notebooks, for those who have no AWS account."""

from __future__ import annotations

import click

from tray.texts import help as helps
from tray.texts import reading


@click.command(help=helps.command("demo"))
def demo() -> None:
    """Be `notebook-tray demo`."""
    from tray.app import run_demo

    reading.use(reading.Reading.TASK)
    run_demo()
