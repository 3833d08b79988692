"""`notebook-tray demo`: the tray on sample notebooks, for those who have no AWS account."""

from __future__ import annotations

import click


@click.command()
def demo() -> None:
    """Show the tray on an embedded endpoint with sample notebooks.

    Nothing of yours is touched: the keyring is one in memory, the AWS config a temporary one.
    """
    from tray.app import run_demo

    run_demo()
