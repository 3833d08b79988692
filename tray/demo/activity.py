"""What runs in a notebook instance's Jupyter server, and how jupyter_server tells it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Kernel:
    """A kernel: its execution state, and when it last did something.

    A busy kernel that prints nothing last did something when its cell began. `connections` counts the pages that are
    attached.
    """

    last_activity: datetime
    state: str = "busy"
    connections: int = 0
    name: str = "python3"
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal, of which Jupyter tells no more than when it last printed or was typed into."""

    last_activity: datetime
    name: str = "1"


@dataclass(frozen=True, slots=True)
class JupyterActivity:
    """All that runs in one Jupyter server.

    With `page_open`, a JupyterLab page is visible on somebody's screen, so that the server was active just now.
    """

    kernels: tuple[Kernel, ...] = ()
    terminals: tuple[Terminal, ...] = ()
    page_open: bool = False

    def kernels_json(self) -> list[dict[str, Any]]:
        """Return the answer to `/api/kernels`."""
        return [
            {
                "id": kernel.id,
                "name": kernel.name,
                "last_activity": iso(kernel.last_activity),
                "execution_state": kernel.state,
                "connections": kernel.connections,
            }
            for kernel in self.kernels
        ]

    def terminals_json(self) -> list[dict[str, Any]]:
        """Return the answer to `/api/terminals`."""
        return [{"name": each.name, "last_activity": iso(each.last_activity)} for each in self.terminals]

    def status_json(self, started: datetime, touched: datetime, now: datetime) -> dict[str, Any]:
        """Return the answer to `/api/status`; `touched` is when somebody last asked for something that counts."""
        own = [kernel.last_activity for kernel in self.kernels]
        own += [terminal.last_activity for terminal in self.terminals]
        return {
            "connections": sum(kernel.connections for kernel in self.kernels),
            "kernels": len(self.kernels),
            "last_activity": iso(now if self.page_open else max(started, touched, *own)),
            "started": iso(started),
        }


NOTHING = JupyterActivity()


def iso(time: datetime) -> str:
    """Return a time as jupyter_server writes it, such as 2026-11-26T09:12:33.000000Z."""
    return f"{time:%Y-%m-%dT%H:%M:%S.%f}Z"
