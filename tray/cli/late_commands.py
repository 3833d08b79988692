"""Groups of commands that import a command when it is used."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LateCommands(click.Group):
    """A group that imports each of its commands when it is used: all of them take a third of a short command's time.

    :param where: each command's module, and the name of the command there
    """

    def __init__(self, *args: Any, where: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._where = where

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the commands."""
        return sorted(self._where)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command; None if there is none of that name."""
        if cmd_name not in self._where:
            return None
        module, name = self._where[cmd_name]
        command: click.Command = getattr(import_module(module), name)
        return command
