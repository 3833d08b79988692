"""What the menu and a page say of a notebook instance's cost: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.fleet.snapshot import NotebookStatus
from tray.model.prices import cost
from tray.texts import money as texts
from tray.texts.clock import time_of_day

if TYPE_CHECKING:
    from tray.fleet.snapshot import Notebook
    from tray.model.prices import Prices


def money_words(notebook: Notebook, prices: Prices, now: float) -> str:
    """Return since when a notebook instance runs and what that costs, or that a stopped one still costs; else nothing.

    AWS tells when it last changed, which for one that runs is when it started. Without a price, none is said.

    :param now: seconds since the epoch
    """
    if notebook.status == NotebookStatus.STOPPED:
        return texts.storage_costs()
    if not notebook.running or notebook.modified is None:
        return ""
    since = min(notebook.modified.timestamp(), now)
    clock_time = time_of_day(since, now)
    price = prices.get((notebook.scope.region, notebook.instance_type))
    if price is None:
        return texts.running_since(clock_time)
    return texts.running_since_for(clock_time, cost(price, now - since))
